"""What texts on the wire may mean: values of the types that a schema has."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.documents.judge.schemas import Node, Schemas

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
Raw = str | list[Any] | Mapping[str, Any]


class Reader:
    """Reads texts as values of schemas: a text is right if one of its readings is."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def errors(self, schema: Node, readings: Sequence[Raw]) -> list[str]:
        """What is wrong with each reading; nothing if one of them is right."""
        found: list[str] = []
        for raw in readings:
            for value in self.values(schema, raw, is_whole=True):
                errors = self.schemas.errors(schema, value)
                if not errors:
                    return []
                found += errors
        return found or ["there is no way to read it"]

    def values(self, schema: Node, raw: Raw, is_whole: bool = False) -> Iterator[Any]:
        """The values that a text, texts, or named texts may be; a whole list is not written as JSON."""
        if isinstance(raw, list):
            yield self._items(schema, raw)
        elif isinstance(raw, Mapping):
            yield self._named(schema, raw)
        else:
            yield from self._scalars(schema, raw, "{" if is_whole else "{[")

    def first(self, schema: Node, raw: Raw) -> Any:
        """The first reading that is right, or else the text."""
        if schema.value is None:
            return raw
        for value in self.values(schema, raw):
            if self.schemas.is_right(schema, value):
                return value
        return raw

    def _scalars(self, schema: Node, text: str, json_begins: str) -> Iterator[Any]:
        yield text
        types = self.schemas.types(schema)
        if NUMBER.fullmatch(text) and types & {"integer", "number"}:
            yield json.loads(text)
        if text in ("true", "false") and "boolean" in types:
            yield text == "true"
        if text in ("null", "") and "null" in types:
            yield None
        if types & {"object", "array"} and text and text[0] in json_begins:
            try:
                yield strict_json(text)
            except ValueError:
                pass

    def _items(self, schema: Node, texts: Sequence[Any]) -> list[Any]:
        items = self.schemas.inner(schema, "items")
        first = self.schemas.inner(schema, "prefixItems").items()
        return [
            self.first(first[number] if number < len(first) else items, text)
            for number, text in enumerate(texts)
        ]

    def _named(self, schema: Node, named: Mapping[str, Any]) -> dict[str, Any]:
        properties = self.schemas.properties(schema)
        others = self.schemas.inner(schema, "additionalProperties")
        others = others if isinstance(others.value, dict) else Node({}, "")
        return {
            name: self.first(properties[name], raw) if name in properties else self._other(others, raw)
            for name, raw in named.items()
        }

    def _other(self, schema: Node, raw: Any) -> Any:
        return self.first(schema, raw) if schema.pointer else raw


def strict_json(text: str | bytes) -> Any:
    """A text of JSON as RFC 8259 has it.

    Raises:
        ValueError: It is none.
    """

    def refused(name: str) -> Any:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refused)
