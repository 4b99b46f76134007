"""Tasks that an app leaves running after its shutdown, which a warning names."""

from __future__ import annotations

import asyncio
import os
import sys
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Any, cast
from weakref import ref

from xapi.tasks import asyncio_loop
from xapi.testing.app_routes import routes_of, written_function
from xapi.testing.exchange.clock import fail_after
from xapi.testing.exchange.hidden import running, running_app
from xapi.testing.exchange.whereabouts import is_of_xapi, outer_frames, package_of
from xapi.testing.loop_failures import LoopFailures
from xapi.testing.task_factory import TaskObserver
from xapi.testing.unseen import tell

_MOST_FAILED = 100
TEST = "test"
"""Stands for code of the tests among those who start tasks."""
ENDING_SECONDS = 1.0
"""How long a task that was cancelled may take to end."""
_TURNS = 5
"""How many turns of the loop tasks get at the end: what was told to stop stops in a few."""
_CARRIERS = ("anyio", "trio", "uvloop")
"""Packages that start tasks for those who call them."""


class TaskLeftRunning(UserWarning):
    """The app has shut down, but a task that it has started is still running."""


class PackageTaskLeftRunning(TaskLeftRunning):
    """The same of a task that an installed package has started for the app."""


class TestTaskLeftRunning(TaskLeftRunning):
    """The same of a task that code of the tests has started while the app called it."""

    __test__ = False


@dataclass(frozen=True, eq=False)
class _Left:
    """A task that is left running."""

    name: str
    coroutine: Any
    start: _Start

    def __str__(self) -> str:
        return f"{self.name} ({_place(self.coroutine)})"


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

    async def stop(self) -> None:
        """Watch no more, and name what is left running: what was asked to end gets its turn first."""
        tasks, self._tasks = self._tasks, None
        if tasks is None:
            return
        await tasks.let_end()
        tasks.stop()
        for name, coroutine, error in tasks.failures():
            tell(f"a task of {self._app!r} has failed, {name} ({_place(coroutine)})", error)
        for what, error in tasks.loop_failures():
            tell(f"on the event loop of {self._app!r}: {what}", error)
        left = sorted(tasks.running(), key=str)
        owners = {task: self._owner(task.start) for task in left}
        for owner in sorted(set(owners.values())):
            self._tell(owner, [str(task) for task in left if owners[task] == owner])

    def _owner(self, start: _Start) -> str:
        """Who has started a task: a package, `TEST`, or else the app, which has no name here."""
        if start.package is not None:
            return start.package
        files = _files_of(self._app)
        return TEST if start.test_file is not None and files and start.test_file not in files else ""

    def _tell(self, owner: str, named: list[str]) -> None:
        category = TaskLeftRunning
        if owner:
            whose = "the tests have" if owner == TEST else f"the package {owner} has"
            category = TestTaskLeftRunning if owner == TEST else PackageTaskLeftRunning
            mend = f"To ignore it: filterwarnings = ignore::xapi.testing.{category.__name__}"
            text = f"has shut down, and {len(named)} that {whose} started goes on: {', '.join(named)}. {mend}"
        else:
            text = (
                f"has shut down and left {len(named)} running: {', '.join(named)}. "
                "Cancel or await what the app starts before its shutdown ends"
            )
        warnings.warn(f"{self._app!r} {text}", category, stacklevel=2)


@dataclass(frozen=True)
class _Start:
    """Where a task was started."""

    package: str | None = None
    """The installed package that has done it, if one has."""
    test_file: str | None = None
    """The file of tests that has done it, if one has."""


def _start() -> _Start:
    """Where the task is started that is being started."""
    for frame in outer_frames(sys._getframe(2)):
        file = frame.f_code.co_filename
        package = package_of(file)
        if package not in _CARRIERS:
            name = os.path.basename(file)
            is_test = name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")
            return _Start(package, file if is_test else None)
    return _Start()


def _files_of(app: object) -> set[str]:
    """The files of an app's handlers, as far as it shows them: they may stand in a file of tests."""
    functions = (written_function(route.endpoint) for route in routes_of(app) if route.endpoint is not None)
    codes = (getattr(function, "__code__", None) for function in functions)
    return {code.co_filename for code in codes if code is not None and not is_of_xapi(code.co_filename)}


