"""What requests have reached, what is left, and how near they have come to that."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from pytest_xapi.fuzz.guided.distances import distance, signed
from pytest_xapi.fuzz.guided.plans import Plan, Sent
from pytest_xapi.fuzz.guided.probes import SITES, Event, Trace
from pytest_xapi.fuzz.guided.sites import CONSTANT, ITEM, METHOD
from pytest_xapi.fuzz.guided.wishes import as_text

Goal = tuple[int, bool, str]
"""A place, how its condition has not come out yet, and the choice that it is about (see `Goals.choice`)."""
Score = tuple[float, float | None]
"""How far it is, and by how much on which side, where that is known."""

Scores = Mapping[Goal, tuple[Score, Event]]
"""How far goals were, each with the event that was nearest."""

REACHED: Score = (0.0, 0.0)
ANY = "*"
"""Stands for a choice: of whatever choice, a goal of one plan."""
_CLIMBS_OF_GOAL = 3
_MOST_EXITS = 40
_LAST_EVENTS = 6
_LONGEST_ORDER = 3
_MOST_LETTERS = 24
_MOST_CHOICES = 12
_MOST_SHOWN = 40
_MOST_LOOKUPS = 2
_MOST_LOOKED_AT = 60
_MOST_OF_SITE = 10
"""Events of one place that are followed, of one request."""
SMALL = 20
"""Of containers that are told apart by what is in them."""


@dataclass
class Open:
    """A goal that is not reached yet."""

    score: Score | None = None
    plan: Plan = ()
    """The one that has come nearest."""
    letters: str = ""
    """Of the texts that were compared then."""
    seen: str = ""
    """What was compared then, to be shown."""
    tries: int = 0
    climbs: int = 0
    is_nearer: bool = False
    """Whether a request has come nearer than one before it."""
    climbed: float = float("inf")
    """How far it was when it was climbed to the last time."""


@dataclass(frozen=True)
class Exit:
    """The last condition of a plan that has reached something: where it may have been refused."""

    goal: Goal
    plan: Plan
    score: Score


class Goals:
    """The conditions of an item, and what else tells one way of a request from another."""

    def __init__(self) -> None:
        self.reached: dict[Goal, None] = {}
        self.open: dict[Goal, Open] = {}
        self.exits: deque[Exit] = deque(maxlen=_MOST_EXITS)
        self._answers: set[tuple[str, int]] = set()
        self._choices: set[str] = set()
        self._tables: dict[int, tuple[int, int]] = {}
        self._stores: set[int] = set()
        """The places where what is looked into changes."""
        self._orders: set[tuple[str, ...]] = set()
        self._often: set[tuple[int, int]] = set()

    def choice(self, item: Sent) -> str:
        """Which way an app has taken by a table of its own; those beyond the first ones are one."""
        choice = self._choice_of(item.trace.events)
        if choice not in self._choices and len(self._choices) < _MOST_CHOICES:
            self._choices.add(choice)
        return choice if choice in self._choices else ""

    def _choice_of(self, events: Sequence[Event]) -> str:
        """What was looked up in tables: what holds for one member need not hold for another.

        A country has a length and a form, a kind has a class: the way to a fault may be open for one alone.
        What changes from request to request is no table, but what the app has stored.
        """
        found: list[str] = []
        for event in events[:_MOST_LOOKED_AT]:
            site = SITES.all[event.site]
            if len(event.values) != 2 or CONSTANT in site.static or event.site in self._stores:
                continue
            table, member = event.values if site.kind in (ITEM, METHOD) else event.values[::-1]
            is_table = site.kind == ITEM or site.what in ("get", "in", "not in")
            if not (is_table and type(member) in (str, int) and _is_table(table)):
                continue
            if self._tables.setdefault(event.site, (id(table), len(table))) != (id(table), len(table)):
                self._stores.add(event.site)
            elif member in table and len(found) < _MOST_LOOKUPS:
                found.append(f"{event.site}:{member}")
        return " ".join(found)

    def reach(self, sent: Sequence[Sent]) -> bool:
        """Note what was reached; whether any of it is new."""
        is_new = False
        for item in sent:
            answer = item.outcome.operation, item.outcome.answer.status
            is_new |= answer not in self._answers
            self._answers.add(answer)
            choice = self.choice(item)
            for site, outcome in item.trace.outcomes:
                goal = site, outcome, choice
                if goal in self.reached:
                    continue
                is_new = True
                self.reached[goal] = None
                self.open.pop(goal, None)
                other = site, not outcome, choice
                if other not in self.reached:
                    self.open[other] = Open()
        return is_new

    def is_other_order(self, sent: Sequence[Sent]) -> bool:
        """Whether operations have succeeded in this order for the first time."""
        if len(sent) < 2 or len(sent) > _LONGEST_ORDER:
            return False
        order = tuple(item.outcome.operation for item in sent)
        if order in self._orders or not all(item.outcome.answer.is_success for item in sent):
            return False
        self._orders.add(order)
        return True

    def is_longer(self, sent: Sequence[Sent]) -> bool:
        """Whether a place was passed more often than before, in classes that double: loops that go on."""
        found = {(site, count.bit_length()) for item in sent for site, count in item.trace.counts.items()}
        is_longer = not found <= self._often
        self._often |= found
        return is_longer

    def measure(self, plan: Plan, scores: Scores) -> bool:
        """Note how near goals were; whether one is nearer than it was."""
        is_nearer = False
        for goal, (score, event) in scores.items():
            state = self.open[goal]
            if state.score is None or score[0] < state.score[0]:
                state.is_nearer |= state.score is not None
                is_nearer |= state.is_nearer
                state.score, state.plan = score, plan
                state.seen = f" {SITES.all[event.site].what} ".join(map(_shown, event.values[:2]))
                texts = [value for value in event.values if isinstance(value, str)]
                state.letters = "".join(dict.fromkeys("".join(reversed(texts))))[:_MOST_LETTERS]
        return is_nearer

    def scores(self, sent: Sequence[Sent]) -> Scores:
        """How far each goal was, at the event that was nearest."""
        found: dict[Goal, tuple[Score, Event]] = {}
        for item in sent:
            choice = self.choice(item)
            for event in item.trace.events:
                if event.outcome is None:
                    continue
                goal = event.site, not event.outcome, choice
                if goal not in self.open:
                    continue
                far = distance(SITES.all[event.site], event)
                if far is not None and (goal not in found or far < found[goal][0][0]):
                    found[goal] = ((far, signed(*event.values[:2])), event)
        return found

    def note_exit(self, plan: Plan, sent: Sequence[Sent]) -> None:
        """Keep the last condition of a plan, if there is a way to it."""
        trace = sent[-1].trace
        events = [event for event in trace.events if event.outcome is not None]
        for event in events[:-_LAST_EVENTS:-1]:
            goal = event.site, not event.outcome, ANY
            score = None if goal[:2] in trace.outcomes else score_of_any(goal, trace)
            if score is not None:
                self.exits.append(Exit(goal, plan, score))
                return

    def next_to_climb(self) -> tuple[Goal, Open] | None:
        """The goal that is next to be climbed to; it counts as climbed to then."""
        waiting = [
            (state.climbs, state.score[0], goal)
            for goal, state in self.open.items()
            if state.score is not None
            and state.climbs < _CLIMBS_OF_GOAL
            and (state.climbs == 0 or state.score[0] < state.climbed)
        ]
        if not waiting:
            return None
        _, far, goal = min(waiting)
        state = self.open[goal]
        state.climbs += 1
        state.climbed = far
        return goal, state


def score_of_any(goal: Goal, last: Trace) -> Score | None:
    """How far the last request of a plan was from a goal of `ANY`; `None` if its condition was not met."""
    found: list[Score] = []
    for event in last.events:
        if event.site == goal[0]:
            if event.outcome == goal[1]:
                return REACHED
            far = distance(SITES.all[event.site], event)
            if far is not None:
                found.append((far, signed(*event.values[:2])))
    return min(found, key=lambda score: score[0], default=None)


def _shown(value: Any) -> str:
    """A value for people, if it is short and simple."""
    value = value.value if isinstance(value, Enum) else value
    if isinstance(value, date):
        return str(value)
    text = repr(value) if isinstance(value, str | int | float) else ""
    return text if 0 < len(text) <= _MOST_SHOWN else type(value).__name__


def _is_table(table: Any) -> bool:
    return type(table) in (dict, set, frozenset, tuple, list) and 1 < len(table) <= SMALL


def distinct(events: Sequence[Event]) -> Iterator[Event]:
    """Events, not more than some of a place, and none twice; the last first, which came the farthest."""
    seen: set[tuple[int, str]] = set()
    counts: dict[int, int] = {}
    for event in reversed(events):
        if counts.get(event.site, 0) >= _MOST_OF_SITE:
            continue
        key = event.site, short(event)
        if key not in seen:
            seen.add(key)
            counts[event.site] = counts.get(event.site, 0) + 1
            yield event


def short(event: Event) -> str:
    """What tells events of a place apart; nothing of the app is called for it."""
    return f"{event.outcome} {'|'.join(map(_short, event.values))}"


def _short(value: Any) -> str:
    if isinstance(value, str | int | float | bytes | None):
        return f"{type(value).__name__} {str(value)[:60]}"
    if type(value) in (list, tuple, dict) and len(value) < SMALL:
        return as_text(value)[:120]
    return f"{type(value).__name__} {len(value) if type(value) in (list, tuple, dict, set) else ''}"
