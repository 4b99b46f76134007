"""Properties that go one way: `readOnly` ones are not sent, `writeOnly` ones do not come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xapi.openapi.reader.dialect import Schema, each_schema
from xapi.openapi.reader.errors import UnresolvedReference
from xapi.openapi.reader.references import References

_MOST_PARTS = 8
"""How deep an `allOf` in an `allOf` is looked into."""


def has_properties(content: Any, keyword: str) -> bool:
    """Whether a schema of a document has the keyword, as true."""
    found: list[bool] = []
    each_schema(content, lambda schema: found.append(schema.get(keyword) is True))
    return any(found)


class OneWay:
    """Changes the schemas of a document, in place, to those of one way.

    Args:
        references: of the document, to which no more is changed by others meanwhile.
        keyword: `readOnly` for requests, `writeOnly` for responses: what does not go that way.
    """

    def __init__(self, references: References, keyword: str) -> None:
        self._references = references
        self._keyword = keyword

    def require_none(self, content: Any) -> None:
        """Let no schema require what does not go this way, nor one part of an `allOf` that of another."""
        each_schema(content, self._require_none)

    def hide(self, content: Any) -> None:
        """Take the properties away that do not go this way."""
        each_schema(content, self._hide)

    def _require_none(self, schema: Schema) -> None:
        names = set(self._names(schema, 0))
        if names:
            schema |= self._not_requiring(schema, names, 0)

    def _hide(self, schema: Schema) -> None:
        properties = schema.get("properties")
        if isinstance(properties, dict):
            for name in [name for name, item in properties.items() if self._is_marked(item)]:
                del properties[name]

    def _names(self, schema: Any, depth: int) -> Iterator[str]:
        found = self._followed(schema)
        if not isinstance(found, dict) or depth > _MOST_PARTS:
            return
        properties = found.get("properties")
        for name, item in properties.items() if isinstance(properties, dict) else ():
            if self._is_marked(item):
                yield name
        for part in found["allOf"] if isinstance(found.get("allOf"), list) else ():
            yield from self._names(part, depth + 1)

    def _not_requiring(self, schema: Any, names: set[str], depth: int) -> Any:
        """A copy of a schema that requires none of these properties, nor do its parts."""
        found = self._followed(schema) if depth else schema
        if not isinstance(found, dict) or depth > _MOST_PARTS:
            return schema
        copy = dict(found)
        if isinstance(found.get("required"), list):
            copy["required"] = [name for name in found["required"] if name not in names]
        if isinstance(found.get("allOf"), list):
            copy["allOf"] = [self._not_requiring(part, names, depth + 1) for part in found["allOf"]]
        return copy

    def _is_marked(self, item: Any) -> bool:
        found = self._followed(item)
        return isinstance(found, Mapping) and found.get(self._keyword) is True

    def _followed(self, found: Any) -> Any:
        try:
            return self._references.follow_schema(found)
        except UnresolvedReference:
            return {}
