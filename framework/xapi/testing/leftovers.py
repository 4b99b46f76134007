"""Tasks that an app has started and left running when its life ends: they are named in a warning."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any
from weakref import ref

from xapi.tasks import in_trio_task
from xapi.testing.exchange.base import running_app


class TaskLeftRunning(UserWarning):
    """The app has shut down, but a task that it has started is still running."""


def _place(task: asyncio.Task[Any]) -> str:
    coroutine: Any = task.get_coro()
    code = getattr(coroutine, "cr_code", None)
    name = getattr(coroutine, "__qualname__", type(coroutine).__qualname__)
    return f"{name}, {code.co_filename}:{code.co_firstlineno}" if code is not None else name


class TaskWatch:
    """Sees the tasks that an app starts on the running event loop; on trio, where none outlives, nothing."""

    def __init__(self, app: object) -> None:
        self._app = app
        self._tasks: set[ref[asyncio.Task[Any]]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: Any = None

    def start(self) -> None:
        """Watch until `stop`."""
        if in_trio_task():
            return
        self._loop = asyncio.get_running_loop()
        self._before = self._loop.get_task_factory()
        self._loop.set_task_factory(self._make)

    def stop(self) -> None:
        """Watch no more, and name what is left running."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        if loop.get_task_factory() == self._make:
            loop.set_task_factory(self._before)
        if not self._tasks:
            return
        tasks = [task for reference in self._tasks.copy() if (task := reference()) is not None]
        named = sorted(f"{task.get_name()} ({_place(task)})" for task in tasks if not task.done())
        if named:
            warnings.warn(
                f"{self._app!r} has shut down and left {len(named)} running: {', '.join(named)}. "
                "Cancel or await what the app starts before its shutdown ends",
                TaskLeftRunning,
                stacklevel=2,
            )

    def _make(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Future[Any]:
        if self._before is not None:
            made: asyncio.Future[Any] = self._before(loop, coroutine, **options)
        else:
            made = asyncio.Task(coroutine, loop=loop, **options)
        context = options.get("context")
        starter = running_app.get() if context is None else context.get(running_app)
        if self._loop is not None and starter is self._app and isinstance(made, asyncio.Task):
            self._tasks.add(ref(made, self._tasks.discard))
        return made
