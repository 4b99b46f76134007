"""Noticing tasks that a request has started and that are still there after its answer."""

from __future__ import annotations

import asyncio
import sys
from contextvars import Context, ContextVar
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from pytest_xapi.fuzz.model import traceback_origin
from pytest_xapi.fuzz.model.wire import Observed
from xapi.testing.task_factory import TaskObserver

if TYPE_CHECKING:
    from xapi.testing import TestClient

CHECK = "leaked_task"
_ASYNCIO = str(Path(asyncio.__file__).parent)
GRACE = 0.2
"""How long a task may outlive its request, in seconds."""

_REQUEST: ContextVar[object | None] = ContextVar("xapi_fuzz_request", default=None)


class RequestTasks:
    """Follows the tasks of a client's event loop, where that is one of asyncio.

    A task belongs to the request in whose context it was made: tasks of the lifespan belong to none.
    """

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self._tasks: list[tuple[asyncio.Future[Any], str]] = []
        """What the request has started, and what each of them is blamed on."""
        self._ending: list[asyncio.Future[Any]] = []
        """What goes on, but will end by itself: it is waited for before the app shuts down."""
        self._observer: TaskObserver | None = None
        self._ends: dict[str, bool] = {}
        """By cause: whether such a task has ended by itself, within the time that it had."""

    def attach(self) -> None:
        """Follow the loop of the client, which is open."""
        self._client.run(self._install)

    def detach(self) -> None:
        """Leave that loop as it was."""
        if any(not task.done() for task in self._ending):
            self._client.run_for(GRACE)
        self._ending.clear()
        if self._observer is not None:
            self._observer.stop()
        self._observer = None
        self._tasks.clear()

    def begin(self) -> None:
        """A request begins."""
        self._tasks.clear()
        _REQUEST.set(self)

    def end(self) -> list[Observed]:
        """The request is answered: what of it goes on."""
        _REQUEST.set(None)
        left = {cause: task for task, cause in self._tasks if cause and not task.done()}
        self._tasks.clear()
        if any(cause not in self._ends for cause in left):
            self._client.run_for(GRACE)
            for cause, task in left.items():
                self._ends[cause] = task.done()
        leaked = [cause for cause in left if not self._ends[cause]]
        self._ending = [task for task in self._ending if not task.done()]
        self._ending += [task for cause, task in left.items() if self._ends[cause] and not task.done()]
        if leaked:
            self._client.run(_cancel, [left[cause] for cause in leaked])
        return [_observed(cause) for cause in leaked]

    async def _install(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._observer = TaskObserver(loop, self._started)

    def _started(self, task: asyncio.Future[Any], coroutine: Any, context: Context | None) -> None:
        if _REQUEST.get() is self:
            self._tasks.append((task, _cause(coroutine, sys._getframe(2))))


async def _cancel(tasks: list[asyncio.Future[Any]]) -> None:
    """End what was found, which would be found once more when the app shuts down."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=GRACE)


def _cause(coroutine: Any, creator: FrameType | None) -> str:
    """The function that a task runs, if the app has written it or started it itself; else nothing.

    Args:
        coroutine: What the task runs.
        creator: The innermost frame of what makes the task.
    """
    code = getattr(coroutine, "cr_code", None)
    if code is not None and not traceback_origin.is_foreign(code.co_filename):
        return f"{code.co_qualname} ({traceback_origin.importable(code.co_filename)})"
    while creator is not None and creator.f_code.co_filename.startswith(_ASYNCIO):
        creator = creator.f_back
    if creator is None or traceback_origin.is_foreign(creator.f_code.co_filename):
        return ""
    name = getattr(coroutine, "__qualname__", type(coroutine).__name__)
    file = traceback_origin.importable(creator.f_code.co_filename)
    return f"{name}, made in {creator.f_code.co_qualname} ({file})"


def _observed(cause: str) -> Observed:
    return Observed(
        check=CHECK,
        title="Task left running",
        message=(
            f"The request started the task of {cause}, which still runs {GRACE:g} s after the response: "
            "each request leaves another task running. Await it, cancel it, or start it in the lifespan."
        ),
        cause=cause,
    )
