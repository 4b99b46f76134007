"""Fuzzing one item: send all cases, keep what fails, make it small."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from pytest_xapi.fuzz.collection.plan import Plan
from pytest_xapi.fuzz.collection.schedule import STATEFUL, Entry
from pytest_xapi.fuzz.collection.store import Stored
from pytest_xapi.fuzz.execution.access import Access
from pytest_xapi.fuzz.execution.case_hook import CaseHook, adjusted
from pytest_xapi.fuzz.execution.minimize import Key, keyed, smallest
from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.cases import Binding, Case, Failed, Outcome, Step
from pytest_xapi.fuzz.model.findings import Exchange, Finding, Record, Reference
from pytest_xapi.fuzz.model.wire import Answer, WireRequest
from pytest_xapi.fuzz.schemathesis_adapter import Api, as_data, from_data

_MOST_FINDINGS = 20
_STEPS_BEFORE = 100
_SEQUENCES_AT_ONCE = 25
"""What one state machine makes: the next ones need a seed of their own."""
_WALKS = 8
"""How many short sequences are sent at most, for each longer one."""
_OF_SEQUENCES = ("not_a_server_error", "use_after_free", "ensure_resource_availability")


@dataclass
class _Candidate:
    """The first failure of its kind, and all that was sent before it."""

    failed: Failed
    also: tuple[str, ...]
    steps: list[Step]


Candidates = dict[Key, _Candidate]


Take = Callable[[Outcome], None]


@dataclass(frozen=True)
class Hooks:
    """What the user and the session do around cases."""

    before_case: Callable[[], None] = lambda: None
    adjust: CaseHook | None = None
    access: Access | None = None
    take: Take = lambda outcome: None
    """Sees each case that is sent."""


def fuzz_operation(api: Api, entry: Entry, plan: Plan, until: float, hooks: Hooks) -> Record:
    """Send an operation the cases of one phase, and check each answer; stop where the time is up."""
    record = Record(entry.name, entry.phase)
    started = perf_counter()
    candidates: Candidates = {}
    sent: set[WireRequest] = set()
    log: list[Step] = []
    for case in _cases(api, entry, plan):
        if perf_counter() > until:
            record.cut = True
            break
        if hooks.adjust is not None:
            case = adjusted(api, hooks.adjust, entry.label, entry.phase, case)
        request = None if case is None else api.preview(case)
        if request is None or request in sent:
            continue
        sent.add(request)
        hooks.before_case()
        log.append(Step(api.send(case)))
        record.count(entry.label, log[-1].outcome.answer)
        hooks.take(log[-1].outcome)
        _keep(candidates, log[-_STEPS_BEFORE:])
        if log[-1].outcome.answer.is_missing:
            break  # others would not be answered either, and each takes its time
    record.omissions = api.omissions(entry.label)
    record.findings = [_finding(api, key, candidate) for key, candidate in candidates.items()]
    record.seconds = perf_counter() - started
    return record


def fuzz_sequences(api: Api, plan: Plan, until: float, hooks: Hooks) -> Record:
    """Send sequences of requests, and check each answer; stop where the time is up."""
    record = Record(STATEFUL, STATEFUL)
    started = perf_counter()
    candidates: Candidates = {}
    for sequences in _sequences(api, plan, until):
        for steps in sequences:
            for position, step in enumerate(steps):
                record.count(step.outcome.operation, step.outcome.answer)
                _keep(candidates, steps[: position + 1])
        if hooks.access is not None:
            record.findings += _read_by_others(api, hooks.access, sequences)
        if perf_counter() > until:
            record.cut = True
            break
    # What one answer shows is found by the operation's own item too: the sequence matters less.
    found = [
        _finding(api, key, candidate, in_full=candidate.failed.check in _OF_SEQUENCES)
        for key, candidate in candidates.items()
    ]
    record.findings = sorted([*found, *record.findings], key=lambda finding: finding.brief)
    record.seconds = perf_counter() - started
    return record


def replay(api: Api, entry: Entry, failures: Sequence[Stored]) -> Record:
    """Send stored failures of an operation again, and check each answer."""
    record = Record(entry.name, entry.phase)
    started = perf_counter()
    candidates: Candidates = {}
    for failure in failures:
        cases = [from_data(api, step) for step in failure["steps"]]
        steps = [_restored(data, api, case) for data, case in zip(failure["steps"], cases, strict=True)]
        try:
            outcomes = api.send_again(steps, cases)
        except LookupError:
            continue  # an earlier answer no longer gives what a later request took from it
        for outcome in outcomes:
            record.count(outcome.operation, outcome.answer)
        _keep(
            candidates,
            [replace(step, outcome=outcome) for step, outcome in zip(steps, outcomes, strict=True)],
        )
    record.findings = [_finding(api, key, candidate, reduce=False) for key, candidate in candidates.items()]
    record.seconds = perf_counter() - started
    return record


def _read_by_others(api: Api, access: Access, sequences: list[list[Step]]) -> Iterator[Finding]:
    for steps in sequences:
        for led, failed in access.failed(api, steps):
            outcomes = [step.outcome for step in led]
            yield Finding(
                operation=outcomes[-1].operation,
                check=failed.check,
                title=failed.title,
                message=failed.message,
                exchanges=tuple(_exchanges(led, outcomes, failed)),
                cause=failed.cause,
            )


def _sequences(api: Api, plan: Plan, until: float) -> Iterator[list[list[Step]]]:
    """Sequences, some at a time: the short ones in order, then longer ones by chance."""
    yield list(api.walks(plan.seed_of(STATEFUL, "walks"), plan.sequences * _WALKS, until))
    for first in range(0, plan.sequences, _SEQUENCES_AT_ONCE):
        seed = plan.seed_of(STATEFUL, f"from {first}")
        yield list(api.sequences(seed, min(_SEQUENCES_AT_ONCE, plan.sequences - first), until))


def _cases(api: Api, entry: Entry, plan: Plan) -> Iterator[Case]:
    match entry.phase:
        case "examples":
            yield from api.examples(entry.label)
        case "boundary":
            yield from api.boundary(entry.label)
        case "random":
            yield from api.random(entry.label, plan.seed_of(entry.label, entry.phase), plan.random_cases)


def _keep(candidates: Candidates, steps: list[Step]) -> None:
    """Keep what fails in the last step, if nothing has failed so before."""
    for key, failed, also in keyed(steps[-1].outcome):
        if key not in candidates and len(candidates) < _MOST_FINDINGS:
            candidates[key] = _Candidate(failed, also, steps)


def _finding(
    api: Api, key: Key, candidate: _Candidate, *, reduce: bool = True, in_full: bool = True
) -> Finding:
    found = smallest(api, key, candidate.steps, reduce and in_full)
    steps: tuple[dict[str, Any], ...] = ()
    if found is None:
        exchanges: Iterable[Exchange] = [Exchange(candidate.failed.request, candidate.failed.answer)]
        failed, also = candidate.failed, candidate.also
    else:
        failed, also = next((failed, also) for other, failed, also in keyed(found[1][-1]) if other == key)
        exchanges = _exchanges(*found, failed)
        steps = tuple(_stored(step, outcome) for step, outcome in zip(*found, strict=True))
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
        brief=not in_full,
        cause=failed.cause,
        steps=steps,
    )


def _stored(step: Step, outcome: Outcome) -> dict[str, Any]:
    data = as_data(outcome.case)
    if step.bindings:
        data["bindings"] = [[item.place, item.name, item.step, item.pointer] for item in step.bindings]
    if step.parent is not None:
        data["parent"] = step.parent
    return data


def _restored(data: Stored, api: Api, case: Case) -> Step:
    bindings = tuple(Binding(*item) for item in data.get("bindings", ()))
    request = api.preview(case) or WireRequest(data["method"], "/")
    unsent = Outcome(case, data["operation"], request, Answer(0, (), b""), ())
    return Step(unsent, bindings, data.get("parent"))


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
