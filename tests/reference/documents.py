"""Documents beside each other: the places where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MISSING = "<missing>"


def differences(ours: Any, theirs: Any) -> dict[str, tuple[Any, Any]]:
    """What differs, by place (a JSON Pointer). The order of required members has no meaning."""
    return {place: (mine, expected) for place, mine, expected in _found(_sorted(ours), _sorted(theirs), "")}


def _found(ours: Any, theirs: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            pointer = f"{place}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in ours and key in theirs:
                yield from _found(ours[key], theirs[key], pointer)
            else:
                yield pointer, ours.get(key, MISSING), theirs.get(key, MISSING)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (left, right) in enumerate(zip(ours, theirs, strict=True)):
            yield from _found(left, right, f"{place}/{number}")
    elif ours != theirs or isinstance(ours, bool) is not isinstance(theirs, bool):
        yield place, ours, theirs


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: sorted(part) if key == "required" and isinstance(part, list) else _sorted(part)
            for key, part in value.items()
        }
    return [_sorted(part) for part in value] if isinstance(value, list) else value
