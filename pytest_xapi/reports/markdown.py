"""Markdown, as the summary of a step of GitHub Actions shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Problem, Report

_MOST_PROBLEMS = 100
_MARKS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}  # noqa: RUF001 - as GitHub shows them


def written(report: Report) -> str:
    """The verdicts as a table, then the problems."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"## xapi: {'passed' if report.passed else 'failed'}"
    yield ""
    if report.verdicts:
        rows = [
            (verdict.gate, verdict.figure, verdict.threshold, "✅ passed" if verdict.passed else "❌ failed")
            for verdict in report.verdicts
        ]
        yield from _table(("gate", "figure", "threshold", "verdict"), rows)
    if report.fuzz:
        yield f"Property tests: {contents.counts(report.fuzz).described()}, seed {report.seed}."
        yield ""
    for gap in report.gaps:
        yield f"❌ Not a whole run: {_escaped(gap)}."
        yield ""
    if report.tests_failed:
        yield "❌ Tests of this run have failed."
        yield ""
    found_problems = contents.problems(report)
    for problem in found_problems[:_MOST_PROBLEMS]:
        yield f"- {_MARKS[problem.severity]} {_described(problem)}"
    if len(found_problems) > _MOST_PROBLEMS:
        yield f"- ... and {len(found_problems) - _MOST_PROBLEMS} more"


def _described(problem: Problem) -> str:
    place = f" ({problem.place.file}:{problem.place.line})" if problem.place else ""
    operation = f"`{problem.operation}`: " if problem.operation else ""
    return f"**{problem.rule}** {operation}{_escaped(problem.message)}{place}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(_escaped(cell) for cell in row) + " |"
    yield ""


def _escaped(text: str) -> str:
    for character in "\\`*_[]<>|":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
