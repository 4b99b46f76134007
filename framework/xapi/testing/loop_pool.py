"""Event loops that are kept for the next client: creating and closing one takes longer than a small test.

A loop is kept only if it is as it was when it was made, and nobody but its driver knows it. So nothing of one
test can reach another by its loop: each task, timer, future, lock or thread that could still do something on
a loop holds a reference to it, and each library that notes something of a loop a weak one.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import threading
from collections.abc import Sized
from contextvars import Context
from weakref import getweakrefcount

from xapi.testing.exchange.quiescence import AppLoop

CAN_KEEP_LOOPS = sys.platform != "win32" and hasattr(sys, "getrefcount")
MOST_KEPT = 4


class SpareLoop(AppLoop):
    """A loop that can tell whether it is as it was when it was made: with one task, which waits for ever."""

    __slots__ = ("_before", "_empty", "_references", "root_task")

    def __init__(self) -> None:
        super().__init__()
        self.root_task: asyncio.Task[None] | None = self.create_task(stay(self))
        self.call_soon(self.stop)
        self.run_forever()
        self._before = (vars(self).copy(), vars(self._watched_selector).copy())
        self._empty = [
            value
            for state in self._before
            for value in state.values()
            if isinstance(value, Sized) and not len(value)
        ]
        self._references: tuple[int, int] | None = None

    def is_as_made(self) -> bool:
        """Whether nothing is left on it, and all its settings are those of a new loop."""
        return (
            self._before == (vars(self), vars(self._watched_selector))
            and not any(self._empty)
            and not self.has_open_files
            and not self.get_debug()
            and self.root_task is not None
            and not self.root_task.done()
            and not self.root_task._callbacks
        )

    def close(self) -> None:
        root_task, self.root_task = self.root_task, None
        if root_task is not None:
            # It may be too late to run the loop, so that the task would end.
            root_task._log_destroy_pending = False  # type: ignore[attr-defined]
        super().close()


async def stay(loop: asyncio.AbstractEventLoop) -> None:
    """Wait for ever."""
    await loop.create_future()


_kept: list[SpareLoop] = []
_lock = threading.RLock()
_is_exiting = False


def take_loop() -> SpareLoop:
    """A loop that was kept, or a new one. No other loop may run in this thread."""
    with _lock:
        # A loop that is made now would be in debug mode.
        if _kept and not os.environ.get("PYTHONASYNCIODEBUG"):
            return _kept.pop()
    # In an empty context: a loop keeps that in which it was made.
    held = [Context().run(SpareLoop)]
    held[0]._references = _references(held)
    return held.pop()


def keep_loop(held: list[SpareLoop]) -> bool:
    """Keep a loop for the next client, if nothing shows that it was used; else the caller has to close it.

    `held` is a list of that loop alone, and must be the only thing with a reference to it.
    """
    if not held[0].is_as_made() or _references(held) != held[0]._references:
        return False
    with _lock:
        if _is_exiting or len(_kept) >= MOST_KEPT:
            return False
        _kept.append(held.pop())
    return True


def _references(held: list[SpareLoop]) -> tuple[int, int]:
    return sys.getrefcount(held[0]), getweakrefcount(held[0])


def _close_kept() -> None:
    while _kept:
        _kept.pop().close()


def _close_at_exit() -> None:
    global _is_exiting
    with _lock:
        _is_exiting = True
        _close_kept()


def _close_before_fork() -> None:
    # A child would share the files of a loop with its parent.
    _lock.acquire()
    _close_kept()


atexit.register(_close_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_close_before_fork, after_in_parent=_lock.release, after_in_child=_lock.release
    )
