"""Values that change places in an object: what was under one name is under another one then.

A debit becomes a credit, a start an end: in two steps the request would be refused between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.guided import plans, spots
from pytest_xapi.fuzz.guided.plans import Plan
from pytest_xapi.fuzz.guided.spots import Spot
from pytest_xapi.fuzz.model.cases import ABSENT

Names = Callable[[GeneratedCase, Spot], Sequence[str]]
"""The names of members that an object has had in a place of a request."""

_MOST_OBJECTS = 8
_MOST_NAMES = 8
_SCALAR = (str, int, float)


def exchanges(plan: Plan, names: Names) -> Iterator[Plan]:
    """A plan with two members of one of its objects exchanged; one of them may not be there.

    Args:
        plan: The plan, of one request.
        names: What objects have had in their places.
    """
    drawn = plan[0].drawn
    objects = [(spot, value) for spot, value in spots.each(drawn) if isinstance(value, dict) and value]
    for spot, value in reversed(objects[-_MOST_OBJECTS:]):
        known = dict.fromkeys((*value, *names(drawn, spot)))
        for one, other in combinations(list(known)[:_MOST_NAMES], 2):
            first, second = value.get(one, ABSENT), value.get(other, ABSENT)
            if first == second or not _is_alike(first, second):
                continue
            try:
                yield _put(_put(plan, spot, one, second), spot, other, first)
            except LookupError:
                continue


def _put(plan: Plan, spot: Spot, name: str, value: object) -> Plan:
    return plans.with_value(plan, 0, Spot(spot.place, (*spot.path, name)), value)


def _is_alike(one: object, other: object) -> bool:
    if one is ABSENT or other is ABSENT:
        return type(other if one is ABSENT else one) in _SCALAR
    return type(one) is type(other) and type(one) in _SCALAR
