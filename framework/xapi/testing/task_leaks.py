"""Tasks that an app leaves running after its shutdown, which a warning names."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from contextvars import Context
from typing import Any, cast
from weakref import ref

from xapi.tasks import asyncio_loop
from xapi.testing.exchange.base import running_app
from xapi.testing.task_factory import TaskObserver


class TaskLeftRunning(UserWarning):
    """The app has shut down, but a task that it has started is still running."""


class AppTasks:
    """Sees the tasks that an app starts on the running event loop, asyncio's or trio's.

    Trio's end with their nursery: left running are those of its system nursery, and of a nursery that the
    app was given from outside.
    """

    def __init__(self, app: object) -> None:
        self._app = app
        self._tasks: _AsyncioTasks | _TrioTasks | None = None

    def start(self) -> None:
        """Watch until `stop`."""
        loop = asyncio_loop()
        self._tasks = _TrioTasks(self._app) if loop is None else _AsyncioTasks(self._app, loop)

    def stop(self) -> None:
        """Watch no more, and name what is left running."""
        tasks, self._tasks = self._tasks, None
        if tasks is None:
            return
        tasks.stop()
        named = sorted(f"{name} ({_place(coroutine)})" for name, coroutine in tasks.running())
        if named:
            warnings.warn(
                f"{self._app!r} has shut down and left {len(named)} running: {', '.join(named)}. "
                "Cancel or await what the app starts before its shutdown ends",
                TaskLeftRunning,
                stacklevel=2,
            )


def _place(coroutine: Any) -> str:
    code = getattr(coroutine, "cr_code", None)
    name = getattr(coroutine, "__qualname__", type(coroutine).__qualname__)
    return f"{name}, {code.co_filename}:{code.co_firstlineno}" if code is not None else name


class _AsyncioTasks:
    """Those that an app has started on an asyncio loop."""

    def __init__(self, app: object, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._tasks: set[ref[asyncio.Task[Any]]] = set()
        self._observer = TaskObserver(loop, self._started)

    def stop(self) -> None:
        self._observer.stop()

    def running(self) -> Iterator[tuple[str, Any]]:
        """Name and coroutine of each that has not ended."""
        for reference in self._tasks.copy():
            task = reference()
            if task is not None and not task.done():
                yield _name_of(task), task.get_coro()

    def _started(self, task: asyncio.Future[Any], coroutine: Any, context: Context | None) -> None:
        starter = running_app.get() if context is None else context.get(running_app)
        if starter is self._app and isinstance(task, asyncio.Task):
            self._tasks.add(ref(task, self._tasks.discard))


def _name_of(task: asyncio.Task[Any]) -> str:
    # Python 3.13.0 overwrites the name of a task without one by "None" where a loop has a task factory.
    name = task.get_name()
    return "a task" if name == "None" else name


class _TrioTasks:
    """Those that an app has started on trio, seen as an instrument of trio, which calls `task_...`."""

    def __init__(self, app: object) -> None:
        from trio.lowlevel import add_instrument

        self._app = app
        self._tasks: dict[Any, None] = {}
        add_instrument(cast(Any, self))

    def stop(self) -> None:
        from trio.lowlevel import remove_instrument

        remove_instrument(cast(Any, self))

    def running(self) -> Iterator[tuple[str, Any]]:
        """Name and coroutine of each that has not ended."""
        for task in self._tasks:
            yield task.name, task.coro

    def task_spawned(self, task: Any) -> None:
        """Called by the task that starts it."""
        if running_app.get() is self._app:
            self._tasks[task] = None

    def task_exited(self, task: Any) -> None:
        self._tasks.pop(task, None)
