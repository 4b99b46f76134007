"""What a report says first: whether the run has passed, and in a few lines why not."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Report
from pytest_xapi.words import counted


def title(report: Report) -> str:
    """One word; of gates that only warn, that they do."""
    if not report.passed:
        return "Failed"
    return "Passed with warnings" if any(not verdict.passed for verdict in report.verdicts) else "Passed"


def apps(report: Report) -> list[str]:
    """The titles of the apps under test, as far as gates have seen them."""
    known = report.evidence.get("apps", {})
    return [name for name, app in known.items() if app.get("under_test")] or list(known)


def reasons(report: Report) -> Iterator[str]:
    """Why the run has not passed, each in a sentence; of one that has, what there is to know."""
    yield from (f"Incomplete: {gap}." for gap in report.gaps)
    failed = [verdict.gate for verdict in report.verdicts if not verdict.passed]
    if failed:
        warn = " They only warn." if report.only_warns else ""
        gates = counted(len(report.verdicts), "gate")
        yield f"{len(failed)} of {gates} did not pass: {', '.join(failed)}.{warn}"
    elif report.verdicts:
        yield f"{'All' if len(report.verdicts) > 1 else 'The'} {_gates(len(report.verdicts))} passed."
    if report.fuzz:
        yield f"{_found(report)} in {counted(contents.counts(report.fuzz).cases, 'case')}."
    if report.tests_failed:
        yield "Tests of this run failed."
    elif not report.verdicts and not report.fuzz:
        yield "The run had no gates and no property tests."


def _gates(number: int) -> str:
    return counted(number, "gate") if number > 1 else "gate"


def _found(report: Report) -> str:
    counts = contents.counts(report.fuzz)
    levels = ((counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note"))
    severities = ", ".join(counted(number, name) for number, name in levels if number)
    accepted = f", {counts.accepted} accepted," if counts.accepted else ""
    found = counted(counts.findings, "finding") if counts.findings else "no findings"
    return f"Property tests: {found}{f' ({severities})' if severities else ''}{accepted}"