def _place(coroutine: Any) -> str:
    code = getattr(coroutine, "cr_code", None)
    name = getattr(coroutine, "__qualname__", type(coroutine).__qualname__)
    return f"{name}, {code.co_filename}:{code.co_firstlineno}" if code is not None else name


class _AsyncioTasks:
    """Those that an app has started on an asyncio loop."""

    def __init__(self, app: object, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._tasks: dict[ref[asyncio.Task[Any]], _Start] = {}
        self._failed: deque[asyncio.Task[Any]] = deque(maxlen=_MOST_FAILED)
        self._observer = TaskObserver(loop, self._started)
        self._others = LoopFailures(loop)

    def stop(self) -> None:
        self._observer.stop()
        self._others.stop()

    def loop_failures(self) -> Iterator[tuple[str, BaseException]]:
        """What else has failed on the loop while nobody waited for it."""
        return iter(self._others.found)

    async def let_end(self) -> None:
        """Let tasks that were cancelled end, and those that are about to."""
        for _ in range(_TURNS):
            if any(self._not_done()):
                await asyncio.sleep(0)
        asked = [task for task in self._not_done() if task.cancelling()]
        if asked:
            with suppress(TimeoutError), fail_after(ENDING_SECONDS):
                await asyncio.wait(asked)

    def running(self) -> Iterator[_Left]:
        """Those that have not ended."""
        starts = {id(reference()): start for reference, start in self._tasks.items()}
        for task in self._not_done():
            yield _Left(_name_of(task), task.get_coro(), starts[id(task)])

    def _not_done(self) -> Iterator[asyncio.Task[Any]]:
        for reference in list(self._tasks):
            task = reference()
            if task is not None and not task.done():
                yield task

    def _started(self, task: asyncio.Future[Any], coroutine: Any, context: Context | None) -> None:
        call = running.get() if context is None else context.get(running)
        if call is not None and call.app is self._app and isinstance(task, asyncio.Task):
            self._tasks[ref(task, self._forget)] = _start()
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if _is_unseen(task):  # it may still be awaited
            self._failed.append(task)

    def failures(self) -> Iterator[tuple[str, Any, BaseException]]:
        """Name, coroutine and exception of tasks that have failed, and for which nobody has waited."""
        for task in filter(_is_unseen, self._failed):
            error = task.exception()
            if error is not None:
                yield _name_of(task), task.get_coro(), error
        self._failed.clear()

    def _forget(self, reference: ref[asyncio.Task[Any]]) -> None:
        self._tasks.pop(reference, None)


def _is_unseen(task: asyncio.Task[Any]) -> bool:
    """Whether asyncio would log that the exception of a task was never retrieved."""
    return bool(getattr(task, "_log_traceback", False))


def _name_of(task: asyncio.Task[Any]) -> str:
    # Python 3.13.0 overwrites the name of a task without one by "None" where a loop has a task factory.
    name = task.get_name()
    return "a task" if name == "None" else name


class _TrioTasks:
    """Those that an app has started on trio, seen as an instrument of trio, which calls `task_...`."""

    def __init__(self, app: object) -> None:
        from trio.lowlevel import add_instrument

        self._app = app
        self._tasks: dict[Any, _Start] = {}
        add_instrument(cast(Any, self))

    def stop(self) -> None:
        from trio.lowlevel import remove_instrument

        remove_instrument(cast(Any, self))

    def failures(self) -> Iterator[tuple[str, Any, BaseException]]:
        """None: a task that fails ends its nursery with it."""
        return iter(())

    def loop_failures(self) -> Iterator[tuple[str, BaseException]]:
        """None: on trio there are tasks alone."""
        return iter(())

    async def let_end(self) -> None:
        """Let tasks that are about to end do so."""
        import trio

        for _ in range(_TURNS):
            if self._tasks:
                await trio.lowlevel.checkpoint()

    def running(self) -> Iterator[_Left]:
        """Those that have not ended."""
        for task, start in self._tasks.items():
            yield _Left(task.name, task.coro, start)

    def task_spawned(self, task: Any) -> None:
        """Called by the task that starts it."""
        if running_app() is self._app:
            self._tasks[task] = _start()

    def task_exited(self, task: Any) -> None:
        self._tasks.pop(task, None)
