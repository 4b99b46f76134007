"""What all forms of a report show, each thing once, and the figures that all of them name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pytest_xapi.reports import rule_texts
from pytest_xapi.reports.model import Problem, Report, SourceLocation
from pytest_xapi.words import counted

Finding = Mapping[str, Any]
_OF_APPS = ("status_code_conformance", "content_type_conformance", "unsupported_method")
"""Checks whose faults are declared or mended once for several operations: what is answered is the cause."""
SEVERITIES = ("error", "warning", "note")
"""The worst first."""


@dataclass(frozen=True)
class Cause:
    """One fault that property tests found, with all that shows it."""

    finding: Finding
    """The finding that shows it best: not accepted, of the fewest requests. Which one it is does not depend
    on the order of the items.
    """
    operations: tuple[str, ...]
    items: tuple[str, ...]
    is_accepted: bool
    """Whether the project has accepted all findings of it."""
    fingerprints: frozenset[str]
    """Those of all its findings."""


@dataclass(frozen=True)
class Counts:
    """The figures of the property tests of a run."""

    operations: int
    """Those to which something was sent."""
    cases: int
    findings: int
    """Causes that are not accepted: the sum of the three that follow."""
    errors: int
    warnings: int
    notes: int
    accepted: int
    """Causes that the project has accepted."""

    def as_json(self) -> dict[str, int]:
        """The figures by their names."""
        return asdict(self)

    def described(self, time: str = "") -> str:
        """The figures in a line; `time` says what the cases have taken."""
        levels = ((self.errors, "error"), (self.warnings, "warning"), (self.notes, "note"))
        severities = ", ".join(counted(number, name) for number, name in levels if number)
        return (
            f"{counted(self.operations, 'operation')}, {counted(self.cases, 'case')}{time}, "
            f"{counted(self.findings, 'finding')}{f' ({severities})' if severities else ''}"
            f"{f', {self.accepted} accepted' if self.accepted else ''}"
        )


def counts(records: Iterable[Mapping[str, Any]]) -> Counts:
    """The figures of what the items of the property tests have recorded."""
    records = list(records)
    found = causes(records)
    severities = Counter(cause.finding["severity"] for cause in found if not cause.is_accepted)
    return Counts(
        operations=len({operation for record in records for operation in record["answers"]}),
        cases=sum(record["cases"] for record in records),
        findings=severities.total(),
        errors=severities["error"],
        warnings=severities["warning"],
        notes=severities["note"],
        accepted=sum(cause.is_accepted for cause in found),
    )


def causes(records: Iterable[Mapping[str, Any]]) -> list[Cause]:
    """What the items of the property tests found: one entry for each cause, the worst first.

    An exception that leaves the app at the same line is one fault, whatever operation led there.
    """
    found: dict[str, list[tuple[Finding, str]]] = {}
    for record in records:
        for finding in record["findings"]:
            found.setdefault(_key(finding), []).append((finding, record["item"]))
    return sorted(map(_cause, found.values()), key=_rank)


def problems(report: Report) -> list[Problem]:
    """Everything that is wrong, what gates say first; each problem once, and each cause, too."""
    shown = {
        fingerprint: as_problem(cause.finding).fingerprint
        for cause in causes(report.fuzz)
        for fingerprint in cause.fingerprints
    }
    found: dict[str, Problem] = {}
    for problem in _problems(report):
        if shown.get(problem.fingerprint, problem.fingerprint) == problem.fingerprint:
            found.setdefault(problem.fingerprint, problem)
    return sorted(found.values(), key=lambda problem: urgency(problem.severity, problem.rule))


def urgency(severity: str, rule: str) -> tuple[int, float]:
    """What sorts by what to fix first: errors before the rest, and of these first what lets somebody in."""
    return SEVERITIES.index(severity), -(rule_texts.of(rule).security_severity or 0.0)


def as_problem(finding: Finding) -> Problem:
    """A finding as a problem: the same one, whether a gate or the report itself tells of it."""
    file, line = finding["file"], finding["line"]
    return Problem(
        rule=finding["rule"],
        severity=finding["severity"],
        message=f"{finding['title']} [{finding['check']}]",
        operation=finding["operation"],
        place=None if file is None else SourceLocation(file, line),
        details="\n".join((*sent(finding), *seen(finding))),
        identity=finding["cause"],
    )


def sent(finding: Finding) -> list[str]:
    """A line for each request of a finding: `GET /notes?per_page=0 -> 500`."""
    return [
        f"{exchange['request']['method']} {exchange['request']['target']} -> {exchange['answer']['status']}"
        for exchange in finding.get("exchanges", ())
    ]


def seen(finding: Finding) -> list[str]:
    """What was wrong with the answer, in lines; where an exception left the app, that comes first."""
    lines = [line for line in str(finding["message"]).splitlines() if line.strip()]
    return [finding["cause"], *lines] if _is_of_place(finding) else lines


def _problems(report: Report) -> Iterator[Problem]:
    for verdict in report.verdicts:
        yield from verdict.problems
    for cause in causes(report.fuzz):
        if not cause.is_accepted:
            yield as_problem(cause.finding)


def _key(finding: Finding) -> str:
    """What the findings of one cause have in common."""
    if finding["check"] in _OF_APPS:
        return f"{finding['check']} {finding['cause']}"
    return str(finding["cause"] if _is_of_place(finding) else finding["fingerprint"])


def _is_of_place(finding: Finding) -> bool:
    """Whether its cause is an exception, and says where it left the app."""
    return " at " in finding["cause"] and finding["check"] == "not_a_server_error"


def _cause(shown: list[tuple[Finding, str]]) -> Cause:
    shown = sorted(shown, key=lambda one: _preference(*one))
    operations = (
        operation for finding, _ in shown for operation in finding.get("operations") or [finding["operation"]]
    )
    return Cause(
        finding=shown[0][0],
        operations=tuple(dict.fromkeys(operations)),
        items=tuple(dict.fromkeys(item for _, item in shown)),
        is_accepted=all(finding["accepted"] for finding, _ in shown),
        fingerprints=frozenset(finding["fingerprint"] for finding, _ in shown),
    )


def _preference(finding: Finding, item: str) -> tuple[Any, ...]:
    requests = finding.get("exchanges") or finding.get("requests") or ()
    return finding["accepted"], SEVERITIES.index(finding["severity"]), len(requests), item


def _rank(cause: Cause) -> tuple[Any, ...]:
    """The most urgent first, then what most operations show."""
    return (
        *urgency(cause.finding["severity"], cause.finding["rule"]),
        -len(cause.operations),
        cause.finding["rule"],
        cause.operations,
        cause.finding["cause"],
    )
