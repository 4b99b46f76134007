"""The schemas of a document in one dialect: JSON Schema 2020-12, whatever the version of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Schema = dict[str, Any]

ONE_SCHEMA = (
    "items", "additionalProperties", "contains", "propertyNames", "contentSchema", "unevaluatedItems",
    "unevaluatedProperties", "not", "if", "then", "else",
)  # fmt: skip
"""Keywords that hold one schema."""
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED_SCHEMAS = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
UNKNOWN_TYPE = "x-unknown-type"
PERHAPS = "x-perhaps"
"""Marks an alternative that some read in a schema and others do not."""
_MEANT = {
    "int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "short": "integer",
    "float": "number", "double": "number", "decimal": "number", "bool": "boolean", "str": "string",
    "text": "string", "char": "string", "date": "string", "datetime": "string", "date-time": "string",
    "uuid": "string", "file": "string", "bytes": "string", "list": "array", "dict": "object", "map": "object",
}  # fmt: skip
_DATA = ("example", "examples", "default", "enum", "const", "value")
_ANNOTATIONS = ("description", "title", "example", "default", "deprecated", "externalDocs", "xml")


def each_schema(content: Any, change: Callable[[Schema], None]) -> None:
    """Call `change` with every schema of a document, the inner ones first."""
    for schema in _roots(content):
        _each_subschema(schema, change)


def know_types(schema: Schema) -> None:
    """Put a type of JSON Schema, in place, where a schema has one that is none: `integer` for `int`.

    `UNKNOWN_TYPE` keeps what was written, because nobody knows what else of it was meant in another way.
    """
    named = schema.get("type")
    for kind in named if isinstance(named, list) else [named]:
        if "type" in schema and kind not in TYPES:
            schema[UNKNOWN_TYPE] = kind
            schema["type"] = _MEANT.get(str(kind).lower(), list(TYPES))


def modernize(schema: Schema) -> None:
    """Bring a schema of OpenAPI 3.0 to JSON Schema 2020-12, in place."""
    if isinstance(schema.get("$ref"), str):
        # 3.0.3, "Reference Object": what stands beside a reference is ignored.
        for key in [key for key in schema if key != "$ref"]:
            del schema[key]
        return
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool):
            is_exclusive = schema.pop(exclusive)
            if is_exclusive and limit in schema:
                schema[exclusive] = schema.pop(limit)
    if schema.pop("nullable", False) is True:
        _allow_null(schema)


def _allow_null(schema: Schema) -> None:
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    elif any(key not in _ANNOTATIONS for key in schema):
        # Without a type beside it, `nullable` says nothing (3.0.3, "Schema Object"), and many mean it there.
        before = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
        for key in before:
            del schema[key]
        schema["anyOf"] = [before, {"type": "null", PERHAPS: True}]


def _roots(content: Any) -> Iterator[Any]:
    """The schemas that are in no other one."""
    waiting = [content]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            for key, item in node.items():
                if key in ("schema", "itemSchema"):
                    yield item
                elif key == "schemas" and isinstance(item, dict):
                    yield from item.values()
                elif key not in _DATA:
                    waiting.append(item)


def subschemas(schema: Schema) -> Iterator[Any]:
    """The schemas that a schema holds itself."""
    for key in ONE_SCHEMA:
        if key in schema:
            yield schema[key]
    for key in SCHEMA_LISTS:
        if isinstance(schema.get(key), list):
            yield from schema[key]
    for key in NAMED_SCHEMAS:
        if isinstance(schema.get(key), dict):
            yield from schema[key].values()


def _each_subschema(schema: Any, change: Callable[[Schema], None]) -> None:
    if isinstance(schema, dict):
        for inner in list(subschemas(schema)):
            _each_subschema(inner, change)
        change(schema)
