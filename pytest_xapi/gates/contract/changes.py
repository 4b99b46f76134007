"""A change between two documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pytest_xapi.gates.contract.kinds import BY_NAME, SEVERITIES, Severity, Side


@dataclass(frozen=True)
class Change:
    """One difference that clients may notice, or not."""

    kind: str
    """The name of its kind."""
    severity: Severity
    side: Side
    pointer: str
    """Where (RFC 6901)."""
    message: str
    """One sentence, without the full stop."""
    document: Literal["old", "new"] = "new"
    """Which document the pointer is about: the old one where something is gone."""
    operations: tuple[str, ...] = ()
    """The labels of the operations that it touches."""

    @property
    def operation(self) -> str | None:
        """The first of the operations."""
        return self.operations[0] if self.operations else None

    @property
    def rule(self) -> str:
        """The stable id of its kind."""
        return BY_NAME[self.kind].rule


def changed(kind: str, side: Side, pointer: str, message: str) -> Change:
    """A change at a place of the new document."""
    return Change(kind, BY_NAME[kind].severity(side), side, pointer, message)


def gone(kind: str, side: Side, pointer: str, message: str) -> Change:
    """A change whose place is in the old document only."""
    return replace(changed(kind, side, pointer, message), document="old")


class Changes:
    """What was found, each change once, with all operations that it touches."""

    def __init__(self) -> None:
        self._operations: dict[Change, dict[str, None]] = {}

    def add(self, change: Change, *operations: str) -> None:
        """Note a change of some operations."""
        self._operations.setdefault(change, {}).update(dict.fromkeys(operations))

    def sorted(self) -> list[Change]:
        """The changes, the worst first, else in the order in which they were found."""
        found = [replace(change, operations=tuple(names)) for change, names in self._operations.items()]
        return sorted(found, key=lambda change: SEVERITIES.index(change.severity))


def figure(changes: Sequence[Change]) -> str:
    """How many changes there are of each class: `1 breaking, 2 safe`."""
    counts = Counter(change.severity for change in changes)
    return ", ".join(f"{counts[name]} {name}" for name in SEVERITIES if counts[name]) or "no changes"
