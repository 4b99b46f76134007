"""A driver that runs on a loop in the calling thread."""

from __future__ import annotations

import asyncio
import asyncio.base_events
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.driver_base import (
    CALLED_FROM_INSIDE,
    PROBING_SECONDS,
    CoroutineFunction,
    T,
    checkpoint,
    left_behind,
    new_loop,
)
from xapi.testing.exchange.base import LEAVING_SECONDS, ASGIApp, Scope
from xapi.testing.exchange.http import HTTPExchange, RawResponse, RequestBody
from xapi.testing.exchange.loops import event_loop_runs_here, is_noted_elsewhere, note_asyncio
from xapi.testing.exchange.quiescence import busy_workers
from xapi.testing.loop_pool import CAN_KEEP_LOOPS, SpareLoop, keep_loop, stay, take_loop
from xapi.testing.timeouts import Limit, LoopBlocked, guarded, result_of

_FORKED = (
    "this client runs its app in a thread, which does not exist in a forked process: create a client "
    "in the new process"
)


class LoopDriver:
    """Runs on an asyncio event loop of its own, in the calling thread, and only during calls.

    When a call comes that the calling thread cannot serve, because another event loop runs in it or because
    it is not the thread of the first call, the loop moves for good to a thread of its own. Tasks that live
    between calls, such as an app's lifespan, move along.

        no loop --first call--> at rest <--call, return--> busy in the calling thread
           ^                       |                          |
           |                       | a call from elsewhere    | a call from elsewhere: moves at the return
           |                       v                          v
           +----shut_down---- in its own thread <-------------+
           ^                       |
           |                       | a call that blocks the loop beyond its limit
           |                       v
           +----shut_down---- blocked: probed by the next call; if it does not run again, left behind
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._owner = 0
        self._is_busy = False
        self._must_move = False
        self._thread: threading.Thread | None = None
        self._opened = 0
        self._root_task: asyncio.Task[None] | None = None
        self._is_blocked = False

    def run(self, function: CoroutineFunction[T], *arguments: Any) -> T:
        if is_noted_elsewhere():
            function, arguments = _noting_asyncio, (function, *arguments)
        loop = self._get_loop()
        if self._is_blocked:
            self._probe()
        if self._enter(loop):
            try:
                return _run_here(loop, function(*arguments))
            finally:
                self._leave(loop)
        return result_of(asyncio.run_coroutine_threadsafe(function(*arguments), loop), 0, None)

    def run_limited(self, limit: Limit, function: CoroutineFunction[T], *arguments: Any) -> T:
        if is_noted_elsewhere():
            function, arguments = _noting_asyncio, (function, *arguments)
        loop = self._get_loop()
        if self._enter(loop):
            try:
                with guarded(limit):
                    return _run_here(loop, function(*arguments))
            finally:
                self._leave(loop)
        thread = self._thread
        future = asyncio.run_coroutine_threadsafe(function(*arguments), loop)
        try:
            return result_of(future, self._owner if thread is None else thread.ident or 0, limit)
        except LoopBlocked:
            self._is_blocked = True
            raise

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        loop = self._get_loop()
        if self._enter(loop):
            try:
                function(*arguments)
            finally:
                self._leave(loop)
        else:
            loop.call_soon_threadsafe(function, *arguments)

    def send(
        self, app: ASGIApp, scope: Scope, body: RequestBody = b"", layers: tuple[Layer, ...] = NO_LAYERS
    ) -> RawResponse:
        return self.run(HTTPExchange(app, scope, body, layers).complete)

    def open(self) -> None:
        with self._lock:
            self._opened += 1
            is_first = self._opened == 1
        if is_first:
            self.post(self._start_root_task)

    def close(self) -> None:
        with self._lock:
            is_last = self._opened == 1
            self._opened = max(0, self._opened - 1)
        if is_last:
            self.run(self._stop_root_task)

    def shut_down(self, last: CoroutineFunction[None] | None = None) -> None:
        loop = self._loop
        if loop is None:
            return
        try:
            if self._is_blocked:
                self._probe()
        except LoopBlocked:
            left_behind.append((loop, self._thread))
            self._loop = self._thread = None
            self._is_blocked = False
            return
        del loop  # A loop is kept for the next client only if nothing else refers to it.
        try:
            if last is not None:
                self.run(_run_last, last)
        finally:
            if not self._keep_loop():
                self._end_loop()

    def _keep_loop(self) -> bool:
        with self._lock:
            loop = self._loop
            if self._thread is not None or not isinstance(loop, SpareLoop):
                return False
            self._unmark_root_task()
            held = [loop]
            del loop
            self._loop = None
            if keep_loop(held):
                self._root_task = None
                self._opened = 0
                return True
            self._loop = held[0]
            return False

    def _end_loop(self) -> None:
        loop = self._get_loop()
        try:
            self.run(self._end_all)
        finally:
            with self._lock:
                thread, self._thread = self._thread, None
                self._loop = None
                self._opened = 0
            if thread is not None:
                loop.call_soon_threadsafe(loop.stop)
                thread.join()
            loop.close()

    def _probe(self) -> None:
        """See whether a loop that was blocked runs again; raises LoopBlocked if it does not."""
        self._is_blocked = False
        self.run_limited(Limit(PROBING_SECONDS, "the app"), checkpoint)

    async def _end_all(self) -> None:
        await self._stop_root_task()
        await _end_all()

    def _start_root_task(self) -> None:
        """Give anyio a task that it takes for the loop's root task: it stays while the driver is open."""
        loop = self._get_loop()
        root_task = loop.root_task if isinstance(loop, SpareLoop) else None
        self._root_task = loop.create_task(stay(loop)) if root_task is None else root_task
        if _ROOT_TASK_MARK is not None:
            self._root_task.add_done_callback(_ROOT_TASK_MARK)

    def _unmark_root_task(self) -> None:
        if self._root_task is not None and _ROOT_TASK_MARK is not None:
            # With its mark it would stop the loop when it ends.
            self._root_task.remove_done_callback(_ROOT_TASK_MARK)

    async def _stop_root_task(self) -> None:
        self._unmark_root_task()
        root_task, self._root_task = self._root_task, None
        if root_task is None:
            return
        if isinstance(self._loop, SpareLoop):
            self._loop.root_task = None
        root_task.cancel()
        # Now it ends, and worker threads are told to; that is done before this call's own end.
        await asyncio.sleep(0)

    def _get_loop(self) -> asyncio.AbstractEventLoop:
        loop = self._loop
        if loop is None:
            with self._lock:
                loop = self._loop
                if loop is None:
                    must_be_new = not CAN_KEEP_LOOPS or event_loop_runs_here()
                    loop = self._loop = new_loop() if must_be_new else take_loop()
                    self._owner = threading.get_ident()
        return loop

    def _enter(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether the loop can run in this thread now; if not, it runs, or will soon, in its own."""
        with self._lock:
            here = threading.get_ident()
            if self._thread is not None:
                if not self._thread.is_alive():
                    raise RuntimeError(_FORKED)
                if self._thread.ident == here:
                    raise RuntimeError(CALLED_FROM_INSIDE)
                return False
            if self._is_busy:
                if self._owner == here:
                    raise RuntimeError(CALLED_FROM_INSIDE)
                self._must_move = True
                return False
            if self._owner != here or event_loop_runs_here():
                self._move(loop)
                return False
            self._is_busy = True
            return True

    def _leave(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self._is_busy = False
            if self._must_move:
                self._must_move = False
                self._move(loop)

    def _move(self, loop: asyncio.AbstractEventLoop) -> None:
        self._thread = threading.Thread(target=loop.run_forever, name="xapi test client", daemon=True)
        self._thread.start()


async def _noting_asyncio(function: CoroutineFunction[T], *arguments: Any) -> T:
    note_asyncio()
    return await function(*arguments)


def _run_here(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    task = loop.create_task(coroutine)
    task.add_done_callback(_stop_loop)
    try:
        while not task.done():
            loop.run_forever()
    except BaseException:
        task.cancel()
        raise
    return task.result()


def _stop_loop(task: asyncio.Task[Any]) -> None:
    task.get_loop().stop()


# anyio ends a loop's worker threads with the loop's root task, and knows that task by this callback. Between
# calls of `LoopDriver` there would be none, so that each call would start its threads anew.
_ROOT_TASK_MARK: Callable[[asyncio.Task[None]], object] | None = getattr(
    asyncio.base_events, "_run_until_complete_cb", None
)


async def _run_last(last: CoroutineFunction[None]) -> None:
    """Run `last`, and leave the loop, if it runs for this call only, in the same turn."""
    try:
        await last()
    finally:
        task = asyncio.current_task()
        if task is not None and task.remove_done_callback(_stop_loop):
            _stop_loop(task)


async def _end_all() -> None:
    """Cancel all other tasks and end generators and threads, in the order in which `asyncio.run` does it.

    What does not end in five seconds, a task that ignores its cancellation or a sync function in a thread,
    is left behind.
    """
    loop = asyncio.get_running_loop()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        ended, left = await asyncio.wait(tasks, timeout=LEAVING_SECONDS)
        for task in ended:
            error = None if task.cancelled() else task.exception()
            if isinstance(error, Exception):
                _report(loop, "a task of the app failed while it was cancelled", exception=error)
        for task in left:
            _report(loop, "a task of the app did not end when it was cancelled", task=task)
    await loop.shutdown_asyncgens()
    if threading.active_count() == 1 or not busy_workers():
        await loop.shutdown_default_executor()


def _report(loop: asyncio.AbstractEventLoop, message: str, **context: Any) -> None:
    loop.call_exception_handler({"message": message, **context})
