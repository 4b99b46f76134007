"""Annotations of GitHub Actions: a problem on the line of the handler, by a workflow command."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Problem, Report, Severity, SourceLocation
from pytest_xapi.words import counted
from xapi.texts import visible

MOST_SHOWN = 10
"""So many annotations of each kind GitHub shows of a step."""
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def written(report: Report) -> str:
    """One line for each problem, to be printed in a step of a workflow."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for gap in report.gaps:
        yield f"::error title=xapi report::{_escaped(gap)}"
    problems = contents.problems(report)
    yield from _overflow([_severity(problem, report) for problem in problems])
    for problem in problems:
        severity = _severity(problem, report)
        text = f"{problem.message}\n{problem.details}".strip()
        yield f"::{_COMMANDS[severity]} {_properties(problem, report.root)}::{_escaped(text)}"


def _severity(problem: Problem, report: Report) -> Severity:
    return "warning" if report.only_warns and problem.severity == "error" else problem.severity


def _overflow(severities: Sequence[Severity]) -> Iterator[str]:
    """Say that there is more than GitHub shows; the rest stands in the log of the step."""
    counts = Counter(severities)
    if any(count > MOST_SHOWN for count in counts.values()):
        text = (
            f"{counted(len(severities), 'problem')}: GitHub shows {MOST_SHOWN} errors, warnings and notices "
            "of a step; all of them are in its log"
        )
        yield f"::notice title=xapi report::{_escaped(text)}"


def _properties(problem: Problem, root: Path | None) -> str:
    title = f"{problem.rule} {problem.operation}" if problem.operation else problem.rule
    properties = {"title": title}
    if problem.place is not None:
        properties = {"file": _file(problem.place, root), "line": str(problem.place.line), **properties}
    return ",".join(f"{name}={_escaped_property(value)}" for name, value in properties.items())


def url(place: SourceLocation, root: Path | None) -> str | None:
    """Where GitHub shows a line, as its workflows tell by the environment; None elsewhere."""
    named = [os.environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")]
    file = _file(place, root)
    if not all(named) or Path(file).is_absolute():
        return None
    server, repository, revision = named
    return f"{server}/{repository}/blob/{revision}/{quote(file)}#L{place.line}"


def _file(place: SourceLocation, root: Path | None) -> str:
    """The file as GitHub looks for it: relative to the workspace, whatever folder of it the project is."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    file = Path(place.file) if root is None else root / place.file
    if not workspace or not file.is_absolute() or not file.is_relative_to(workspace):
        return place.file
    return file.relative_to(workspace).as_posix()


def _escaped(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
