"""Getting nearer step by step where a value was computed: sums, checksums, equations between parameters.

Each number, each run of digits in a text, each character and each list is changed a little, to see what hangs
on it. Numbers then make the step that would do if all were linear, and double or halve it; texts go through
their characters.
"""

from __future__ import annotations

import string
from collections.abc import Generator, Iterator, Sequence
from itertools import combinations, islice
from random import Random
from re import fullmatch
from typing import Any

from pytest_xapi.fuzz.guided import plans
from pytest_xapi.fuzz.guided.exchanging import Names, exchanges
from pytest_xapi.fuzz.guided.fields import KINDS, Field, Others, Together, fields_of, nudged, together
from pytest_xapi.fuzz.guided.goals import Score
from pytest_xapi.fuzz.guided.plans import Plan
from pytest_xapi.fuzz.guided.values import separator_of

_MOST_FIELDS = 40
_MOST_EXCHANGED = 40
_MOST_WORDS = 10
_LONGEST = 200
_MOST_NEWTON = 8
_MOST_DOUBLED = 40
_SIZES = (1, 7, 10, 100)
_MOST_CHARACTERS = 24
_MOST_PAIRS = 60
_MOST_ELSEWHERE = 24
_MOST_SCANNED = 130
_MOST_FIELDS_SCANNED = 4
_MOST_YEARS = 30
_MOST_COMBINED = 6
_MOST_STEP = 60
_MOST_SOLUTIONS = 4
_DIGITS = r"#?(?=[^a-f]*[a-f])[0-9a-f-]{2,}"
"""A text of digits of base 16, as of a UUID or a colour."""
_HEXADECIMAL = ("0123456789abcdef",)

Told = tuple[Score, Plan]
"""How far a plan was, and the plan as it got there: it may have been mended on the way."""
Climb = Generator[Plan, Told | None, None]
"""Yields plans, and is told what came of each of them; `None` of one that did not get there."""


