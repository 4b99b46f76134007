"""How much the checks of property tests count: `[tool.xapi.checks]`, for all operations or for some.

    [tool.xapi.checks]
    allow_header_conformance = "off"     # or its id: XF119

    [tool.xapi.checks."GET /legacy/*"]
    XF113 = "note"

The gate `undeclared` judges the answers of all tests by the same levels, and what its `allow` lets pass is
accepted of property tests, too: an exception is said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from pytest_xapi.fuzz.model import accepted
from pytest_xapi.fuzz.model.rules import RULES
from pytest_xapi.pyproject import PYPROJECT, read_table
from pytest_xapi.reports.model import Severity
from pytest_xapi.settings import DEFAULT_BASELINE, suggestion
from pytest_xapi.words import wildcard

Level = Literal["error", "warning", "note", "off"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note", "off")
KEY = "checks"
EVERYTHING = "*"
OF_ANSWERS = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
"""The checks that compare answers with what their operations declare, as the gate `undeclared` does."""
OF_KINDS = dict(zip(("status", "media type", "header", "body"), OF_ANSWERS, strict=True))
"""The same, by the kind of fault in `xapi.testing.conformance`."""


@dataclass(frozen=True)
class Row:
    """One line of the settings."""

    operations: str
    """The label of an operation, with `*` for anything."""
    check: str
    level: Level


@dataclass(frozen=True)
class Levels:
    """What is set for the checks."""

    rows: tuple[Row, ...] = ()
    allowed: tuple[str, ...] = ()
    """`OPERATION`, or `OPERATION: STATUS`: answers that need not be declared."""
    accepted: tuple[tuple[str, str], ...] = ()
    """Of the baseline: a check, and an answer that it need not pass, as in `allowed`."""

    def of(self, check: str, operation: str) -> Level | None:
        """The level of a check for an operation; None where nothing is set. What is said of fewer wins."""
        found = [
            row for row in self.rows if row.check == check and wildcard(row.operations).fullmatch(operation)
        ]
        return max(found, key=lambda row: _concreteness(row.operations)).level if found else None

    def allows(self, check: str, operation: str, status: int) -> bool:
        """Whether an answer need not be declared."""
        return check in OF_ANSWERS and any(_is_allowed(entry, operation, status) for entry in self.allowed)

    def forgives(self, check: str, operation: str, status: int) -> bool:
        """Whether an answer need not pass a check, for whatever reason the project has said that."""
        return (
            self.of(check, operation) == "off"
            or self.allows(check, operation, status)
            or any(check == known and _is_allowed(entry, operation, status) for known, entry in self.accepted)
        )

    def shown(self, check: str, operations: Sequence[str]) -> list[str]:
        """Of some operations those for which a check is not switched off."""
        return [operation for operation in operations if self.of(check, operation) != "off"]

    def worst(self, check: str, operations: Sequence[str]) -> Severity | None:
        """The level of what several operations show; None where nothing is set."""
        found = [self.of(check, operation) for operation in operations]
        kept = [level for level in found if level not in (None, "off")]
        return cast(Severity, min(kept, key=LEVELS.index)) if kept and None not in found else None


def read(root: Path) -> Levels:
    """What is set in the pyproject.toml of a directory.

    Raises:
        ValueError: an entry is wrong; the message names it.
    """
    table = read_table(root)
    file = root / str(table.get("fuzz_baseline", DEFAULT_BASELINE))
    return Levels(tuple(_rows(table.get(KEY, {}))), _allowed(table), tuple(_accepted(file)))


def _accepted(file: Path) -> Iterator[tuple[str, str]]:
    """The answers that a baseline accepts, each with the check that it need not pass."""
    if not file.exists():
        return
    try:
        entries = accepted.read(file)
    except OSError as error:
        raise ValueError(f"cannot read {file}: {error.strerror}") from error
    checks = {rule.id: check for check, rule in RULES.items()}
    for entry in entries:
        check = checks.get(entry.rule)
        if check in OF_ANSWERS and entry.holds(date.today()):
            yield from ((check, answer) for answer in entry.answers)


def _rows(table: Any) -> Iterator[Row]:
    if not isinstance(table, Mapping):
        raise _refused("", f"give a table of checks, not {table!r}")
    for name, value in table.items():
        if isinstance(value, Mapping):
            for check, level in value.items():
                yield _row(str(name), str(check), level, f'."{name}"')
        else:
            yield _row(EVERYTHING, str(name), value, "")


def _row(operations: str, check: str, level: Any, where: str) -> Row:
    names = {rule.id: known for known, rule in RULES.items()} | {known: known for known in RULES}
    if check not in names:
        raise _refused(where, f"there is no check {check!r}{suggestion(check, tuple(names))}")
    if level not in LEVELS:
        raise _refused(where, f"give {check} one of {', '.join(LEVELS)}, not {level!r}")
    return Row(operations, names[check], level)


def _refused(where: str, message: str) -> ValueError:
    return ValueError(f"[tool.xapi.{KEY}{where}] of {PYPROJECT}: {message}")


def _allowed(table: Mapping[str, Any]) -> tuple[str, ...]:
    """What the gate lets pass; it refuses what is wrong there itself."""
    found: Any = table
    for key in ("gate", "undeclared", "allow"):
        found = found.get(key, {}) if isinstance(found, Mapping) else {}
    return tuple(entry for entry in found if isinstance(entry, str)) if isinstance(found, list) else ()


def _is_allowed(entry: str, operation: str, status: int) -> bool:
    label, _, pattern = entry.partition(": ")
    return bool(wildcard(label).fullmatch(operation) and wildcard(pattern or "*").fullmatch(str(status)))


def _concreteness(operations: str) -> tuple[bool, int]:
    return "*" not in operations, len(operations)
