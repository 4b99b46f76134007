"""What values two schemas allow: types, formats, lists of values, limits, patterns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pytest_xapi.gates.contract.changes import Change
from pytest_xapi.gates.contract.pairs import Sides
from pytest_xapi.gates.contract.schemas import Schema

LOWER_LIMITS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
UPPER_LIMITS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_WIDER_FORMATS = (["int32", "int64"], ["float", "double"])
_SCALARS = frozenset({"integer", "number", "boolean", "string"})
_COMPARED = {
    "format", "pattern", "multipleOf", "uniqueItems", "default", "deprecated", "readOnly", "writeOnly",
    "discriminator", *LOWER_LIMITS, *UPPER_LIMITS,
}  # fmt: skip


def compare(sides: Sides) -> Iterator[Change]:
    """The changes of what values are allowed, leaving out the members of objects, lists and unions."""
    types = list(_types(sides))
    yield from types
    if types and types[0].kind == "type-changed":
        return
    if sides.old.types == sides.new.types:
        yield from _format(sides)
    yield from _values(sides)
    yield from _limits(sides)
    yield from _pattern(sides)
    yield from _multiple_of(sides)
    for keyword in sorted({*sides.old.keywords, *sides.new.keywords} - _COMPARED):
        if sides.old.keywords.get(keyword) != sides.new.keywords.get(keyword):
            yield sides.change("keyword-changed", keyword, f"{keyword} has changed")


def _types(sides: Sides) -> Iterator[Change]:
    old, new = _allowed(sides.old, sides.pair.is_text), _allowed(sides.new, sides.pair.is_text)
    if old == new:
        return
    what = f"its type is {_listed(sides.new)}, was {_listed(sides.old)}"
    if new is None or (old is not None and old < new):
        yield sides.change("type-widened", "type", what)
    elif old is None or new < old:
        yield sides.change("type-narrowed", "type", what)
    else:
        yield sides.change("type-changed", "type", what)


def _allowed(schema: Schema, is_text: bool) -> frozenset[str] | None:
    types = schema.types
    if types is None:
        return None
    if (
        is_text
        and "string" in types
        and schema.values is None
        and not {"format", "pattern"} & set(schema.keywords)
    ):
        types |= _SCALARS
    return types | {"integer"} if "number" in types else types


def _listed(schema: Schema) -> str:
    return " or ".join(sorted(schema.types)) if schema.types else "anything"


def _format(sides: Sides) -> Iterator[Change]:
    old, new = sides.old.keywords.get("format"), sides.new.keywords.get("format")
    if old == new:
        return
    if old is None or [new, old] in _WIDER_FORMATS:
        kind = "format-added"
    elif new is None or [old, new] in _WIDER_FORMATS:
        kind = "format-removed"
    else:
        kind = "format-changed"
    yield sides.change(kind, "format", f"its format is {new or 'not set'}, was {old or 'not set'}")


def _values(sides: Sides) -> Iterator[Change]:
    old, new = sides.old.values, sides.new.values
    if old is None and new is not None:
        yield sides.change("enum-added", "enum", f"only {_written(new)} are allowed")
    elif old is not None and new is None:
        yield sides.change("enum-removed", "enum", f"not only {_written(old)} are allowed")
    elif old is not None and new is not None:
        for value in old:
            if value not in new:
                yield sides.change(
                    "enum-value-removed", "enum", f"{json.dumps(value)} is not allowed any more"
                )
        for value in new:
            if value not in old:
                yield sides.change("enum-value-added", "enum", f"{json.dumps(value)} is allowed")


def _written(values: list[Any]) -> str:
    return ", ".join(json.dumps(value) for value in values)


def _limits(sides: Sides) -> Iterator[Change]:
    for keyword in LOWER_LIMITS:
        yield from _limit(sides, keyword, lambda old, new: new > old)
    for keyword in UPPER_LIMITS:
        yield from _limit(sides, keyword, lambda old, new: new < old)
    was_unique, is_unique = (schema.keywords.get("uniqueItems") is True for schema in (sides.old, sides.new))
    if was_unique != is_unique:
        kind = "limit-tightened" if is_unique else "limit-loosened"
        yield sides.change(kind, "uniqueItems", f"items {'have to' if is_unique else 'need not'} be unique")


def _limit(sides: Sides, keyword: str, is_tighter: Callable[[Any, Any], bool]) -> Iterator[Change]:
    old, new = (_number(schema, keyword) for schema in (sides.old, sides.new))
    if old == new:
        return
    tightened = old is None or (new is not None and is_tighter(old, new))
    kind = "limit-tightened" if tightened else "limit-loosened"
    what = f"{keyword} is {'not set' if new is None else new}, was {'not set' if old is None else old}"
    yield sides.change(kind, keyword, what)


def _number(schema: Schema, keyword: str) -> Any:
    number = schema.keywords.get(keyword)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    # No length or count is below zero.
    return None if number == 0 and keyword in ("minLength", "minItems", "minProperties") else number


def _pattern(sides: Sides) -> Iterator[Change]:
    old, new = sides.old.keywords.get("pattern"), sides.new.keywords.get("pattern")
    if old == new:
        return
    kind = "pattern-added" if old is None else "pattern-removed" if new is None else "pattern-changed"
    yield sides.change(kind, "pattern", f"its pattern is {new or 'not set'}, was {old or 'not set'}")


def _multiple_of(sides: Sides) -> Iterator[Change]:
    old, new = sides.old.keywords.get("multipleOf"), sides.new.keywords.get("multipleOf")
    if old == new:
        return
    if old is None or (new is not None and _is_multiple(new, old)):
        kind = "limit-tightened"
    elif new is None or _is_multiple(old, new):
        kind = "limit-loosened"
    else:
        kind = "multiple-of-changed"
    yield sides.change(kind, "multipleOf", f"multipleOf is {new or 'not set'}, was {old or 'not set'}")


def _is_multiple(number: float, of: float) -> bool:
    quotient = number / of
    return abs(quotient - round(quotient)) < 1e-9
