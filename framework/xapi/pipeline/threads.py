"""Worker threads for sync callables.

anyio makes a cancel scope, a queue's turn and a wake-up of the event loop for each call, which costs more
than most callables that it runs. Here the workers of a loop share one queue, and results that are ready
together wake the loop once. The workers are anyio's all the same, each busy with one long call of ours: what
`anyio.from_thread` gives to code in worker threads is there, and calls take tokens of anyio's limiter.

The environment variable `XAPI_THREADS=anyio` has each call run by anyio itself; so is it always on trio.
"""

from __future__ import annotations

import asyncio
import math
import os
import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any
from weakref import WeakKeyDictionary, ref

from anyio import CancelScope, CapacityLimiter, WouldBlock, get_current_task, to_thread

from xapi.tasks import in_trio_task

_BY_ANYIO = os.environ.get("XAPI_THREADS") == "anyio"
_IDLE_SECONDS = 10

_workers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Workers] = WeakKeyDictionary()


async def run_in_thread(
    call: Callable[..., Any], arguments: dict[str, Any], limiter: CapacityLimiter | None = None
) -> Any:
    """Call `call(**arguments)` in a worker thread, with the context variables of this task.

    It takes a token of `limiter`, or of anyio's default one. Cancel scopes wait for its end; a task that is
    cancelled by asyncio does not.
    """
    if _BY_ANYIO or in_trio_task():
        return await to_thread.run_sync(partial(call, **arguments), limiter=limiter)
    loop = asyncio.get_running_loop()
    workers = _workers.get(loop)
    if workers is None:
        workers = _workers[loop] = _Workers(loop)
    return await workers.run(_Job(call, arguments, loop.create_future()), limiter or workers.limiter)


class _Job:
    """One call, and what came of it."""

    __slots__ = ("arguments", "call", "context", "error", "future", "is_done", "result")

    def __init__(
        self, call: Callable[..., Any], arguments: dict[str, Any], future: asyncio.Future[Any]
    ) -> None:
        self.call = call
        self.arguments = arguments
        self.context = copy_context()
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None
        self.is_done = False

    def run(self) -> None:
        try:
            self.result = self.context.run(self.call, **self.arguments)
        except StopIteration as stop:  # a future can not have it
            self.error = RuntimeError("the callable raised StopIteration")
            self.error.__cause__ = stop
        except BaseException as error:
            self.error = error

    def report(self) -> None:
        self.is_done = True
        if self.future.done():  # cancelled: nobody waits any more
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)
            self.error = None  # an exception that its own traceback leads to is not freed for long


class _Workers:
    """The workers of one event loop. Everything but `_work` happens in the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = ref(loop)  # a strong one would keep the loop in the dictionary for ever
        self.limiter = to_thread.current_default_thread_limiter()
        self._no_limit = CapacityLimiter(math.inf)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._untaken: set[_Job] = set()
        """What no thread has begun. A thread that has a job from the queue may not know it yet."""
        self._done: deque[_Job] = deque()
        self._is_waking = False
        self._running = 0
        self._staff = 0
        """How many threads take jobs, without those that have been told to go."""
        self._employments: set[asyncio.Task[None]] = set()
        self._forget_library = _forget_library()

    async def run(self, job: _Job, limiter: CapacityLimiter) -> Any:
        try:
            limiter.acquire_nowait()
        except WouldBlock:
            await limiter.acquire()
        try:
            self._running += 1
            if self._running > self._staff:
                self._employ()
            if self._forget_library is not None:
                job.context.run(self._forget_library)
            self._untaken.add(job)
            self._jobs.put(job)
            return await self._result(job)
        finally:
            limiter.release()

    async def _result(self, job: _Job) -> Any:
        try:
            return await job.future
        except asyncio.CancelledError:
            if not job.is_done and get_current_task().has_pending_cancellation():
                # A cancel scope's doing: what is closed behind it must not be used by the thread any more.
                job.future = job.future.get_loop().create_future()
                with CancelScope(shield=True):
                    await job.future
            raise

    @property
    def has_no_jobs(self) -> bool:
        """Whether no job waits for a thread, and no result for the loop."""
        return not self._untaken and not self._done

    def _employ(self) -> None:
        self._staff += 1
        task = asyncio.get_running_loop().create_task(self._employment(), context=Context())
        self._employments.add(task)
        task.add_done_callback(self._employments.discard)

    async def _employment(self) -> None:
        """Have a thread of anyio's work until it is dismissed, or the loop ends."""
        try:
            await to_thread.run_sync(self._work, abandon_on_cancel=True, limiter=self._no_limit)
        except asyncio.CancelledError:
            self._dismiss()
            raise

    def _work(self) -> None:
        """Do jobs, in a thread, until there comes None instead of one."""
        idle_seconds = 0
        while True:
            try:
                job = self._jobs.get(timeout=1)
            except Empty:
                idle_seconds += 1
                if self._is_over():
                    _stop_thread()
                    return
                if idle_seconds % _IDLE_SECONDS == 0:
                    self._call_soon(self._dismiss_idle)
                continue
            if job is None:
                return
            self._untaken.discard(job)
            idle_seconds = 0
            job.run()
            self._done.append(job)
            del job
            if not self._is_waking:
                self._is_waking = True
                self._call_soon(self._report)

    def _call_soon(self, function: Callable[[], None]) -> None:
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(function)
        except RuntimeError:  # the loop has been closed
            pass

    def _is_over(self) -> bool:
        """Whether the loop was closed, or the process ends, without cancelling tasks."""
        loop = self._loop()
        return loop is None or loop.is_closed() or not threading.main_thread().is_alive()

    def _report(self) -> None:
        # First, so that a job that is done from now on wakes the loop again.
        self._is_waking = False
        while self._done:
            self._running -= 1
            self._done.popleft().report()

    def _dismiss_idle(self) -> None:
        if self._staff > self._running:
            self._dismiss()

    def _dismiss(self) -> None:
        self._staff -= 1
        self._jobs.put(None)


def _stop_thread() -> None:
    """End this thread after its call: anyio's workers wait for a word from the loop, which is not coming."""
    stop = getattr(threading.current_thread(), "stop", None)
    if stop is not None:
        stop()


def _forget_library() -> Callable[[], object] | None:
    """What makes a worker's context one without event loop, where `sniffio` says which one runs."""
    try:
        from sniffio import current_async_library_cvar
    except ImportError:
        return None
    return partial(current_async_library_cvar.set, None)
