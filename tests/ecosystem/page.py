"""Writes `docs/ecosystem.md` of the results that `run.py` has left."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from environments import HERE, ROOT, Library, libraries
from outcomes import lost, outcomes

PAGE = ROOT / "docs/ecosystem.md"
KINDS = ("departure", "missing", "fault")
HEAD = """# Libraries and applications for FastAPI

Libraries that are written for FastAPI, and applications, unchanged, run with the tests that they ship: under
FastAPI {fastapi}, and, in the same environment, [under the alias](as-fastapi.md), compared test by test.
`make ecosystem` makes the environments, runs the tests and writes this page;
`tests/ecosystem/libraries.toml` is the table of it.

A test counts where it passes with FastAPI. "Own" are tests of ours, for libraries that ship none. What is
lost is a departure (on purpose, see [departures](departures.md)), something that is missing, or a fault.

"""
APPLICATIONS = """
## Applications

With the suites in their source archives: complete ones (a control plane of machines, a server of data, two of
packages, a SPARQL endpoint), and the examples of SQLModel.

"""
HEADINGS = """| {one} | version | tests | pass with FastAPI | with xapi | | lost |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Difference:
    """Why some tests of a library are lost."""

    library: str
    tests: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Row:
    """What came of one library."""

    library: Library
    passed: int
    kept: int
    reasons: dict[tuple[str, str], int]
    """How many tests are lost, by kind and reason."""


def differences() -> list[Difference]:
    """The reasons that are known."""
    table: dict[str, Any] = tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))
    found = [Difference(**entry) for entry in table.get("difference", ())]
    if unknown := {difference.kind for difference in found} - set(KINDS):
        raise ValueError(f"differences.toml: unknown kinds {unknown}; known are {KINDS}")
    return found


def row_of(library: Library, known: list[Difference]) -> Row | None:
    """The row of a library; None where it has not been run."""
    before = outcomes(library, "fastapi")
    if not before:
        return None
    gone = lost(library)
    passed = sum(outcome.result == "passed" for outcome in before.values())
    reasons: dict[tuple[str, str], int] = {}
    for test in gone:
        reason = next(
            (
                (difference.kind, difference.reason)
                for difference in known
                if difference.library == library.name and re.search(difference.tests, test)
            ),
            ("fault", "not looked into"),
        )
        reasons[reason] = reasons.get(reason, 0) + 1
    return Row(library, passed, passed - len(gone), reasons)


def _line(row: Row) -> str:
    library = row.library
    tests = "own" if library.is_own else ", ".join(f"`{test}`" for test in library.tests)
    if library.without:
        tests += f", without {len(library.without)} ({library.reason})"
    share = f"{100 * row.kept / row.passed:.1f} %" if row.passed else ""
    counts = {kind: sum(n for (found, _), n in row.reasons.items() if found == kind) for kind in KINDS}
    lost_here = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    return _cells(library.name, library.version, tests, row.passed, row.kept, share, lost_here)


def _sum(rows: list[Row], what: str) -> str:
    passed, kept = sum(row.passed for row in rows), sum(row.kept for row in rows)
    share = f"**{100 * kept / max(passed, 1):.1f} %**"
    return _cells(f"**{len(rows)} {what}**", "", "", f"**{passed}**", f"**{kept}**", share, "")


def _cells(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"


def _table(rows: list[Row], one: str, several: str) -> list[str]:
    return [HEADINGS.format(one=one), *map(_line, rows), _sum(rows, several)]


def _not_counted(library: Library, row: Row | None) -> str:
    """That a library is not counted, with what it has come to, and why."""
    share = "" if row is None else f": {row.kept} of {row.passed} tests that pass with FastAPI pass with xapi"
    return f"\n{library.name} {library.version} is not counted{share}. {library.missing}\n"


def text() -> str:
    """The page."""
    known = differences()
    every = libraries()
    found = [(library, row_of(library, known)) for library in every]
    rows = [row for _, row in found if row is not None and row.passed and not row.library.missing]
    lines = [HEAD.format(fastapi=every[0].fastapi)]
    lines += _table([row for row in rows if not row.library.is_application], "library", "libraries")
    lines += [_not_counted(library, row) for library, row in found if library.missing]
    applications = [row for row in rows if row.library.is_application]
    lines += [APPLICATIONS, *_table(applications, "application", "applications")]
    without = [library for library, row in found if row is None or not row.passed]
    not_run = [library.name for library in without if not library.missing]
    if not_run:
        lines.append(f"\nIn the table of libraries, but without a result here: {', '.join(not_run)}.\n")
    lines.append("\n## What is lost\n\n")
    for row in rows:
        for (kind, reason), count in sorted(row.reasons.items()):
            lines.append(f"- {row.library.name}, {count}, {kind}: {reason}\n")
    return "".join(lines)


def write() -> None:
    """Write the page."""
    PAGE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write()
