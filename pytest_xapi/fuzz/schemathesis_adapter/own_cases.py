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
from pytest_xapi.fuzz.model.levels import OF_ANSWERS
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter import undeclared_media_types
from pytest_xapi.fuzz.schemathesis_adapter.checks import Check, record
from pytest_xapi.fuzz.schemathesis_adapter.direct import Direct
from pytest_xapi.fuzz.schemathesis_adapter.transport import DriverTransport

_LONGEST = 65_536
"""Bytes of a body that is compared with the next one."""
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
        self._last: dict[str, tuple[WireResponse, list[Check], tuple[Failed, ...]]] = {}
        """The last answer of each operation that was judged by itself alone, and what was said of it."""

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
        checks = self._direct.relevant(drawn, answer, last)
        if not checks:
            return Outcome(drawn, drawn.label, request, answer, ())
        failed = self._failed_before(drawn.label, answer, checks)
        if failed is None:
            case, response = self._direct.judged(drawn, request, answer, last)
            recorder = ScenarioRecorder(label="one")
            record(recorder, case)
            recorder.record_response(case_id=case.id, response=response)
            failed = self._checked(case, response, recorder, checks).failed
            self._direct.passed(drawn, checks, {item.check for item in failed})
            if len(answer.body) <= _LONGEST and all(check.__name__ in OF_ANSWERS for check in checks):
                self._last[drawn.label] = (answer, checks, failed)
        else:
            failed = tuple(replace(item, request=request, answer=answer) for item in failed)
        return self._direct.without_answers(Outcome(drawn, drawn.label, request, answer, failed))

    def _failed_before(
        self, label: str, answer: WireResponse, checks: list[Check]
    ) -> tuple[Failed, ...] | None:
        """What checks have said of the last answer of an operation, if they would say it of this one.

        That is of its status, headers and body alone; what is answered wrongly often has the same words.
        """
        last, known, failed = self._last.get(label, (None, [], ()))
        if last is None or known != checks:
            return None
        is_same = (last.status, last.headers, last.body) == (answer.status, answer.headers, answer.body)
        return failed if is_same else None

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
