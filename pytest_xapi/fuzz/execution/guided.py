"""Guided requests: what one reaches in the app's code, and compares there, decides which are sent next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

from pytest_xapi.fuzz.collection.plan import RunPlan as RunPlan
from pytest_xapi.fuzz.collection.schedule import Entry
from pytest_xapi.fuzz.execution.case_hook import adjusted
from pytest_xapi.fuzz.execution.run import Candidates, Hooks, findings_of, is_shared_by, keep
from pytest_xapi.fuzz.guided.app_secrets import AppSecrets
from pytest_xapi.fuzz.guided.explorer import Explorer, Limits
from pytest_xapi.fuzz.guided.plans import Plan, PlanStep, Sent
from pytest_xapi.fuzz.guided.probes import listening
from pytest_xapi.fuzz.guided.reach import reach_of
from pytest_xapi.fuzz.guided.twins import Twins
from pytest_xapi.fuzz.model.cases import Binding, Case, Outcome
from pytest_xapi.fuzz.model.findings import Record
from pytest_xapi.fuzz.model.item_time import ItemTime
from pytest_xapi.fuzz.monitors.event_loop import CHECK as SLOW
from pytest_xapi.fuzz.schemathesis_adapter import Api
from pytest_xapi.fuzz.schemathesis_adapter.chain import Chain

_MOST_BETWEEN_STARTS = 90
"""Requests, after which the app is started anew: what has failed is found among those since then."""
_SHARE_OF_OTHERS = 5
"""By each operation that sequences may have, they go on for this part of the patience longer."""
_MOST_REPAIRS = 2
_MOST_WAITING = 4
"""So many times the seconds of processor time may pass where the app waits, or the machine is busy."""
NO_SOURCE = "the source of the app is not there, so nothing can be seen of what requests reach"


@dataclass
class Guide:
    """What guides: the app's code with probes, and which operations are sent."""

    twins: Twins
    labels: Sequence[str]
    root: Path
    """What files are named relative to."""
    kept: Sequence[Plan]
    """What earlier runs have reached something with."""
    keep: Callable[[Sequence[Plan]], None]
    """Takes what later runs should begin with."""
    tell_secret: Callable[[str, str], None]
    """Takes the name and the text of each secret that the app compares with what it is sent."""


class _Moment:
    """When something new was reached."""

    def __init__(self) -> None:
        self._at = perf_counter()
        self._spent = process_time()

    def is_past(self, seconds: float) -> bool:
        """Whether so many seconds of processor time were spent since, or that of an app that mostly waits.

        The processor's time counts, so that other work of the machine takes nothing from a search.
        """
        waited = perf_counter() - self._at
        return waited > seconds and (
            process_time() - self._spent > seconds or waited > _MOST_WAITING * seconds
        )


def fuzz_guided(api: Api, entry: Entry, run: RunPlan, time: ItemTime, hooks: Hooks, guide: Guide) -> Record:
    """Send guided requests of one operation, or of all in sequences, and check each answer."""
    record = Record(entry.name, entry.phase)
    started = perf_counter()
    guide.twins.put()
    if not guide.twins.sources:
        record.unsent = NO_SOURCE
        return record
    found = {label: api.direct.generator(label) for label in guide.labels}
    generators = {label: generator for label, generator in found.items() if generator is not None}
    if not generators:
        return record
    guide.twins.begin()
    patience = run.patience + (len(generators) - 1) * run.patience // _SHARE_OF_OTHERS
    limits = Limits(run.guided_cases, patience)
    explorer = Explorer(generators, run.seed_of(entry.label, entry.phase), limits, guide.kept)
    sender = _Sender(api, entry, hooks, record, AppSecrets(guide.twins.sources, guide.tell_secret))
    lines, advanced, is_slow = 0, _Moment(), False
    while (plan := explorer.next()) is not None:
        if record.cases and perf_counter() > time.sending_until(bool(sender.candidates)):
            record.cut = True
            break
        plan, sent = sender.send(plan, explorer)
        before, lines = lines, guide.twins.reached
        if explorer.note(plan, sent, lines > before):
            advanced = _Moment()
        is_slow = advanced.is_past(run.guided_seconds)
        if sender.is_hanging or is_slow:
            break
    guide.keep(explorer.kept)
    record.reach = reach_of(guide.twins, explorer.goals, guide.root) | {"is_slow": is_slow}
    record.findings = list(findings_of(api, sender.candidates, time, hooks.known, of_sequences=False))
    record.seconds = perf_counter() - started
    return record


class _Sender:
    """Sends plans one after the other, to an app that keeps its state for a while."""

    def __init__(self, api: Api, entry: Entry, hooks: Hooks, record: Record, secrets: AppSecrets) -> None:
        self._api = api
        self._entry = entry
        self._hooks = hooks
        self._record = record
        self._secrets = secrets
        self._chain = Chain(api)
        self.candidates: Candidates = {}
        self.is_hanging = False

    def send(self, plan: Plan, explorer: Explorer) -> tuple[Plan, list[Sent]]:
        """Send a plan as far as it can be sent.

        Returns:
            The plan as it was sent: a request of several that was refused may have become another one.
        """
        if len(self._chain.steps) >= _MOST_BETWEEN_STARTS:
            self._api.restart()
            self._chain = Chain(self._api)
        self._hooks.before_case()
        sent: list[Sent] = []
        steps: list[int] = []
        for position in range(len(plan)):
            for attempt in range(_MOST_REPAIRS + 1):
                with listening() as trace:
                    outcome = self._sent(plan[position], steps)
                if outcome is None:
                    return plan, sent
                del sent[position:], steps[position:]
                sent.append(Sent(outcome.case, outcome, trace))
                self._secrets.learn(sent[-1])
                steps.append(len(self._chain.steps) - 1)
                self._note(outcome)
                if self.is_hanging:
                    return plan, sent
                is_refused = 400 <= outcome.answer.status < 500
                if not is_refused or not position or attempt == _MOST_REPAIRS:
                    break
                repaired = explorer.repaired(plan, sent)
                if repaired is None:
                    break
                plan = repaired
        return plan, sent

    def _sent(self, hop: PlanStep, steps: Sequence[int]) -> Outcome | None:
        case: Case = hop.drawn
        if self._hooks.adjust is not None:
            case = adjusted(self._api, self._hooks.adjust, case.label, self._entry.phase, case)
        if case is None or self._api.preview(case) is None:
            return None
        bindings: list[Binding] = [replace(item, step=steps[item.step]) for item in hop.bindings]
        try:
            return self._chain.send(case, bindings)
        except LookupError:
            return None

    def _note(self, outcome: Outcome) -> None:
        self._record.count(outcome.operation, outcome.answer)
        self._hooks.take(outcome)
        # Probes make loops slower: that the event loop is blocked is for the other phases to find.
        is_shared = partial(is_shared_by, self._api, self._hooks, outcome.operation)
        keep(self.candidates, self._chain.steps, lambda failed: failed.check == SLOW or is_shared(failed))
        self.is_hanging = outcome.answer.is_missing
