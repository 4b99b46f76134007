"""Answers against what their operations declare: `xapi.testing.conformance` judges, as for all other tests.

Schemathesis's checks of the same have the texts, and the causes that tell their findings apart. Where they
see no fault and there is one, or the other way round, ours counts.
"""

from __future__ import annotations

from collections import OrderedDict

from pytest_xapi.fuzz.model.cases import Failed, Outcome
from pytest_xapi.fuzz.model.levels import OF_KINDS
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from xapi.openapi.reader import Document
from xapi.testing.conformance import Fault, faults

_TITLES = {
    "status": "Undocumented status code",
    "media type": "Undocumented Content-Type",
    "header": "Response headers violate their schemas",
    "body": "Response violates schema",
}
_MOST_KEPT = 512


class Conformance:
    """What is wrong with the answers of the operations of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: OrderedDict[tuple[object, ...], dict[str, Fault]] = OrderedDict()

    def faults(self, label: str, answer: WireResponse) -> dict[str, Fault]:
        """What is wrong with an answer: the first fault for each check."""
        key = (label, answer.status, answer.headers, answer.body)
        if key not in self._known:
            self._known[key] = self._judged(label, answer)
            if len(self._known) > _MOST_KEPT:
                self._known.popitem(last=False)
        return self._known[key]

    def _judged(self, label: str, answer: WireResponse) -> dict[str, Fault]:
        operation = self._document.operation(label)
        if operation is None:
            return {}
        found: dict[str, Fault] = {}
        for fault in faults(self._document, operation, answer.status, list(answer.headers), answer.body):
            found.setdefault(OF_KINDS[fault.kind], fault)
        return found

    def failures(self, outcome: Outcome, request: WireRequest, but: frozenset[str]) -> tuple[Failed, ...]:
        """The failures that nothing else has noted, but for some checks."""
        noted = {failed.check for failed in outcome.failed}
        return tuple(
            Failed(
                check=check,
                title=_TITLES[fault.kind],
                message=fault.message,
                cause=f"{fault.kind} {fault.identity}",
                request=request,
                answer=outcome.answer,
            )
            for check, fault in self.faults(outcome.operation, outcome.answer).items()
            if check not in noted and check not in but
        )
