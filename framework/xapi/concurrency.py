"""Running sync code in worker threads, and limits for concurrent calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from anyio import to_thread
from starlette.concurrency import iterate_in_threadpool as iterate_in_threadpool
from starlette.concurrency import run_in_threadpool as run_in_threadpool
from starlette.concurrency import run_until_first_complete as run_until_first_complete

# anyio takes some milliseconds to import these modules: that waits for who needs them.
if TYPE_CHECKING:
    from anyio import Semaphore
    from anyio.lowlevel import RunVar

__all__ = [
    "contextmanager_in_threadpool",
    "iterate_in_threadpool",
    "run_in_threadpool",
    "run_until_first_complete",
]

T = TypeVar("T")


@asynccontextmanager
async def contextmanager_in_threadpool(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave a sync context manager in worker threads."""
    value = await to_thread.run_sync(manager.__enter__)
    try:
        yield value
    except BaseException as error:
        if not await _leave(manager, error):
            raise
    else:
        await _leave(manager, None)


async def _leave(manager: AbstractContextManager[T], error: BaseException | None) -> bool:
    from anyio import CapacityLimiter

    # A limiter of its own: an exit must not wait for a thread that waits for this exit.
    kind, traceback = (None, None) if error is None else (type(error), error.__traceback__)
    return bool(
        await to_thread.run_sync(manager.__exit__, kind, error, traceback, limiter=CapacityLimiter(1))
    )


class ConcurrencyLimit:
    """At most `most` holders at the same time, in each event loop; others wait, first come, first served."""

    def __init__(self, most: int) -> None:
        from anyio.lowlevel import RunVar

        self.most = most
        self._semaphore: RunVar[Semaphore] = RunVar("xapi_concurrency_limit")

    @property
    def semaphore(self) -> Semaphore:
        """The semaphore of the running event loop: an asynchronous context manager."""
        try:
            return self._semaphore.get()
        except LookupError:
            from anyio import Semaphore

            semaphore = Semaphore(self.most)
            self._semaphore.set(semaphore)
            return semaphore

    async def held(self) -> AsyncIterator[None]:
        """A generator that holds one place from its first step to its end."""
        async with self.semaphore:
            yield
