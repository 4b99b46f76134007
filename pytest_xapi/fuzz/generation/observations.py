"""What the answers to one item's cases showed: whether any was a success, and values by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_xapi.fuzz.model.wire import WireResponse

_MOST_BYTES = 20_000
_MOST_VALUES = 5
_MOST_NAMES = 50
_DEEPEST = 4
_SCALARS = frozenset({str, int, float})
_PREFIXES = ("next_", "id_", "new_")


class Observations:
    """Fed with answers in the order in which they came."""

    def __init__(self) -> None:
        self.accepted = False
        self._values: dict[str, list[Any]] = {}
        self._noted: tuple[object, bytes] = ((), b"")
        """Headers and body of the last answer: the next one is often the same."""

    def note(self, answer: WireResponse) -> None:
        """Take what an answer shows; only those of success are read."""
        if not answer.is_success:
            return
        self.accepted = True
        if self._noted == (answer.headers, answer.body):
            return
        self._noted = answer.headers, answer.body
        for name, value in _scalars(answer.json(_MOST_BYTES), 0):
            known = self._values.get(name)
            if known is None and len(self._values) < _MOST_NAMES:
                known = self._values[name] = []
            if known is not None and len(known) < _MOST_VALUES and value not in known:
                known.append(value)

    def named(self, name: str) -> list[Any]:
        """The values under a name, or under one that means the same: `cursor` and `next_cursor`."""
        names = [name, *(f"{prefix}{name}" for prefix in _PREFIXES)]
        if name.endswith("_id"):
            names.append("id")
        return [value for known in names for value in self._values.get(known, ())]


def _scalars(value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            if type(item) in _SCALARS:
                yield name, item
            else:
                yield from _scalars(item, depth + 1)
    elif isinstance(value, list):
        for item in value[:_MOST_VALUES]:
            yield from _scalars(item, depth + 1)
