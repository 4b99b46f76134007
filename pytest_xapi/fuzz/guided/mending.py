"""Plans that have left the way to their goal: where they did, so that they can be put back on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_xapi.fuzz.guided.goals import ANY, Goal
from pytest_xapi.fuzz.guided.plans import Sent
from pytest_xapi.fuzz.guided.probes import Event, Trace, Way

_MOST_CALLS = 2


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
    event: Event
    """The condition."""
    calls: tuple[Event, ...]
    """What was called just before: what the condition asks for may be what that gave."""


def departure(way: Way, sent: Sequence[Sent]) -> Departure | None:
    """The last condition that came out as it never did on the way; `None` if none did.

    A change that a goal asks for may break what was right before it: a check digit, a length, a sum.
    """
    for position in range(len(sent) - 1, -1, -1):
        events = sent[position].trace.events
        for number in range(len(events) - 1, -1, -1):
            event = events[number]
            if event.outcome is None or (event.site, event.outcome) in way:
                continue
            if (event.site, not event.outcome) in way:
                before = events[max(0, number - _MOST_CALLS) : number]
                calls = tuple(item for item in before if item.outcome is None)
                return Departure(position, event, calls)
    return None
