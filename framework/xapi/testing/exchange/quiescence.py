"""Detecting that nothing can happen any more: when an event loop and its threads are idle."""

from __future__ import annotations

import _socket
import asyncio
import os
import selectors
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any
from weakref import WeakSet

import anyio

from xapi.tasks import asyncio_loop
from xapi.testing.exchange.clock import fail_after, now

POLLING_SECONDS = 0.01
"""How often busy threads are looked at while somebody waits for them to rest."""

_RUNNERS = ("execnet.", "pytest_rerunfailures")
"""Modules whose threads carry messages about the run of the tests: of pytest-xdist, pytest-rerunfailures."""
_STANDARD_WAITING = ("threading", "queue", "socket", "concurrent.futures._base")
_TRIO_WORKER = ("trio._core._thread_cache", "_work")
_OUR_WORKER = ("xapi.pipeline.threads", "_work")


@dataclass(eq=False, slots=True)
class Watcher:
    """Who wants to know when a loop has nothing to do now and `is_quiet()` is true of the threads.

    `notice` is told when the loop's next timer is due (`clock.now`), or None, and returns whether it has
    given the loop something to do.
    """

    is_quiet: Callable[[], bool]
    notice: Callable[[float | None], bool]


class _Selector(selectors.DefaultSelector):
    """Asks its watchers before it waits."""

    def __init__(self) -> None:
        super().__init__()
        self.watchers: list[Watcher] = []

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self.watchers or timeout == 0:
            return super().select(timeout)
        is_quiet = True
        for watcher in self.watchers.copy():
            # A thread may have given its result just before it came to rest: so the events are looked at
            # after the threads.
            rests = watcher.is_quiet()
            events = super().select(0)
            if events or (rests and watcher.notice(None if timeout is None else now() + timeout)):
                return events
            is_quiet = is_quiet and rests
        if not is_quiet:
            # No event tells that a thread has come to rest.
            timeout = POLLING_SECONDS if timeout is None else min(timeout, POLLING_SECONDS)
        return super().select(timeout)


class AppLoop(asyncio.SelectorEventLoop):
    """The event loop on which the drivers run apps."""

    def __init__(self) -> None:
        self._watched_selector = _Selector()
        super().__init__(self._watched_selector)
        self._own_files = len(self._watched_selector.get_map())
        _app_loops.add(self)

    time = staticmethod(now)
    """Timers are due by the clock of the limits, which no test freezes."""

    def _make_self_pipe(self) -> None:
        # Of sockets as Python has them: pytest-socket puts another class in their place, which refuses.
        shared: Any = self
        shared._ssock, shared._csock = _pair()
        shared._ssock.setblocking(False)
        shared._csock.setblocking(False)
        shared._internal_fds += 1
        shared._add_reader(shared._ssock.fileno(), shared._read_from_self)

    def renew(self) -> None:
        """In a process that was forked: wait for files of its own, not for those that wake the parent too.

        Threads have stayed with the parent, so those of the executor are new as well.
        """
        shared: Any = self
        selector, own = _Selector(), shared._ssock.fileno()
        for key in self._watched_selector.get_map().values():
            if key.fd != own:
                selector.register(key.fileobj, key.events, key.data)
        selector.watchers = self._watched_selector.watchers
        self._watched_selector.close()
        self._watched_selector = shared._selector = selector
        shared._ssock.close()
        shared._csock.close()
        shared._internal_fds -= 1
        shared._make_self_pipe()
        if shared._default_executor is not None:
            self.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))

    @property
    def has_open_files(self) -> bool:
        """Whether a socket, or another file, is watched that could wake the loop."""
        return len(self._watched_selector.get_map()) > self._own_files

    @contextmanager
    def watched(self, watcher: Watcher) -> Iterator[None]:
        """Ask `watcher` whenever the loop would wait."""
        self._watched_selector.watchers.append(watcher)
        try:
            yield
        finally:
            self._watched_selector.watchers.remove(watcher)


def _pair() -> tuple[socket.socket, socket.socket]:
    """Two sockets that are connected with each other, whatever stands in the place of their class."""
    own = next(cls for cls in socket.socket.__mro__ if cls.__module__ == "socket")
    if own is socket.socket or not hasattr(_socket, "socketpair"):
        return socket.socketpair()
    one, other = _socket.socketpair()
    return (
        own(one.family, one.type, one.proto, one.detach()),
        own(other.family, other.type, other.proto, other.detach()),
    )


