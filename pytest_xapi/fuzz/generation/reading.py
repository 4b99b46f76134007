"""How what is sent may be read: whether it keeps to the document, or breaks it however leniently it is read.

Parameters and the fields of forms are text on the wire: `"5"` for an integer is `5`. Validators coerce more
than that: Pydantic takes `"1.5"` for a number in JSON too, and a number for a date and time. So there are
three answers: a value is right, wrong in every reading, or neither can be said. Only what is right or wrong
is judged; what is neither is sent all the same, because it must not break a server.
"""

from __future__ import annotations

import math
from typing import Any

from pytest_xapi.fuzz.generation.schemas import Schema, Schemas, type_of, types_of

_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "off"})
_NULL = frozenset({"", "null", "none"})

_READ_AS = {
    "date": "2000-01-01",
    "date-time": "2000-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "duration": "P1D",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "email": "a@example.com",
    "uri": "https://example.com",
}
_DEEPEST = 12


class Reader:
    """Reads values as lenient validators do."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def is_right(self, schema: Any, value: Any) -> bool:
        """Whether a value keeps to a schema as it is."""
        try:
            return self._schemas.is_right(schema, value)
        except ValueError:  # bytes are none of JSON
            return self._schemas.is_right(schema, plain(value))

    def is_wrong(self, schema: Any, value: Any) -> bool:
        """Whether a value breaks a schema however it is read."""
        value = plain(value)
        if not self._schemas.is_usable(schema) or self._schemas.is_valid(schema, value):
            return False
        return not self._schemas.is_valid(schema, self.read(schema, value))

    def may_be(self, schema: Any, kind: str) -> bool:
        """Whether a schema allows a type."""
        merged = self._schemas.merged(schema)
        branches = [*merged.get("anyOf", ()), *merged.get("oneOf", ())]
        if branches and "type" not in merged:
            return any(self.may_be(branch, kind) for branch in branches)
        values = [merged["const"]] if "const" in merged else merged.get("enum", ())
        if values and "type" not in merged:
            return kind in map(type_of, values)
        return kind in types_of(merged)

    def read(self, schema: Any, value: Any, depth: int = 0) -> Any:
        """A value as a lenient validator takes it, as near to the schema as that gets."""
        if depth > _DEEPEST or self._schemas.is_valid(schema, value):
            return value
        merged = self._schemas.merged(schema)
        for keyword in ("anyOf", "oneOf"):
            for branch in merged.get(keyword, ()):
                read = self.read(branch, value, depth + 1)
                if self._schemas.is_valid(schema, read):
                    return read
        if isinstance(value, dict):
            known = merged.get("properties", {})
            other = merged.get("additionalProperties", True)
            return {name: self.read(known.get(name, other), item, depth + 1) for name, item in value.items()}
        if isinstance(value, list):
            return self._read_items(merged, value, depth)
        return next(
            (read for read in _readings(merged, value) if self._schemas.is_valid(schema, read)), value
        )

    def _read_items(self, schema: Schema, items: list[Any], depth: int) -> list[Any]:
        first, others = schema.get("prefixItems", ()), schema.get("items", True)
        known: dict[str, Any] = {}  # long lists repeat their items
        found = [self.read(kind, item, depth + 1) for kind, item in zip(first, items, strict=False)]
        for item in items[len(first) :]:
            key = repr(item)
            if key not in known:
                known[key] = self.read(others, item, depth + 1)
            found.append(known[key])
        return found


def _readings(schema: Schema, value: Any) -> list[Any]:
    """What a scalar may be taken for."""
    types = types_of(schema)
    found: list[Any] = []
    if isinstance(value, str):
        found += _readings_of_text(value.strip())
        name = str(schema.get("format"))
        if name in _READ_AS and any(character in "0123456789@:" for character in value):
            found.append(_READ_AS[name])
        found.append(value.strip())
    elif isinstance(value, bool):
        found.append(int(value))
    elif isinstance(value, int | float):
        found += [bool(value)] if value in (0, 1) else []
        found.append(str(value))
        if schema.get("format") in _READ_AS:
            found.append(_READ_AS[schema["format"]])
    # Text that is asked for is not made of numbers by any validator that is known, but by those of dates.
    keeps = type_of(value) not in ("integer", "number") or schema.get("format") in _READ_AS
    return [read for read in found if keeps or not isinstance(read, str) or "string" not in types]


def _readings_of_text(text: str) -> list[Any]:
    found: list[Any] = []
    number = _number(text)
    if number is not None:
        found.append(number)
    word = text.lower()
    if word in _TRUE or word in _FALSE:
        found.append(word in _TRUE)
    if word in _NULL:
        found.append(None)
    return found


def _number(text: str) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value):
        return 0.5  # many validators take it, and JSON has no number for it
    return int(value) if value.is_integer() else value


def plain(value: Any) -> Any:
    """A value with text in the place of bytes, as schemas describe files."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value
