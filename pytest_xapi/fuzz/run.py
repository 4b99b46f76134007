"""Fuzzing one operation, or the sequences of an app: send all cases, keep what fails, make it small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

from pytest_xapi.fuzz import pointers
from pytest_xapi.fuzz.cases import Binding, Case, Failed, Outcome, Step
from pytest_xapi.fuzz.findings import Exchange, Finding, Record, Reference
from pytest_xapi.fuzz.minimize import Key, keyed, smallest
from pytest_xapi.fuzz.plan import SEQUENCES, Plan
from pytest_xapi.fuzz.schemathesis_adapter import Api
from pytest_xapi.fuzz.wire import WireRequest

_MOST_FINDINGS = 20
_STEPS_BEFORE = 100
_OF_SEQUENCES = ("not_a_server_error", "use_after_free", "ensure_resource_availability")


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
        if request is None or request in sent:
            continue
        sent.add(request)
        step = Step(api.send(case))
        log.append(step)
        record.count(label, step.outcome.answer)
        for key, failed, also in keyed(step.outcome):
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
            record.count(step.outcome.operation, step.outcome.answer)
            for key, failed, also in keyed(step.outcome):
                if key not in candidates and len(candidates) < _MOST_FINDINGS:
                    candidates[key] = _Candidate(failed, also, steps[: position + 1])
    # What one answer shows is found by the operation's own item too: the sequence matters less.
    found = [
        _finding(api, key, candidate, reduce=candidate.failed.check in _OF_SEQUENCES)
        for key, candidate in candidates.items()
    ]
    record.findings = sorted(found, key=lambda finding: finding.brief)
    record.seconds = perf_counter() - started
    return record


def _cases(api: Api, label: str, plan: Plan) -> Iterator[Case]:
    yield from api.examples(label)
    yield from api.boundary(label)
    yield from api.random(label, plan.seed_of(label), plan.random_cases)


def _finding(api: Api, key: Key, candidate: _Candidate, reduce: bool = True) -> Finding:
    found = smallest(api, key, candidate.steps, reduce)
    if found is None:
        exchanges: Iterable[Exchange] = [Exchange(candidate.failed.request, candidate.failed.answer)]
        failed, also = candidate.failed, candidate.also
    else:
        steps, outcomes = found
        failed, also = next((failed, also) for other, failed, also in keyed(outcomes[-1]) if other == key)
        exchanges = _exchanges(steps, outcomes, failed)
    message = failed.message
    if also:
        message = f"{message}\nFollowing from it, and so not shown on their own: {', '.join(also)}.".strip()
    return Finding(
        operation=key[0],
        check=failed.check,
        title=failed.title,
        message=message,
        exchanges=tuple(exchanges),
        repeatable=found is not None,
        brief=not reduce,
    )


def _exchanges(steps: list[Step], outcomes: list[Outcome], failed: Failed) -> Iterator[Exchange]:
    for step, outcome in zip(steps, outcomes, strict=True):
        is_last = outcome is outcomes[-1]
        references = tuple(_reference(binding, outcomes) for binding in step.bindings)
        # A check may blame a request that it derived from the last one, such as the same without credentials.
        request = failed.request if is_last else outcome.request
        yield Exchange(request, failed.answer if is_last else outcome.answer, references)


def _reference(binding: Binding, outcomes: list[Outcome]) -> Reference:
    value = pointers.get(outcomes[binding.step].answer.body, binding.pointer)
    return Reference(str(value), binding.step, binding.pointer)
