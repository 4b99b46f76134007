"""The differences between asyncio and trio: tasks, and waiting for a change."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from xapi.tasks import asyncio_loop, in_trio_task
from xapi.testing.exchange.clock import call_after, is_frozen

T = TypeVar("T")


def event_loop_runs_here() -> bool:
    """Whether an event loop, asyncio's or trio's, runs in this thread."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        return True
    # The public function would raise where there is none, as nearly always.
    return asyncio._get_running_loop() is not None


def is_noted_elsewhere() -> bool:
    """Whether the context notes another library than asyncio for sniffio, and so for anyio.

    anyio's pytest plugin leaves such a note for all that it runs, and for tests in between.
    """
    sniffio = sys.modules.get("sniffio")
    return sniffio is not None and sniffio.current_async_library_cvar.get() not in (None, "asyncio")


def note_asyncio() -> None:
    """Note in the context that its tasks are asyncio's."""
    import sniffio

    sniffio.current_async_library_cvar.set("asyncio")


class Bell:
    """Wakes whoever waits for something to change."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[Callable[[], object]] = []

    def ring(self) -> None:
        """Wake everybody who waits now."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for wake in waiting:
                wake()

    async def wait(self, seconds: float | None = None) -> None:
        """Wait for the next ring, or until the seconds have passed."""
        loop = asyncio_loop()
        if loop is None:
            await self._wait_in_trio(seconds)
            return
        rung: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not rung.done():
                rung.set_result(None)

        self._waiting.append(wake)
        if seconds is None:
            await rung
            return
        timer = call_after(seconds, wake)
        try:
            await rung
        finally:
            timer.cancel()

    async def _wait_in_trio(self, seconds: float | None) -> None:
        import trio

        rung = trio.Event()
        self._waiting.append(rung.set)
        if seconds is None or not is_frozen():
            with trio.move_on_after(math.inf if seconds is None else seconds):
                await rung.wait()
            return
        timer = call_after(seconds, rung.set)
        try:
            await rung.wait()
        finally:
            timer.cancel()


def is_cancelled_here() -> bool:
    """Whether somebody has cancelled the running task; else its code has raised `CancelledError`."""
    if asyncio_loop() is None:
        return True  # of trio, whose exception nobody can make
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def let_others_run() -> None:
    """Give the other tasks of the loop one turn."""
    if not in_trio_task():
        await asyncio.sleep(0)
        return

    import trio

    await trio.lowlevel.checkpoint()


async def run_in_task(function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
    """Run `function(*arguments)` in a task of its own and wait for its result.

    The task has a copy of the caller's context, as each request has on a server: what the app sets in
    context variables does not reach the caller. A cancellation of the caller cancels the task.
    """
    if (loop := asyncio_loop()) is not None:
        return await loop.create_task(function(*arguments))

    import trio

    outcome: list[Any] = []

    async def run() -> None:
        try:
            outcome.extend((await function(*arguments), None))
        except trio.Cancelled:
            raise
        except BaseException as error:
            outcome.extend((None, error))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(run)
    result, error = outcome
    if error is not None:
        raise error
    returned: T = result
    return returned
