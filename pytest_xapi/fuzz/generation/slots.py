"""The places of a request that get values, and cases with other values in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from pytest_xapi.fuzz.generation.encoding import is_sent
from pytest_xapi.fuzz.generation.model import PLACES, GeneratedCase, RequestParameter, Values, Violation
from pytest_xapi.fuzz.generation.negative import Mutation
from pytest_xapi.fuzz.model.cases import ABSENT, Parts


@dataclass(frozen=True)
class Slot:
    """One place of a request that gets a value: a parameter or a body."""

    location: str
    name: str
    named: str
    """How messages name it."""
    required: bool
    parameter: RequestParameter | None
    """Nothing for a body."""
    schema: Any
    values: Values
    find_mutations: Callable[[], Sequence[Mutation]]
    examples: tuple[Any, ...]

    @cached_property
    def mutations(self) -> Sequence[Mutation]:
        """The changes that break its schema."""
        return self.find_mutations()

    @cached_property
    def ordinary(self) -> Any:
        """An ordinary value, always the same one: it is made once, and must not be changed."""
        return self.values.plain(Random(0))


def value_of(drawn: GeneratedCase, slot: Slot) -> Any:
    """What a case sends in a place; `ABSENT` if nothing."""
    if slot.location == "body":
        return drawn.parts.body
    return getattr(drawn.parts, PLACES[slot.location]).get(slot.name, ABSENT)


def with_value(drawn: GeneratedCase, slot: Slot, value: Any, *flaws: Violation) -> GeneratedCase:
    """The same case with another value in a place, and perhaps with flaws that follow from it."""
    parts = drawn.parts
    if slot.location == "body":
        changed = Parts(parts.path_parameters, parts.query, parts.headers, parts.cookies, value)
    else:
        places = {place: getattr(parts, place) for place in PLACES.values()}
        place = PLACES[slot.location]
        kept = dict(places[place])
        if value is ABSENT:
            kept.pop(slot.name, None)
        else:
            kept[slot.name] = value
        changed = Parts(**{**places, place: kept}, body=parts.body)
    return GeneratedCase(
        drawn.label, drawn.method, changed, drawn.media_type, drawn.phase, (*drawn.flaws, *flaws)
    )


def without(drawn: GeneratedCase, slot: Slot) -> GeneratedCase:
    """The same case, with nothing in a place that has to be filled."""
    return with_value(drawn, slot, ABSENT, missing(slot))


def missing(slot: Slot) -> Violation:
    """The flaw that a place is empty."""
    what = "body" if slot.location == "body" else f"`{slot.name}`"
    return Violation(slot.location, slot.name, "missing", f"{what} is missing")


def is_missing(slot: Slot, value: Any) -> bool:
    """Whether nothing is sent of a place."""
    return value is ABSENT or (slot.parameter is not None and not is_sent(slot.parameter, value))
