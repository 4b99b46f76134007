"""Simpler values, and lists without what is needless: the steps of making a failure small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote

Fails = Callable[[Any], bool]

_TEXTS = ("0", "a")
_NUMBERS = (0, 1, -1)


def reductions(value: Any) -> Iterator[Any]:
    """Simpler values than `value`, the simplest first. Each is of the same kind, or null."""
    if isinstance(value, dict):
        yield from _of_dict(value)
    elif isinstance(value, list):
        yield from _of_list(value)
    elif isinstance(value, str):
        yield from _of_text(value)
    elif isinstance(value, bool):
        if value:
            yield False
    elif isinstance(value, int | float):
        yield from _of_number(value)


def removals(value: Any) -> Iterator[Any]:
    """`value` with less in it; what stays, stays as it is."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield {key: other for key, other in value.items() if key != name}
            yield from ({**value, name: smaller} for smaller in removals(item))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield value[:index] + value[index + 1 :]
            yield from ([*value[:index], smaller, *value[index + 1 :]] for smaller in removals(item))


def minimal(value: Any, fails: Fails, simpler: Callable[[Any], Iterator[Any]] = reductions) -> Any:
    """The smallest value reachable from `value` by steps that keep it failing."""
    shrinking = True
    while shrinking:
        shrinking = False
        for smaller in simpler(value):
            if fails(smaller):
                value, shrinking = smaller, True
                break
    return value


def without_needless(
    items: list[int], fails: Fails, closed: Callable[[list[int]], list[int]] = lambda items: items
) -> list[int]:
    """`items` without those that the failure does not need; the last one stays.

    Args:
        items: What is there, in order.
        fails: Whether it still fails with these alone.
        closed: Takes those away, too, that cannot be without others that have gone.
    """
    width = max(1, len(items) // 2)
    while len(items) > 1:
        before = len(items)
        position = 0
        while position < len(items) - 1:
            fewer = closed(items[:position] + items[min(position + width, len(items) - 1) :])
            if fails(fewer):
                items = fewer
            else:
                position += width
        # Another round of single ones: what was needed by one that has gone may now go.
        if width == 1 and len(items) == before:
            break
        width = max(1, width // 2)
    return items


def reduced_path_value(value: Any) -> Iterator[Any]:
    """Simpler path parameters: never empty, because that would be another path; text stays encoded."""
    if isinstance(value, str):
        yield from (quote(text, safe="") for text in reductions(unquote(value)) if text)
    else:
        yield from reductions(value)


def _of_dict(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if len(value) > 1:
        yield {}
    for name in value:
        yield {key: item for key, item in value.items() if key != name}
    for name, item in value.items():
        for smaller in reductions(item):
            yield {**value, name: smaller}


def _of_list(value: list[Any]) -> Iterator[list[Any]]:
    if not value:
        return
    yield []
    half = len(value) // 2
    if half:
        yield value[:half]
        yield value[half:]
    for index in range(len(value)):
        yield value[:index] + value[index + 1 :]
    for index, item in enumerate(value):
        for smaller in reductions(item):
            yield [*value[:index], smaller, *value[index + 1 :]]


def _of_text(value: str) -> Iterator[str]:
    if not value:
        return
    yield ""
    for text in _TEXTS:
        if value != text and (len(value) > 1 or value not in _TEXTS):
            yield text
    half = len(value) // 2
    if half:
        yield value[:half]
        yield value[half:]
        yield value[:-1]
        yield value[1:]
    plain = "".join(character if character.isascii() and character.isalnum() else "0" for character in value)
    if plain != value:
        yield plain


def _of_number(value: int | float) -> Iterator[int | float]:
    for simple in _NUMBERS:
        if abs(simple) < abs(value) or (simple > value and abs(simple) == abs(value)):
            yield simple
    if isinstance(value, float):
        if value.is_integer() or abs(value) < 1e15:
            yield int(value)
        return
    for part in (2, 4, 16, 64):
        if abs(value) > part:
            yield value - int(value / part) if abs(value) < 2**53 else value - value // part
    if abs(value) > 2:
        yield value - 1 if value > 0 else value + 1
