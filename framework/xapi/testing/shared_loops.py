"""Limits of time on the loop of the test, which the app shares with the test's own code.

There only the app's code may be interrupted: what blocks the loop may as well be the test.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from types import FrameType

from xapi.testing.exchange.base import Exchange
from xapi.testing.exchange.whereabouts import stack_of
from xapi.testing.timeouts import (
    BLOCKED_SECONDS,
    Limit,
    LoopBlocked,
    alarm_is_free,
    runs_callback,
    watched_by_thread,
)
from xapi.texts import visible_line

_limited: ContextVar[Exchange | None] = ContextVar("xapi_limited_exchange", default=None)
"""The exchange with a limit whose app runs in the current context, and so in the tasks that it starts."""


@contextmanager
def guarded_on_shared_loop(exchange: Exchange, limit: Limit) -> Iterator[None]:
    """Watch the loop that runs in this thread while an exchange is waited for.

    Code of its app that blocks the loop is interrupted by a signal if that can be: then `LoopBlocked` is what
    the app has raised. Else, and of the code of anybody else, it is told on stderr where the loop is blocked.
    """
    token = _limited.set(exchange)
    try:
        if _alarm.add(exchange, limit):
            try:
                yield
            finally:
                _alarm.remove(limit)
        else:
            with watched_by_thread(limit, lambda frame: _tell(limit, frame)):
                yield
    finally:
        _limited.reset(token)


class _Alarm:
    """The one signal of the process, for all exchanges that are waited for at the same time."""

    def __init__(self) -> None:
        self._exchanges: dict[Limit, Exchange] = {}
        self._due: dict[Limit, float] = {}
        self._told: set[Limit] = set()

    def add(self, exchange: Exchange, limit: Limit) -> bool:
        """Watch an exchange; false where no signal can be had."""
        if self._due:
            if threading.current_thread() is not threading.main_thread():
                return False
        elif alarm_is_free():
            signal.signal(signal.SIGALRM, self._interrupt)
        else:
            return False
        self._exchanges[limit] = exchange
        self._due[limit] = monotonic() + limit.seconds + BLOCKED_SECONDS
        self._wind()
        return True

    def remove(self, limit: Limit) -> None:
        """Watch an exchange no longer."""
        del self._exchanges[limit], self._due[limit]
        self._told.discard(limit)
        if not self._due:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _wind(self, least: float = 0.001) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(min(self._due.values()) - monotonic(), least))

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        # An app may catch what interrupts it, and block on: then it is interrupted again.
        self._wind(BLOCKED_SECONDS)
        now = monotonic()
        overdue = [limit for limit, due in self._due.items() if due <= now]
        running = _limited.get()
        for limit in overdue:
            if self._exchanges[limit] is running and limit.note(frame):
                raise LoopBlocked(limit.describe())
        for limit in overdue:
            if limit not in self._told and _tell(limit, frame):
                self._told.add(limit)


_alarm = _Alarm()


def _tell(limit: Limit, frame: FrameType | None) -> bool:
    """Tell on stderr where the loop is blocked; whether it is."""
    if frame is None or not runs_callback(frame):
        return False
    sys.stderr.write(
        f"{visible_line(limit.name)}: no answer after {limit.seconds:g} s; the event loop is blocked here:\n"
        f"{stack_of(frame)}"
    )
    return True
