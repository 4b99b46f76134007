"""What is wrong with a value, by keyword of its schema: one change each, to a value that was right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_xapi.fuzz.generation import texts
from pytest_xapi.fuzz.generation.schemas import Schema, Schemas, guessed_types, types_of

Path = tuple[str | int, ...]

_DEEPEST = 6
_MOST = 1_200
"""So many changes are kept of a schema that has more, those that are less deep in it."""
_LONGEST = 100_000
"""A text longer than this is not sent to break a limit."""

_WRONG: tuple[tuple[str, Any], ...] = (
    ("null", None),
    ("array", []),
    ("object", {}),
    ("string", texts.GARBAGE),
    ("number", 1.5),
    ("integer", 7),
    ("boolean", True),
    ("array", [None]),
    ("string", ""),
    ("object", {"": None}),
)


@dataclass(frozen=True)
class Mutation:
    """One change that breaks one keyword."""

    path: Path
    """Where in the value."""
    keyword: str
    description: str
    change: Callable[[Any], Any]
    """From what was there to what is put there."""

    def applied(self, value: Any) -> Any:
        """A copy of a value with the change in it.

        Raises:
            LookupError: the value has no such place.
        """
        return _changed(value, self.path, self.change)


def mutations(schemas: Schemas, schema: Any) -> list[Mutation]:
    """All changes that break a keyword of a schema, or of one inside it. Always in the same order."""
    found = list(_mutations(schemas, schema, (), ()))
    return found if len(found) <= _MOST else sorted(found, key=lambda made: len(made.path))[:_MOST]


def _mutations(schemas: Schemas, schema: Any, path: Path, inside: tuple[int, ...]) -> Iterator[Mutation]:
    merged = schemas.merged(schema)
    if len(path) > _DEEPEST or id(merged) in inside:
        return
    inside = (*inside, id(merged))
    for keyword, description, change in _changes(merged):
        yield Mutation(path, keyword, description, change)
    for name, item in merged.get("properties", {}).items():
        yield from _mutations(schemas, item, (*path, name), inside)
    if isinstance(merged.get("items"), dict):
        yield from _mutations(schemas, merged["items"], (*path, len(merged.get("prefixItems", ()))), inside)
    for index, item in enumerate(merged.get("prefixItems", ())):
        yield from _mutations(schemas, item, (*path, index), inside)
    for keyword in ("anyOf", "oneOf"):
        for branch in merged.get(keyword, ()):
            for mutation in _mutations(schemas, branch, path, inside):
                # What is not a type of one branch may be the type of another.
                if mutation.path != path or mutation.keyword != "type":
                    yield mutation


Change = tuple[str, str, Callable[[Any], Any]]


def _changes(schema: Schema) -> Iterator[Change]:
    yield from _of_type(schema)
    yield from _of_choice(schema)
    kinds = guessed_types(schema)
    if "integer" in kinds or "number" in kinds:
        yield from _of_number(schema)
    if "string" in kinds:
        yield from _of_text(schema)
    if "array" in kinds:
        yield from _of_array(schema)
    if "object" in kinds:
        yield from _of_object(schema)


def _put(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def _of_type(schema: Schema) -> Iterator[Change]:
    if "type" not in schema and "anyOf" not in schema and "oneOf" not in schema:
        return
    allowed = types_of(schema)
    for kind, value in _WRONG:
        fits = kind in allowed or (kind == "integer" and "number" in allowed)
        if not fits or "type" not in schema:
            yield "type", f"{kind} instead of {' or '.join(allowed)}", _put(value)


def _of_choice(schema: Schema) -> Iterator[Change]:
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if not isinstance(choices, list):
        return
    keyword = "enum" if "enum" in schema else "const"
    for choice in choices[:1]:
        if isinstance(choice, str):
            yield keyword, "none of the values", _put(f"{choice}x")
            yield keyword, "a value in other letters", _put(choice.swapcase())
        elif isinstance(choice, int | float):
            yield keyword, "none of the values", _put(max(item for item in choices if _is_number(item)) + 1)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _of_number(schema: Schema) -> Iterator[Change]:
    small = 1 if "integer" in types_of(schema) or "type" not in schema else 0.5
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None:
        yield "minimum", f"below the minimum {low}", _put(low - small)
        yield "minimum", f"far below the minimum {low}", _put(low - 2**33)
    if high is not None:
        yield "maximum", f"above the maximum {high}", _put(high + small)
        yield "maximum", f"far above the maximum {high}", _put(high + 2**33)
    if (above := schema.get("exclusiveMinimum")) is not None:
        yield "exclusiveMinimum", f"not above {above}", _put(above)
    if (below := schema.get("exclusiveMaximum")) is not None:
        yield "exclusiveMaximum", f"not below {below}", _put(below)
    for value in _BEYOND.get(str(schema.get("format")), ()):
        if (low is None or value >= low) and (high is None or value <= high):
            yield "format", f"beyond {schema['format']}", _put(value)
    for text in _NO_JSON_NUMBERS:
        yield "type", f"{text[:9]} instead of a number", _put(text)
    if step := schema.get("multipleOf"):
        yield "multipleOf", f"no multiple of {step}", lambda old: _between(old, step)


_BEYOND = {
    "int32": (2**31, -(2**31) - 1, 2**63, -(2**63) - 1),
    "int64": (2**63, -(2**63) - 1, 2**64),
    "uint32": (2**32, -1, 2**63),
    "uint64": (2**64, -1),
}
"""What overflows integers of a format. JSON Schema does not judge it, so nothing does."""


def _between(old: Any, step: Any) -> Any:
    base = old if _is_number(old) else 0
    return base + (1 if isinstance(step, int) and step > 1 else step / 2)


_NO_JSON_NUMBERS = ("NaN", "Infinity", "-inf", "1e999", "9" * 400)
"""What some take for numbers, though no number of JSON is like that, or none that a float can hold."""


def _of_text(schema: Schema) -> Iterator[Change]:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if least:
        yield "minLength", f"shorter than {least}", lambda old: _text(old)[: least - 1]
        yield "minLength", "empty", _put("")
    if most is not None and most < _LONGEST:
        yield "maxLength", f"longer than {most}", lambda old: (_text(old) + "a" * (most + 1))[: most + 1]
        yield "maxLength", f"much longer than {most}", _put("a" * min(_LONGEST, most * 4 + 100))
    if "pattern" in schema:
        for wrong in ("", texts.GARBAGE, "\x00", "0", "é"):
            yield "pattern", f"not of the pattern {schema['pattern']}", _put(wrong)
        yield "pattern", f"not of the pattern {schema['pattern']}", lambda old: f"{_text(old)}\n"
        yield "pattern", f"not of the pattern {schema['pattern']}", lambda old: f"{_text(old)}!"
    if schema.get("format") in texts.FORMATS:
        yield "format", f"no {schema['format']}", _put(texts.GARBAGE)
        yield "format", f"no {schema['format']}", lambda old: f"{_text(old)[:-1]} "
        yield "format", f"no {schema['format']}", lambda old: _text(old)[:-1]
        yield "format", f"no {schema['format']}", _put("")


def _text(old: Any) -> str:
    return old if isinstance(old, str) and old else "a"


def _of_array(schema: Schema) -> Iterator[Change]:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if least:
        yield "minItems", f"less than {least} items", lambda old: _items(old)[: least - 1]
        yield "minItems", "no items", _put([])
    if most is not None and most < _LONGEST // 100:
        yield "maxItems", f"more than {most} items", lambda old: _repeated(_items(old), most + 1)
    if schema.get("uniqueItems") is True:
        yield "uniqueItems", "an item twice", lambda old: _repeated(_items(old)[:1], 2)


def _items(old: Any) -> list[Any]:
    return old if isinstance(old, list) else []


def _repeated(items: list[Any], length: int) -> list[Any]:
    items = items or [None]
    return (items * (length // len(items) + 1))[:length]


def _of_object(schema: Schema) -> Iterator[Change]:
    for name in schema.get("required", ()):
        yield "required", f"`{name}` is missing", _leaving_out([name])
    if schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False:
        yield "additionalProperties", "an unknown property", lambda old: {**_members(old), "x-unknown": 1}
    least, most = schema.get("minProperties", 0), schema.get("maxProperties")
    if least:
        yield "minProperties", f"less than {least} properties", _put({})
    if most is not None and most < _LONGEST // 100:
        yield "maxProperties", f"more than {most} properties", lambda old: _with_more(_members(old), most)
    for name, needed in schema.get("dependentRequired", {}).items():
        yield "dependentRequired", f"`{name}` without what it needs", _leaving_out(needed)


def _leaving_out(names: Sequence[str]) -> Callable[[Any], Any]:
    return lambda old: {key: item for key, item in _members(old).items() if key not in names}


def _with_more(members: dict[str, Any], most: int) -> dict[str, Any]:
    usual = next(iter(members.values()), 1)
    return {**members, **{f"x{index}": usual for index in range(most + 1)}}


def _members(old: Any) -> dict[str, Any]:
    return old if isinstance(old, dict) else {}


def _changed(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    first, rest = path[0], path[1:]
    if isinstance(first, str) and isinstance(value, dict):
        return {**value, first: _changed(value[first], rest, change)}
    if isinstance(first, int) and isinstance(value, list):
        copy = list(value)
        copy[first] = _changed(copy[first], rest, change)
        return copy
    raise LookupError(first)
