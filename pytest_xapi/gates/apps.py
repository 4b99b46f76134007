"""What was recorded of one app: its exchanges, looked up in its OpenAPI document."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_xapi import documents, source_locations
from pytest_xapi.gates import evidence
from pytest_xapi.gates.branches import Branches
from pytest_xapi.gates.coverage_items import CoverageTarget, Points, Sent
from pytest_xapi.gates.measures import Meter, Reading
from pytest_xapi.gates.rules import routes
from pytest_xapi.gates.sent_requests import SentRequest, in_line, shown, smaller
from pytest_xapi.words import printable
from xapi.openapi.reader import Document, DocumentError, Operation
from xapi.testing.attribution import Attribution
from xapi.testing.conformance import Fault, faults


class RecordedApp:
    """Takes the exchanges of one app."""

    def __init__(self, app: Any, root: Path, meter: Meter) -> None:
        self.app = app
        self._meter = meter
        self._document = _document_of(app)
        self._without_document = 0
        self._evidence = evidence.new_app({})
        self._operations: dict[str, _RecordedOperation] = {}
        self._seen: dict[int, _RecordedOperation | None] = {}
        if self._document is not None:
            self._evidence["document"] = self._document.content
            self._evidence["places"] = {
                label: asdict(place) for label, place in source_locations.locate_all(app, root).items()
            }
            self._evidence["routes"] = list(routes.mistakes(app))
            self._branches = Branches(self._document)
            self._attribution = Attribution(self._document, app)
            schemes = self._document.security_schemes.values()
            self._secret_names = {str(scheme.get("name")) for scheme in schemes if scheme.get("in")}

    def add(self, sent: Sent, request: SentRequest, reading: Reading, test: str, is_fuzz: bool) -> None:
        """Take an exchange."""
        if self._document is None:
            self._without_document += 1
            return
        # What was sent and answered before, to the byte, covers nothing new.
        key = hash((is_fuzz, sent))
        if key in self._seen:
            operation = self._seen[key]
        else:
            operation = self._seen[key] = self._look_up(
                self._document, sent, None if is_fuzz else request, test
            )
        if operation is None:
            self._evidence["undocumented"] += 1
        else:
            self._meter.keep(operation.evidence, reading, sent.status, test)
            most = operation.evidence["queries_by_hand"][0]
            if reading.queries > most and not is_fuzz:
                asked = in_line(shown(request, self._secret_names))
                operation.evidence["queries_by_hand"] = [reading.queries, test, asked]

    def evidence(self, under_test: bool) -> evidence.Json:
        """What was recorded, as evidence of a run."""
        whole = evidence.empty() | {"without_document": self._without_document}
        if self._document is None:
            return whole
        title = str(self._document.content.get("info", {}).get("title", "")) or "app"
        operations = {label: operation.as_json() for label, operation in self._operations.items()}
        app = self._evidence | {"operations": operations, "under_test": under_test}
        return whole | {"apps": {title: app}}

    def _look_up(
        self, document: Document, sent: Sent, request: SentRequest | None, test: str
    ) -> _RecordedOperation | None:
        """Note what an exchange covers; `request` is that of a test written by hand."""
        documented = self._attribution.operation(sent.method, sent.told)
        if documented is None:
            return None
        operation = self._operations.get(documented.label)
        if operation is None:
            operation = _RecordedOperation(CoverageTarget(document, documented, self._branches))
            self._operations[documented.label] = operation
        operation.cover(operation.coverable.requested(sent))
        # Other requests may have had the same answer.
        answer = hash((sent.status, sent.answered, sent.body))
        found = operation.answers.get(answer)
        if found is None:
            operation.cover(operation.coverable.answered(sent))
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in sent.answered]
            found = faults(document, documented, sent.status, headers, sent.body)
            operation.answers[answer] = found
        self._note_faults(found, documented, sent, request, test)
        return operation

    def _note_faults(
        self,
        found: list[Fault],
        documented: Operation,
        sent: Sent,
        request: SentRequest | None,
        test: str,
    ) -> None:
        undeclared = self._evidence["undeclared"]
        for fault in found:
            identity = f"{fault.kind} {fault.identity} of {sent.status}"
            noted = undeclared.setdefault(
                f"{documented.label}: {identity}",
                {
                    "kind": fault.kind,
                    "status": sent.status,
                    "operation": documented.label,
                    "message": printable(fault.message),
                    "identity": printable(identity),
                    "count": 0,
                    "tests": [],
                    "only_fuzz": True,
                    "request": None,
                },
            )
            noted["count"] += 1
            noted["tests"] = sorted({*noted["tests"], test})[: evidence.MOST_TESTS]
            if request is not None:
                noted["only_fuzz"] = False
                noted["request"] = smaller(noted["request"], shown(request, self._secret_names))


class _RecordedOperation:
    def __init__(self, coverable: CoverageTarget) -> None:
        self.coverable = coverable
        self.points: Points = {}
        self.answers: dict[int, list[Fault]] = {}
        """What is wrong with each answer, by its hash."""
        self.evidence = evidence.new_operation()

    def cover(self, points: Points) -> None:
        """Add points to those that are covered."""
        for dimension, covered in points.items():
            self.points.setdefault(dimension, set()).update(covered)

    def as_json(self) -> evidence.Json:
        points = {name: sorted(map(printable, points)) for name, points in self.points.items() if points}
        return self.evidence | {"points": points}


def _document_of(app: Any) -> Document | None:
    try:
        return documents.of(app)
    except DocumentError:
        return None
