"""Fuzzing one item: send all cases, keep what fails, make it small."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any

from pytest_xapi.fuzz.collection.plan import RunPlan
from pytest_xapi.fuzz.collection.schedule import STATEFUL, Entry
from pytest_xapi.fuzz.collection.store import Stored
from pytest_xapi.fuzz.execution.access import Access
from pytest_xapi.fuzz.execution.case_hook import CaseHook, adjusted
from pytest_xapi.fuzz.execution.exchanges import exchanges
from pytest_xapi.fuzz.execution.minimize import Key, keyed, smallest
from pytest_xapi.fuzz.execution.shared_causes import SharedCauses
from pytest_xapi.fuzz.model.cases import Binding, Case, Failed, Outcome, Step
from pytest_xapi.fuzz.model.findings import Exchange, Finding, Record
from pytest_xapi.fuzz.model.item_time import ItemTime
from pytest_xapi.fuzz.model.omissions import Omission
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter import Api, UnusableDocument, as_data, from_data
from pytest_xapi.words import counted

_MOST_FINDINGS = 20
_STEPS_BEFORE = 100
_SEQUENCES_AT_ONCE = 25
"""How many of the longer ones are sent before what was found is looked at."""
_WALKS = 8
"""How many short sequences are sent at most, for each longer one."""
AVAILABILITY = "ensure_resource_availability"
_OF_SEQUENCES = ("not_a_server_error", "use_after_free", AVAILABILITY)


@dataclass
class Candidate:
    """The first failure of its kind, and all that was sent before it."""

    failed: Failed
    also: tuple[str, ...]
    steps: list[Step]


Candidates = dict[Key, Candidate]


Take = Callable[[Outcome], None]
Way = tuple[str, str, str]
"""From the label of an operation to that of another, and to the name of its parameter."""


@dataclass(frozen=True)
class Hooks:
    """What the user and the session do around cases."""

    before_case: Callable[[], None] = lambda: None
    adjust: CaseHook | None = None
    access: Access | None = None
    probes: Callable[[str, Case | None], Iterable[Finding]] = lambda label, accepted: ()
    """What is sent to an operation in the end, beyond its cases; `accepted` is one of those."""
    shared_again: Callable[[Stored], Iterable[Finding]] = lambda failure: ()
    """Looks again for what was found once for all operations."""
    shared: SharedCauses | None = None
    """What is found once for all operations."""
    take: Take = lambda outcome: None
    """Sees each case that is sent."""
    known: Sequence[Stored] = ()
    """The failures that are stored already."""
    guesses: Collection[Way] = ()
    """Links that may not be any: what is not found by them counts only once something was."""


def fuzz_operation(api: Api, entry: Entry, plan: RunPlan, time: ItemTime, hooks: Hooks) -> Record:
    """Send an operation the cases of one phase, and check each answer; stop where the time is up."""
    record = Record(entry.name, entry.phase)
    started = perf_counter()
    candidates: Candidates = {}
    sent: set[WireRequest] = set()
    log: list[Step] = []
    accepted: Case | None = None
    for count, case in enumerate(_cases(api, entry, plan), 1):
        # One case is sent of each item that is begun.
        if sent and perf_counter() > time.sending_until(bool(candidates)):
            record.cut = True
            break
        if hooks.adjust is not None:
            case = adjusted(api, hooks.adjust, entry.label, entry.phase, case)
        request = None if case is None else api.preview(case)
        if request is None or request in sent:
            if not sent:
                record.unsent = _why_unsent(case is None, count)
            continue
        sent.add(request)
        hooks.before_case()
        log.append(Step(api.send(case)))
        status = log[-1].outcome.answer.status
        record.count(entry.label, log[-1].outcome.answer)
        if api.is_right(case):
            record.count_right(entry.label, status, api.refuses(entry.label, status))
        hooks.take(log[-1].outcome)
        if accepted is None and log[-1].outcome.answer.is_success and not log[-1].outcome.failed:
            accepted = case
        del log[:-_STEPS_BEFORE]
        keep(candidates, log, partial(is_shared_by, api, hooks, entry.label))
        if log[-1].outcome.answer.is_missing:
            break  # others would not be answered either, and each takes its time
    record.omissions = api.omissions(entry.label)
    record.findings = list(findings_of(api, candidates, time, hooks.known))
    if hooks.shared is not None and not record.cut:
        record.findings += hooks.shared.findings(api, entry, lambda: time.is_up)
    if entry.phase == "boundary" and not (record.cut or time.is_up):
        record.findings += _probed(hooks, entry.label, accepted)
    record.seconds = perf_counter() - started
    return record


def is_shared_by(api: Api, hooks: Hooks, label: str, failed: Failed) -> bool:
    return hooks.shared is not None and hooks.shared.is_shared(api, label, failed)


def _why_unsent(is_refused: bool, count: int) -> str:
    if is_refused:
        return f"the fixture `xapi_case` skips all of its {counted(count, 'case')} through"
    return f"HTTP cannot express any of its {counted(count, 'case')}"


def fuzz_sequences(api: Api, plan: RunPlan, time: ItemTime, hooks: Hooks) -> Record:
    """Send sequences of requests, and check each answer; stop where the time is up."""
    record = Record(STATEFUL, STATEFUL)
    started = perf_counter()
    candidates: Candidates = {}
    proven: set[Way] = set()
    for sequences in _sequences(api, plan, time, candidates):
        for steps in sequences:
            for position, step in enumerate(steps):
                record.count(step.outcome.operation, step.outcome.answer)
                if step.outcome.answer.is_success:
                    proven.update(_ways(steps, step))
                label = step.outcome.operation
                keep(candidates, steps[: position + 1], partial(is_shared_by, api, hooks, label))
        if hooks.access is not None:
            record.findings += _read_by_others(api, hooks.access, sequences)
        if perf_counter() > time.sending_until(bool(candidates)):
            record.cut = True
            break
    candidates = _without(candidates, set(hooks.guesses) - proven)
    found = list(findings_of(api, candidates, time, hooks.known, of_sequences=True))
    record.findings = sorted([*found, *record.findings], key=lambda finding: not _is_of_sequences(finding))
    record.seconds = perf_counter() - started
    return record


def _probed(hooks: Hooks, label: str, accepted: Case | None) -> Iterator[Finding]:
    probe = {"operation": label, "accepted": None if accepted is None else as_data(accepted)}
    for finding in hooks.probes(label, accepted):
        yield replace(finding, probe=probe)


def _probed_again(api: Api, failure: Stored, hooks: Hooks) -> Iterator[Finding]:
    """What is found now of a stored failure that is none of a case."""
    probe = failure["probe"]
    found: Iterable[Finding] = ()
    if failure["steps"]:
        sent = _sent_again(api, failure)
        if sent is not None and hooks.access is not None:
            steps = [replace(step, outcome=new) for step, new in zip(*sent, strict=True)]
            found = _read_by_others(api, hooks.access, [steps])
    elif "accepted" in probe:
        accepted = None if probe["accepted"] is None else from_data(api, probe["accepted"])
        found = _probed(hooks, failure["operation"], accepted)
    else:
        found = hooks.shared_again(failure)
    yield from (finding for finding in found if finding.check == failure["check"])


def replay(api: Api, entry: Entry, failures: Sequence[Stored], time: ItemTime, hooks: Hooks) -> Record:
    """Send stored failures of an operation again, and check each answer; they are small already."""
    record = Record(entry.name, entry.phase)
    started = perf_counter()
    found: dict[Key, Finding] = {}
    for failure in failures:
        if time.is_up:
            record.cut = True
            break
        if "probe" in failure:
            record.cases += 1
            again = _probed_again(api, failure, hooks)
            found |= {(entry.label, item.check, item.cause, item.last.answer.status): item for item in again}
            continue
        sent = _sent_again(api, failure)
        if sent is None:
            record.unsent = _why_not_again(api, failure)
            record.omissions.append(Omission(entry.label, "a recorded failure", record.unsent))
            continue
        for outcome in sent[1]:
            record.count(outcome.operation, outcome.answer)
        for key, failed, also in keyed(sent[1][-1]):
            found.setdefault(key, _confirmed(api, sent, failed, also))
    record.findings = list(found.values())
    record.seconds = perf_counter() - started
    return record


def _sent_again(api: Api, failure: Stored) -> tuple[list[Step], list[Outcome]] | None:
    """The steps of a stored failure, sent to the app newly started; `None` if they cannot be sent."""
    try:
        cases = [from_data(api, step) for step in failure["steps"]]
    except (LookupError, UnusableDocument):
        return None
    steps = [_restored(data, api, case) for data, case in zip(failure["steps"], cases, strict=True)]
    try:
        return steps, api.send_again(steps, cases)
    except LookupError:
        return None


def _why_not_again(api: Api, failure: Stored) -> str:
    gone = _gone(api, failure)
    if gone is not None:
        return f"the document no longer has {gone}, of which the failure has a request"
    return "an earlier answer no longer gives what a later request of the failure took"


def _gone(api: Api, failure: Stored) -> str | None:
    """The first operation of a stored failure of which nothing can be sent any more."""
    for step in failure["steps"]:
        try:
            from_data(api, step)
        except (LookupError, UnusableDocument):
            return str(step["operation"])
    return None


def _without(candidates: Candidates, doubtful: set[Way]) -> Candidates:
    """Without what was not found by a link that may not be one."""
    return {
        key: item
        for key, item in candidates.items()
        if item.failed.check != AVAILABILITY or doubtful.isdisjoint(_ways(item.steps, item.steps[-1]))
    }


def _ways(steps: Sequence[Step], step: Step) -> Iterator[Way]:
    """The links by which a step takes its values from earlier ones."""
    for binding in step.bindings:
        yield steps[binding.step].outcome.operation, step.outcome.operation, binding.name


def _read_by_others(api: Api, access: Access, sequences: list[list[Step]]) -> Iterator[Finding]:
    for steps in sequences:
        for led, failed in access.failed(api, steps):
            outcomes = [step.outcome for step in led]
            yield Finding(
                operation=outcomes[-1].operation,
                check=failed.check,
                title=failed.title,
                message=failed.message,
                exchanges=tuple(exchanges(api, led, outcomes, failed)),
                cause=failed.cause,
                steps=tuple(map(_stored, led, outcomes)),
                probe={"operation": outcomes[-1].operation},
            )


def _is_of_sequences(finding: Finding) -> bool:
    """Whether a finding comes from what was sent before, and not from one answer alone."""
    return finding.check in (*_OF_SEQUENCES, "object_level_authorization") or not finding.steps


def _sequences(api: Api, plan: RunPlan, time: ItemTime, candidates: Candidates) -> Iterator[list[list[Step]]]:
    """Sequences, some at a time: the short ones in order, then longer ones by chance."""
    yield list(api.walks(plan.seed_of(STATEFUL, "walks"), plan.sequences * _WALKS, time.half))
    for first in range(0, plan.sequences, _SEQUENCES_AT_ONCE):
        seed = plan.seed_of(STATEFUL, f"from {first}")
        until = time.sending_until(bool(candidates))
        yield list(api.sequences(seed, min(_SEQUENCES_AT_ONCE, plan.sequences - first), until))


def _cases(api: Api, entry: Entry, plan: RunPlan) -> Iterator[Case]:
    match entry.phase:
        case "examples":
            yield from api.examples(entry.label)
        case "boundary":
            yield from api.boundary(entry.label)
        case "random":
            yield from api.random(entry.label, plan.seed_of(entry.label, entry.phase), plan.random_cases)


def keep(
    candidates: Candidates, steps: list[Step], is_shared: Callable[[Failed], bool] = lambda failed: False
) -> None:
    """Keep what fails in the last step, if nothing has failed so before."""
    for key, failed, also in keyed(steps[-1].outcome):
        if key not in candidates and len(candidates) < _MOST_FINDINGS and not is_shared(failed):
            candidates[key] = Candidate(failed, also, list(steps))


def findings_of(
    api: Api,
    candidates: Candidates,
    time: ItemTime,
    known: Sequence[Stored],
    of_sequences: bool = False,
) -> Iterator[Finding]:
    """What was found, made small in the time that is left."""
    for number, (key, candidate) in enumerate(candidates.items()):
        # What one answer shows is found, and made small, by the operation's own item too.
        reduce = not of_sequences or candidate.failed.check in _OF_SEQUENCES
        until = time.minimizing_until(len(candidates) - number)
        found = None if time.is_up else _again(api, key, candidate, known, reduce, until)
        if found is None:
            # Once at least it is sent again, if there is time for it.
            yield _unconfirmed(candidate, perf_counter() >= until)
            continue
        keys = {other: (failed, also) for other, failed, also in keyed(found[1][-1])}
        yield _confirmed(api, found, *keys[key])


def _again(
    api: Api, key: Key, candidate: Candidate, known: Sequence[Stored], reduce: bool, until: float
) -> tuple[list[Step], list[Outcome]] | None:
    """The least that still fails: what was stored of this failure, if that does, or what is found now."""
    for failure in known:
        if (failure["operation"], failure["check"], failure.get("cause")) == (key[0], key[1], key[2]):
            sent = _sent_again(api, failure)
            if sent is not None and key in {other for other, _, _ in keyed(sent[1][-1])}:
                return sent
    return smallest(api, key, candidate.steps, reduce, until)


def _confirmed(
    api: Api, sent: tuple[list[Step], list[Outcome]], failed: Failed, also: tuple[str, ...]
) -> Finding:
    """A finding that has failed again."""
    return Finding(
        operation=sent[1][-1].operation,
        check=failed.check,
        title=failed.title,
        message=_message(failed, also),
        exchanges=tuple(exchanges(api, *sent, failed)),
        cause=failed.cause,
        steps=tuple(_stored(step, outcome) for step, outcome in zip(*sent, strict=True)),
    )


def _unconfirmed(candidate: Candidate, time_was_up: bool) -> Finding:
    """A finding that has not failed again, or that there was no time to send again."""
    failed, last = candidate.failed, candidate.steps[-1]
    can_be_sent = time_was_up and not last.bindings
    return Finding(
        operation=last.outcome.operation,
        check=failed.check,
        title=failed.title,
        message=_message(failed, candidate.also),
        exchanges=(Exchange(failed.request, failed.answer),),
        repeatable=False,
        time_was_up=time_was_up,
        cause=failed.cause,
        steps=(_stored(replace(last, parent=None), last.outcome),) if can_be_sent else (),
    )


def _message(failed: Failed, also: tuple[str, ...]) -> str:
    if not also:
        return failed.message
    return f"{failed.message}\nFollowing from it, and so not shown on their own: {', '.join(also)}.".strip()


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
    unsent = Outcome(case, data["operation"], request, WireResponse(0, (), b""), ())
    return Step(unsent, bindings, data.get("parent"))
