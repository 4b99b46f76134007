"""What a project lets pass: a kind of problems, a reason, and where."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from pytest_xapi.gates.tables import Table


@dataclass(frozen=True)
class Waiver:
    """Something that may be as it is."""

    kind: str
    """Of what: the name of a kind of changes, or of a rule."""
    reason: str
    operation: str | None = None
    """The label of the operation that it is about."""
    pointer: str | None = None
    """The place that it is about, with all below it."""

    @property
    def name(self) -> str:
        """How it is told from others."""
        return " ".join(part for part in (self.kind, self.operation, self.pointer) if part)

    def holds(self, kind: str, operations: Container[str | None], pointer: str) -> bool:
        """Whether it is about what was found of some operations, at a place."""
        return (
            self.kind == kind
            and (self.operation is None or self.operation in operations)
            and (self.pointer is None or f"{pointer}/".startswith(f"{self.pointer}/"))
        )


def reason(row: Table, why: str) -> str:
    """The reason in a row of the settings.

    Raises:
        SettingsError: there is none; `why` is what it should say.
    """
    text = row.text("reason") or ""
    if not text.strip():
        raise row.refuse("reason", f"say in a sentence why {why}")
    return text
