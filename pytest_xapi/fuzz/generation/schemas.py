"""The JSON schemas of requests: one dialect, references and `allOf` resolved, and their validators."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pytest_xapi.fuzz.generation.model import Hints, Values
from pytest_xapi.fuzz.generation.validators import Validators
from xapi.openapi.reader import Document, UnresolvedReference
from xapi.openapi.reader.dialect import each_schema, know_types, modernize
from xapi.openapi.reader.one_way import OneWay

Schema = dict[str, Any]

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_MOST_REFERENCES = 50


class Schemas:
    """The schemas of one document, as requests are held to them: read-only properties are not sent."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Copy a document and bring its schemas to JSON Schema 2020-12.

        Args:
            document: An OpenAPI document of version 3.
        """
        content = deepcopy(dict(document))
        self.document = Document(content)
        version = self.document.version
        each_schema(content, lambda schema: modernize(schema, version))
        each_schema(content, know_types)
        one_way = OneWay(self.document.references, "readOnly")
        one_way.require_none(content)
        one_way.hide(content)
        self._validators = Validators(self.document)
        self._merged: dict[int, tuple[Any, Schema]] = {}
        self.scalars: dict[tuple[str, int, int], tuple[Values, Schema, Hints]] = {}
        """The numbers and texts of schemas, by type, schema and hints, which the values keep alive."""

    def followed(self, found: Any) -> Any:
        """What a reference leads to, if `found` is one; siblings of the reference win."""
        try:
            return self.document.references.follow_schema(found)
        except UnresolvedReference:
            return {}

    def merged(self, schema: Any) -> Schema:
        """A schema with its references followed and its `allOf` merged into it.

        What cannot be merged is left to the validator.
        """
        known = self._merged.get(id(schema))
        if known is None:
            known = self._merged[id(schema)] = (schema, self._merge(schema, 0))
        return known[1]

    def is_usable(self, schema: Any) -> bool:
        """Whether values can be held to a schema."""
        return self._validators.is_usable(schema)

    def why_unusable(self, schema: Any) -> str:
        """Why values cannot be held to a schema, as a clause."""
        return self._validators.why_unusable(schema)

    def is_valid(self, schema: Any, value: Any) -> bool:
        """Whether a value keeps to a schema as some read it at least; a schema that is none allows all."""
        return self._validators.is_valid(schema, value) is not False

    def is_right(self, schema: Any, value: Any) -> bool:
        """Whether a value keeps to a schema as all read it; a schema that is none allows all."""
        return self._validators.is_valid(schema, value, in_all_readings=True) is not False

    def _merge(self, schema: Any, depth: int) -> Schema:
        if isinstance(schema, bool):
            return {} if schema else {"not": {}}
        found = self.followed(schema)
        if not isinstance(found, dict):
            return {} if found is not False else {"not": {}}
        if depth > _MOST_REFERENCES or not isinstance(found.get("allOf"), list):
            return found
        whole = {key: value for key, value in found.items() if key != "allOf"}
        for part in found["allOf"]:
            whole = _both(whole, self._merge(part, depth + 1))
        return whole


def types_of(schema: Schema) -> tuple[str, ...]:
    """The types that a merged schema allows, in the order that it names them."""
    named = schema.get("type")
    if isinstance(named, str):
        return (named,)
    if isinstance(named, list):
        return tuple(kind for kind in named if kind in TYPES)
    return TYPES


def guessed_types(schema: Schema) -> tuple[str, ...]:
    """The types that a merged schema is about: where it names none, those that its keywords apply to."""
    if "type" in schema:
        return types_of(schema)
    about = {
        "object": ("properties", "required", "additionalProperties", "minProperties", "patternProperties"),
        "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
        "string": ("pattern", "minLength", "maxLength", "format", "contentEncoding", "contentMediaType"),
        "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }
    found = tuple(kind for kind, keywords in about.items() if any(name in schema for name in keywords))
    return found or TYPES


def type_of(value: Any) -> str:
    """The JSON type of a value; integers are numbers without a fraction."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str | bytes):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _both(one: Schema, other: Schema) -> Schema:
    """A schema that holds a value to two schemas, as far as one can say both at once."""
    whole = dict(one)
    for key, value in other.items():
        whole[key] = _combined(key, whole[key], value, one, other) if key in whole else value
    return whole


def _combined(key: str, before: Any, value: Any, one: Schema, other: Schema) -> Any:
    if key == "type":
        allowed = types_of(other)
        common = [
            kind for kind in types_of(one) if kind in allowed or (kind, "number") == ("integer", *allowed)
        ]
        if "integer" in allowed and "number" in types_of(one) and "integer" not in common:
            common.append("integer")
        return common
    if key == "required":
        return list(dict.fromkeys([*before, *value]))
    if key == "properties":
        shared = {name: {"allOf": [before[name], item]} for name, item in value.items() if name in before}
        return {**before, **value, **shared}
    if key == "enum":
        return [item for item in before if item in value]
    if key in _LOWER:
        return max(before, value)
    if key in _UPPER:
        return min(before, value)
    if key in ("additionalProperties", "items"):
        return before if before == value or value is True else value
    return value
