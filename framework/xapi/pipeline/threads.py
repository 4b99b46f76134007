"""Worker threads for sync callables.

anyio makes a cancel scope, a queue's turn and a wake-up of the event loop for each call, which costs more
than most callables that it runs. Here the workers of a loop share one queue, and results that are ready
together wake the loop once. The workers are anyio's all the same, each busy with one long call of ours: what
`anyio.from_thread` gives to code in worker threads is there, and calls take tokens of anyio's limiter.

A call can be cancelled until a thread has it; then it is waited for, whatever cancels the task. What it uses
may be closed as soon as its caller goes on:

    task                       worker thread
    waits for a token          -                     cancelled here: the call is not made
    puts the job in the queue
    waits for the end          runs the call         cancelled here: noted, and the task waits on
    goes on                    waits for a job       a cancel scope cancels it again where it next waits;
                                                     asyncio would not: its CancelledError is raised now

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

import anyio

from xapi.pipeline.shield import Shield, shielded
from xapi.tasks import asyncio_loop

_BY_ANYIO = os.environ.get("XAPI_THREADS") == "anyio"
_IDLE_SECONDS = 10

_workers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Workers] = WeakKeyDictionary()


async def run_in_thread(
    call: Callable[..., Any], arguments: dict[str, Any], limiter: anyio.CapacityLimiter | None = None
) -> Any:
    """Call `call(**arguments)` in a worker thread, with the context variables of this task.

    It takes a token of `limiter`, or of anyio's default one. Once it has begun, its end is waited for,
    whatever cancels this task.
    """
    job = Job(call, arguments)
    await run_job(job, limiter)
    return job.outcome()


class Job:
    """One call, and what came of it.

    `cancelled` is what asyncio cancelled the caller with while the call ran, if it did: the caller has to
    raise it.
    """

    __slots__ = ("arguments", "call", "cancelled", "context", "error", "future", "is_done", "result")

    def __init__(self, call: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self.call = call
        self.arguments = arguments
        self.context: Context
        self.future: asyncio.Future[None]
        self.result: Any = None
        self.error: BaseException | None = None
        self.cancelled: BaseException | None = None
        self.is_done = False

    def outcome(self) -> Any:
        """What the call gave. Raises what it raised, or what its caller was cancelled with."""
        # An exception that its own traceback leads to is not freed for long.
        error, self.error = self.error, None
        cancelled, self.cancelled = self.cancelled, None
        try:
            if cancelled is not None:
                raise cancelled from error
            if error is not None:
                raise error
        finally:
            del error, cancelled
        return self.result

    def run(self) -> None:
        try:
            self.result = self.call(**self.arguments)
        except StopIteration as stop:  # a coroutine cannot raise it
            self.error = RuntimeError("the callable raised StopIteration")
            self.error.__cause__ = stop
        except BaseException as error:
            self.error = error

    def report(self) -> None:
        self.is_done = True
        if not self.future.done():
            self.future.set_result(None)


async def finish_job(job: Job) -> None:
    """Have a worker thread do `job`, whatever cancels this task."""
    # A limiter of its own: an exit must not wait for a thread that waits for this exit.
    limiter = anyio.CapacityLimiter(1)
    workers = _workers_here()
    if workers is not None:
        await workers.run(job, limiter)
        return
    shield = Shield()
    with anyio.CancelScope(shield=True):
        await shield.to_the_end(anyio.to_thread.run_sync(job.run, limiter=limiter))
    job.cancelled = shield.refused


async def run_job(job: Job, limiter: anyio.CapacityLimiter | None = None) -> None:
    """Have a worker thread do `job`, to its end once it has begun."""
    workers = _workers_here()
    if workers is None:
        await _run_by_anyio(job, limiter)
    else:
        await workers.run(job, limiter or workers.limiter)


def _workers_here() -> _Workers | None:
    """The workers of the running loop; None where anyio runs each call."""
    loop = None if _BY_ANYIO else asyncio_loop()
    if loop is None:
        return None
    workers = _workers.get(loop)
    if workers is None:
        workers = _workers[loop] = _Workers(loop)
    return None if workers.is_leaving else workers


async def _run_by_anyio(job: Job, limiter: anyio.CapacityLimiter | None) -> None:
    claim, ended = _Claim(), threading.Event()

    def run() -> None:
        if claim.take():
            job.run()
            ended.set()

    try:
        await anyio.to_thread.run_sync(run, limiter=limiter)
    except asyncio.CancelledError as cancelled:  # by asyncio, which leaves the thread alone
        if claim.take():
            raise
        await shielded(anyio.to_thread.run_sync(ended.wait, limiter=anyio.CapacityLimiter(1)))
        job.cancelled = cancelled


class _Claim:
    """Something that one thread can have: the first that takes it."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = [None]

    def take(self) -> bool:
        """Whether it was there to be taken."""
        try:
            self._left.pop()
        except IndexError:
            return False
        return True


