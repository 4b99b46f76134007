"""The clock of all limits: it goes on where a test has frozen time, as with freezegun.

What freezes time replaces functions of `time` in all modules. So the clock holds one instead of being one;
and timers of event loops, which ask that module, are kept by a thread where it is frozen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import BuiltinFunctionType
from typing import Protocol

import anyio

from xapi.tasks import asyncio_loop

if hasattr(time, "clock_gettime"):
    # Not `monotonic`: this module may be imported when that is frozen already.
    now = partial(time.clock_gettime, time.CLOCK_MONOTONIC)
else:
    now = partial(time.monotonic)


class Timer(Protocol):
    """What `call_after` returns."""

    def cancel(self) -> object: ...


def is_frozen() -> bool:
    """Whether the clock that event loops ask is replaced."""
    return type(time.monotonic) is not BuiltinFunctionType


def call_after(seconds: float, function: Callable[[], object]) -> Timer:
    """Call `function` on the running event loop when the seconds have passed, also where time is frozen."""
    loop = asyncio_loop()
    if loop is not None and not is_frozen():
        return loop.call_later(seconds, function)
    call: Callable[[Callable[[], object]], object]
    if loop is not None:
        call = loop.call_soon_threadsafe
    else:
        from trio.lowlevel import current_trio_token

        call = current_trio_token().run_sync_soon

    def come_back() -> None:
        try:
            call(function)
        except RuntimeError:
            pass  # the loop has ended meanwhile

    timer = threading.Timer(seconds, come_back)
    timer.daemon = True
    timer.start()
    return timer


@contextmanager
def fail_after(seconds: float | None) -> Iterator[None]:
    """A block that may not take longer.

    Raises:
        TimeoutError: it has.
    """
    if seconds is None or not is_frozen():
        with anyio.fail_after(seconds):
            yield
        return
    with anyio.CancelScope() as scope:
        timer = call_after(seconds, scope.cancel)
        try:
            yield
        finally:
            timer.cancel()
    if scope.cancelled_caught:
        raise TimeoutError
