"""Fuzzing one operation, or the sequences of an app: send all cases, keep what fails, make it small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from pytest_xapi.fuzz import schemathesis_adapter as adapter
from pytest_xapi.fuzz.findings import Exchange, Finding, Record, Reference
from pytest_xapi.fuzz.plan import SEQUENCES, Plan
from pytest_xapi.fuzz.schemathesis_adapter import Api, Case, Failed, Outcome, Parts, Step
from pytest_xapi.fuzz.shrink import minimal, reduced_path_value, without_needless
from pytest_xapi.fuzz.wire import WireRequest

_MOST_FINDINGS = 20
_SHRINK_REQUESTS = 400
_STEPS_BEFORE = 60

Key = tuple[str, str, str]


@dataclass
class _Candidate:
    """The first failure of its kind, and all that was sent before it."""

    failed: Failed
    also: tuple[str, ...]
    steps: list[Step]


def fuzz_operation(api: Api, label: str, plan: Plan) -> Record:
    """Send an operation its examples, boundary cases and random cases, and check each answer."""
    record = Record(label)
    started = perf_counter()
    candidates: dict[Key, _Candidate] = {}
    sent: set[WireRequest] = set()
    log: list[Step] = []
    for case in _cases(api, label, plan):
        request = api.preview(case)
        if request in sent:
            continue
        sent.add(request)
        step = Step(api.send(case))
        log.append(step)
        record.count(label, step.outcome.answer)
        for key, failed, also in _keyed(step.outcome):
            if key not in candidates and len(candidates) < _MOST_FINDINGS:
                candidates[key] = _Candidate(failed, also, log[-_STEPS_BEFORE:])
    record.findings = [_finding(api, key, candidate) for key, candidate in candidates.items()]
    record.seconds = perf_counter() - started
    return record


def fuzz_sequences(api: Api, plan: Plan) -> Record:
    """Send sequences of requests, and check each answer."""
    record = Record(SEQUENCES)
    started = perf_counter()
    candidates: dict[Key, _Candidate] = {}
    for steps in api.sequences(plan.seed_of(SEQUENCES), plan.sequences):
        for position, step in enumerate(steps):
            record.count(_label(step.outcome), step.outcome.answer)
            for key, failed, also in _keyed(step.outcome):
                if key not in candidates and len(candidates) < _MOST_FINDINGS:
                    candidates[key] = _Candidate(failed, also, steps[: position + 1])
    record.findings = [_finding(api, key, candidate) for key, candidate in candidates.items()]
    record.seconds = perf_counter() - started
    return record


def _cases(api: Api, label: str, plan: Plan) -> Iterator[Case]:
    yield from api.examples(label)
    yield from api.boundary(label)
    yield from api.random(label, plan.seed_of(label), plan.random_cases)


def _label(outcome: Outcome) -> str:
    return str(outcome.case.operation.label)


def _keyed(outcome: Outcome) -> Iterator[tuple[Key, Failed, tuple[str, ...]]]:
    """The failures of an answer, one for each cause.

    That status 500 is not declared, and that its body is not as declared, follow from the server error.
    """
    crash = next((failed for failed in outcome.failed if failed.check == "not_a_server_error"), None)
    for failed in outcome.failed if crash is None else (crash,):
        others = tuple(other.check for other in outcome.failed if other is not failed) if crash else ()
        yield (_label(outcome), failed.check, failed.cause), failed, others


class _Shrinking:
    """The requests that are spent on making one failure small."""

    def __init__(self, api: Api, key: Key, steps: list[Step]) -> None:
        self._api = api
        self._key = key
        self._steps = steps
        self._left = _SHRINK_REQUESTS

    def attempt(self, chosen: list[int], parts: list[Parts]) -> list[Outcome] | None:
        """Send the chosen steps with these parts; their outcomes if the last one fails as it did."""
        self._left -= len(chosen)
        if self._left < 0:
            return None
        cases = [self._api.copy(self._steps[index].outcome.case, parts[index]) for index in chosen]
        outcomes = self._api.send_again(_renumbered(self._steps, chosen), cases)
        keys = {key for key, _, _ in _keyed(outcomes[-1])}
        return outcomes if self._key in keys else None

    def smallest(self) -> tuple[list[int], list[Parts], list[Outcome]] | None:
        """The steps that are needed, what they send, and what came of it; `None` if nothing fails again."""
        parts = [adapter.parts_of(step.outcome.case) for step in self._steps]
        last = len(self._steps) - 1
        chosen = [last]
        if self.attempt(chosen, parts) is None:
            chosen = list(range(len(self._steps)))
            if last == 0 or self.attempt(chosen, parts) is None:
                return None
            chosen = without_needless(chosen, lambda fewer: self.attempt(fewer, parts) is not None)
        for index in reversed(chosen):
            self._reduce(index, chosen, parts)
        self._left = max(self._left, len(chosen))
        outcomes = self.attempt(chosen, parts)
        return None if outcomes is None else (chosen, parts, outcomes)

    def _reduce(self, index: int, chosen: list[int], parts: list[Parts]) -> None:
        """Make what one step sends small."""
        bound = {(binding.location, binding.name) for binding in self._steps[index].bindings}

        def fails_with(**changed: Any) -> bool:
            changes = list(parts)
            changes[index] = replace(parts[index], **changed)
            return self.attempt(chosen, changes) is not None

        for place in ("headers", "cookies", "query", "body"):
            value = getattr(parts[index], place)
            if value is adapter.ABSENT:
                continue
            if place == "body" and fails_with(body=adapter.ABSENT):
                parts[index] = replace(parts[index], body=adapter.ABSENT)
                continue
            smallest = minimal(value, lambda smaller, place=place: fails_with(**{place: smaller}))
            parts[index] = replace(parts[index], **{place: smallest})
        for name in parts[index].path:
            if ("path_parameters", name) not in bound:
                self._reduce_path(name, index, parts, fails_with)

    @staticmethod
    def _reduce_path(name: str, index: int, parts: list[Parts], fails_with: Any) -> None:
        shrinking = True
        while shrinking:
            path = parts[index].path
            smaller = (
                {**path, name: value}
                for value in reduced_path_value(path[name])
                if fails_with(path={**path, name: value})
            )
            found = next(smaller, None)
            shrinking = found is not None
            if found is not None:
                parts[index] = replace(parts[index], path=found)


def _renumbered(steps: list[Step], chosen: list[int]) -> list[Step]:
    """The chosen steps, which refer to each other by their new positions, and no longer to those left out."""
    position = {old: new for new, old in enumerate(chosen)}
    return [
        replace(
            steps[index],
            bindings=tuple(
                replace(binding, step=position[binding.step])
                for binding in steps[index].bindings
                if binding.step in position
            ),
            parent=position.get(steps[index].parent, None) if steps[index].parent is not None else None,
        )
        for index in chosen
    ]


def _finding(api: Api, key: Key, candidate: _Candidate) -> Finding:
    found = _Shrinking(api, key, candidate.steps).smallest()
    if found is None:
        exchanges: Iterable[Exchange] = [Exchange(candidate.failed.request, candidate.failed.answer)]
        failed, also = candidate.failed, candidate.also
    else:
        chosen, _, outcomes = found
        failed, also = next((failed, also) for other, failed, also in _keyed(outcomes[-1]) if other == key)
        exchanges = _exchanges(_renumbered(candidate.steps, chosen), outcomes, failed)
    message = failed.message
    if also:
        message = f"{message}\nfollowing from it, and so not reported on their own: {', '.join(also)}".strip()
    return Finding(
        operation=key[0],
        check=failed.check,
        title=failed.title,
        message=message,
        exchanges=tuple(exchanges),
        repeatable=found is not None,
    )


def _exchanges(steps: list[Step], outcomes: list[Outcome], failed: Failed) -> Iterator[Exchange]:
    for step, outcome in zip(steps, outcomes, strict=True):
        is_last = outcome is outcomes[-1]
        references = tuple(
            Reference(str(adapter.bound_value(outcome.case, binding)), binding.step, binding.pointer)
            for binding in step.bindings
        )
        # A check may blame a request that it derived from the last one, such as the same without credentials.
        request = failed.request if is_last else outcome.request
        yield Exchange(request, failed.answer if is_last else outcome.answer, references)

