"""Sequences of requests, along the links of a document, as a state machine of Schemathesis makes them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import quote, unquote

import hypothesis
import schemathesis
from hypothesis.errors import Flaky, HypothesisWarning, Unsatisfiable
from schemathesis.engine.recorder import ScenarioRecorder

from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.cases import Binding, Case, Step
from pytest_xapi.fuzz.model.wire import WireResponse
from pytest_xapi.fuzz.schemathesis_adapter.drawing import generation_settings
from pytest_xapi.fuzz.schemathesis_adapter.interface import CaseSender


class _TimeIsUp(BaseException):
    """Ends Hypothesis, which would draw hundreds of sequences more if each of them was only refused."""


def _stop_after(until: float) -> None:
    if perf_counter() > until:
        raise _TimeIsUp


def run_sequences(api: CaseSender, machine: Any, seed: int, count: int, until: float) -> Iterator[list[Step]]:
    """Send about `count` sequences that the state machine makes; none where it has no links.

    After `until`, on the clock of `perf_counter`, nothing more is sent: a sequence ends where it is.
    """
    if not machine.bundles:
        return
    finished: list[list[Step]] = []
    recording = _recording(machine, api, finished, until)
    for attempt in range(count):
        before = len(finished)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisWarning)
            try:
                hypothesis.seed(seed + attempt)(recording).run(settings=generation_settings(count - before))
            except (Flaky, Unsatisfiable):
                pass  # an app that answers the same beginning in another way; the next seed goes on
            except _TimeIsUp:
                pass
        yield from finished[before:]
        # Hypothesis runs some more than it was asked to.
        if len(finished) == before or len(finished) >= count or perf_counter() > until:
            return


def _recording(machine: Any, api: CaseSender, finished: list[list[Step]], until: float) -> Any:
    """A state machine that collects its steps, and goes on after a failure."""

    hanging: set[str] = set()

    class Recording(machine):  # type: ignore[misc]
        def __init__(self) -> None:
            self.steps: list[Step] = []
            self.positions: dict[str, int] = {}
            _stop_after(until)
            api.restart()
            super().__init__()

        def call(self, case: Case, **kwargs: Any) -> schemathesis.Response:
            _stop_after(until)
            if case.operation.label in hanging or api.preview(case) is None:
                hypothesis.reject()
            response: schemathesis.Response = super().call(case, **kwargs)
            return response

        def validate_response(self, response: Any, case: Case, *arguments: Any, **kwargs: Any) -> None:
            outcome = api.checked(case, response, self.recorder)
            if outcome.answer.is_missing:
                hanging.add(outcome.operation)
            node = self.recorder.cases[case.id]
            parent = self.positions.get(node.parent_id)
            self.positions[case.id] = len(self.steps)
            self.steps.append(Step(outcome, _bindings(node, parent, self.steps, case), parent))

        def teardown(self) -> None:
            if self.steps:
                finished.append(self.steps)

    return Recording


def _bindings(node: Any, parent: int | None, steps: list[Step], case: Case) -> tuple[Binding, ...]:
    """What of a case came from the step that it follows up."""
    if node.transition is None or parent is None:
        return ()
    found = []
    for place, values in node.transition.parameters.items():
        for name, extracted in values.items():
            template = str(extracted.definition).removeprefix("$response.body#")
            value = unquote(str(getattr(case, place).get(name)))
            pointer = pointers.find(steps[parent].outcome.answer.body, template, value)
            if template.startswith("/") and pointer is not None:
                found.append(Binding(place, name, parent, pointer))
    return tuple(found)


def record(recorder: ScenarioRecorder, case: Case, parent_id: str | None) -> None:
    """Let checks of later answers find a case."""
    recorder.record_case(case=case, parent_id=parent_id, transition=None, is_transition_applied=False)


def bind(case: Case, binding: Binding, answer: WireResponse) -> None:
    """Put what an earlier answer gives now into a case."""
    value = pointers.get(answer.body, binding.pointer)
    if isinstance(value, str) and binding.place == "path_parameters":
        value = quote(value, safe="")
    getattr(case, binding.place)[binding.name] = value
