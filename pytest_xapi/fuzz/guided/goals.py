"""What requests have reached, what is left, and how near they have come to that."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from pytest_xapi.fuzz.guided.distances import distance, signed
from pytest_xapi.fuzz.guided.fields import Field
from pytest_xapi.fuzz.guided.plans import Plan, Sent
from pytest_xapi.fuzz.guided.probes import SITES, Event, Trace, Way
from pytest_xapi.fuzz.guided.sites import CONSTANT, ITEM, METHOD
from pytest_xapi.fuzz.guided.values import as_text
from pytest_xapi.fuzz.guided.watched import LOOKUPS

Goal = tuple[int, bool, str]
"""A place, how its condition has not come out yet, and the choice that it is about (see `Goals.choice`)."""
Score = tuple[float, float | None]
"""How far it is, and by how much on which side, where that is known."""

Scores = Mapping[Goal, tuple[Score, Event, Way]]
"""How far goals were, each with the event that was nearest, and the way there."""

REACHED: Score = (0.0, 0.0)
ANY = "*"
"""Stands for a choice: of whatever choice, a goal of one plan."""
_CLIMBS_OF_GOAL = 3
_LATER = 3
"""Climbs of others that come before one to what seems to hang on no request."""
_MOST_EXITS = 40
_FEW = 40
"""Requests that have come to a condition, before it is taken to hang on none of them."""
_MOST_WAYS = 4
_LAST_EVENTS = 6
_ALIKE = ("==", "is", "in")
_LONGEST_ORDER = 3
_MOST_OTHER_CHOICES = 30
"""Orders that differ by what was looked up, which are followed before all else."""
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
class Near:
    """The plan that has come nearest to a goal, of those that went the same way."""

    score: Score
    plan: Plan
    way: Way
    letters: str
    """Of the texts that were compared then."""
    climbs: int = 0
    climbed: float = float("inf")
    """How far it was when it was climbed from the last time."""


@dataclass
class Open:
    """A goal that is not reached yet."""

    near: dict[Way, Near] = field(default_factory=dict)
    """By the way: what is near on one may lead nowhere."""
    score: Score | None = None
    """Of the nearest."""
    seen: str = ""
    """What was compared then, to be shown."""
    tries: int = 0
    is_nearer: bool = False
    """Whether a request has come nearer than one before it."""
    varies: bool = False
    """Whether requests were more or less far from it: if not, it may hang on none."""
    measures: int = 0

    @property
    def may_vary(self) -> bool:
        """Whether it hangs on requests, or has hardly been looked at."""
        return self.varies or self.measures < _FEW


@dataclass(frozen=True)
class Aim:
    """What a plan was made for."""

    goal: Goal
    way: Way
    """How conditions came out for the plan that it was made of, which had come to the goal's condition."""
    depth: int = 0
    """How often it was mended."""
    member: str = ""
    """Of a table: what is looked up, if the plan has another one in it, which may go its own way."""
    piece: str = ""
    """That other one, if it is the beginning or the end of a text: it stays when the rest is put right."""


@dataclass(frozen=True)
class Exit:
    """The last condition of a plan that has reached something, or has left its way: where it was refused."""

    goal: Goal
    plan: Plan
    score: Score
    aim: Aim | None = None
    """What it was made for, which comes after that."""
    held: frozenset[Field] = frozenset()
    """What was changed for it: other numbers are tried before these."""


