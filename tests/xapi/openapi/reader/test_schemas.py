"""Schemas of every version, validated as JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

import pytest

from xapi.openapi.reader import Document, Node
from xapi.openapi.reader.schemas import UnusableSchema


def is_valid(schema: Any, value: Any, version: str, **schemas: Any) -> bool:
    components = {"schemas": {"S": schema, **schemas}}
    document = Document({"openapi": version, "paths": {}, "components": components})
    return bool(document.schemas.validator(Node(None, "/components/schemas/S", "S")).is_valid(value))


@pytest.mark.parametrize(
    ("schema", "value", "old", "new"),
    [
        ({"type": "string", "nullable": True}, None, True, True),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, True, True),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, None, True, True),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, "b", False, False),
        ({"allOf": [{"type": "object"}], "nullable": True}, None, True, True),
        ({"oneOf": [{"type": "object"}], "nullable": True}, None, True, True),
        ({"nullable": True, "description": "anything"}, None, True, True),
        ({"minimum": 1, "exclusiveMinimum": True}, 1, False, True),
        ({"minimum": 1, "exclusiveMinimum": True}, 0, False, False),
        ({"minimum": 1, "exclusiveMinimum": False}, 1, True, True),
        ({"minimum": 1, "exclusiveMinimum": 3}, 2, True, False),
        ({"minimum": 1, "exclusiveMinimum": 3}, 0, False, False),
        ({"type": "string", "const": "a"}, "b", True, False),
        ({"type": "string", "const": "a"}, 1, False, False),
        ({"$ref": "#/components/schemas/T", "maxLength": 1}, "ab", True, False),
        ({"type": ["string", "null"]}, None, True, True),
        ({"properties": {"nullable": {"type": "boolean"}}}, {"nullable": None}, False, False),
        ({"default": {"nullable": True}, "type": "string"}, None, False, False),
    ],
)
def test_schemas_mean_what_their_version_says(schema: Any, value: Any, old: bool, new: bool) -> None:
    assert is_valid(schema, value, "3.0.3", T={"type": "string"}) is old
    assert is_valid(schema, value, "3.1.0", T={"type": "string"}) is new


def test_a_schema_may_contain_itself() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/S"}}, "required": ["id"]}
    assert is_valid(tree, {"id": 1, "next": {"id": 2}}, "3.1.0")
    assert not is_valid(tree, {"id": 1, "next": {}}, "3.1.0")


@pytest.mark.parametrize(
    "schema", [{"$ref": "#/components/schemas/Missing"}, {"type": "int"}, {"$ref": "x.yaml"}]
)
def test_a_schema_that_cannot_be_used_says_so(schema: Any) -> None:
    with pytest.raises(UnusableSchema, match="/components/schemas/S"):
        is_valid(schema, 1, "3.1.0")


def test_a_validator_is_made_once() -> None:
    document = Document({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"S": {}}}})
    node = Node(None, "/components/schemas/S", "S")
    assert document.schemas.validator(node) is document.schemas.validator(node)


@pytest.mark.parametrize(
    "schema",
    [
        {"required": ["id", "secret"], "properties": {"id": {}, "secret": {"writeOnly": True}}},
        {
            "required": ["id", "secret"],
            "properties": {"id": {}, "secret": {"$ref": "#/components/schemas/T"}},
        },
        {"required": ["secret", "id"], "allOf": [{"$ref": "#/components/schemas/T2"}]},
        {"allOf": [{"required": ["secret", "id"]}, {"properties": {"secret": {"writeOnly": True}}}]},
    ],
)
def test_what_is_write_only_need_not_come_back(schema: Any) -> None:
    others = {"T": {"writeOnly": True}, "T2": {"properties": {"secret": {"writeOnly": True}}}}
    content = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"S": schema, **others}}}
    schemas, node = Document(content).schemas, Node(None, "/components/schemas/S", "S")
    assert not schemas.validator(node).is_valid({"id": 1})
    assert schemas.of_responses.validator(node).is_valid({"id": 1})
    assert not schemas.of_responses.validator(node).is_valid({})
