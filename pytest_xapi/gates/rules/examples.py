"""Rules about examples and defaults: they are valid against the schema that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_xapi.gates.rules.api import Api, Finding, holds_value
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.schemas import UnusableSchema


def check(api: Api) -> Iterator[Finding]:
    """What is wrong with examples and defaults."""
    for schema in api.schemas:
        yield from _of_schema(api, schema)
    for part in api.below_root():
        yield from _below(api, part)
    for _, example in api.components("examples"):
        yield from _one_value(api, example)


def _of_schema(api: Api, schema: Node) -> Iterator[Finding]:
    name = api.named(schema)
    written = schema.get("examples")
    examples = [("example", schema.get("example"))] if "example" in schema.mapping else []
    examples += [
        (f"examples/{index}", value)
        for index, value in enumerate(written if isinstance(written, list) else ())
    ]
    for place, value in examples:
        if (fault := _fault(api, schema, value)) is not None:
            pointer = f"{schema.pointer}/{place}"
            yield api.finding(
                "oas3-valid-schema-example", pointer, f"the example of `{name}` is not valid: {fault}"
            )
    if "default" in schema.mapping and (fault := _fault(api, schema, schema.get("default"))) is not None:
        yield api.finding(
            "valid-default", schema.child("default"), f"the default of `{name}` is not valid: {fault}"
        )


def _below(api: Api, node: Node) -> Iterator[Finding]:
    """The examples of parameters, headers and media types below a place."""
    for item in node.items():
        yield from _below(api, item)
    if "schema" in node.mapping:
        yield from _of_media_type(api, node)
    for key in node.mapping:
        if key not in ("schema", "itemSchema", "examples") and not holds_value(node.pointer, key):
            yield from _below(api, node.child(key))


def _of_media_type(api: Api, node: Node) -> Iterator[Finding]:
    found = [node.child("example")] if "example" in node.mapping else []
    for _, written in node.children("examples"):
        example = api.references.resolved(written)
        if example is written or example.pointer == written.pointer:
            yield from _one_value(api, example)
        if "value" in example.mapping:
            found.append(Node(example.get("value"), f"{written.pointer}/value", written.name))
    for example in found:
        if (fault := _fault(api, node.child("schema"), example.value)) is not None:
            yield api.finding("oas3-valid-media-example", example, f"the example is not valid: {fault}")


def _one_value(api: Api, example: Node) -> Iterator[Finding]:
    if ("value" in example.mapping) == ("externalValue" in example.mapping):
        what = "the example has both `value` and `externalValue`, or neither"
        yield api.finding("oas3-examples-value-or-externalValue", example, what)


def _fault(api: Api, schema: Node, value: Any) -> str | None:
    """What is wrong with a value; nothing, where the schema is none that can be used."""
    try:
        validator = api.document.schemas.validator(schema)
    except UnusableSchema:
        return None
    error = next(validator.iter_errors(value), None)
    return None if error is None else str(error.message)
