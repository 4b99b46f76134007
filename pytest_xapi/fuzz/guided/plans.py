"""Requests that are sent one after the other, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pytest_xapi.fuzz.generation import GeneratedCase, stored
from pytest_xapi.fuzz.guided.probes import Trace
from pytest_xapi.fuzz.guided.spots import BODY, PLACES, Spot, changed
from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.cases import Binding, Outcome
from pytest_xapi.fuzz.model.wire import WireResponse

_MOST_BYTES = 50_000
_MOST_VALUES = 60
_DEEPEST = 5
_LEAST_TEXT = 4
_LEAST_NUMBER = 10
_USUAL_HEADERS = frozenset(
    {
        "allow",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "date",
        "server",
        "transfer-encoding",
        "vary",
    }
)


@dataclass(frozen=True)
class PlanStep:
    """One request of a plan, with what it takes from the answers before it."""

    drawn: GeneratedCase
    bindings: tuple[Binding, ...] = ()
    """Their steps are positions in the plan."""


Plan = tuple[PlanStep, ...]


@dataclass(frozen=True)
class Sent:
    """One request of a plan that was sent."""

    drawn: GeneratedCase
    """With what was taken from answers."""
    outcome: Outcome
    trace: Trace


def key_of(plan: Plan) -> str:
    """The same for plans that send the same."""
    found = [
        [stored.as_data(hop.drawn), [list(vars(item).values()) for item in hop.bindings]] for hop in plan
    ]
    return json.dumps(found, sort_keys=True, default=repr)


def as_data(plan: Plan) -> list[dict[str, Any]]:
    """A plan as plain data that can be written down."""
    return [
        {
            **stored.as_data(step.drawn),
            **({"bindings": [vars(item) for item in step.bindings]} if step.bindings else {}),
        }
        for step in plan
    ]


def from_data(data: Sequence[Mapping[str, Any]]) -> Plan:
    """The plan that `as_data` has written down. What it keeps to was decided by a document of that time.

    Raises:
        LookupError: the data is not of this form.
        TypeError: so is a part of it.
    """
    return tuple(
        PlanStep(
            replace(stored.from_data(step), flaws=(), is_changed=True),
            tuple(Binding(**item) for item in step.get("bindings", ())),
        )
        for step in data
    )


def with_value(plan: Plan, position: int, spot: Spot, value: Any) -> Plan:
    """A plan that sends another value in one place, which then takes nothing from an answer.

    Raises:
        LookupError: there is no such place.
    """
    hop = plan[position]
    drawn = changed(hop.drawn, spot, exact(value))
    name = name_of(spot)
    kept = tuple(item for item in hop.bindings if (item.place, item.name) != (spot.place, name))
    return (*plan[:position], PlanStep(drawn, kept), *plan[position + 1 :])


def exact(value: Any) -> Any:
    """A value without classes of the app: what it compares with may be a text or a number of its own kind."""
    match value:
        case bool() | None:
            return value
        case str():
            return str.__str__(value)
        case int():
            return int.__int__(value)
        case float():
            return float.__float__(value)
        case list():
            return [exact(item) for item in value]
        case dict():
            return {exact(name): exact(item) for name, item in value.items()}
    return value


def with_binding(plan: Plan, position: int, spot: Spot, source: int, pointer: str) -> Plan:
    """A plan that takes a value from an earlier answer in one place."""
    name = name_of(spot)
    if name is None:
        return plan
    hop = plan[position]
    kept = tuple(item for item in hop.bindings if (item.place, item.name) != (spot.place, name))
    bound = Binding(spot.place, name, source, pointer)
    return (*plan[:position], replace(hop, bindings=(*kept, bound)), *plan[position + 1 :])


def name_of(spot: Spot) -> str | None:
    """How bindings name a place; `None` where they cannot."""
    if not all(isinstance(token, str | int) for token in spot.path):
        return None
    if spot.place in PLACES:
        return str(spot.path[0]) if len(spot.path) == 1 else None
    if len(spot.path) == 1 and isinstance(spot.path[0], str) and not spot.path[0].startswith("/"):
        return spot.path[0]
    return "".join(f"/{pointers.escape(str(token))}" for token in spot.path) if spot.place == BODY else None


def given(answer: WireResponse) -> Iterator[tuple[str, str, Any]]:
    """What an answer gives: names, where they are, and the values."""
    if answer.status >= 400:
        return
    for name, value in answer.headers:
        if name.lower() not in _USUAL_HEADERS:
            yield name.lower(), f"{pointers.HEADER}{name.lower()}", value
    yield from islice(_scalars(answer.json(_MOST_BYTES), "", "", 0), _MOST_VALUES)


def _scalars(value: Any, name: str, pointer: str, depth: int) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, bool) or value is None or depth > _DEEPEST:
        return
    if isinstance(value, str | int | float):
        yield name, pointer, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _scalars(item, key, f"{pointer}/{pointers.escape(key)}", depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value[:3]):
            yield from _scalars(item, name, f"{pointer}/{index}", depth + 1)


def is_telling(value: Any) -> bool:
    """Whether two equal values of this kind are hardly so by chance."""
    if isinstance(value, str):
        return len(value) >= _LEAST_TEXT
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _LEAST_NUMBER


def source_of(value: Any, sent: list[Sent], before: int) -> tuple[int, str] | None:
    """Which answer before a position gives a value, and where."""
    if not is_telling(value):
        return None
    for position in range(before - 1, -1, -1):
        for _, pointer, item in given(sent[position].outcome.answer):
            if item == value and type(item) is type(value):
                return position, pointer
    return None
