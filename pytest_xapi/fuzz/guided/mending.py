"""Plans that have left the way to their goal: where they did, so that they can be put back on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_xapi.fuzz.guided.goals import ANY, Goal
from pytest_xapi.fuzz.guided.plans import Sent
from pytest_xapi.fuzz.guided.probes import Event, Trace, Way

_MOST_CALLS = 2
_MOST_CONDITIONS = 3


def has_met(goal: Goal, sent: Sequence[Sent]) -> bool:
    """Whether a request has come to the goal's condition."""
    site = goal[0]
    return any((site, outcome) in item.trace.outcomes for item in sent for outcome in (True, False))


def last_of(trace: Trace) -> Goal | None:
    """The last condition that a request has met: where one with another member of a table is to come to."""
    site, outcome = next(reversed(trace.outcomes), (None, False))
    return None if site is None else (site, outcome, ANY)


@dataclass(frozen=True)
class Departure:
    """Where a plan has left its way."""

    position: int
    """Of the request."""
    events: tuple[Event, ...]
    """The conditions, the last first: one may ask for what a function has found by those before it."""
    calls: tuple[Event, ...]
    """What was called just before the last: what it asks for may be what that gave."""


def departure(way: Way, sent: Sequence[Sent]) -> Departure | None:
    """The last conditions that came out as they never did on the way; `None` if none did.

    A change that a goal asks for may break what was right before it: a check digit, a length, a sum.
    """
    for position in range(len(sent) - 1, -1, -1):
        events = sent[position].trace.events
        found = [number for number in range(len(events) - 1, -1, -1) if _is_off(events[number], way)]
        if found:
            before = events[max(0, found[0] - _MOST_CALLS) : found[0]]
            calls = tuple(item for item in before if item.outcome is None)
            left = {events[number].site: events[number] for number in reversed(found)}
            return Departure(position, tuple(reversed(left.values()))[:_MOST_CONDITIONS], calls)
    return None


def _is_off(event: Event, way: Way) -> bool:
    if event.outcome is None or (event.site, event.outcome) in way:
        return False
    return (event.site, not event.outcome) in way
