"""What to fix first: the worst causes of property tests, and the worst of what gates say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_xapi.reports import contents, rule_texts
from pytest_xapi.reports.contents import Cause
from pytest_xapi.reports.model import Problem, Report, Severity, SourceLocation
from pytest_xapi.reports.rule_texts import RuleText
from pytest_xapi.words import counted

MOST = 3
_MOST_LINES = 4


@dataclass(frozen=True)
class Lead:
    """One thing to fix."""

    rule: RuleText
    severity: Severity
    title: str
    operations: tuple[str, ...]
    place: SourceLocation | None
    """Where the handler is, if all that belongs to it has one."""
    lines: tuple[str, ...]
    """What was seen."""
    cause: Cause | None = None
    """What property tests know of it."""


def leads(report: Report, most: int = MOST) -> list[Lead]:
    """The first things to fix: errors before warnings, and of these first what lets somebody in.

    What property tests found comes before the rest. Notes are nothing to begin with.
    """
    causes = contents.causes(report.fuzz)
    found = [_of_cause(cause) for cause in causes if not cause.is_accepted]
    found += _of_gates(problems_of_gates(report))
    order = sorted(found, key=lambda lead: contents.urgency(lead.severity, lead.rule.id))
    return [lead for lead in order if lead.severity != "note"][:most]


def problems_of_gates(report: Report) -> list[Problem]:
    """The problems that are no findings of property tests."""
    findings = {
        fingerprint
        for cause in contents.causes(report.fuzz)
        for fingerprint in (contents.as_problem(cause.finding).fingerprint, *cause.fingerprints)
    }
    return [problem for problem in contents.problems(report) if problem.fingerprint not in findings]


def of_one_rule(problems: Iterable[Problem]) -> list[list[Problem]]:
    """The problems of each rule and severity together, in the order of the first of them."""
    groups: dict[tuple[str, Severity], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.rule, problem.severity), []).append(problem)
    return list(groups.values())


def _of_cause(cause: Cause) -> Lead:
    problem = contents.as_problem(cause.finding)
    return Lead(
        rule=rule_texts.of(problem.rule),
        severity=problem.severity,
        title=cause.finding["title"],
        operations=cause.operations,
        place=problem.place,
        lines=tuple(contents.seen(cause.finding)[: 1 if cause.finding.get("traceback") else _MOST_LINES]),
        cause=cause,
    )


def _of_gates(problems: Sequence[Problem]) -> Iterator[Lead]:
    """The problems of one rule together: their fix is the same."""
    for same in sorted(of_one_rule(problems), key=len, reverse=True):
        rule, severity = same[0].rule, same[0].severity
        places = {problem.place for problem in same}
        operations = dict.fromkeys(problem.operation for problem in same if problem.operation)
        messages = list(dict.fromkeys(problem.message for problem in same))
        lines = messages[:_MOST_LINES]
        rest = len(messages) - len(lines)
        yield Lead(
            rule=rule_texts.of(rule),
            severity=severity,
            title=rule_texts.of(rule).summary.removesuffix("."),
            operations=tuple(operations),
            place=places.pop() if len(places) == 1 else None,
            lines=tuple([*lines, f"and {counted(rest, 'more message')}"] if rest else lines),
        )
