"""What is sent next: what follows from what requests have compared, steps nearer, and what chance gives."""

from __future__ import annotations

import heapq
import string
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from random import Random

from pytest_xapi.fuzz.generation import GeneratedCase, OperationGenerator
from pytest_xapi.fuzz.guided import plans, spots
from pytest_xapi.fuzz.guided.alternatives import Alternatives
from pytest_xapi.fuzz.guided.ascents import Ascents
from pytest_xapi.fuzz.guided.chance import Chance, of_kind
from pytest_xapi.fuzz.guided.deriving import Deriver
from pytest_xapi.fuzz.guided.distances import wants_equal
from pytest_xapi.fuzz.guided.extending import extended
from pytest_xapi.fuzz.guided.fields import Field, changed_numbers, other_days
from pytest_xapi.fuzz.guided.goals import (
    ANY,
    REACHED,
    Aim,
    Exit,
    Goal,
    Goals,
    distinct,
    is_lookup,
    piece_of,
    score_of_any,
    short,
)
from pytest_xapi.fuzz.guided.mending import departure, has_met, last_of
from pytest_xapi.fuzz.guided.plans import Plan, PlanStep, Sent
from pytest_xapi.fuzz.guided.probes import SITES, Event
from pytest_xapi.fuzz.guided.spots import Spot

_ORDINARY = 6
"""Random right requests that an operation begins with, beside the ordinary one."""
_MOST_PLAN = 6
_MOST_KEPT = 200
_MOST_DERIVED = 400
"""Plans that come of one that was sent."""
_ALONE = 3
"""How much later a request alone is sent among sequences: it has an item of its own."""
_CLOSED = 3
"""How much later what a condition saw is followed, where it has come out both ways."""
_PROMISING = 20
"""How much longer it goes on while there is a way that was not tried."""
_NEARER = 20
"""What a request that comes nearer gives back of the patience."""
_MOST_HOPEFUL = 1
_STALE = 3
"""Sequences of several operations end after so many times the patience without anything new."""
_ALL_REACHED = 5
"""How much less is tried by chance where all conditions came out both ways."""
_REPEATS = 5
"""Of requests that were sent before there may be so many more than of those that reach nothing new."""
_OF_OTHERS = 2
"""How much later it is sent what a condition does for another choice already."""
_MOST_SOURCES = 60
_MOST_IN_A_ROW = 200
"""Plans that follow from what was seen, and have led nowhere, before climbs have their turn, too."""
_MOST_FOLLOWED = 40
"""Times that one place is followed in plans of one shape: each time it has seen something else."""
_MOST_MENDS = 3
"""Times that one plan is put back on its way."""
_MOST_MENDED = 30
_LATER_MENDED = 4
"""How much later each plan of a goal is sent that was put back on its way."""
_MOST_MENDINGS = 6
_MOST_EXITS = 5
"""Plans of one goal that are climbed with where they have left their way."""
_LONG = 80
_MOST_TEXTS = 4
_OF_ITS_OWN = 0.15
_BETWEEN_CLIMBS = 0.85
"""How often something is tried by chance between two climbs."""
_REPEATED = 0.15
_ALONE_AGAIN = 0.8
"""Of one operation's requests, most are sent without those before them."""


@dataclass(frozen=True)
class Limits:
    """How much is sent."""

    most: int
    """Requests, all in all."""
    patience: int
    """Requests that reach nothing new, one after the other."""


