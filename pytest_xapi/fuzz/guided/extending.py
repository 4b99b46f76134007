"""Plans with one more request, which takes what it can from the answers and the requests before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_xapi.fuzz.generation import GeneratedCase, model
from pytest_xapi.fuzz.guided import plans, spots
from pytest_xapi.fuzz.guided.plans import Plan, PlanStep, Sent
from pytest_xapi.fuzz.guided.spots import Spot, plain_name

_LEAST_NAME = 4
_PATH = model.PLACES["path"]
_IDENTIFIERS = ("id", "uuid", "key", "code", "number", "no", "ref", "slug", "token", "name")

Values = Sequence[tuple[str, int, str, Any]]
"""What answers have given: name, position, pointer, value."""


def given_by(sent: Sequence[Sent]) -> list[tuple[str, int, str, Any]]:
    """What the answers to a plan have given, the last answer first."""
    return [
        (plain_name(name), position, pointer, value)
        for position in range(len(sent) - 1, -1, -1)
        for name, pointer, value in plans.given(sent[position].outcome.answer)
    ]


def extended(plan: Plan, sent: Sequence[Sent], drawn: GeneratedCase) -> Iterator[Plan]:
    """A plan with one more request: with what answers gave, and also with what was sent before."""
    values = given_by(sent)
    whole: Plan = (*plan, PlanStep(drawn))
    position = len(plan)
    bound = whole
    for spot, value in spots.each(drawn):
        if spot.name and spot.path[-1] == spot.name and not isinstance(value, dict | list):
            source = _source(spot, value, values)
            if source is not None:
                bound = plans.with_binding(bound, position, spot, *source)
    copied = _with_equal_names(bound, sent, position)
    if copied is not None:
        yield copied
    yield bound


def _source(spot: Spot, value: Any, values: Values) -> tuple[int, str] | None:
    """What a field is to take: from the last answer that has something of its name, or nearly."""
    name = plain_name(spot.name)
    for fits in (_is_equal, _is_identifier, _is_part):
        for known, position, pointer, given in values:
            if fits(name, known) and (spot.place != spots.BODY or type(given) is type(value)):
                return position, pointer
        if spot.place == spots.BODY:
            return None  # of a body only what is called the same
    return _whole(values) if spot.place == _PATH else None


def _whole(values: Values) -> tuple[int, str] | None:
    """An answer that is a number or a text and nothing else: that of what was made, as a rule."""
    return next(((position, pointer) for _, position, pointer, _ in values if pointer == ""), None)


def _is_equal(name: str, known: str) -> bool:
    return name == known


def _is_identifier(name: str, known: str) -> bool:
    return known in _IDENTIFIERS and name.endswith(known)


def _is_part(name: str, known: str) -> bool:
    short, long = sorted((name, known), key=len)
    return len(short) >= _LEAST_NAME and short in long


def _with_equal_names(plan: Plan, sent: Sequence[Sent], position: int) -> Plan | None:
    """The same with the values that earlier requests had under the same names."""
    earlier = {
        plain_name(spot.name): value
        for item in sent
        for spot, value in spots.each(item.drawn)
        if spot.name and spot.path[-1] == spot.name and isinstance(value, str | int | float)
    }
    changed = plan
    taken = {(item.place, item.name) for item in plan[position].bindings}
    for spot, value in spots.each(plan[position].drawn):
        name = plain_name(spot.name)
        is_free = (spot.place, plans.name_of(spot)) not in taken and spot.path[-1:] == (spot.name,)
        if is_free and isinstance(value, str | int | float) and earlier.get(name, value) != value:
            changed = plans.with_value(changed, position, spot, earlier[name])
    return None if changed is plan else changed
