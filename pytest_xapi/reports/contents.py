"""What the forms of a report show: its problems, and the findings of its property tests, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_xapi.reports.model import Place, Problem, Report

Finding = Mapping[str, Any]


def problems(report: Report) -> list[Problem]:
    """Everything that is wrong, what gates say first; each problem once."""
    found = {problem.fingerprint: problem for problem in _problems(report)}
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found.values(), key=lambda problem: order[problem.severity])


def findings(report: Report) -> list[tuple[Finding, list[str]]]:
    """The findings of the property tests with the items that made them, one for each cause."""
    found: dict[str, tuple[Finding, list[str]]] = {}
    for record in report.fuzz:
        for finding in record["findings"]:
            found.setdefault(finding["fingerprint"], (finding, []))[1].append(record["item"])
    return list(found.values())


def _problems(report: Report) -> Iterator[Problem]:
    for verdict in report.verdicts:
        yield from verdict.problems
    for finding, _ in findings(report):
        if not finding["accepted"]:
            yield as_problem(finding)


def as_problem(finding: Finding) -> Problem:
    """A finding as a problem: the same one, whether a gate or the report itself tells of it."""
    file, line = finding["file"], finding["line"]
    return Problem(
        rule=finding["rule"],
        severity=finding["severity"],
        message=f"{finding['title']} [{finding['check']}]",
        operation=finding["operation"],
        place=None if file is None else Place(file, line),
        details=finding["message"],
        identity=finding["cause"],
    )
