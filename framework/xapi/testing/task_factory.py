"""Observing the tasks that are started on an asyncio event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

Started = Callable[[asyncio.Future[Any], Any, Context | None], None]
"""Is told of a task, its coroutine and the context that it was given; it stands two frames below what starts
the task.
"""


class TaskObserver:
    """Calls `started` for each task that is started on `loop`, until `stop`.

    It is a task factory around the one that the loop had. Several may observe a loop, and end in any order.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, started: Started) -> None:
        self._loop = loop
        self._started: Started | None = started
        self._before: Any = loop.get_task_factory()
        loop.set_task_factory(self._make)

    def stop(self) -> None:
        """Observe no longer."""
        self._started = None
        if self._loop.get_task_factory() == self._make:
            self._loop.set_task_factory(self._before)

    def _make(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Future[Any]:
        if self._before is not None:
            made: asyncio.Future[Any] = self._before(loop, coroutine, **options)
        else:
            made = asyncio.Task(coroutine, loop=loop, **options)
        if self._started is not None:
            self._started(made, coroutine, options.get("context"))
        return made
