"""Values beside others: what is next to one, what is in a container, what a text is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, EnumMeta
from typing import Any

_MOST_PARTS = 8
_SEPARATORS = (" ", ",", ";", "|", "/", "-", ":", ".", "&")
"""What parts of a text are usually between."""


def members_of(container: Any) -> Iterator[Any]:
    """What is in a container, in the same order in each process; nothing of what can be read once."""
    if isinstance(container, set | frozenset):
        yield from sorted(container, key=repr)
    elif isinstance(container, Mapping):
        yield from list(container)
    elif isinstance(container, list | tuple | range):
        yield from container[:200]
    elif isinstance(container, EnumMeta):
        yield from container
    elif type(container).__name__ in ("dict_keys", "dict_values"):
        yield from list(container)


def other_than(value: Any) -> Any:
    """A value of the same kind that is not the same."""
    match value:
        case Enum():
            others = [member for member in type(value) if member is not value]
            return others[0] if others else value
        case bool():
            return not value
        case None:
            return "a"
        case str():
            return f"{value}0"
        case list():
            return [*value, *(value[-1:] or ["a"])]
        case int() | float() | Decimal() | date() | time() | datetime():
            return next_to(value, 1)
    return "a"


def next_to(value: Any, step: int) -> Any:
    """The value just below or above another one, or itself."""
    match value:
        case bool():
            return int(value) + step
        case int() | Decimal():
            return value + step
        case float():
            return value + step * (1.0 if value.is_integer() else abs(value) * 0.01 + 0.01)
        case datetime():
            return _moved(value, timedelta(seconds=step))
        case date():
            return _moved(value, timedelta(days=step))
        case timedelta():
            return value + timedelta(seconds=step)
        case str():
            return value if step == 0 else f"{value}0" if step > 0 else value[:-1]
    return value


def beside(value: Any, step: int) -> Iterator[Any]:
    """Values just below or above another one: of lists and tuples, longer and shorter ones, too."""
    if not isinstance(value, list | tuple) or not step:
        yield next_to(value, step)
        return
    items = list(value)
    if items:
        yield [*items[:-1], next_to(items[-1], step)]
    if step < 0:
        yield items[:-1]
    else:
        yield [*items, 1]


def _moved(value: Any, by: timedelta) -> Any:
    try:
        return value + by
    except OverflowError:
        return value


def with_piece(text: str, piece: str) -> Iterator[str]:
    """A text with one more part, at each place between those that it has."""
    separator = separator_of(text)
    if separator is None:
        return
    parts = text.split(separator)
    for at in range(min(len(parts), _MOST_PARTS) + 1):
        yield separator.join([*parts[:at], piece, *parts[at:]])


def separator_of(text: str) -> str | None:
    """What the parts of a text are between; `None` if it has one part."""
    return next((item for item in _SEPARATORS if item in text), None)


def as_text(value: Any) -> str:
    """What tells values apart, whatever they are."""
    try:
        return json.dumps(value, sort_keys=True, default=lambda item: type(item).__name__)
    except (TypeError, ValueError):
        return type(value).__name__
