"""What the gates say, on the terminal: a table of verdicts, the figures behind them, and what is wrong."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Problem, Report, Verdict
from pytest_xapi.words import counted
from xapi.texts import visible, visible_line


def show(report: Report, reporter: Any) -> None:
    """Write a report to pytest's terminal reporter."""
    for line in verdicts(report):
        reporter.line(line)
    for verdict in report.verdicts:
        for table in verdict.tables:
            reporter.line("")
            reporter.line(table.title)
            for line in aligned(table.columns, table.rows):
                reporter.line(visible_line(line))
    shown = {fingerprint for cause in contents.causes(report.fuzz) for fingerprint in cause.fingerprints}
    for verdict in report.verdicts:
        if verdict.problems:
            _show_problems(verdict, shown, reporter)
    failed = [verdict.gate for verdict in report.verdicts if not verdict.passed]
    reporter.line("")
    if not failed:
        reporter.line("All gates passed.", green=True)
    else:
        consequence = " (--xapi-gate=warn: the exit status stays as it is)" if report.only_warns else ""
        reporter.line(f"Gates that did not pass: {', '.join(failed)}{consequence}", red=not report.only_warns)


def _show_problems(verdict: Verdict, shown: Container[str], reporter: Any) -> None:
    """What a gate has found, but for what is shown above it."""
    problems = [problem for problem in verdict.problems if problem.fingerprint not in shown]
    elsewhere = "" if len(problems) == len(verdict.problems) else ", shown below `xapi fuzz`"
    reporter.line("")
    reporter.line(f"{verdict.gate}: {counted(len(verdict.problems), 'problem')}{elsewhere}", bold=True)
    for problem in sorted(problems, key=lambda problem: contents.SEVERITIES.index(problem.severity)):
        if problem.severity != "note":
            reporter.line(visible(described(problem)), red=problem.severity == "error")
    notes = sum(problem.severity == "note" for problem in problems)
    if notes:
        reporter.line(f"{counted(notes, 'note')}, which reports show")


def verdicts(report: Report) -> Iterator[str]:
    """The table of verdicts."""
    rows = [
        (verdict.gate, verdict.figure, verdict.threshold, "passed" if verdict.passed else "FAILED")
        for verdict in report.verdicts
    ]
    return aligned(("gate", "figure", "threshold", "verdict"), rows)


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; the last column is as wide as it wants."""
    widths = [max(len(row[index]) for row in (columns, *rows)) for index in range(len(columns) - 1)]
    for number, row in enumerate((columns, *rows)):
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        yield "  ".join((*cells, row[-1])).rstrip()
        if number == 0:
            last = max((len(row[-1]) for row in (columns, *rows)), default=0)
            yield "-" * min(sum(widths) + 2 * len(widths) + last, 100)


def described(problem: Problem) -> str:
    """A problem in one line."""
    place = "" if problem.place is None else f" ({problem.place.file}:{problem.place.line})"
    subject = "" if problem.operation is None else f" {problem.operation}{place}:"
    return f"{problem.severity} {problem.rule}{subject} {problem.message}"
