"""The validators of a document: one for all of its schemas, whatever one of them looks like."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from pytest_xapi.fuzz.generation import OperationGenerator, Schemas
from pytest_xapi.fuzz.generation.reading import Reader

CIRCLE = 60


def document(schemas: dict[str, Any], **of_operation: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "components": {"schemas": schemas},
        "paths": {"/x": {"post": {"responses": {}, **of_operation}}},
    }


def in_a_circle() -> dict[str, Any]:
    """Schemas each of which leads to all others."""
    return {
        f"M{number}": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "integer", "default": 1},
                "next": {"$ref": f"#/components/schemas/M{(number + 1) % CIRCLE}"},
                "more": {"type": "array", "items": {"$ref": f"#/components/schemas/M{number * 7 % CIRCLE}"}},
            },
        }
        for number in range(CIRCLE)
    }


def test_schemas_that_lead_to_each_other_have_one_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    kind = jsonschema_rs.Draft202012Validator

    def counted(*arguments: Any, **settings: Any) -> Any:
        made.append(arguments)
        return kind(*arguments, **settings)

    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", counted)
    schemas = in_a_circle()
    whole = document(
        schemas,
        requestBody={"content": {"application/json": {"schema": {"$ref": "#/components/schemas/M0"}}}},
    )
    read = Schemas(whole)
    generator = OperationGenerator(read, "POST /x")
    for drawn in [*generator.boundary(), *generator.random(1, 50)]:
        generator.requests.verdicts(drawn)
    of_document = read.document.content["components"]["schemas"]
    for name in schemas:
        assert read.is_valid(of_document[name], {"id": 1, "next": {"id": 2, "more": [{"id": 3}]}})
        assert not read.is_valid(of_document[name], {"id": 1, "next": {"id": 2, "more": [{"id": "3"}]}})
    assert len(made) < 10


@pytest.mark.parametrize(
    "broken",
    [{"type": "int"}, {"pattern": "("}, {"$ref": "#/components/schemas/None"}, {"minimum": "many"}],
)
def test_a_schema_that_is_none_takes_only_its_users_with_it(broken: dict[str, Any]) -> None:
    read = Schemas(
        document(
            {
                "Broken": broken,
                "User": {"properties": {"a": {"$ref": "#/components/schemas/Broken"}}, "required": ["a"]},
                "Inner": {"allOf": [{"properties": {"a": broken}}]},
                "Good": {"type": "object", "properties": {"b": {"type": "integer"}}},
            }
        )
    )
    schemas, reader = read.document.content["components"]["schemas"], Reader(read)
    for name in ("Broken", "User", "Inner"):
        assert not read.is_usable(schemas[name])
        assert not reader.is_wrong(schemas[name], {})
    assert read.is_usable(schemas["Good"])
    assert reader.is_wrong(schemas["Good"], {"b": "x"})


@pytest.mark.parametrize(
    ("made", "right", "wrong"),
    [
        ({"allOf": [{"$ref": "#/components/schemas/A"}]}, {"a": 1}, {"a": "x"}),
        (
            {"properties": {"enum": {"$ref": "#/components/schemas/A"}}},
            {"enum": {"a": 1}},
            {"enum": {"a": ""}},
        ),
        ({"enum": [{"$ref": "#/x"}]}, {"$ref": "#/x"}, {"$ref": "urn:x"}),
        (True, 1, None),
        ({"$ref": "#/components/schemas/Page%5BA%5D"}, [{"a": 1}], [{"a": ""}]),
    ],
)
def test_schemas_that_are_not_in_the_document_refer_into_it(made: Any, right: Any, wrong: Any) -> None:
    a = {"type": "object", "properties": {"a": {"type": "integer"}}}
    page = {"type": "array", "items": {"$ref": "#/components/schemas/A"}}
    read = Schemas(document({"A": a, "Page[A]": page}))
    assert read.is_valid(made, right)
    assert made is True or not read.is_valid(made, wrong)