class _Workers:
    """The workers of one event loop. Everything but `_work` happens in the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = ref(loop)  # a strong one would keep the loop in the dictionary for ever
        self.limiter = anyio.to_thread.current_default_thread_limiter()
        self._no_limit = anyio.CapacityLimiter(math.inf)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._untaken: set[Job] = set()
        """What no thread has begun. A thread that has a job from the queue may not know it yet."""
        self._done: deque[Job] = deque()
        self._is_waking = False
        self._running = 0
        self._staff = 0
        """How many threads take jobs, without those that have been told to go."""
        self._employments: set[asyncio.Task[None]] = set()
        self.is_leaving = False
        """Whether the loop has begun to end: it cancels all tasks, and employs nobody any more."""
        self._forget_library = _forget_library()

    async def run(self, job: Job, limiter: anyio.CapacityLimiter) -> None:
        try:
            limiter.acquire_nowait()
        except anyio.WouldBlock:
            await limiter.acquire()
        try:
            self._running += 1
            if self._running > self._staff:
                self._employ()
            job.context = copy_context()
            if self._forget_library is not None:
                job.context.run(self._forget_library)
            loop = asyncio.get_running_loop()
            job.future = loop.create_future()
            self._untaken.add(job)
            self._jobs.put(job)
            try:
                await job.future
            except asyncio.CancelledError as cancelled:
                await self._outlast(job, cancelled)
        finally:
            limiter.release()

    async def _outlast(self, job: Job, cancelled: BaseException) -> None:
        """Wait for the end of a job whose caller was cancelled."""
        with anyio.CancelScope(shield=True):
            while not job.is_done:
                job.future = asyncio.get_running_loop().create_future()
                try:
                    await job.future
                except asyncio.CancelledError as again:
                    cancelled = again
        if not anyio.get_current_task().has_pending_cancellation():
            job.cancelled = cancelled

    @property
    def has_no_jobs(self) -> bool:
        """Whether no job waits for a thread, and no result for the loop."""
        return not self._untaken and not self._done

    def _employ(self) -> None:
        self._staff += 1
        post = _Claim()
        task = asyncio.get_running_loop().create_task(self._employment(post), context=Context())
        self._employments.add(task)
        task.add_done_callback(partial(self._end_employment, post))

    async def _employment(self, post: _Claim) -> None:
        """Have a thread of anyio's work until it is dismissed, or the loop ends."""
        await anyio.to_thread.run_sync(self._work, post, abandon_on_cancel=True, limiter=self._no_limit)

    def _end_employment(self, post: _Claim, task: asyncio.Task[None]) -> None:
        self._employments.discard(task)
        if not task.cancelled():
            if (error := task.exception()) is not None:
                self._staff -= 1
                self._give_up(error)
            return
        self.is_leaving = True
        if not post.take():
            self._dismiss()
            return
        # No thread has come to work.
        self._staff -= 1
        if self._untaken:
            self._employ()

    def _give_up(self, error: BaseException) -> None:
        """There is no new thread to be had: if there is no other one, what waits for it fails."""
        while not self._staff and self._untaken:
            job = self._untaken.pop()
            self._running -= 1
            job.error = error
            job.report()

    def _work(self, post: _Claim) -> None:
        """Do jobs, in a thread, until there comes None instead of one."""
        if not post.take():
            return
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
            if job.is_done:  # given up
                continue
            idle_seconds = 0
            job.context.run(job.run)
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


def _forget_threads() -> None:
    """In a process that was forked: no thread of its parent runs there, but a loop may be used again."""
    _workers.clear()
    # anyio notes its threads for each loop, and has no way to say that they are gone.
    for variables in getattr(anyio.lowlevel, "_run_vars", {}).values():
        for variable in list(variables):
            if getattr(variable, "_name", "").startswith("_threadpool_"):
                del variables[variable]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_threads)
