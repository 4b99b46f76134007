"""Sending the cases of our own generator, and what is asked about their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import schemathesis
from schemathesis.engine.recorder import ScenarioRecorder

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.model import wrong_credentials
from pytest_xapi.fuzz.model.cases import Failed, Objection, Outcome
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter import undeclared_media_types
from pytest_xapi.fuzz.schemathesis_adapter.checks import Check, record
from pytest_xapi.fuzz.schemathesis_adapter.direct import Direct
from pytest_xapi.fuzz.schemathesis_adapter.transport import DriverTransport

Checked = Callable[[Any, schemathesis.Response, ScenarioRecorder, list[Check]], Outcome]
"""Runs checks on the answer to a case of Schemathesis."""


class OwnCases:
    """The path that our cases take to the app and back."""

    def __init__(
        self, direct: Direct, transport: DriverTransport, checked: Checked, objection: Objection | None
    ) -> None:
        self._direct = direct
        self._transport = transport
        self._checked = checked
        self._objection = objection
        self._guarded: set[str] = set()
        """The operations of which it is known what they answer to wrong credentials."""

    def send(self, drawn: GeneratedCase) -> Outcome:
        """Send a case and run the checks that its answer may not pass."""
        request = self._direct.request(drawn)
        assert request is not None, "only what HTTP can say is sent"
        request, answer, last = self._direct.exchanged(request, drawn.label)
        if last is None:
            return Outcome(drawn, drawn.label, request, answer, ())
        outcome = self._judged(drawn, request, answer, last)
        also = (
            *self._direct.unlike_declared(drawn, outcome, last),
            *undeclared_media_types.accepted(
                self._direct.requests(drawn), drawn, request, answer, self._objection
            ),
            *self._with_wrong_credentials(drawn, outcome),
        )
        return replace(outcome, failed=(*outcome.failed, *also)) if also else outcome

    def _judged(
        self, drawn: GeneratedCase, request: WireRequest, answer: WireResponse, last: WireRequest
    ) -> Outcome:
        """What the checks say of an answer; `last` is the request that was answered, after redirects."""
        judged = self._direct.judged(drawn, request, answer, last)
        if judged is None:
            return Outcome(drawn, drawn.label, request, answer, ())
        recorder = ScenarioRecorder(label="one")
        record(recorder, judged.case)
        recorder.record_response(case_id=judged.case.id, response=judged.response)
        outcome = self._checked(judged.case, judged.response, recorder, judged.checks)
        self._direct.passed(drawn, judged, {failed.check for failed in outcome.failed})
        return replace(self._direct.without_answers(outcome), case=drawn)

    def _with_wrong_credentials(self, drawn: GeneratedCase, outcome: Outcome) -> tuple[Failed, ...]:
        """What an operation answers to credentials that are almost right. It is asked until it refuses."""
        if drawn.label in self._guarded or not outcome.answer.is_success:
            return ()
        if any(failed.check == wrong_credentials.CHECK for failed in outcome.failed):
            found: tuple[Failed, ...] = ()  # no credentials at all will do
        else:
            requests = self._direct.with_wrong_credentials(drawn)
            found = tuple(wrong_credentials.accepted(self._transport.through, requests))
        if not found:
            self._guarded.add(drawn.label)
        return found
