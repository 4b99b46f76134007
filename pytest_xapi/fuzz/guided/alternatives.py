"""What has been sent in the places of requests: members of enumerations, values of earlier items, names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.guided import spots
from pytest_xapi.fuzz.guided.plans import Plan
from pytest_xapi.fuzz.guided.spots import Spot

_MOST_OF_PLACE = 6
_LONGEST = 60

_Place = tuple[str, str, tuple[Any, ...]]


class Alternatives:
    """The texts that plans have sent, by place, and the names of members; those of a list have one place."""

    def __init__(self) -> None:
        self._known: dict[_Place, dict[str, None]] = {}
        self._names: dict[_Place, dict[str, None]] = {}

    def learn(self, plan: Plan) -> None:
        """Keep what a plan sends, the last few of each place."""
        for step in plan:
            for spot, value in spots.each(step.drawn):
                if isinstance(value, dict):
                    self._names.setdefault(_place(step.drawn, spot), {}).update(dict.fromkeys(value))
                if isinstance(value, str) and len(value) <= _LONGEST:
                    known = self._known.setdefault(_place(step.drawn, spot), {})
                    known.pop(value, None)
                    known[value] = None
                    if len(known) > _MOST_OF_PLACE:
                        del known[next(iter(known))]

    def of(self, drawn: GeneratedCase, spot: Spot) -> Sequence[str]:
        """What is known of a place."""
        return list(self._known.get(_place(drawn, spot), ()))

    def names(self, drawn: GeneratedCase, spot: Spot) -> Sequence[str]:
        """What members of an object in a place were called."""
        return list(self._names.get(_place(drawn, spot), ()))


def _place(drawn: GeneratedCase, spot: Spot) -> _Place:
    return drawn.label, spot.place, tuple("*" if isinstance(token, int) else token for token in spot.path)
