"""Timeouts that work even if code blocks the event loop.

Where code awaits, an exchange's own timeout ends it. Code that gives no control back is noticed from outside:
by a signal in the main thread, which interrupts it, and else by whoever waits for the loop's thread.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import TypeVar

from xapi.testing.exchange.clock import now
from xapi.testing.exchange.quiescence import busy_threads
from xapi.testing.exchange.whereabouts import stack_of
from xapi.texts import visible_line

T = TypeVar("T")
BLOCKED_SECONDS = 0.5
"""How long after its limit a call is taken for one that blocks its event loop."""


class LoopBlocked(BaseException):
    """Raised in code that blocks the event loop, or to the caller who waits for the loop.

    As text it is what to add to the message of a timeout.
    """


def block_in(error: BaseException | None) -> LoopBlocked | None:
    """The `LoopBlocked` that an exception is, or that it has in it, as task groups of an app wrap it."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(block_in, error.exceptions)), None)
    return error if isinstance(error, LoopBlocked) else None


class Interrupted(BaseException):
    """Raised in a worker thread that was left behind."""


def interrupt_workers() -> None:
    """Raise `Interrupted` in all worker threads that are at work, as soon as they run Python code."""
    import ctypes  # hardly any run needs it

    for thread, _ in busy_threads():
        if thread.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(Interrupted)
            )


class Limit:
    """How long one call of a driver may take.

    `blocked` is the stack of the code that has blocked the loop beyond it, if that came to pass.
    """

    def __init__(self, seconds: float, name: str) -> None:
        self.seconds = seconds
        self.name = name
        self.blocked: str | None = None

    def describe(self) -> str:
        """What to add to the message of a timeout."""
        if self.blocked is None:
            return ""
        return f"; its code blocks the event loop here:\n{self.blocked.rstrip()}"

    def note(self, frame: FrameType | None) -> bool:
        """Note the stack of the loop's thread if it blocks; whether it does."""
        if frame is None or not runs_callback(frame):
            return False
        self.blocked = stack_of(frame)
        return True

    def note_and_tell(self, frame: FrameType | None) -> bool:
        """The same, and tell it on stderr."""
        if self.note(frame):
            sys.stderr.write(
                f"{visible_line(self.name)}: no answer after {self.seconds:g} s{self.describe()}\n"
            )
        return self.blocked is not None


def guarded(
    limit: Limit,
    may_interrupt: Callable[[], bool] = lambda: True,
    tell: Callable[[FrameType | None], bool] | None = None,
) -> AbstractContextManager[None]:
    """Watch the loop that runs in this thread.

    Code that blocks it is interrupted by SIGALRM if this is the main thread and nobody else uses the signal:
    `LoopBlocked` is raised there. Otherwise a thread tells on stderr where the loop is blocked.

    Args:
        limit: How long the loop may take.
        may_interrupt: Whether what blocks the loop is what is waited for; asked once the limit has passed.
        tell: Is shown the frame of code that may not be interrupted; whether it blocks the loop.
    """
    guard = _Guard(limit, may_interrupt, tell or limit.note_and_tell)
    return guard if _alarm.is_free() else watched_by_thread(limit, guard.tell)


class _Guard(AbstractContextManager[None]):
    def __init__(
        self, limit: Limit, may_interrupt: Callable[[], bool], tell: Callable[[FrameType | None], bool]
    ) -> None:
        self.limit = limit
        self.may_interrupt = may_interrupt
        self.tell = tell
        self.is_told = False
        self.due = 0.0

    def __enter__(self) -> None:
        self.due = now() + self.limit.seconds + BLOCKED_SECONDS
        _alarm.add(self)

    def __exit__(self, *error: object) -> None:
        _alarm.remove(self)


class _Alarm:
    """SIGALRM, in the main thread, for all guards that watch at the same time."""

    def __init__(self) -> None:
        self._guards: list[_Guard] = []
        self._handler = self._interrupt
        self._is_set = False
        """Whether the handler was in its place when it was last asked whether the signal is free."""
        self._is_kept = False

    def is_free(self) -> bool:
        """Whether the signal can be used: this is the main thread, and nobody else uses it."""
        if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
            return False
        if self._guards:
            return True
        handler = signal.getsignal(signal.SIGALRM)
        self._is_set = handler is self._handler
        is_ours = self._is_set or handler is signal.SIG_DFL
        return is_ours and not signal.getitimer(signal.ITIMER_REAL)[0]

    def add(self, guard: _Guard) -> None:
        """Watch for another guard; `is_free` was asked just before."""
        if not self._guards and not self._is_set:
            signal.signal(signal.SIGALRM, self._handler)
        self._guards.append(guard)
        self._wind()

    def remove(self, guard: _Guard) -> None:
        self._guards.remove(guard)
        if not self._guards:
            signal.setitimer(signal.ITIMER_REAL, 0)
            if not self._is_kept:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def keep(self) -> None:
        """Leave the handler in its place between guards, if the signal is free: timers are cheaper."""
        if not self._guards and self.is_free():
            signal.signal(signal.SIGALRM, self._handler)
            self._is_kept = True

    def give_back(self) -> None:
        """End that, unless somebody has put another handler in its place meanwhile."""
        if self._is_kept and signal.getsignal(signal.SIGALRM) is self._handler:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self._is_kept = False

    def _wind(self, least: float = 0.001) -> None:
        seconds = min(guard.due for guard in self._guards) - now()
        signal.setitimer(signal.ITIMER_REAL, max(seconds, least))

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        # An app may catch what interrupts it, and block on: then it is interrupted again.
        if not self._guards:
            return  # it is kept, and somebody else has sent the signal
        self._wind(BLOCKED_SECONDS)
        overdue = [guard for guard in self._guards if guard.due <= now()]
        for guard in overdue:
            if guard.may_interrupt() and guard.limit.note(frame):
                raise LoopBlocked(guard.limit.describe())
        for guard in overdue:
            guard.is_told = guard.is_told or guard.tell(frame)


_alarm = _Alarm()
keep_alarm, give_back_alarm = _alarm.keep, _alarm.give_back
"""For whoever makes many calls one after the other in the main thread."""


@contextmanager
def watched_by_thread(limit: Limit, look: Callable[[FrameType | None], bool]) -> Iterator[None]:
    """Show `look` this thread's frame once the limit has passed, until it has seen a block."""
    here = threading.get_ident()
    ended = threading.Event()

    def watch() -> None:
        seconds = limit.seconds + BLOCKED_SECONDS
        while not ended.wait(seconds):
            if look(sys._current_frames().get(here)):
                return

    watcher = threading.Thread(target=watch, name="watchdog of an xapi test client", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def result_of(future: Future[T], thread: int, limit: Limit | None) -> T:
    """The result of a call that runs on a loop in another thread.

    Raises:
        LoopBlocked: the limit has passed and the loop's thread does not give back control.
    """
    if limit is None:
        return future.result()
    seconds = limit.seconds + BLOCKED_SECONDS
    while True:
        try:
            return future.result(seconds)
        except TimeoutError:
            if future.done():
                raise
        if limit.note(sys._current_frames().get(thread)):
            future.cancel()
            raise LoopBlocked(limit.describe())
        seconds = BLOCKED_SECONDS


def runs_callback(frame: FrameType) -> bool:
    """Whether the loop runs a callback or a step of a task: else it waits, and is not blocked."""
    place: FrameType | None = frame
    while place is not None:
        if (place.f_globals.get("__name__"), place.f_code.co_name) in _STEPS:
            return True
        place = place.f_back
    return False


_STEPS = {("asyncio.events", "_run"), ("trio._core._run", "unrolled_run")}