class Goals:
    """The conditions of an item, and what else tells one way of a request from another."""

    def __init__(self) -> None:
        self.reached: dict[Goal, None] = {}
        self.open: dict[Goal, Open] = {}
        self.exits: deque[Exit] = deque(maxlen=_MOST_EXITS)
        self._came_out: set[tuple[int, bool]] = set()
        self._climbs: Counter[tuple[int, bool]] = Counter()
        self._answers: set[tuple[str, int]] = set()
        self._choices: set[str] = set()
        self._tables: dict[int, tuple[int, int]] = {}
        self._stores: set[int] = set()
        """The places where what is looked into changes."""
        self._orders: set[tuple[str, ...]] = set()
        self._other_choices = 0
        self.is_other_choice = False
        """Whether the last requests were in another order because of what was looked up in tables."""
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
            if not (is_table and _is_name(member) and _is_table(table)):
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
                self._came_out.add((site, outcome))
                self.open.pop(goal, None)
                other = site, not outcome, choice
                if other not in self.reached:
                    self.open[other] = Open()
        return is_new

    def has_come_out(self, goal: Goal) -> bool:
        """Whether its condition has come out so, if only for another choice."""
        return goal[:2] in self._came_out

    def is_other_order(self, sent: Sequence[Sent]) -> bool:
        """Whether operations have succeeded in this order, each with its choice, for the first time."""
        self.is_other_choice = False
        if len(sent) < 2 or len(sent) > _LONGEST_ORDER:
            return False
        order = tuple(f"{item.outcome.operation} {self.choice(item)}" for item in sent)
        if order in self._orders or not all(item.outcome.answer.is_success for item in sent):
            return False
        self._orders.add(order)
        if any(not label.endswith(" ") for label in order) and self._other_choices < _MOST_OTHER_CHOICES:
            self._other_choices += 1
            self.is_other_choice = True
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
        for goal, (score, event, way) in scores.items():
            state = self.open[goal]
            state.measures += 1
            state.varies |= state.score is not None and state.score != score
            if state.score is None or score[0] < state.score[0]:
                state.is_nearer |= state.score is not None
                is_nearer |= state.is_nearer
                state.score = score
                if not asks_to_differ(goal):
                    state.seen = f" {SITES.all[event.site].what} ".join(map(_shown, event.values[:2]))
            known = state.near.get(way)
            if known is None:
                _keep(state.near, Near(score, plan, way, _letters(event)))
            elif score[0] < known.score[0]:
                known.score, known.plan, known.letters = score, plan, _letters(event)
        return is_nearer

    def scores(self, sent: Sequence[Sent]) -> Scores:
        """How far each goal was, at the event that was nearest."""
        found: dict[Goal, tuple[Score, Event, Way]] = {}
        for item in sent:
            choice = self.choice(item)
            way = item.trace.way
            for event in item.trace.events:
                if event.outcome is None:
                    continue
                goal = event.site, not event.outcome, choice
                if goal not in self.open:
                    continue
                far = distance(SITES.all[event.site], event)
                if far is not None and (goal not in found or far < found[goal][0][0]):
                    found[goal] = ((far, signed(*event.values[:2])), event, way)
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

    @property
    def is_promising(self) -> bool:
        """Whether there is a way to a goal that was not climbed, and requests were not all as far from it."""
        return any(
            near.climbs < 2 for state in self.open.values() if state.varies for near in state.near.values()
        )

    def nearest(self) -> Iterator[Plan]:
        """The plans that have come nearest to goals that can be come nearer to, one for each."""
        for state in self.open.values():
            if state.is_nearer and state.near:
                yield min(state.near.values(), key=lambda near: near.score[0]).plan

    def _turn(self, goal: Goal) -> int:
        """How often it was climbed to for any choice, and once more where it was reached for another one."""
        return self._climbs[goal[:2]] + self.has_come_out(goal)

    def next_exit(self) -> Exit:
        """The exit whose condition was climbed to least, the newest of several; it counts as climbed then."""
        places = range(len(self.exits) - 1, -1, -1)
        place = min(places, key=lambda place: self._turn(self.exits[place].goal))
        found = self.exits[place]
        del self.exits[place]
        self._climbs[found.goal[:2]] += 1
        return found

    def next_to_climb(self) -> tuple[Goal, Near] | None:
        """The goal that is next to be climbed to, and from where; it counts as climbed to then."""
        waiting = [
            (self._turn(goal) + _LATER * (not state.may_vary), near.score[0], goal, number, near)
            for goal, state in self.open.items()
            for number, near in enumerate(state.near.values())
            if near.climbs < 2 or (near.climbs < _CLIMBS_OF_GOAL and near.score[0] < near.climbed)
        ]
        if not waiting:
            return None
        _, far, goal, _, near = min(waiting)
        near.climbs += 1
        self._climbs[goal[:2]] += 1
        near.climbed = far
        return goal, near


def asks_to_differ(goal: Goal) -> bool:
    """Whether two things are equal, or one is in another, that should not be: any change may do for that."""
    what = SITES.all[goal[0]].what
    return what in (*_ALIKE, "!=", "is not", "not in") and (what in _ALIKE) != goal[1]


def _keep(near: dict[Way, Near], new: Near) -> None:
    """Keep one way more; the farthest is forgotten where there are many."""
    near[new.way] = new
    if len(near) > _MOST_WAYS:
        farthest = max(near.values(), key=lambda item: (item.score[0], item is new))
        del near[farthest.way]


def _letters(event: Event) -> str:
    texts = [value for value in event.values if isinstance(value, str)]
    return "".join(dict.fromkeys("".join(reversed(texts))))[:_MOST_LETTERS]


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


def is_lookup(event: Event) -> bool:
    """Whether a value is looked for among others, which may each go their own way."""
    site = SITES.all[event.site]
    return site.kind == ITEM or site.what in (*LOOKUPS, "in", "not in") or bool(piece_of(event))


def piece_of(event: Event) -> str:
    """What a text should begin or end with, if it is one of several that the app goes through."""
    site = SITES.all[event.site]
    if site.what not in ("startswith", "endswith") or CONSTANT in site.static:
        return ""
    piece = event.values[1] if len(event.values) > 1 else ""
    return piece if type(piece) is str else ""


def _is_name(member: Any) -> bool:
    """Whether something is looked up by it, alone or with others: a state and an action."""
    if type(member) is tuple:
        return all(map(_is_name, member))
    return isinstance(member, str | int | Enum)


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
