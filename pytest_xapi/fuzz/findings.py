"""What was found, and what was counted on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_xapi.fuzz.wire import Answer, WireRequest


@dataclass(frozen=True)
class Reference:
    """A value in a request that an earlier answer of its sequence gave."""

    value: str
    """As it stands in the request."""
    step: int
    pointer: str
    """Where in the JSON body of that answer (RFC 6901)."""


@dataclass(frozen=True)
class Exchange:
    """A request, its answer, and what the request took from earlier answers."""

    request: WireRequest
    answer: Answer
    references: tuple[Reference, ...] = ()


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
    brief: bool = False
    """Whether another item is the place to look for it."""

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]


@dataclass
class Record:
    """What was sent to one operation, or in sequences, and what came of it."""

    item: str
    """The name of the item: `GET /notes`, or that of the sequences."""
    cases: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    answers: dict[str, Counter[int]] = field(default_factory=dict)
    """By operation: how often each status was answered."""

    def count(self, operation: str, answer: Answer) -> None:
        """Count one case."""
        self.cases += 1
        self.answers.setdefault(operation, Counter())[answer.status] += 1

    def as_json(self) -> dict[str, Any]:
        """As plain data, for reports and for the way from a worker of pytest-xdist to its controller."""
        return {
            "item": self.item,
            "cases": self.cases,
            "seconds": round(self.seconds, 3),
            "answers": {
                operation: {str(status): count for status, count in sorted(counts.items())}
                for operation, counts in self.answers.items()
            },
            "findings": [
                {
                    "operation": finding.operation,
                    "check": finding.check,
                    "title": finding.title,
                    "message": printable(finding.message),
                    "repeatable": finding.repeatable,
                    "requests": [
                        {
                            "method": exchange.request.method,
                            "target": exchange.request.target,
                            "status": exchange.answer.status,
                        }
                        for exchange in finding.exchanges
                    ],
                }
                for finding in self.findings
            ],
        }


def printable(text: str) -> str:
    """`text` without what cannot be encoded: lone surrogates, which generated strings may hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def succeeded(answers: Mapping[str, Mapping[str, int]]) -> set[str]:
    """The operations of `Record.as_json()["answers"]` that answered 2xx at least once."""
    return {
        operation for operation, counts in answers.items() if any(status.startswith("2") for status in counts)
    }
