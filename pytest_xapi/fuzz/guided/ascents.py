"""Which goals are climbed to, one after the other, and from which plans."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from pytest_xapi.fuzz.guided import plans
from pytest_xapi.fuzz.guided.alternatives import Alternatives
from pytest_xapi.fuzz.guided.chance import Chance
from pytest_xapi.fuzz.guided.climbing import Climb, Climber, Told
from pytest_xapi.fuzz.guided.deriving import Deriver
from pytest_xapi.fuzz.guided.distances import wants_equal
from pytest_xapi.fuzz.guided.fields import Field
from pytest_xapi.fuzz.guided.goals import (
    ANY,
    REACHED,
    Aim,
    Exit,
    Goal,
    Goals,
    Score,
    Scores,
    score_of_any,
)
from pytest_xapi.fuzz.guided.mending import departure
from pytest_xapi.fuzz.guided.plans import Plan, Sent
from pytest_xapi.fuzz.guided.probes import SITES, Way

_MOST_PUT_BACK = 8
"""Plans that come of one step that has left its way."""

Mend = Callable[[Aim, Plan, Sequence[Sent]], None]
"""Queues what puts a plan back on the way to what it was made for."""


@dataclass
class _Ascent:
    """The steps towards one goal."""

    goal: Goal
    climb: Climb
    way: Way = frozenset()
    aim: Aim | None = None
    is_put_back: bool = False
    """Whether what is being sent is the last step, put back on its way."""
    known: set[str] = field(default_factory=set)
    """What was put back on its way before."""


class Ascents:
    """Climbs to the goals that are open, and to where plans were refused, in turns."""

    def __init__(self, goals: Goals, chance: Chance, alternatives: Alternatives, random: Random) -> None:
        """Begin with no climb.

        Args:
            goals: What is left to be reached.
            chance: Knows the words that the app compares something with.
            alternatives: Knows what else was sent in a place.
            random: Decides where there are many ways.
        """
        self._goals = goals
        self._chance = chance
        self._alternatives = alternatives
        self._random = random
        self.left: deque[Exit] = deque()
        """Plans that have left the way to their goal: the first to be climbed from."""
        self._ascent: _Ascent | None = None
        self._is_turn_of_exits = False
        self._told: Told | None = None
        """What came of the last step."""
        self._steps: deque[Plan] = deque()
        """The last step, put back on its way."""

    @property
    def is_promising(self) -> bool:
        """Whether there is a climb that may lead somewhere."""
        return bool(self.left or self._goals.exits) or self._goals.is_promising

    @property
    def is_between_steps(self) -> bool:
        """Whether the last step is to be sent once more, put back on its way."""
        return bool(self._steps)

    @property
    def is_climbing(self) -> bool:
        """Whether a climb has begun, and has not ended."""
        return self._ascent is not None

    def next(self) -> tuple[Goal, Plan] | None:
        """The next step, and its goal; `None` if there is nothing to climb to."""
        while True:
            if self._ascent is None:
                self._ascent = self._begun()
                self._told = None
                if self._ascent is None:
                    return None
            ascent = self._ascent
            ascent.is_put_back = bool(self._steps)
            if self._steps:
                return ascent.goal, self._steps.popleft()
            told, self._told = self._told, None
            is_there = told is not None and told[0] == REACHED
            if ascent.goal in self._goals.open or (ascent.goal[2] == ANY and not is_there):
                try:
                    return ascent.goal, ascent.climb.send(told)
                except StopIteration:
                    pass
            self._ascent = None

    def note(self, plan: Plan, sent: Sequence[Sent], scores: Scores, mend: Mend) -> bool:
        """Take what came of a step; whether it has reached the goal of one plan.

        Args:
            plan: The step.
            sent: What was sent of it.
            scores: How far all goals were.
            mend: For a step that is there, but has lost on the way what was to come of it.
        """
        assert self._ascent is not None
        goal, aim = self._ascent.goal, self._ascent.aim
        score = (
            score_of_any(goal, sent[-1].trace)
            if goal[2] == ANY
            else scores[goal][0]
            if goal in scores
            else None
        )
        self._told = None if score is None else (score, plan)
        if score is not None:
            self._steps.clear()
        elif not self._ascent.is_put_back and goal in self._goals.open:
            self._steps.extend(self._put_back(self._ascent, plan, sent))
        is_there = goal[2] == ANY and score == REACHED
        if is_there and aim is not None:
            mend(aim, plan, sent)
            if aim.goal in self._goals.open:
                self._told = None
        return is_there

    def _put_back(self, ascent: _Ascent, plan: Plan, sent: Sequence[Sent]) -> list[Plan]:
        """A step that has left the way, with what was compared there as it should have been."""
        left = departure(ascent.way, sent)
        unequal = () if left is None else (e for e in left.events if wants_equal(SITES.all[e.site], e))
        event = next(iter(unequal), None)
        if left is None or event is None:
            return []
        found = Deriver(plan, sent, self._random).of_event(left.position, event)
        steps = {plans.key_of(item): item for item in islice(found, _MOST_PUT_BACK)}
        new = [item for key, item in steps.items() if key not in ascent.known]
        ascent.known.update(steps)
        return new

    def _begun(self) -> _Ascent | None:
        self._is_turn_of_exits = not self._is_turn_of_exits
        waiting = self.left or self._goals.exits
        found = None if self._is_turn_of_exits and waiting else self._goals.next_to_climb()
        if found is not None:
            goal, near = found
            climb = self._climb(near.plan, near.score, near.letters, is_thorough=near.climbs > 1)
            return _Ascent(goal, climb, near.way)
        if not waiting:
            return None
        last = self._left() if self.left else self._goals.next_exit()
        piece = "" if last.aim is None else last.aim.piece
        climb = self._climb(last.plan, last.score, held=last.held, piece=piece)
        return _Ascent(last.goal, climb, aim=last.aim)

    def _left(self) -> Exit:
        """Where the next plan has left its way: the newest made for what is open or a member of a table, or
        else the oldest.
        """
        for position in range(len(self.left) - 1, -1, -1):
            aim = self.left[position].aim
            if aim is not None and (aim.member or aim.goal in self._goals.open):
                found = self.left[position]
                del self.left[position]
                return found
        return self.left.popleft()

    def _climb(
        self,
        plan: Plan,
        score: Score,
        letters: str = "",
        is_thorough: bool = True,
        held: frozenset[Field] = frozenset(),
        piece: str = "",
    ) -> Climb:
        words, known = self._chance.words, self._alternatives
        climber = Climber(plan, score, self._random, letters, words, known.of, known.names, is_thorough, held)
        return climber.climb()
