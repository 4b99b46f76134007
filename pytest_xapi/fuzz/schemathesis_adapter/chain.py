"""Sequences of our own cases: values from earlier answers, and checks that look at what was sent before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemathesis.engine.recorder import ScenarioRecorder

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.cases import Binding, Failed, Outcome, Step
from pytest_xapi.fuzz.model.wire import WireResponse
from pytest_xapi.fuzz.schemathesis_adapter.checks import Check, record
from pytest_xapi.fuzz.schemathesis_adapter.drawn import prepared_of
from pytest_xapi.fuzz.schemathesis_adapter.interface import CaseSender
from pytest_xapi.fuzz.schemathesis_adapter.transport import response_of

_UNBOUND = "something else"
_NO_CREATION = ("GET", "HEAD", "OPTIONS", "PATCH")


@dataclass(frozen=True)
class _Sent:
    drawn: GeneratedCase
    """Without the values from earlier answers."""
    step: Step


class Chain:
    """One sequence, as it is sent."""

    def __init__(self, api: CaseSender) -> None:
        self._api = api
        self._sent: list[_Sent] = []

    @property
    def steps(self) -> list[Step]:
        """What was sent so far."""
        return [sent.step for sent in self._sent]

    def given(self, drawn: GeneratedCase, values: Mapping[tuple[str, str], Any]) -> GeneratedCase:
        """A case with values in places that are named by the attribute of `Parts` and their names.

        Raises:
            LookupError: the case has no such place, or the document does not allow the value there.
        """
        changed = drawn
        for (place, name), value in values.items():
            changed = _with(changed, place, name, value)
        if values and not self._is_of_its_schema(drawn, changed):
            raise LookupError("an earlier request has what this one must not have")
        return changed

    def send(
        self, drawn: GeneratedCase, bindings: Sequence[Binding] = (), parent: int | None = None
    ) -> Outcome | None:
        """Send a case as the next one; nothing if HTTP has no way to say it.

        Args:
            drawn: The case.
            bindings: What it takes from earlier answers.
            parent: The position of the step that it follows up.

        Raises:
            LookupError: an earlier answer does not give what is to be taken from it, or something that the
                document does not allow there.
        """
        taken = drawn
        for binding in bindings:
            taken = _bound(taken, binding, self._sent[binding.step].step.outcome.answer)
        if bindings and not self._is_of_its_schema(drawn, taken):
            raise LookupError("an earlier answer gives what the request must not have")
        if self._api.preview(taken) is None:
            return None
        outcome = self._api.send(taken)
        self._sent.append(_Sent(drawn, Step(outcome, tuple(bindings), parent)))
        checks = self._checks()
        if checks:
            outcome = replace(outcome, failed=(*outcome.failed, *self._judged(checks)))
            self._sent[-1] = _Sent(drawn, replace(self._sent[-1].step, outcome=outcome))
        return outcome

    def _is_of_its_schema(self, drawn: GeneratedCase, taken: GeneratedCase) -> bool:
        """Whether what was taken from answers breaks nothing that was not broken before."""
        verdicts = self._api.direct.requests(drawn).verdicts
        before = verdicts(drawn)
        return all(
            verdict is not False or before.get(place) is False for place, verdict in verdicts(taken).items()
        )

    def _checks(self) -> list[Check]:
        """Those that may fail because of what was sent before."""
        step = self._sent[-1].step
        if step.parent is None:
            return []
        status, names = step.outcome.answer.status, set()
        if status == 404 and step.bindings and _succeeded(self._sent[step.parent].step, "POST"):
            names.add("ensure_resource_availability")
        is_deleted = any(_succeeded(sent.step, "DELETE") for sent in self._sent[:-1])
        if is_deleted and 200 <= status < 400 and step.outcome.request.method in _NO_CREATION:
            names.add("use_after_free")
        return self._api.direct.checks(step.outcome.operation, names)

    def _judged(self, checks: list[Check]) -> tuple[Failed, ...]:
        """What checks say of the last answer, with all that was sent before at hand."""
        recorder = ScenarioRecorder(label="sequence")
        cases: list[Any] = []
        for sent in self._sent:
            step, outcome = sent.step, sent.step.outcome
            case = bound = self._api.direct.case(outcome.case, outcome.case)
            if step.bindings:
                # What is changed afterwards counts as taken from a link.
                case = self._api.direct.case(_unbound(sent.drawn, step.bindings), outcome.case)
            for binding in step.bindings:
                _take(case, bound, binding)
            cases.append(case)
            parent = None if step.parent is None else cases[step.parent].id
            record(recorder, case, parent)
            response = response_of(prepared_of(outcome.request), outcome.answer)
            recorder.record_response(case_id=case.id, response=response)
            self._api.direct.note(case, outcome)
        return self._api.checked(case, response, recorder, checks).failed


def _succeeded(step: Step, method: str) -> bool:
    return step.outcome.request.method == method and step.outcome.answer.is_success


def _unbound(drawn: GeneratedCase, bindings: Sequence[Binding]) -> GeneratedCase:
    """A case with something else in the places that take from earlier answers."""
    for binding in bindings:
        drawn = _with(drawn, binding.place, binding.name, _UNBOUND)
    return drawn


def _bound(drawn: GeneratedCase, binding: Binding, answer: WireResponse) -> GeneratedCase:
    """A case with what an earlier answer gives in it."""
    return _with(drawn, binding.place, binding.name, pointers.of_answer(answer, binding.pointer))


def _with(drawn: GeneratedCase, place: str, name: str, value: Any) -> GeneratedCase:
    return replace(drawn, parts=drawn.parts.with_value(place, name, value))


def _take(case: Any, bound: Any, binding: Binding) -> None:
    """Set on a case of Schemathesis what another one holds where a binding says."""
    if binding.place == "body":
        case.body = bound.body
    else:
        getattr(case, binding.place)[binding.name] = getattr(bound, binding.place)[binding.name]
