"""What was found, and what was counted on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_xapi.fuzz.model import rules
from pytest_xapi.fuzz.model.cases import placed
from pytest_xapi.fuzz.model.omissions import Omission
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.reports.model import Problem, Severity, SourceLocation
from pytest_xapi.words import printable


@dataclass(frozen=True)
class Reference:
    """A value in a request that an earlier answer of its sequence gave."""

    mark: str
    """What stands for it in the template of the request."""
    step: int
    pointer: str
    """Where in the JSON body of that answer (RFC 6901), or in which header."""
    encoding: str = ""
    """The function of `urllib.parse` that its text goes through."""


@dataclass(frozen=True)
class Exchange:
    """A request, its answer, and what the request took from earlier answers."""

    request: WireRequest
    answer: WireResponse
    references: tuple[Reference, ...] = ()
    template: WireRequest | None = None
    """The request with marks in the place of these values."""


@dataclass(frozen=True)
class Finding:
    """One fault: a check that failed, and the least that makes it fail."""

    operation: str
    check: str
    title: str
    message: str
    exchanges: tuple[Exchange, ...]
    """The smallest failing request is the last one; those before it are needed first."""
    repeatable: bool = True
    """Whether it failed again when it was sent again."""
    time_was_up: bool = False
    """Whether there was no time to send it again, and so to make it small."""
    cause: str = ""
    """What is broken: where an exception comes from, or what of the document an answer breaks."""
    steps: tuple[Mapping[str, Any], ...] = ()
    """All that is needed to send it again, as plain data; nothing if it cannot be sent again."""
    hidden: tuple[str, ...] = ()
    """What stands in its steps for secrets: it can be sent again where all of them are known."""
    probe: Mapping[str, Any] | None = None
    """Of what is no case: what is needed to look for it again, as plain data; `operation` is asked then."""
    place: SourceLocation | None = None
    """Where the handler of the operation is."""
    is_accepted: bool = False
    """Whether the baseline of the project has it."""
    level: Severity | None = None
    """How bad it is to the project, where that is set."""
    fails: bool = True
    """Whether the item fails by it: it is as bad as that, and is not accepted."""
    regression: str | None = None
    """The file with a test for it, if one was asked for."""
    operations: tuple[str, ...] = ()
    """Those that show it, where it is one of `THE_APP`."""

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    @property
    def rule(self) -> rules.Rule:
        """The rule that is broken."""
        return rules.of(self.check)

    @property
    def severity(self) -> Severity:
        """How bad it is: as the project has it, or as the rule does."""
        return self.level or self.rule.severity

    @property
    def problem(self) -> Problem:
        """The same as reports and baselines have it."""
        summary = (printable(self.message).splitlines() or [""])[0]
        message = f"{self.title}: {summary}" if summary else self.title
        return Problem(
            rule=self.rule.id,
            severity=self.severity,
            message=message,
            operation=self.operation,
            place=self.place,
            details=printable(self.message),
            identity=printable(self.cause) or message,
        )

    def as_failure(self) -> dict[str, Any]:
        """As it is stored, to be sent again."""
        found = {
            "operation": self.operation,
            "check": self.check,
            "title": self.title,
            "cause": printable(self.cause),
            "steps": list(self.steps),
        }
        if self.hidden:
            found["hidden"] = list(self.hidden)
        return (
            found
            if self.probe is None
            else found | {"operation": self.probe["operation"], "probe": self.probe}
        )


def without_bound(step: Mapping[str, Any]) -> dict[str, Any]:
    """A stored step without what it takes from earlier answers."""
    left = dict(step)
    for place, name, *_ in left.pop("bindings", ()):
        left[place] = placed(left[place], place, name, None)
    return left


THE_APP = "the app"
"""What a finding of several operations has for an operation."""

ALL = 0
"""Stands for every status."""


@dataclass
class Record:
    """What was sent to one operation, or in sequences, and what came of it."""

    item: str
    """The name of the item: `GET /notes boundary`, or `stateful`."""
    phase: str = ""
    cases: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    """What was noticed on the way, as plain data, where notes are asked for."""
    unsent: str = ""
    """Why no case was sent, if none was."""
    cut: bool = False
    """Whether the time ran out before all was sent."""
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    answers: dict[str, Counter[int]] = field(default_factory=dict)
    """By operation: how often each status was answered."""
    omissions: list[Omission] = field(default_factory=list)
    """What of the document the item did not send, and why."""
    unlinked: list[Omission] = field(default_factory=list)
    """The path parameters for which sequences take no value from an answer, and why."""
    ignored: list[str] = field(default_factory=list)
    """The parts of the document that changed nothing, because they cannot be used: each with the reason."""
    needs_credentials: list[str] = field(default_factory=list)
    """The security schemes that an operation asks for, where nothing gives credentials."""
    reach: dict[str, Any] = field(default_factory=dict)
    """What guided cases have reached of the app's code, as plain data."""
    right: dict[str, Counter[int]] = field(default_factory=dict)
    """Of requests that keep to the document: how often each declared refusal was answered; all at `ALL`."""

    def count(self, operation: str, answer: WireResponse) -> None:
        """Count one case."""
        self.cases += 1
        if operation not in self.answers:
            self.answers[operation] = Counter()
        self.answers[operation][answer.status] += 1

    def count_right(self, operation: str, status: int, is_declared_refusal: bool) -> None:
        """Count one case that keeps to the document."""
        if operation not in self.right:
            self.right[operation] = Counter()
        counts = self.right[operation]
        counts[ALL] += 1
        if is_declared_refusal:
            counts[status] += 1

    def as_json(self) -> dict[str, Any]:
        """As plain data, for reports and for the way from a worker of pytest-xdist to its controller."""
        return {
            "item": self.item,
            "phase": self.phase,
            "cut": self.cut,
            "unsent": self.unsent,
            "notes": self.notes,
            "cases": self.cases,
            "seconds": round(self.seconds, 3),
            "answers": {
                operation: {str(status): count for status, count in sorted(counts.items())}
                for operation, counts in self.answers.items()
            },
            "omissions": [omission.as_json() for omission in self.omissions],
            "unlinked": [omission.as_json() for omission in self.unlinked],
            "ignored": self.ignored,
            "needs_credentials": self.needs_credentials,
            "reach": self.reach,
            "refused": {
                operation: {str(status): count for status, count in sorted(counts.items())}
                for operation, counts in self.right.items()
                if len(counts) > 1
            },
            "findings": [_as_json(finding) for finding in self.findings],
        }


def _as_json(finding: Finding) -> dict[str, Any]:
    problem = finding.problem
    return {
        "operation": finding.operation,
        "operations": list(finding.operations),
        "check": finding.check,
        "rule": problem.rule,
        "severity": problem.severity,
        "fingerprint": problem.fingerprint,
        "cause": problem.identity,
        "title": finding.title,
        "accepted": finding.is_accepted,
        "fails": finding.fails,
        "regression": finding.regression,
        "message": printable(finding.message),
        "repeatable": finding.repeatable,
        "file": None if finding.place is None else finding.place.file,
        "line": None if finding.place is None else finding.place.line,
        "requests": [
            {
                "method": exchange.request.method,
                "target": exchange.request.target,
                "status": exchange.answer.status,
            }
            for exchange in finding.exchanges
        ],
    }


def succeeded(answers: Mapping[str, Mapping[str, int]]) -> set[str]:
    """The operations of `Record.as_json()["answers"]` that answered 2xx at least once."""
    return {
        operation for operation, counts in answers.items() if any(status.startswith("2") for status in counts)
    }
