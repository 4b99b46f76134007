"""Keywords of one version of OpenAPI in a document of another: judged where all readings agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_xapi.fuzz.generation import OperationGenerator, Schemas
from pytest_xapi.fuzz.generation.model import Raw
from pytest_xapi.fuzz.model.cases import ABSENT
from xapi.openapi.reader import Document
from xapi.openapi.reader.flattening import FlatDocument

Judge = Callable[[Any], bool]


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def integer(value: Any) -> bool:
    return number(value) and value == int(value)


def text(value: Any) -> bool:
    return isinstance(value, str)


def null_or(judge: Judge) -> Judge:
    return lambda value: value is None or judge(value)


def members(value: Any, *judges: Judge) -> bool:
    """Whether it is a list whose first items are as they are judged."""
    return isinstance(value, list) and all(judge(item) for judge, item in zip(judges, value, strict=False))


def named(value: Any, judge: Callable[[dict[str, Any]], bool] = lambda value: True) -> bool:
    return isinstance(value, dict) and judge(value)


CASES: list[tuple[str, dict[str, Any], list[Judge]]] = [
    ("3.1.0", {"type": "integer", "minimum": 5, "exclusiveMinimum": True},
     [lambda value: integer(value) and value > 5, lambda value: integer(value) and value >= 5]),
    ("3.2.0", {"type": "number", "maximum": 5, "exclusiveMaximum": True},
     [lambda value: number(value) and value < 5, lambda value: number(value) and value <= 5]),
    ("3.1.0", {"type": "number", "maximum": 5, "exclusiveMaximum": False},
     [lambda value: number(value) and value <= 5]),
    ("3.1.0", {"type": "number", "exclusiveMinimum": True}, [number]),
    ("3.1.0", {"type": "string", "nullable": True}, [text, null_or(text)]),
    ("3.1.0", {"enum": ["a", "b"], "nullable": True},
     [lambda value: value in ("a", "b"), lambda value: value in ("a", "b", None)]),
    ("3.1.0",
     {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "nullable": True}}},
     [lambda value: named(value, lambda value: "a" in value and integer(value["a"])),
      lambda value: named(value, lambda value: "a" in value and null_or(integer)(value["a"]))]),
    ("3.0.3", {"nullable": True, "allOf": [{"type": "string"}]}, [text, null_or(text)]),
    ("3.0.3", {"type": "string", "enum": ["a", "b"], "nullable": True},
     [lambda value: value in ("a", "b"), lambda value: value in ("a", "b", None)]),
    ("3.0.3", {"type": "string", "enum": ["a", None], "nullable": True},
     [lambda value: value in ("a", None)]),
    ("3.0.3", {"nullable": True, "allOf": [{"type": "string"}], "example": None}, [text, null_or(text)]),
    ("3.0.3", {"nullable": True, "allOf": [{"type": "string"}], "default": None}, [text, null_or(text)]),
    ("3.1.0", {"type": "integer", "minimum": 5, "exclusiveMinimum": True, "examples": [5]},
     [lambda value: integer(value) and value > 5, lambda value: integer(value) and value >= 5]),
    ("3.0.3", {"type": "integer", "exclusiveMinimum": 5},
     [integer, lambda value: integer(value) and value > 5]),
    ("3.0.3", {"type": "integer", "minimum": 0, "exclusiveMaximum": 5},
     [lambda value: integer(value) and value >= 0, lambda value: integer(value) and 0 <= value < 5]),
    ("3.0.3", {"type": ["string", "null"]}, [text, null_or(text)]),
    ("3.0.3", {"type": ["string", "integer"]}, [lambda value: text(value) or integer(value)]),
    ("3.0.3", {"const": "x"}, [lambda value: value == "x", lambda value: True]),
    ("3.0.3", {"type": "string", "const": "x", "anyOf": [{"maxLength": 5}]},
     [lambda value: value == "x", lambda value: text(value) and len(value) <= 5]),
    ("3.0.3", {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
     [lambda value: members(value), lambda value: members(value, text, integer)]),
    ("3.0.3", {"type": "array", "contains": {"enum": [7]}},
     [lambda value: members(value), lambda value: members(value) and 7 in value]),
    ("3.0.3", {"type": "object", "propertyNames": {"pattern": "^a"}, "minProperties": 2},
     [lambda value: named(value, lambda value: len(value) > 1),
      lambda value: named(value, lambda value: len(value) > 1 and all(name[:1] == "a" for name in value))]),
    ("3.0.3", {"type": "integer", "if": {"minimum": 5}, "then": {"multipleOf": 5}},
     [integer, lambda value: integer(value) and (value < 5 or value % 5 == 0)]),
    ("3.0.3", {"type": "object", "properties": {"a": {"type": "string"}}, "unevaluatedProperties": False},
     [lambda value: named(value, lambda value: text(value.get("a", ""))),
      lambda value: named(value, lambda value: text(value.get("a", "")) and set(value) <= {"a"})]),
]  # fmt: skip


NAMES = [f"{version} {schema}" for version, schema, _ in CASES]


def flattened(version: str, schema: dict[str, Any]) -> FlatDocument:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "ok"}}}
    return FlatDocument(Document({"openapi": version, "paths": {"/a": {"post": operation}}}))


@pytest.mark.parametrize(("version", "schema", "readings"), CASES, ids=NAMES)
def test_a_value_is_judged_where_all_readings_agree(
    version: str, schema: dict[str, Any], readings: list[Judge]
) -> None:
    flat = flattened(version, schema)
    generator = OperationGenerator(Schemas(flat.whole), "POST /a")
    judged = []
    for drawn in [*generator.boundary(), *generator.random(1, 100)]:
        is_json = drawn.media_type == "application/json" and not drawn.parts.headers
        if not is_json or drawn.parts.body is ABSENT or isinstance(drawn.parts.body, Raw):
            continue
        verdict = generator.requests.verdicts(drawn)["body"]
        if verdict is False or (verdict and not drawn.flaws):
            judged.append((verdict, drawn.parts.body))
    assert any(verdict for verdict, _ in judged)
    wrong = [pair for pair in judged if any(reading(pair[1]) is not pair[0] for reading in readings)]
    assert wrong == []


@pytest.mark.parametrize(("version", "schema", "readings"), CASES, ids=NAMES)
def test_a_keyword_of_another_version_is_told(
    version: str, schema: dict[str, Any], readings: list[Judge]
) -> None:
    checked = flattened(version, schema).document.checked["POST /a"]
    told = [problem.message for problems in checked.problems.values() for problem in problems]
    has_it = version.startswith("3.0") and "nullable" in schema
    assert bool(told) is not has_it
    assert all("judged only where all readings agree" in message for message in told)
