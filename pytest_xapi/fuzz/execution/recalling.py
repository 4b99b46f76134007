"""Sequences with all that was about the same objects: what an app keeps beyond a restart has come from there.

A request may name an object that was made long before it, by an identifier that only this process knows. It
can be sent again anywhere once it takes the identifier from the answer that gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.guided import plans, spots
from pytest_xapi.fuzz.model.cases import Binding, Outcome, Step
from pytest_xapi.fuzz.model.wire import WireRequest

_MOST_STEPS = 120
_MOST_ROUNDS = 4


def recalled(history: Sequence[Outcome], steps: Sequence[Step]) -> list[Step] | None:
    """The last step, after all that was sent about the same objects, each taking its values from answers.

    Args:
        history: All that was sent, in order.
        steps: A sequence that ends in a failure.

    Returns:
        `None` where no step has a value of the app's making that it does not take from an answer.
    """
    request = steps[-1].outcome.request
    last = next((at for at, outcome in enumerate(history) if outcome.request is request), None)
    if last is None:
        return None
    known = history[: last + 1]
    if not any(_has_literal(known, steps[at]) for at in _needed(steps)):
        return None
    chosen = _about_the_same(known)
    return None if chosen is None else _bound([known[at] for at in chosen])


def _needed(steps: Sequence[Step]) -> list[int]:
    """The positions of the last step, and of those that it takes values from, also by way of others."""
    found = {len(steps) - 1}
    for at in range(len(steps) - 1, -1, -1):
        if at in found:
            found |= {binding.step for binding in steps[at].bindings}
    return sorted(found, reverse=True)


def _has_literal(history: Sequence[Outcome], step: Step) -> bool:
    """Whether a step has a value that an answer has made, and does not take it from there."""
    taken = {(binding.place, binding.name) for binding in step.bindings}
    return any(
        (place, name) not in taken and _maker(history, value) is not None
        for place, name, value in _values(step.outcome)
    )


def _about_the_same(history: Sequence[Outcome]) -> list[int] | None:
    """The positions of what was sent with the values of the last request, of what gave them, and so on."""
    chosen, known = {len(history) - 1}, set[str]()
    for _ in range(_MOST_ROUNDS):
        values = {str(value) for at in chosen for _, _, value in _values(history[at])} - known
        made = {value: maker for value in values if (maker := _maker(history, value)) is not None}
        known |= values
        for value, maker in made.items():
            chosen |= {maker} | {
                at for at in range(maker, len(history)) if _sends(history[at].request, value)
            }
        if not made or len(chosen) > _MOST_STEPS:
            break
    if len(chosen) > _MOST_STEPS:
        return None
    return sorted(chosen)


def _bound(outcomes: Sequence[Outcome]) -> list[Step]:
    found: list[Step] = []
    for outcome in outcomes:
        bindings = []
        for place, name, value in _values(outcome):
            source = _source(outcomes[: len(found)], value)
            if source is not None:
                bindings.append(Binding(place, name, *source))
        found.append(Step(outcome, tuple(bindings)))
    return found


def _values(outcome: Outcome) -> Iterator[tuple[str, str, Any]]:
    """The values in a request by which it may be about something: place, name and value."""
    if not isinstance(outcome.case, GeneratedCase):
        return
    for spot, value in spots.each(outcome.case):
        name = plans.name_of(spot)
        if name is not None and plans.is_telling(value):
            yield spot.place, name, value


def _maker(history: Sequence[Outcome], value: Any) -> int | None:
    """The position of the first answer with a value in it that nobody had sent before."""
    text = str(value)
    for position, outcome in enumerate(history):
        if _sends(outcome.request, text):
            return None
        if text.encode() in outcome.answer.body and _pointer(outcome, value) is not None:
            return position
    return None


def _source(outcomes: Sequence[Outcome], value: Any) -> tuple[int, str] | None:
    position = _maker(outcomes, value)
    pointer = None if position is None else _pointer(outcomes[position], value)
    return None if position is None or pointer is None else (position, pointer)


def _pointer(outcome: Outcome, value: Any) -> str | None:
    found = plans.given(outcome.answer)
    return next((pointer for _, pointer, item in found if str(item) == str(value)), None)


def _sends(request: WireRequest, text: str) -> bool:
    return (
        text in request.target
        or text.encode() in request.body
        or any(text in value for _, value in request.headers)
    )
