"""What is drawn keeps to its schema, and what is broken does not: for schemas of all kinds."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_xapi.fuzz.generation import GeneratedCase, Hints, OperationGenerator, Schemas
from pytest_xapi.fuzz.generation.negative import mutations
from pytest_xapi.fuzz.generation.reading import Reader, plain
from pytest_xapi.fuzz.generation.values import Compiler
from pytest_xapi.fuzz.model.cases import ABSENT

NO_OPERATIONS: dict[str, Any] = {"openapi": "3.1.0", "paths": {}}
NAMES = st.sampled_from(["a", "b", "long name", "ü"])


def limits(low: str, high: str, least: int, most: int) -> st.SearchStrategy[dict[str, int]]:
    """Two keywords that hold a value between them, either of which may be missing."""
    number = st.integers(least, most)
    return st.one_of(
        st.just({}),
        number.map(lambda value: {low: value}),
        st.tuples(number, number).map(lambda pair: {low: min(pair), high: max(pair)}),
    )


SCALARS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(
        [
            {"type": "boolean"},
            {"type": "null"},
            {"type": ["string", "null"], "maxLength": 4},
            {"enum": ["red", "blue", None, 3]},
            {"const": {"a": 1}},
            {"type": "integer", "multipleOf": 7},
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            {"type": "string", "pattern": r"^[A-Z]{2}-\d{3,5}$"},
            {"type": "string", "pattern": "^(red|blue|gr[ae]y)$", "minLength": 4},
            *(
                {"type": "string", "format": name}
                for name in ("date", "date-time", "uuid", "email", "ipv4", "uri")
            ),
        ]
    ),
    limits("minimum", "maximum", -50, 50).map(lambda found: {"type": "integer", **found}),
    limits("minimum", "maximum", -50, 50).map(lambda found: {"type": "number", **found}),
    limits("minLength", "maxLength", 0, 30).map(lambda found: {"type": "string", **found}),
)


def larger(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    arrays = st.tuples(inner, limits("minItems", "maxItems", 0, 5)).map(
        lambda pair: {"type": "array", "items": pair[0], **pair[1]}
    )
    tuples = st.lists(inner, min_size=1, max_size=3).map(
        lambda items: {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    )
    objects = st.tuples(
        st.dictionaries(NAMES, inner, max_size=4),
        st.lists(NAMES, unique=True),
        st.sampled_from([True, False]),
    ).map(
        lambda parts: {
            "type": "object",
            "properties": parts[0],
            "required": [name for name in parts[1] if name in parts[0]],
            "additionalProperties": parts[2],
        }
    )
    choices = st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches})
    both = objects.map(lambda schema: {"allOf": [schema, {"type": "object"}]})
    return st.one_of(arrays, tuples, objects, choices, both)


SCHEMAS = st.recursive(SCALARS, larger, max_leaves=6)
THOROUGH = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def valid(schema: Any, value: Any) -> bool:
    """Judged apart from what is tested: as it arrives, after it was written as JSON."""
    received = json.loads(json.dumps(plain(value)))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(received)


@THOROUGH
@given(SCHEMAS, st.integers(0, 2**32))
def test_what_is_drawn_keeps_to_the_schema(schema: dict[str, Any], seed: int) -> None:
    values = Compiler(Schemas(NO_OPERATIONS)).values(schema)
    assert values is not None
    random = Random(seed)
    drawn = [values.draw(random) for _ in range(10)] + [values.plain(random), *values.boundaries()]
    # Few things are left to the validator of the generator, such as numbers that floats cannot hold.
    wrong = [value for value in drawn if not valid(schema, value)]
    assert len(wrong) <= len(drawn) // 10, wrong


@THOROUGH
@given(SCHEMAS)
def test_what_is_called_wrong_breaks_the_schema(schema: dict[str, Any]) -> None:
    schemas = Schemas(NO_OPERATIONS)
    reader = Reader(schemas)
    values = Compiler(schemas).values(schema)
    assert values is not None
    value = values.plain(Random(0))
    for mutation in mutations(schemas, schema):
        try:
            changed = mutation.applied(value)
        except LookupError:
            continue
        if reader.is_wrong(schema, changed):
            assert not valid(schema, changed)


NO_HINTS = Hints()
BODY_LABEL = "POST /x"


def generator(schema: Any, hints: Hints = NO_HINTS, **components: Any) -> OperationGenerator:
    content = {"application/json": {"schema": schema}}
    operation = {"requestBody": {"required": True, "content": content}, "responses": {}}
    document = {
        "openapi": "3.1.0",
        "paths": {"/x": {"post": operation}},
        "components": {"schemas": components},
    }
    return OperationGenerator(Schemas(document), BODY_LABEL, hints)


def bodies(schema: Any, count: int = 300, hints: Hints = NO_HINTS, **components: Any) -> list[Any]:
    """The right bodies of many random cases."""
    made = generator(schema, hints, **components)
    return [drawn.parts.body for drawn in made.random(1, count) if is_right(made, drawn)]


def is_right(made: OperationGenerator, drawn: GeneratedCase) -> bool:
    return drawn.parts.body is not ABSENT and made.requests.verdicts(drawn)["body"] is True


def is_wrong(made: OperationGenerator, drawn: GeneratedCase) -> bool:
    return made.requests.verdicts(drawn)["body"] is False


@pytest.mark.parametrize(
    ("schema", "edges"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 9}, [3, 4, 8, 9]),
        ({"type": "integer"}, [0, -1, 2**31, 2**53, 2**63]),
        ({"type": "string", "minLength": 2, "maxLength": 6}, ["aa", "aaa", "aaaaa", "aaaaaa"]),
        ({"type": "string"}, ["", "\x00", "😀"]),
        ({"type": "string", "format": "date"}, ["0001-01-01", "9999-12-31", "2000-02-29"]),
        ({"type": "array", "items": {"const": 1}, "maxItems": 3}, [[], [1], [1, 1], [1, 1, 1]]),
        ({"type": "boolean"}, [True, False]),
        ({"enum": ["a", None]}, ["a", None]),
        ({"type": "integer", "default": 77}, [77]),
        ({"type": "string", "examples": ["given"]}, ["given"]),
        ({"type": "object", "properties": {"a": {"const": 1}}}, [{}, {"a": 1}]),
    ],
)
def test_edges_are_among_the_boundary_cases_and_the_random_ones(schema: Any, edges: list[Any]) -> None:
    made = generator(schema)
    boundary = [drawn.parts.body for drawn in made.boundary()]
    drawn = bodies(schema, 2_000)
    assert [edge for edge in edges if edge not in boundary] == []
    assert [edge for edge in edges if edge not in drawn] == []


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 9}, [2, 10, None, [], {}]),
        ({"type": "number", "exclusiveMinimum": 0}, [0]),
        ({"type": "integer", "multipleOf": 5}, [1]),
        ({"type": "string", "minLength": 2, "maxLength": 3, "example": "aaa"}, ["", "a", "aaaa", 1.5]),
        ({"type": "string", "format": "uuid"}, ["no such thing"]),
        ({"type": "string", "pattern": "^a+$"}, ["no such thing", ""]),
        ({"enum": ["red", "blue"]}, ["redx", "RED"]),
        ({"type": "array", "items": {"const": 1}, "minItems": 1, "maxItems": 2}, [[], [1, 1, 1]]),
        ({"type": "array", "items": {"const": 1}, "uniqueItems": True}, [[1, 1]]),
        ({"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}, [{}]),
        ({"type": "object", "properties": {}, "additionalProperties": False}, [{"x-unknown": 1}]),
    ],
)
def test_each_keyword_is_broken_by_a_boundary_case(schema: Any, wrong: list[Any]) -> None:
    made = generator(schema)
    found = [drawn.parts.body for drawn in made.boundary() if is_wrong(made, drawn)]
    assert [value for value in wrong if value not in found] == []


def test_about_half_of_the_random_cases_are_wrong() -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "minLength": 1}, "size": {"type": "integer", "minimum": 0}},
        "required": ["name", "size"],
    }
    made = generator(schema)
    cases = list(made.random(1, 1_000))
    right = sum(is_right(made, drawn) for drawn in cases)
    wrong = sum(is_wrong(made, drawn) for drawn in cases)
    assert 400 < right < 700
    assert 300 < wrong < 600


def test_constants_of_the_source_are_tried() -> None:
    hints = Hints(texts=("tr0ub4dor",), integers=(4711,))
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    found = bodies(schema, hints=hints)
    assert any(body.get("a") == "tr0ub4dor" for body in found)
    assert any(body.get("b") == 4711 for body in found)


def test_recursive_schemas_end() -> None:
    tree = {
        "type": "object",
        "properties": {
            "left": {"$ref": "#/components/schemas/Tree"},
            "all": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    }
    found = bodies({"$ref": "#/components/schemas/Tree"}, Tree=tree)
    assert any("left" in body for body in found)
    endless = {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
        "required": ["next"],
    }
    assert not generator({"$ref": "#/components/schemas/Endless"}, Endless=endless).is_able


def test_what_only_a_validator_can_tell_is_drawn_until_it_is_right() -> None:
    schema = {"type": "integer", "minimum": 0, "maximum": 9, "not": {"enum": [0, 9]}}
    assert set(bodies(schema)) == set(range(1, 9))


def test_openapi_3_0_says_some_things_in_its_own_way() -> None:
    schema = {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "size": {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": True},
        },
        "required": ["id", "size"],
    }
    operation = {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
    document = {"openapi": "3.0.3", "paths": {"/x": {"post": operation}}}
    made = OperationGenerator(Schemas(document), BODY_LABEL)
    right = [drawn.parts.body for drawn in made.random(1, 300) if is_right(made, drawn)]
    sizes = [body["size"] for body in right]
    assert all("id" not in body for body in right)
    assert None in sizes
    assert all(size is None or size > 0 for size in sizes)


def test_needed_properties_come_with_those_that_need_them() -> None:
    schema = {
        "type": "object",
        "properties": {"card": {"type": "string"}, "name": {"type": "string"}},
        "dependentRequired": {"card": ["name"]},
    }
    assert all("name" in body for body in bodies(schema) if "card" in body)
    made = generator(schema)
    broken = [drawn.parts.body for drawn in made.boundary() if is_wrong(made, drawn)]
    assert any(isinstance(body, dict) and set(body) == {"card"} for body in broken)


@pytest.mark.parametrize(
    "schema",
    [
        {"nullable": True, "allOf": [{"$ref": "#/components/schemas/A"}]},
        {"nullable": True, "oneOf": [{"$ref": "#/components/schemas/A"}]},
        {"nullable": True, "anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "string"}]},
        {"nullable": True, "properties": {"a": {"type": "string"}}, "required": ["a"]},
    ],
)
def test_null_that_only_some_read_in_a_schema_is_not_drawn_and_not_wrong(schema: dict[str, Any]) -> None:
    parameter = {"name": "q", "in": "query", "schema": {"type": "integer", "nullable": True}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    document = {
        "openapi": "3.0.3",
        "paths": {"/a": {"post": {"parameters": [parameter], "requestBody": body, "responses": {}}}},
        "components": {"schemas": {"A": {"type": "object", "properties": {"b": {"type": "integer"}}}}},
    }
    made = OperationGenerator(Schemas(document), "POST /a")
    right = [case for case in made.random(1, 200) if not case.flaws]
    assert None not in [case.parts.body for case in right]
    assert ABSENT not in [case.parts.body for case in right]
    assert None in [case.parts.query.get("q", 0) for case in right]
    nulls = [case for case in [*made.boundary(), *made.random(1, 500)] if case.parts.body is None]
    assert all(made.requests.verdicts(case)["body"] is not False for case in nulls)
