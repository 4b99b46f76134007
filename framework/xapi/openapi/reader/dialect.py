"""The schemas of a document in one dialect: JSON Schema 2020-12, whatever the version of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from xapi.openapi.reader.versions import Version

Schema = dict[str, Any]

ONE_SCHEMA = (
    "items", "additionalProperties", "contains", "propertyNames", "contentSchema", "unevaluatedItems",
    "unevaluatedProperties", "not", "if", "then", "else",
)  # fmt: skip
"""Keywords that hold one schema."""
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED_SCHEMAS = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
_HOLDING = frozenset((*ONE_SCHEMA, *SCHEMA_LISTS, *NAMED_SCHEMAS))
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
_SINCE_3_1 = (
    "const", "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames",
    "dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties", "if", "then",
    "else",
)  # fmt: skip
"""Keywords that hold a value to something in OpenAPI 3.1, and that 3.0 does not have."""
_EXCLUSIVE = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
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


def foreign_keywords(schema: Mapping[str, Any], version: Version) -> list[str]:
    """The keywords of a schema that the version of its document does not have, or not with such a value.

    Some readers ignore them, and others read them as the version means that has them.
    """
    if version >= (3, 1):
        flags = [name for name, _ in _EXCLUSIVE if isinstance(schema.get(name), bool)]
        return flags + (["nullable"] if schema.get("nullable") is True else [])
    found = [name for name in _SINCE_3_1 if name in schema]
    found += [name for name, _ in _EXCLUSIVE if _is_number(schema.get(name))]
    return found + (["type"] if isinstance(schema.get("type"), list) else [])


def modernize(schema: Schema, version: Version) -> None:
    """Bring a schema to JSON Schema 2020-12, in place.

    Of keywords that the version does not have, the schema allows what any reading allows; `PERHAPS` marks
    what not all do.
    """
    if version >= (3, 1):
        _modernize_3_1(schema, foreign_keywords(schema, version))
    else:
        _modernize_3_0(schema, foreign_keywords(schema, version))


def _modernize_3_1(schema: Schema, foreign: list[str]) -> None:
    strict: Schema = {}
    for exclusive, limit in _EXCLUSIVE:
        if exclusive in foreign and schema.pop(exclusive) and limit in schema:
            strict[exclusive] = schema[limit]
    _hold_perhaps(schema, strict)
    if "nullable" in foreign:
        del schema["nullable"]
        _allow_null_perhaps(schema)


def _modernize_3_0(schema: Schema, foreign: list[str]) -> None:
    if isinstance(schema.get("$ref"), str):
        # 3.0.3, "Reference Object": what stands beside a reference is ignored.
        for key in [key for key in schema if key != "$ref"]:
            del schema[key]
        return
    for exclusive, limit in _EXCLUSIVE:
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
    _hold_perhaps(schema, {name: schema.pop(name) for name in foreign if name != "type"})
    is_nullable = schema.pop("nullable", False) is True
    if "type" in foreign and "null" in schema["type"] and len(schema["type"]) > 1:
        schema["type"] = [kind for kind in schema["type"] if kind != "null"]
        _allow_null_perhaps(schema)
    elif is_nullable and isinstance(schema.get("type"), str) and _may_have_null(schema.get("enum")):
        schema["type"] = [schema["type"], "null"]
    elif is_nullable:
        # Without a type beside it, or with an `enum` that lacks null, `nullable` says nothing (3.0.3, "Schema
        # Object"), and many mean it there.
        _allow_null_perhaps(schema)


def _may_have_null(enum: Any) -> bool:
    return not isinstance(enum, list) or None in enum


def _allow_null_perhaps(schema: Schema) -> None:
    before = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    if before:
        for key in before:
            del schema[key]
        schema["anyOf"] = [before, {"type": "null", PERHAPS: True}]


def _hold_perhaps(schema: Schema, keywords: Schema) -> None:
    """Hold a schema to keywords that some readers ignore."""
    if keywords:
        choice = [keywords, {PERHAPS: True}]
        if "anyOf" in schema:
            schema["allOf"] = [*schema.get("allOf", ()), {"anyOf": choice}]
        else:
            schema["anyOf"] = choice


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
    if _HOLDING.isdisjoint(schema):
        return  # as most do
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
