"""Generators that stay open while a request is answered: from their first step to their last.

A generator that can wait has a cancel scope of its own around it, from before its first step until after its
last, so that scopes are left in the reverse of the order in which they were entered. While the scope is open
it does nothing. When the generator is closed it becomes a shield:

    cancel scopes of a task                               what a cancellation reaches

    around the app (a time limit in a middleware)         all below, but no generator that is being closed
      scope of generator A
        A's own (a time limit, a task group)              B while it is opened, and the endpoint; not B's end
          scope of generator B
            the endpoint

What a cancellation interrupts while it is opened goes to its end in the same way: what it has taken until
then is given back. A sync generator runs in worker threads, which nothing interrupts.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack
from typing import Any, BinaryIO

import anyio
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser

from xapi.background import BackgroundTasks
from xapi.exceptions import DependencyError
from xapi.pipeline.shield import Shield
from xapi.pipeline.threads import Job, finish_job, run_in_thread
from xapi.tasks import in_trio_task

END: Any = object()


class Held:
    """An async generator that can wait. It is entered and left in one task.

    `refused` is asyncio's cancellation that came while it went to its end: whoever enters or leaves it raises
    it.
    """

    __slots__ = ("generator", "place", "scope", "shield")

    def __init__(self, generator: AsyncGenerator[Any, None]) -> None:
        self.generator = generator
        self.scope: anyio.CancelScope | None = None
        self.shield = Shield()
        self.place: object = None

    @property
    def refused(self) -> BaseException | None:
        return self.shield.refused

    async def enter(self) -> Any:
        """Run to the `yield`; gives what it yields, or END."""
        self.scope = anyio.CancelScope()
        self.scope.__enter__()
        self.place = _place_of_trio()
        try:
            return await self.shield.interruptibly(first(self.generator), self.scope)
        except BaseException:
            self.scope.__exit__(None, None, None)
            raise

    def leave_scope(self) -> None:
        """Leave the scope before the generator is closed, unless that has entered some inside."""
        if self.scope is None or self.place is not _place_of_trio():
            return
        try:
            self.scope.__exit__(None, None, None)
        except RuntimeError:  # anyio, on asyncio: it is not the innermost one, and stays
            return
        self.scope = None

    async def leave(self, error: BaseException | None) -> bool:
        """Run to the end, as `close` does."""
        scope = self.scope
        if scope is None:  # left already, and so nothing is open inside
            scope = anyio.CancelScope()
            scope.__enter__()
        scope.shield = True
        try:
            return await self.shield.to_the_end(close(self.generator, error))
        finally:
            scope.__exit__(None, None, None)


def _place_of_trio() -> object:
    """On trio, where this task is among its cancel scopes: trio cannot be asked to leave one, and not to."""
    if not in_trio_task():
        return None
    import trio

    return getattr(trio.lowlevel.current_task(), "_cancel_status", None)


class HeldInThread:
    """A sync generator, run in worker threads."""

    __slots__ = ("generator", "refused")

    def __init__(self, generator: Generator[Any, None, None]) -> None:
        self.generator = generator
        self.refused: BaseException | None = None

    async def enter(self, opened: list[Open]) -> Any:
        """Run to the `yield`, and note that it is open: in the thread, before its caller can be cancelled."""
        return await run_in_thread(self._first, {"opened": opened})

    def _first(self, opened: list[Open]) -> Any:
        value = next(self.generator, END)
        if value is not END:
            opened.append(self)
        return value

    async def leave(self, error: BaseException | None) -> bool:
        swallowed: bool = await _finish_in_thread(self, self._close, {"error": error})
        return swallowed

    def _close(self, error: BaseException | None) -> bool:
        try:
            if error is None:
                next(self.generator)
            else:
                self.generator.throw(error)
        except StopIteration:
            return error is not None
        raise yielded_twice(self.generator)


class HeldForm:
    """The files of a form."""

    __slots__ = ("_form", "refused")

    def __init__(self, form: FormData) -> None:
        self._form = form
        self.refused: BaseException | None = None

    async def leave(self, error: BaseException | None) -> bool:
        """Close the files: those on disk in a worker thread, where it may take a while to delete them."""
        uploads = [value for _, value in self._form.multi_items() if isinstance(value, UploadFile)]
        on_disk = []
        for upload in uploads:
            if (upload.size or 0) > MultiPartParser.spool_max_size:
                on_disk.append(upload.file)
            else:
                upload.file.close()
        if on_disk:
            await _finish_in_thread(self, _close_files, {"files": on_disk})
        return False


async def _finish_in_thread(
    held: HeldInThread | HeldForm, call: Callable[..., Any], arguments: dict[str, Any]
) -> Any:
    """End what is held by a call in a worker thread; `held` notes the cancellation that came meanwhile."""
    job = Job(call, arguments)
    await finish_job(job)
    held.refused, job.cancelled = job.cancelled, None
    return job.outcome()


def _close_files(files: list[BinaryIO]) -> None:
    with ExitStack() as closing:
        for file in files:
            closing.callback(file.close)


class LateTasks:
    """The background tasks that are added when the others have run: after the `yield` of a dependency."""

    __slots__ = ("_tasks", "refused")

    def __init__(self, tasks: BackgroundTasks) -> None:
        self._tasks = tasks
        self.refused: BaseException | None = None

    async def leave(self, error: BaseException | None) -> bool:
        if error is None:
            await self._tasks.run_late()
        return False


Open = AsyncGenerator[Any, None] | Held | HeldInThread | HeldForm | LateTasks
"""What is open. An async generator stands for itself if it cannot wait: then nothing can cancel it."""


async def first(generator: AsyncGenerator[Any, None]) -> Any:
    """Run an async generator to its `yield`; gives what it yields, or END."""
    return await anext(generator, END)


async def close(generator: AsyncGenerator[Any, None], error: BaseException | None) -> bool:
    """Run an async generator to its end; True if it swallowed `error`, which is raised at its `yield`."""
    try:
        if error is None:
            await generator.__anext__()
        else:
            await generator.athrow(error)
    except StopAsyncIteration:
        return error is not None
    raise yielded_twice(generator)


def name_of(generator: Any) -> str:
    """The name of a generator's function, for messages."""
    name: str = getattr(generator, "__qualname__", type(generator).__qualname__)
    return name


def yielded_twice(generator: Any) -> DependencyError:
    return DependencyError(f"{name_of(generator)}() yielded a second time: a dependency must yield once")
