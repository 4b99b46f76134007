"""Timeouts on the loop of the test, which the app shares with the test's own code.

There only the app's code may be interrupted: what blocks the loop may as well be the test.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from xapi.testing.exchange.base import Exchange
from xapi.testing.exchange.whereabouts import stack_of
from xapi.testing.timeouts import Limit, guarded, runs_callback
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
        with guarded(limit, lambda: _limited.get() is exchange, lambda frame: _tell(limit, frame)):
            yield
    finally:
        _limited.reset(token)


def _tell(limit: Limit, frame: FrameType | None) -> bool:
    """Tell on stderr where the loop is blocked; whether it is."""
    if frame is None or not runs_callback(frame):
        return False
    sys.stderr.write(
        f"{visible_line(limit.name)}: no answer after {limit.seconds:g} s; the event loop is blocked here:\n"
        f"{stack_of(frame)}"
    )
    return True