_app_loops: WeakSet[AppLoop] = WeakSet()


def _renew_all() -> None:
    for loop in list(_app_loops):
        if not loop.is_closed():
            loop.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)


def running_app_loop() -> AppLoop | None:
    """The running event loop, if it is one of the drivers' own."""
    loop = asyncio_loop()
    return loop if isinstance(loop, AppLoop) else None


async def settle(seconds: float) -> None:
    """Wait until all other tasks wait, and no worker thread works; timers and sockets are not waited for.

    Raises:
        TimeoutError: that many seconds were not enough.
    """
    with fail_after(seconds):
        loop = running_app_loop()
        if loop is None:
            await _settle_trio()
            return
        at_rest: asyncio.Future[None] = loop.create_future()

        def notice(next_timer: float | None) -> bool:
            if not at_rest.done():
                at_rest.set_result(None)
            return True

        with loop.watched(Watcher(lambda: not busy_workers(), notice)):
            await at_rest


async def _settle_trio() -> None:
    rests = False
    while not rests:
        rests = not busy_workers()
        # Now the results of the threads that have come to rest are used up.
        await anyio.wait_all_tasks_blocked()
        if busy_workers():
            rests = False
            await anyio.sleep(POLLING_SECONDS)


def no_thread_works() -> bool:
    """Whether every other thread waits for what only another thread, or the running loop, can do."""
    return all(_waits_for_others(frame) for _, frame in _other_threads())


def busy_workers() -> list[FrameType]:
    """The frames of the worker threads that are at work, of anyio's, asyncio's and trio's."""
    return [frame for _, frame in busy_threads()]


def busy_threads() -> list[tuple[threading.Thread, FrameType]]:
    """The worker threads that are at work, with their frames."""
    return [
        (thread, frame)
        for thread, frame in _other_threads()
        if _is_worker(thread, frame) and not _waits_for_work(frame)
    ]


def _other_threads() -> Iterator[tuple[threading.Thread, FrameType]]:
    frames = sys._current_frames()
    here = threading.get_ident()
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        if frame is not None and thread.ident != here:
            yield thread, frame


def _is_worker(thread: threading.Thread, frame: FrameType) -> bool:
    if thread.name.startswith(("AnyIO worker", "asyncio_")):
        return True
    outer: FrameType | None = frame
    while outer is not None and _place(outer) != _TRIO_WORKER:
        outer = outer.f_back
    return outer is not None


def _waits_for_others(frame: FrameType) -> bool:
    """Whether a thread waits without limit, for a call of a driver, or for messages of what runs the tests.

    Of a thread that waits otherwise, for a file or with a limit, nobody knows what it will do.
    """
    if _waits(frame) and frame.f_locals.get("timeout", 0) is None:
        return True
    place = _place(_beyond_waiting(frame))
    is_ours = place in (("xapi.testing.timeouts", "result_of"), ("xapi.testing.timeouts", "tell"))
    return is_ours or place[0].startswith(_RUNNERS) or _waits_for_work(frame)


def _waits_for_work(frame: FrameType) -> bool:
    """Whether a worker thread waits for the next call that it is to run, and has not been given one."""
    place = _place(frame)
    if place == ("concurrent.futures.thread", "_worker"):
        return bool(frame.f_locals["work_queue"].empty()) and not frame.f_locals.get("work_item")
    if place == _OUR_WORKER:
        return frame.f_locals["self"].has_no_jobs and "job" not in frame.f_locals
    if place == _TRIO_WORKER:
        return getattr(frame.f_locals["self"], "_job", frame) is None
    return _waits(frame) and _place(_beyond_waiting(frame)) == ("anyio._backends._asyncio", "run")


def _waits(frame: FrameType) -> bool:
    """Whether a thread waits for a condition: one that was notified, and has not woken yet, does not."""
    if _place(frame) != ("threading", "wait"):
        return False
    waiter = frame.f_locals.get("waiter")
    return waiter is not None and waiter in getattr(frame.f_locals["self"], "_waiters", ())


def _beyond_waiting(frame: FrameType) -> FrameType:
    """The frame that called the standard library to wait."""
    inner = frame
    while _place(inner)[0] in _STANDARD_WAITING and inner.f_back is not None:
        inner = inner.f_back
    return inner


def _place(frame: FrameType) -> tuple[str, str]:
    return frame.f_globals.get("__name__", ""), frame.f_code.co_name