class Climber:
    """One way to a goal, from the plan that is nearest."""

    def __init__(
        self,
        plan: Plan,
        score: Score,
        random: Random,
        letters: str = "",
        words: Sequence[str] = (),
        others: Others = lambda drawn, spot: (),
        names: Names = lambda drawn, spot: (),
        is_thorough: bool = True,
        held: frozenset[Field] = frozenset(),
        piece: str = "",
    ) -> None:
        """Begin at a plan that was sent.

        Args:
            plan: The plan.
            score: How far it was.
            random: Decides where there are many ways.
            letters: Characters that are worth trying: those of the texts that were compared.
            words: Texts that the app compares with something.
            others: What else was sent in a place.
            names: How members of an object were called in a place.
            is_thorough: Whether numbers are gone through one by one where nothing leads nearer.
            held: Numbers that are changed only where others do not lead there.
            piece: A part of a text that stays.
        """
        self._is_thorough = is_thorough
        self._others = others
        self._names = names
        self._words = list(words)[:_MOST_WORDS]
        self._plan = plan
        self._letters = letters
        self._score = score
        self._random = random
        self._fields: list[Field | Together] = list(islice(fields_of(plan), _MOST_FIELDS))
        self._fields += together(plan, self._fields)
        self._held = held
        self._piece = piece if piece in plans.key_of(plan) else ""
        self._known: dict[str, Told | None] = {}
        self._slopes: dict[Field | Together, float] = {}
        self._depends: list[Field | Together] = []

    def climb(self) -> Climb:
        """The plans to send; it is told of each how far it was."""
        told = yield self._plan
        if told is None or told[0] != self._score:
            return  # it hangs on something else than the plan
        if self._held:
            start, fields = (self._score, self._plan), self._fields
            self._fields = [field for field in fields if field not in self._held and isinstance(field, Field)]
            yield from self._nearer()
            self._score, self._plan = start
            self._fields, self._depends = fields, []
        yield from self._nearer()
        yield from self._solved_elsewhere()
        if self._is_thorough:
            yield from self._scanned()
            yield from self._pairs()

    def _nearer(self) -> Climb:
        """Change what the goal hangs on while that leads nearer."""
        yield from self._look()
        if len(self._plan) == 1:
            for plan in islice(exchanges(self._plan, self._names), _MOST_EXCHANGED):
                yield from self._sent(plan)
        while True:
            before = self._score[0]
            for field in list(self._depends):
                if field.number(self._plan) is not None:
                    yield from self._newton(field)
                    yield from self._doubled(field)
                elif isinstance(field, Field) and field.digits is None:
                    yield from self._characters(field)
            yield from self._combined()
            if self._score[0] >= before:
                break

    def _try(self, field: Field | Together, value: Any) -> Generator[Plan, Told | None, bool]:
        """Send one change; whether it is nearer, and is kept then."""
        try:
            plan = field.put(self._plan, value)
        except LookupError:
            return False
        return (yield from self._sent(plan))

    def _told(self, plan: Plan) -> Generator[Plan, Told | None, Told | None]:
        """What comes of a plan, which is not sent twice."""
        key = plans.key_of(plan)
        if self._piece not in key:
            return None
        if key not in self._known:
            self._known[key] = yield plan
        return self._known[key]

    def _sent(self, plan: Plan) -> Generator[Plan, Told | None, bool]:
        """Send a plan; whether it is nearer, and is kept then."""
        told = yield from self._told(plan)
        if told is None or told[0][0] >= self._score[0]:
            return False
        self._score, self._plan = told
        return True

    def _look(self) -> Climb:
        """See what the goal hangs on."""
        yield from self._nudge()
        if not self._depends and self._is_thorough:
            for field in self._fields:
                if isinstance(field, Field) and isinstance(field.value(self._plan), str) and not field.digits:
                    yield from self._pieces(field)

    def _nudge(self) -> Climb:
        for field in self._fields:
            for value in nudged(field, self._plan, self._others):
                before = self._plan
                try:
                    plan = field.put(before, value)
                except LookupError:
                    continue
                told = yield from self._told(plan)
                if told is None:
                    continue
                score = told[0]
                if score != self._score:
                    if field not in self._depends:
                        self._depends.append(field)
                    number = field.number(before)
                    if None not in (number, score[1], self._score[1]) and isinstance(value, int | float):
                        step = value - number  # type: ignore[operator]
                        self._slopes.setdefault(field, (score[1] - self._score[1]) / (step or 1))  # type: ignore[operator]
                if score[0] < self._score[0]:
                    self._score, self._plan = told

    def _newton(self, field: Field | Together) -> Climb:
        for _ in range(_MOST_NEWTON):
            slope, (_, signed) = self._slopes.get(field), self._score
            number = field.number(self._plan)
            if not slope or signed is None or number is None or abs(signed) == float("inf"):
                return
            is_whole = isinstance(number, int)
            aim = number - signed / slope
            moved = False
            for value in _around(aim, is_whole):
                old = signed
                moved = yield from self._try(field, value)
                if moved:
                    step = value - number
                    new = self._score[1]
                    if step and new is not None:
                        self._slopes[field] = (new - old) / step or slope
                    break
            if not moved:
                return

    def _doubled(self, field: Field | Together) -> Climb:
        """Steps that are doubled while they lead nearer, and begin at several sizes."""
        for size in _SIZES:
            step, tries = float(size), 0
            while tries < _MOST_DOUBLED:
                moved = False
                for direction in (1, -1):
                    number = field.number(self._plan)
                    if number is None:
                        return
                    value = number + direction * step
                    tries += 1
                    if (yield from self._try(field, int(value) if isinstance(number, int) else value)):
                        moved = True
                        break
                if moved:
                    step *= 2
                elif step > size:
                    step = max(float(size), step // 4 // size * size)
                else:
                    break

    def _characters(self, field: Field | Together) -> Climb:
        """Each character of a text in turn, those like it first."""
        value = field.value(self._plan)
        if isinstance(value, list):
            yield from self._items(field, value)
            return
        if not isinstance(value, str):
            return
        yield from self._pieces(field)
        for position in range(min(len(value), _MOST_CHARACTERS)):
            text = field.value(self._plan)
            if not isinstance(text, str) or position >= len(text):
                return
            like = _like(text[position], text, self._random)
            for character in dict.fromkeys((*self._letters[position : position + 1], *self._letters, *like)):
                changed = f"{text[:position]}{character}{text[position + 1 :]}"
                yield from self._try(field, changed)

    def _pieces(self, field: Field | Together) -> Climb:
        """A text with one more piece: one of its own again, or a word that the app knows."""
        moved = True
        while moved:
            moved = False
            text = field.value(self._plan)
            if not isinstance(text, str) or len(text) > _LONGEST:
                return
            between = separator_of(text) or " "
            parts = text.split(between)
            for word in dict.fromkeys((parts[0], parts[-1], "1", *self._words)):
                for changed in ([word, *parts], [*parts, word]):
                    moved = (yield from self._try(field, between.join(changed))) or moved

    def _items(self, field: Field | Together, value: list[Any]) -> Climb:
        for changed in ([*value, *value[-1:]], value[:-1], value[::-1], sorted(value, key=repr)):
            yield from self._try(field, changed)

    def _combined(self) -> Climb:
        """Small whole steps of two numbers, which come out at what is wanted if it hangs on them linearly."""
        numbers = [field for field in self._depends if self._slopes.get(field)]
        for one, other in combinations(numbers[:_MOST_COMBINED], 2):
            signed = self._score[1]
            first, second = one.number(self._plan), other.number(self._plan)
            if signed is None or abs(signed) > 1e12 or not isinstance(first, int):
                return
            if not isinstance(second, int):
                continue
            for step, rest in _steps(signed, self._slopes[one], self._slopes[other]):
                try:
                    plan = other.put(one.put(self._plan, first + step), second + rest)
                except LookupError:
                    break
                if (yield from self._sent(plan)):
                    break

    def _solved_elsewhere(self) -> Climb:
        """Other numbers in all places but one, and what follows from them in that: for whole numbers."""
        numbers = [field for field in self._depends if self._slopes.get(field) and isinstance(field, Field)]
        if len(numbers) < 2:
            return
        numbers.sort(key=lambda field: abs(self._slopes[field]))
        for turn in range(_MOST_ELSEWHERE):
            solved = numbers[0 if turn % 3 else turn // 3 % len(numbers)]
            best = self._score, self._plan
            plan = self._moved([field for field in numbers if field is not solved], 2 + turn // 2)
            told = None if plan is None else (yield from self._told(plan))
            if told is None:
                continue
            self._score, self._plan = told
            yield from self._newton(solved)
            if self._score[0] >= best[0][0]:
                self._score, self._plan = best

    def _moved(self, fields: Sequence[Field | Together], wide: int) -> Plan | None:
        """The plan with other numbers in some places, not far from those that it has."""
        plan = self._plan
        for field in fields:
            number = field.number(plan)
            if number is None:
                return None
            try:
                plan = field.put(plan, number + self._random.randint(-wide, wide))
            except LookupError:
                return None
        return plan

    def _scanned(self) -> Climb:
        """One number after the other: for remainders, which say nothing of the way."""
        numbers = [field for field in self._depends if field.number(self._plan) is not None]
        for field in numbers[:_MOST_FIELDS_SCANNED]:
            number = field.number(self._plan)
            if number is None:
                continue
            for step in _steps_of(field):
                if (yield from self._try(field, int(number) + step)):
                    break

    def _pairs(self) -> Climb:
        """Two places at once."""
        if len(self._depends) < 2:
            return
        for _ in range(_MOST_PAIRS):
            one, other = self._random.sample(self._depends, 2)
            try:
                plan = one.put(self._plan, _random_like(one, self._plan, self._random))
                plan = other.put(plan, _random_like(other, plan, self._random))
            except LookupError:
                continue
            yield from self._sent(plan)


def _steps_of(field: Field | Together) -> Iterator[int]:
    """Steps that numbers are gone through in; dates also by whole years of weeks, and of days."""
    first = field.fields[0] if isinstance(field, Together) else field
    if first.is_time:
        for years in range(1, _MOST_YEARS):
            yield from (364 * years, 371 * years, 365 * years)
    yield from range(2, _MOST_SCANNED)


def _steps(signed: float, slope: float, other: float) -> list[tuple[int, int]]:
    """Steps of two numbers that make up for a difference together, the smallest first."""
    found = []
    for step in sorted(range(-_MOST_STEP, _MOST_STEP + 1), key=abs):
        rest = (-signed - step * slope) / other
        if rest == int(rest):
            found.append((step, int(rest)))
    return found[:_MOST_SOLUTIONS]


def _like(character: str, text: str, random: Random) -> list[str]:
    """Characters to try in the place of one of a text: those of its kind, the nearest first."""
    for kind in _HEXADECIMAL if fullmatch(_DIGITS, text) else KINDS:
        if character in kind:
            at = kind.index(character)
            near = sorted(kind, key=lambda item: abs(kind.index(item) - at))
            others = [random.choice(string.digits), random.choice(string.ascii_uppercase)]
            return [item for item in near if item != character] + others
    return [*string.digits, "a", "A", "-", ":"]


def _random_like(field: Field | Together, plan: Plan, random: Random) -> Any:
    number = field.number(plan)
    if number is not None:
        wide = random.choice((10, 100, 1_000))
        return int(number) + random.randint(-wide, wide) if isinstance(number, int) else number + wide / 7
    value = field.value(plan)
    if isinstance(value, str) and value:
        at = random.randrange(len(value))
        return f"{value[:at]}{random.choice(_like(value[at], value, random))}{value[at + 1 :]}"
    return value


def _around(aim: float, is_whole: bool) -> list[float]:
    if not is_whole:
        return [aim, round(aim, 2)] if abs(aim) < 1e15 else [aim]
    nearest = round(aim) if abs(aim) < 1e18 else int(aim)
    return list(dict.fromkeys((nearest, nearest + 1, nearest - 1)))