class Explorer:
    """Decides what is sent, and is told what has come of it: `next`, then `note`, in turns."""

    def __init__(
        self,
        generators: Mapping[str, OperationGenerator],
        seed: int,
        limits: Limits,
        kept: Sequence[Plan] = (),
    ) -> None:
        """Begin with nothing known.

        Args:
            generators: Of the operations, by label: of one, or of all that are sent in sequences.
            seed: What all that is random follows from.
            limits: How much is sent.
            kept: Plans that have reached something in earlier runs: they are sent first.
        """
        SITES.begin()
        self._generators = dict(generators)
        self._random = Random(seed)
        self._limits = limits
        self._first: deque[Plan] = deque(kept)
        self._queue: list[tuple[int, int, Plan, Goal | None, Aim | None]] = []
        self._number = count()
        self._known: set[str] = set()
        self._kept: set[str] = set()
        self.goals = Goals()
        self.corpus: list[Plan] = []
        """Plans that have reached something new, in the order in which they did."""
        self._telling: list[Plan] = []
        """Those of them that have reached a part of the code, or an outcome of a condition."""
        self._chance = Chance(self._random, self.corpus)
        self._alternatives = Alternatives()
        self._aim: Aim | None = None
        """What the plan that is being sent was made for."""
        self._ascents = Ascents(self.goals, self._chance, self._alternatives, self._random)
        self._climbed: Goal | None = None
        """The goal of the plan that is being sent, if that is a step of a climb."""
        self._mended_for: Counter[tuple[Goal, str]] = Counter()
        self._is_second = False
        """Whether this is every second plan."""
        self._is_by_chance = False
        """Whether the plan that is being sent follows from nothing that was seen."""
        self._sent = self._idle = self._repeats = self._by_chance = self._stale = 0
        self._followed: dict[tuple[int, str], set[str]] = {}
        self._sources: dict[int, set[frozenset[Spot]]] = {}
        more = _ORDINARY if len(self._generators) == 1 else 1
        for generator in self._generators.values():
            for number in range(1 + more):
                self._first.append((PlanStep(_drawn(generator, self._random if number else None)),))

    @property
    def _is_over(self) -> bool:
        """Whether enough was sent: the more conditions are left that requests move, the longer it goes on."""
        if self._first or self._sent >= self._limits.most:
            return self._sent >= self._limits.most
        patience = self._limits.patience
        if not self.goals.open:
            patience //= _ALL_REACHED
        if len(self._generators) > 1 and self._stale >= _STALE * patience:
            return True
        if self._idle < _PROMISING * patience and self._is_promising:
            return False
        hopeful = sum((state.tries > 0) + 2 * state.is_nearer for state in self.goals.open.values())
        patience *= 1 + min(hopeful, _MOST_HOPEFUL)
        return self._by_chance >= patience or self._repeats >= _REPEATS * patience

    @property
    def _is_promising(self) -> bool:
        """Whether there is something that follows from what was seen, and was not sent."""
        return bool(self._queue) or self._ascents.is_promising

    @property
    def kept(self) -> list[Plan]:
        """What a later run should begin with: what reached something, and what is nearest to the rest."""
        found = {plans.key_of(plan): plan for plan in (*self._telling[:_MOST_KEPT], *self.goals.nearest())}
        return list(found.values())

    def next(self) -> Plan | None:
        """What is to be sent; `None` if there is nothing more."""
        while not self._is_over:
            self._climbed = self._aim = None
            self._is_by_chance = False
            found = self._found()
            key = "" if self._climbed is not None else plans.key_of(found)
            if key not in self._known:
                if key:
                    self._known.add(key)
                self._by_chance += self._is_by_chance
                return found
            self._repeats += 1
        return None

    def _found(self) -> Plan:
        if self._first:
            self._alternatives.learn(self._first[0])
            return self._first.popleft()
        self._is_second = not self._is_second
        while self._queue and not self._is_turn_of_climbs:
            _, _, plan, goal, self._aim = heapq.heappop(self._queue)
            if goal is None or goal in self.goals.open:
                return plan
        is_turn = not self._ascents.is_climbing and self._random.random() < _BETWEEN_CLIMBS
        step = None if is_turn and self.corpus else self._ascents.next()
        if step is not None:
            self._climbed, plan = step
            return plan
        self._is_by_chance = True
        return self._changed()

    @property
    def _is_turn_of_climbs(self) -> bool:
        """Whether a step of a climb is next: every second time where what follows has long led nowhere.

        What is to be climbed to by one operation alone has an item of its own: sequences end with theirs.
        """
        is_alone = len(self._generators) == 1
        is_turn = is_alone and self._is_second and self._idle > _MOST_IN_A_ROW
        return is_turn or self._ascents.is_between_steps

    def note(self, plan: Plan, sent: Sequence[Sent], has_new_lines: bool) -> bool:
        """Take what has come of a plan.

        Args:
            plan: The plan.
            sent: What was sent of it: less than all where an answer lacked a value.
            has_new_lines: Whether lines of the app were reached that were not before.

        Returns:
            Whether it has reached anything that was not before.
        """
        self._sent += max(1, len(sent))
        self._stale += max(1, len(sent))
        if not sent:
            self._idle += 1
            return False
        plan = plan[: len(sent)]
        is_new = self.goals.reach(sent) or has_new_lines
        scores = self.goals.scores(sent)
        is_nearer = self.goals.measure(plan, scores)
        is_longer, is_other = self.goals.is_longer(sent), self.goals.is_other_order(sent)
        if self._climbed is not None:
            is_other |= self._ascents.note(plan, sent, scores, self._mend)
        elif self._aim is not None:
            self._mend(self._aim, plan, sent)
        if is_new:
            self._idle = self._repeats = self._by_chance = self._stale = 0
            self._telling.append(plan)
        elif is_nearer or self.goals.is_other_choice:
            self._idle = max(0, self._idle - _NEARER)
            self._stale = max(0, self._stale - _NEARER * self.goals.is_other_choice)
        elif not (is_longer or is_other):
            self._idle += 1
        self._derive(plan, sent, is_new or is_longer)
        if (is_new or is_longer or is_other) and self._is_first(plan):
            self.corpus.append(plan)
            self._alternatives.learn(plan)
            self._put_other_texts(plan)
            self.goals.note_exit(plan, sent)
            if is_new or is_other:
                self._extend(plan, sent)
        return is_new

    def _is_first(self, plan: Plan) -> bool:
        """Whether a plan was not kept before: steps of climbs may be what was sent already."""
        key = plans.key_of(plan)
        is_first = key not in self._kept
        self._kept.add(key)
        return is_first

    # What comes of what was compared

    def _derive(self, plan: Plan, sent: Sequence[Sent], is_new: bool) -> None:
        """Queue what makes the code go on in another way, where something was seen for the first time.

        Of a plan that is new, or passes a place more often, all is followed: what comes second in a loop
        meets conditions that have come out both ways before.
        """
        deriver = Deriver(plan, sent, self._random)
        shape = "" if len(plan) == 1 else " > ".join(hop.drawn.label for hop in plan)
        made = 0
        for position in range(len(sent) - 1, -1, -1):
            choice = self.goals.choice(sent[position])
            way = sent[position].trace.way
            last = last_of(sent[position].trace)
            onward = None if last is None or len(self._generators) > 1 else Aim(last, way)
            for event in distinct(sent[position].trace.events):
                goal = None if event.outcome is None else (event.site, not event.outcome, choice)
                is_open = goal in self.goals.open
                is_again = is_new and goal is not None
                # In sequences nearly each plan has what is compared somewhere else.
                is_elsewhere = (
                    (is_open or (is_new and goal is None))
                    and len(self._generators) == 1
                    and self._is_elsewhere(event, position, deriver)
                )
                if not self._is_unfollowed(event, shape) and not is_again and not is_elsewhere:
                    continue
                self._chance.learn(event)
                is_choice = is_lookup(event)
                for derived in deriver.of_event(position, event):
                    if goal is not None and is_open:
                        self._put(derived, goal, is_kept=is_choice, aim=Aim(goal, way))
                    else:
                        aim = onward if onward is None or not is_choice else _for_member(onward, event)
                        self._put(derived, None, later=0 if goal is None else _CLOSED, aim=aim)
                    made += 1
                if made >= _MOST_DERIVED:
                    return

    def _put_other_texts(self, plan: Plan) -> None:
        """Queue a plan with digits in the place of letters: codes are read character by character; and with
        other days in the place of one.
        """
        position = len(plan) - 1
        texts = [
            (spot, value)
            for spot, value in spots.each(plan[position].drawn)
            if isinstance(value, str) and spot.path and not isinstance(spot.path[-1], spots.Key)
        ]
        for spot, value in texts[:_MOST_TEXTS]:
            for day in other_days(value):
                self._put(plans.with_value(plan, position, spot, day), None, later=2)
            numbers = of_kind(value, string.digits, self._random)
            if len(value) < _LONG and numbers != value and not value.isdecimal():
                self._put(plans.with_value(plan, position, spot, numbers), None, later=2)

    def _is_unfollowed(self, event: Event, shape: str) -> bool:
        """Whether nothing came yet of these values at this place, in such a plan."""
        key = short(event)
        followed = self._followed.setdefault((event.site, shape), set())
        if key in followed or len(followed) >= _MOST_FOLLOWED:
            return False
        followed.add(key)
        return True

    def _is_elsewhere(self, event: Event, position: int, deriver: Deriver) -> bool:
        """Whether what is compared on the way to an open goal came from other places of requests before."""
        known = self._sources.setdefault(event.site, set())
        sources = deriver.sources(position, event) if len(known) < _MOST_SOURCES else frozenset()
        if not sources or sources in known:
            return False
        known.add(sources)
        return True

    def _put(
        self, plan: Plan, goal: Goal | None, later: int = 0, is_kept: bool = False, aim: Aim | None = None
    ) -> None:
        """Queue a plan; one that is not kept is not sent where its goal is reached before."""
        if len(self._generators) > 1 and len(plan) == 1:
            later += _ALONE
        tries = 1
        if aim is not None and aim.depth:
            tries = _LATER_MENDED * self._mended_for[aim.goal, aim.member]
        elif goal is not None:
            tries = self.goals.open[goal].tries
            later += _OF_OTHERS * self.goals.has_come_out(goal)
            self.goals.open[goal].tries += 1
        entry = (tries // 4 + later, next(self._number), plan, None if is_kept else goal, aim)
        heapq.heappush(self._queue, entry)

    def repaired(self, plan: Plan, sent: Sequence[Sent]) -> Plan | None:
        """A plan whose last request that was sent is refused, with what the app wanted to see there instead.

        What answers or the app's state decide (versions, keys, numbers) may be another one each time.
        """
        position = len(sent) - 1
        deriver = Deriver(plan, sent, self._random)
        for event in reversed(sent[position].trace.events):
            if event.outcome is not None and wants_equal(SITES.all[event.site], event):
                for derived in deriver.of_event(position, event):
                    if derived[:position] == plan[:position]:
                        return derived
        return None

    # Sequences

    def _extend(self, plan: Plan, sent: Sequence[Sent]) -> None:
        """Queue what may follow."""
        if len(self._generators) < 2 or len(plan) >= _MOST_PLAN or not sent[-1].outcome.answer.is_success:
            return
        for generator in self._generators.values():
            for longer in extended(plan, sent, _drawn(generator, None)):
                is_bound = bool(longer[-1].bindings)
                later = 0 if self.goals.is_other_choice else len(plan) - 1
                self._put(longer, None, later=later if is_bound else len(plan) + 3)

    # Plans that leave the way to their goal

    def _mend(self, aim: Aim, plan: Plan, sent: Sequence[Sent]) -> None:
        """Queue what puts a plan back on its way, if it has left that before it came to its goal."""
        is_over = aim.goal[2] != ANY and aim.goal not in self.goals.open
        if is_over or aim.depth >= _MOST_MENDS or self._mended_for[aim.goal, aim.member] >= _MOST_MENDED:
            return
        is_there = has_met(aim.goal, sent) and not self._has_lost_choice(aim.goal, sent)
        left = None if is_there else departure(aim.way, sent)
        if left is None:
            return
        self._mended_for[aim.goal, aim.member] += 1
        again = replace(aim, depth=aim.depth + 1)
        goal = aim.goal if aim.goal in self.goals.open else None
        deriver = Deriver(plan, sent, self._random)
        for seen in (*left.events, *left.calls):
            for derived in islice(deriver.of_event(left.position, seen), _MOST_MENDINGS):
                self._put(derived, goal, 0 if goal else _CLOSED, aim=again)
        if self._mended_for[aim.goal, aim.member] > _MOST_EXITS:
            return
        for event in left.events:
            there = event.site, not event.outcome, ANY
            score = score_of_any(there, sent[-1].trace)
            if score is not None and score != REACHED:
                self._ascents.left.append(Exit(there, plan, score, again, self._changed_for(aim, plan)))
                return

    def _has_lost_choice(self, goal: Goal, sent: Sequence[Sent]) -> bool:
        """Whether a goal is about a member of a table that the requests did not come to."""
        return goal[2] not in (ANY, "") and all(self.goals.choice(item) != goal[2] for item in sent)

    def _changed_for(self, aim: Aim, plan: Plan) -> frozenset[Field]:
        """The numbers of a plan that are others than in the one that has come nearest on that way."""
        state = self.goals.open.get(aim.goal)
        near = None if state is None else state.near.get(aim.way)
        return frozenset() if near is None else changed_numbers(near.plan, plan)

    # By chance

    def _changed(self) -> Plan:
        """A plan that has reached something, with something else in it."""
        if not self.corpus or self._random.random() < _OF_ITS_OWN:
            label = self._random.choice(list(self._generators))
            return (PlanStep(_drawn(self._generators[label], self._random)),)
        newest = max(self._random.random(), self._random.random())
        plan = self.corpus[int(newest * len(self.corpus))]
        if len(self._generators) == 1 and self._random.random() < _ALONE_AGAIN:
            return self._chance.mutated(plan[-1:])
        if self._random.random() < _REPEATED and len(plan) < _MOST_PLAN:
            return (*plan, plan[-1])
        return self._chance.mutated(plan)


def _for_member(aim: Aim, event: Event) -> Aim:
    """The same for a plan that has another member of a table in it."""
    return replace(aim, member=f"{event.site} {short(event)}", piece=piece_of(event))


def _drawn(generator: OperationGenerator, random: Random | None) -> GeneratedCase:
    """A right request of an operation: an ordinary one, or a random one."""
    return replace(generator.of_sequence(random), phase="guided")
