"""A driver that runs on a loop in a thread of its own, of asyncio or of trio."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any, cast

import anyio
import anyio.lowlevel
from anyio.from_thread import BlockingPortal, start_blocking_portal

from xapi.overrides import NO_LAYERS, Layer
from xapi.tasks import in_trio_task
from xapi.testing.driver_base import (
    CALLED_FROM_INSIDE,
    PROBING_SECONDS,
    CoroutineFunction,
    T,
    checkpoint,
    left_behind,
    new_loop,
)
from xapi.testing.exchange.base import ASGIApp, Scope
from xapi.testing.exchange.clock import now
from xapi.testing.exchange.http import HTTPExchange, RawResponse, RequestBody
from xapi.testing.timeouts import Limit, LoopBlocked, result_of


class PortalDriver:
    """Runs in an event loop of any backend of anyio, in a thread of its own, which runs while it is open."""

    def __init__(self, backend: str = "asyncio", backend_options: dict[str, Any] | None = None) -> None:
        self._backend = backend
        self._backend_options = backend_options
        if backend == "asyncio" and not {"loop_factory", "use_uvloop"} & (backend_options or {}).keys():
            self._backend_options = {"loop_factory": new_loop, **(backend_options or {})}
        if backend == "trio":
            self._backend_options = {"clock": _clock(), **(backend_options or {})}
        self._lock = threading.Lock()
        self._opened = 0
        self._starting: AbstractContextManager[BlockingPortal] | None = None
        self._portal: BlockingPortal | None = None
        self._thread = 0
        self._is_blocked = False

    def run(self, function: CoroutineFunction[T], *arguments: Any) -> T:
        return self._run(None, function, arguments)

    def run_limited(self, limit: Limit, function: CoroutineFunction[T], *arguments: Any) -> T:
        return self._run(limit, function, arguments)

    def _run(self, limit: Limit | None, function: CoroutineFunction[T], arguments: tuple[Any, ...]) -> T:
        async def run() -> tuple[T | None, BaseException | None]:
            # A BaseException, such as that of pytest.fail(), would end the portal.
            try:
                return await function(*arguments), None
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as error:
                return None, error

        if self._portal is not None and self._thread == threading.get_ident():
            raise RuntimeError(CALLED_FROM_INSIDE)
        if self._is_blocked and limit is None:
            self._probe()
        self.open()
        try:
            result, error = _outside_trio(self._call, run, limit)
        except LoopBlocked:
            self._is_blocked = True
            raise
        finally:
            self.close()
        if error is not None:
            raise error
        return cast(T, result)

    def _call(self, function: CoroutineFunction[T], limit: Limit | None) -> T:
        portal = self._running()
        if limit is None:
            return portal.start_task_soon(function).result()
        # To start a task waits for the loop, too, which may be blocked already.
        starting: Future[Future[T]] = Future()
        context = copy_context()

        def start() -> None:
            if starting.set_running_or_notify_cancel():
                started = context.run(portal.start_task_soon, function)
                starting.set_result(started)
                if limit.blocked is not None:
                    started.cancel()

        threading.Thread(target=start, name="start of a call of an xapi test client", daemon=True).start()
        return result_of(result_of(starting, self._thread, limit), self._thread, limit)

    def _probe(self) -> None:
        """See whether a loop that was blocked runs again; raises LoopBlocked if it does not."""
        self._is_blocked = False
        self.run_limited(Limit(PROBING_SECONDS, "the app"), checkpoint)

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        _outside_trio(self._running().call, function, *arguments)

    def send(
        self, app: ASGIApp, scope: Scope, body: RequestBody = b"", layers: tuple[Layer, ...] = NO_LAYERS
    ) -> RawResponse:
        return self.run(HTTPExchange(app, scope, body, layers).complete)

    def open(self) -> None:
        with self._lock:
            if self._opened == 0:
                self._starting = start_blocking_portal(self._backend, self._backend_options)
                self._portal = self._starting.__enter__()
                self._thread = _outside_trio(self._portal.call, threading.get_ident)
            self._opened += 1

    def close(self) -> None:
        with self._lock:
            is_last = self._opened == 1
            self._opened = max(0, self._opened - 1)
        if is_last:
            self._stop()

    def shut_down(self, last: CoroutineFunction[None] | None = None) -> None:
        try:
            if last is not None:
                self.run(last)
        except LoopBlocked:
            pass
        finally:
            self._stop()

    def _stop(self) -> None:
        with self._lock:
            starting, self._starting, self._portal, self._opened = self._starting, None, None, 0
            portal_is_blocked, self._is_blocked = self._is_blocked, False
        if starting is None:
            return
        if portal_is_blocked:
            left_behind.append(starting)
            return
        _outside_trio(starting.__exit__, None, None, None)

    def _running(self) -> BlockingPortal:
        assert self._portal is not None
        return self._portal


def _clock() -> object:
    """The clock of the limits as one of trio's, whose own stands still where a test has frozen time."""
    import trio

    class Clock(trio.abc.Clock):
        def start_clock(self) -> None:
            """It has no start."""

        def current_time(self) -> float:
            return now()

        def deadline_to_sleep_time(self, deadline: float) -> float:
            return deadline - now()

    return Clock()


def _outside_trio(function: Callable[..., T], *arguments: Any) -> T:
    """Call `function`, which waits for another trio loop: trio refuses that in the thread of a trio task."""
    if not in_trio_task():
        return function(*arguments)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, function, *arguments).result()
