"""What probes tell, and who listens: the request that is being answered, known by a context variable.

Tasks that an app starts for a request, and most threads, have a copy of its context, and so the same
listener. Threads of pools have none: they tell whoever listens at the moment; requests are sent one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from enum import Enum
from functools import cached_property
from threading import get_ident
from types import MappingProxyType
from typing import Any, NamedTuple

from pytest_xapi.fuzz.guided.sites import WAS_FALSE, WAS_TRUE, Sites

_MOST_OF_SITE = 96
"""What a place tells of one request: loops go on and on."""
_MOST_PROBED = 250
"""How often an expression is probed in one request: what loops for long must not take many times as long."""
_MOST_EVENTS = 6_000

SITES = Sites()
"""The places of this process."""

_LISTENER: ContextVar[Trace | None] = ContextVar("xapi_guided", default=None)
_of_process: tuple[int, Trace] | None = None
"""Who listens to the request that is being answered, and in which thread that was sent."""


Way = frozenset[tuple[int, bool]]
"""The conditions that a request has met, and how they came out."""


class Event(NamedTuple):
    """What one probe has told."""

    site: int
    values: tuple[Any, ...]
    """Of a comparison both sides; of a call what is called upon, and the first argument."""
    outcome: bool | None
    """Of a condition, how the code went on; `None` where that is not known, or nothing hangs on it."""


class Trace:
    """What was told of one request."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.counts: dict[int, int] = {}
        self.outcomes: dict[tuple[int, bool], None] = {}
        """The conditions that were reached, and how they came out; in this order."""
        self._passed: dict[int, int] = {}
        self._closed: dict[int, bool] = {}
        """By slot, the expressions that are probed no more: whether their condition had been true by then."""

    @cached_property
    def way(self) -> Way:
        """The conditions, once the request is answered, in no order."""
        return frozenset(self.outcomes)

    def reopen(self) -> None:
        """Let all places be told of again, and note what has happened at those that were closed."""
        for slot, had_gone_on in self._closed.items():
            SITES.open[slot] = 1
            if not had_gone_on and SITES.has_gone_on(slot):
                number, _ = SITES.alone[slot]
                self.outcomes[number, True] = None
                SITES.both[number] |= WAS_TRUE

    def note(self, site: int, values: tuple[Any, ...], outcome: bool | None) -> None:
        """Take what a probe tells."""
        if outcome is not None:
            self.outcomes[site, outcome] = None
            SITES.both[site] |= WAS_TRUE if outcome else WAS_FALSE
        count = self.counts.get(site, 0)
        if count < _MOST_OF_SITE and len(self.events) < _MOST_EVENTS:
            self.counts[site] = count + 1
            self.events.append(Event(site, values, outcome))
            return
        self._passed[site] = passed = self._passed.get(site, _MOST_OF_SITE) + 1
        if passed >= _MOST_PROBED:
            slot = SITES.all[site].slot
            SITES.open[slot] = 0
            self._closed.setdefault(slot, SITES.has_gone_on(slot))


@contextmanager
def listening() -> Iterator[Trace]:
    """What is told of all that is done in this block's context."""
    global _of_process
    trace = Trace()
    token = _LISTENER.set(trace)
    _of_process = get_ident(), trace
    try:
        yield trace
    finally:
        _of_process = None
        _LISTENER.reset(token)
        trace.reopen()


def _of_thread() -> Trace | None:
    """Who listens to a thread that has no copy of a request's context: pools start theirs without one."""
    found = _of_process
    return None if found is None or found[0] == get_ident() else found[1]


def compared(site: int, left: Any, right: Any, result: Any) -> Any:
    """The probe of a comparison, which has been made; its result."""
    trace = _LISTENER.get() or _of_thread()
    if trace is not None:
        trace.note(site, (left, right), result if result is True or result is False else None)
    return result


def judged(site: int, value: Any) -> Any:
    """The probe of a condition that is no comparison; its value."""
    trace = _LISTENER.get() or _of_thread()
    if trace is not None:
        trace.note(site, (value,), _truth(value))
    return value


def given(site: int, value: Any, *others: Any) -> Any:
    """The probe of what a function or a method is given; the first of it."""
    trace = _LISTENER.get() or _of_thread()
    if trace is not None:
        trace.note(site, (value, *others), None)
    return value


def looked_up(site: int, value: Any, key: Any, *default: Any) -> Any:
    """The probe of a look-up, which is a condition: whether it is there; what is looked into."""
    trace = _LISTENER.get() or _of_thread()
    if trace is not None:
        if type(key) is int and type(value) in (list, tuple, str, bytes):
            trace.note(site, (key, len(value), value), -len(value) <= key < len(value))
        elif isinstance(value, _TABLES) and isinstance(key, _KEYS):
            trace.note(site, (value, key), key in value)
        else:
            trace.note(site, (value, key), None)
    return value


def divided(site: int, value: Any) -> Any:
    """The probe of a divisor; its value."""
    trace = _LISTENER.get() or _of_thread()
    if trace is not None and isinstance(value, int | float | Decimal):
        trace.note(site, (value, 0), value == 0)
    return value


def unpacked(site: int, value: Any, count: int, is_least: bool) -> Any:
    """The probe of what is taken apart into so many names, or at least as many; its value."""
    trace = _LISTENER.get() or _of_thread()
    if trace is not None and type(value) in (list, tuple, str):
        trace.note(site, (value, count), len(value) >= count if is_least else len(value) == count)
    return value


_TABLES = (dict, MappingProxyType)
_KEYS = (str, int, Enum)
_PLAIN = (bool, int, float, str, bytes, list, tuple, dict, set, frozenset, type(None))


def _truth(value: Any) -> bool | None:
    """Whether a value is true, where to ask does nothing else."""
    kind = type(value)
    if kind in _PLAIN:
        return bool(value)
    if getattr(kind, "__bool__", None) is None and getattr(kind, "__len__", None) is None:
        return True
    return bool(value) if kind.__module__ in ("re", "datetime", "decimal", "enum", "uuid") else None
