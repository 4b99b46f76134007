"""What is tried by chance, once there is nothing that follows from what was seen."""

from __future__ import annotations

import string
from collections.abc import Sequence
from random import Random
from typing import Any

from pytest_xapi.fuzz.guided import plans, spots
from pytest_xapi.fuzz.guided.plans import Plan
from pytest_xapi.fuzz.guided.probes import Event
from pytest_xapi.fuzz.guided.values import as_text, separator_of

_MOST_CONSTANTS = 200
_LONGEST_CONSTANT = 100
_LONGEST_WORD = 40
_SHORT = 6
_LONGEST_TEXT = 400
_SPLICED = 0.4
_KNOWN = 0.6
_OF_ANOTHER_TYPE = 0.05
_VALUES: Sequence[Any] = (None, "a", 1, 1.5, True, [], {})


class Chance:
    """Changes requests at random, with what the app has compared something with."""

    def __init__(self, random: Random, corpus: Sequence[Plan]) -> None:
        """Begin with nothing learnt.

        Args:
            random: Decides.
            corpus: The plans that have reached something; more may come.
        """
        self._random = random
        self._corpus = corpus
        self._constants: dict[str, Any] = {}

    @property
    def words(self) -> list[str]:
        """The texts that the app has compared something with, the last first."""
        found = [value for value in self._constants.values() if isinstance(value, str)]
        return [word for word in reversed(found) if len(word) < _LONGEST_WORD]

    def learn(self, event: Event) -> None:
        """Keep what is compared: it may be worth something elsewhere."""
        for value in event.values:
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                continue
            is_short = not isinstance(value, str) or len(value) < _LONGEST_CONSTANT
            if is_short and len(self._constants) < _MOST_CONSTANTS:
                self._constants.setdefault(as_text(value), value)

    def mutated(self, plan: Plan) -> Plan:
        """A plan with something else in one of its requests."""
        position = self._random.randrange(len(plan))
        for _ in range(self._random.choice((1, 1, 2, 3))):
            places = [(spot, value) for spot, value in spots.each(plan[position].drawn) if spot.path]
            if not places:
                return plan
            spot, value = self._random.choice(places)
            is_spliced = isinstance(value, str) and self._random.random() < _SPLICED
            another = self._spliced(value, spot) if is_spliced else self._another(value)
            try:
                plan = plans.with_value(plan, position, spot, another)
            except LookupError:
                continue
        return plan

    def _spliced(self, text: str, spot: spots.Spot) -> str:
        """A text with a part of one that has reached something in the same place."""
        random = self._random
        for hop in random.choice(self._corpus):
            try:
                other = spots.value_at(hop.drawn, spot)
            except LookupError:
                continue
            if isinstance(other, str) and other and len(text) + len(other) < _LONGEST_TEXT:
                start, end = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
                first, last = sorted((random.randint(0, len(other)), random.randint(0, len(other))))
                piece = random.choice((other, other, other[first:last]))
                return text[:start] + piece + text[random.choice((start, end)) :]
        return text

    def _another(self, value: Any) -> Any:
        """Another value for a place: one that the app compares with something, one like it, or one of
        another type.
        """
        if self._random.random() < _OF_ANOTHER_TYPE:
            return self._random.choice(_VALUES)
        alike = [item for item in self._constants.values() if type(item) is type(value)]
        if alike and self._random.random() < _KNOWN:
            return self._random.choice(alike)
        match value:
            case bool():
                return not value
            case int():
                return value + self._random.choice((-1, 1, 10, -10, 100, -value, value))
            case float():
                return value * self._random.choice((-1, 0, 2, 0.5, 100))
            case str():
                return self._another_text(value)
            case list():
                return self._random.choice((value * 2, value[1:], value[::-1], [*value, *value[:1]]))
        return value

    def _another_text(self, text: str) -> str:
        random, words = self._random, self.words
        usual = random.choice((" ", ",", ""))
        between = separator_of(text) or usual
        parts = text.split(between) if between else [text]
        match random.randrange(8):
            case 0:
                return of_kind(text, string.digits, random)
            case 1:
                piece = random.choice(words or [text])[:_SHORT]
                at = random.randint(0, len(text))
                return f"{text[:at]}{random.choice((piece, piece[:1], text[:1]))}{text[at:]}"
            case 2:
                at = random.randint(0, len(text))
                return text[:at] + text[at + 1 :]
            case 3 if words:
                parts.insert(random.randint(0, len(parts)), random.choice(words))
            case 4:
                parts.insert(random.randint(0, len(parts)), random.choice(parts))
            case 5:
                del parts[random.randrange(len(parts))]
            case 6:
                random.shuffle(parts)
            case _:
                return random.choice((text * 2, text[1:], f"{text}0", text.upper(), text[::-1]))
        return between.join(parts)


def of_kind(text: str, kind: str, random: Random) -> str:
    """A text with other letters and digits in it; what is between them stays."""
    return "".join(random.choice(kind) if item.isalnum() else item for item in text)
