"""Rules about schemas: texts, enums, arrays, references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_xapi.gates.rules.api import Api, Finding
from xapi.openapi.reader.nodes import Node

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,),
    "array": (list,), "object": (dict,), "null": (type(None),),
}  # fmt: skip


def check(api: Api) -> Iterator[Finding]:
    """What is wrong with schemas."""
    for name, component in api.components("schemas"):
        if not component.get("description"):
            yield api.finding("schema-description", component, f"the schema {name} has no description")
    for schema in api.schemas:
        yield from _enum(api, schema)
        yield from _array(api, schema)
        yield from _siblings(api, schema)
        yield from _properties(api, schema)


def _enum(api: Api, schema: Node) -> Iterator[Finding]:
    values = schema.get("enum")
    if not isinstance(values, list):
        return
    name = api.named(schema)
    written = [(type(value), repr(value)) for value in values]
    for value in dict.fromkeys(map(repr, values)):
        if sum(text == value for _, text in written) > 1:
            what = f"the enum of `{name}` has {value} more than once"
            yield api.finding("duplicated-entry-in-enum", schema.child("enum"), what)
    types = schema.get("type")
    allowed = [types] if isinstance(types, str) else types or []
    if schema.get("nullable") is True:
        allowed = [*allowed, "null"]
    for value in values if types else ():
        if not any(_is(value, kind) for kind in allowed):
            what = f"{value!r} in the enum of `{name}` is not of the type {' or '.join(allowed)}"
            yield api.finding("typed-enum", schema.child("enum"), what)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    is_whole = kind == "integer" and isinstance(value, float) and value.is_integer()
    return is_whole or isinstance(value, _TYPES.get(kind, (object,)))


def _array(api: Api, schema: Node) -> Iterator[Finding]:
    types = schema.get("type")
    if types != "array" and not (isinstance(types, list) and "array" in types):
        return
    if schema.get("items") in (None, {}) and "prefixItems" not in schema.mapping:
        yield api.finding(
            "array-items", schema, f"the array `{api.named(schema)}` does not say what its items are"
        )


def _siblings(api: Api, schema: Node) -> Iterator[Finding]:
    if (
        str(api.root.get("openapi")).startswith("3.0")
        and "$ref" in schema.mapping
        and len(schema.mapping) > 1
    ):
        others = ", ".join(sorted(set(schema.mapping) - {"$ref"}))
        what = f"`{api.named(schema)}`: OpenAPI 3.0 ignores {others} beside a reference"
        yield api.finding("no-$ref-siblings", schema, what)


def _properties(api: Api, schema: Node) -> Iterator[Finding]:
    declared = schema.child("properties").mapping
    for _, node in schema.children("properties"):
        if isinstance(node.value, dict) and not node.get("description") and "$ref" not in node.value:
            what = f"the property `{api.named(node)}` has no description"
            yield api.finding("property-description", node, what)
    is_whole = (
        declared and not {"allOf", "anyOf", "oneOf", "$ref", "patternProperties"} & schema.mapping.keys()
    )
    required = [item.value for item in schema.child("required").items()] if is_whole else []
    for name in required:
        if isinstance(name, str) and name not in declared:
            what = f"`{name}` of `{api.named(schema)}` is required, and not declared"
            yield api.finding("required-property-declared", schema.child("required"), what)
