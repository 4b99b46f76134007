"""Tasks on asyncio and on trio: the current task, and new tasks that belong to no task group."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any


def in_trio_task() -> bool:
    """Whether the running task is trio's; else it is asyncio's."""
    trio = sys.modules.get("trio")
    return trio is not None and bool(trio.lowlevel.in_trio_task())


def asyncio_task() -> asyncio.Task[Any] | None:
    """The running task if it is asyncio's; None if it is trio's."""
    return None if in_trio_task() else asyncio.current_task()


def asyncio_loop() -> asyncio.AbstractEventLoop | None:
    """The running event loop if it is asyncio's; None on trio."""
    return None if in_trio_task() else asyncio.get_running_loop()


def start_task(
    function: Callable[[], Coroutine[Any, Any, None]],
    context: Context | None = None,
    ended: Callable[[], object] | None = None,
) -> Callable[[], object]:
    """Run `function` in a new task on the running event loop; returns what cancels it.

    The task belongs to no task group: it may outlive the block, and the task, that started it. It runs in
    `context`, or in a copy of the caller's. `ended` is called at its end, even if it is cancelled before it
    begins.
    """
    if (loop := asyncio_loop()) is not None:
        task = loop.create_task(function(), context=context)
        if ended is not None:
            task.add_done_callback(lambda task: ended())
        return task.cancel

    import trio

    cancel_scope = trio.CancelScope()

    async def run() -> None:
        try:
            with cancel_scope:
                await function()
        finally:
            if ended is not None:
                ended()

    trio.lowlevel.spawn_system_task(run, context=context or copy_context())
    return cancel_scope.cancel
