"""Noticing that code of the app blocks an event loop: a thread looks at what the loops of all threads do."""

from __future__ import annotations

import asyncio.base_events
import gc
import sys
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, repeat
from time import perf_counter
from types import FrameType

from pytest_xapi.fuzz.model import traceback_origin
from pytest_xapi.fuzz.model.wire import Observed
from pytest_xapi.fuzz.monitors.thread_time import held_seconds

CHECK = "event_loop_blocked"
_LOOKS = 4
"""How often within the limit."""
_LOOP_FILE = asyncio.base_events.__file__
_DEEPEST = 1_500
"""How many frames of a stack are looked at."""


@dataclass
class _Callback:
    """What a loop runs at the moment."""

    frame: FrameType
    since: float
    """When it was seen for the first time, on the clock of `held_seconds`."""
    seen: list[traceback.FrameSummary] = field(default_factory=list)
    """The innermost line of the app's own code, each time that it was looked at."""
    is_told: bool = False


class LoopWatch:
    """Knows which callbacks have held a loop of asyncio longer than a limit. Other loops are not seen.

    What counts is the time in which the thread of the loop ran, or waited for something. The time in which it
    could have run, and the machine was busy with others, is not the app's.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self.is_watching = False
        """Whether a request is being answered: nothing is looked at between requests."""
        self._stopping = threading.Event()
        self._blocked: list[Observed] = []
        self._running: dict[int, _Callback] = {}
        self._thread = threading.Thread(target=self._look, name="xapi-fuzz-loop-watch", daemon=True)
        self._thread.start()

    def taken(self) -> list[Observed]:
        """What was noticed since it was asked for the last time."""
        found, self._blocked = self._blocked, []
        return found

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopping.wait(self._limit / _LOOKS):
            if self.is_watching:
                self._look_once()
            else:
                self._running.clear()

    def _look_once(self) -> None:
        """Look at all stacks, and keep none of them: what is held here would count as the app's memory."""
        natives = {thread.ident: thread.native_id for thread in threading.enumerate()}
        for thread, frames in _stacks().items():
            callback = _callback_of(frames)
            now = 0.0 if callback is None else held_seconds(natives.get(thread), perf_counter())
            self._note(thread, callback, frames, now)

    def _note(self, thread: int, callback: FrameType | None, frames: Sequence[FrameType], now: float) -> None:
        current = self._running.get(thread)
        if callback is None:
            self._running.pop(thread, None)
            return
        if current is None or current.frame is not callback:
            current = self._running[thread] = _Callback(callback, now)
        line = traceback_origin.own_line(frames[: frames.index(callback)])
        if line is not None:
            current.seen.append(line)
        seconds = now - current.since
        if seconds > self._limit and len(current.seen) >= _LOOKS - 1 and not current.is_told:
            current.is_told = True
            self._blocked.append(self._observed(current.seen[0], seconds))

    def _observed(self, line: traceback.FrameSummary, seconds: float) -> Observed:
        return Observed(
            check=CHECK,
            title="Event loop blocked",
            message=(
                f"{traceback_origin.shown(line)}\n    {line.line}\n"
                f"It has held the event loop for more than {self._limit:g} s: no other request was answered "
                "meanwhile. Make it asynchronous, or the function `def` instead of `async def`, so that it "
                "runs in a worker thread."
            ),
            cause=f"at {traceback_origin.place_of(line)}",
        )


def _stacks() -> dict[int, list[FrameType]]:
    """The frames of each thread, the innermost first.

    Each stack is taken in one step that no other thread can interrupt: `getattr` and `accumulate` are C, and
    no collection of garbage runs its code in between. Python code that goes from frame to frame can be
    interrupted while the frames go on, and CPython 3.11 has crashed there.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        own = threading.get_ident()
        return {
            thread: _stack(innermost) for thread, innermost in sys._current_frames().items() if thread != own
        }
    finally:
        if collects:
            gc.enable()


def _stack(innermost: FrameType) -> list[FrameType]:
    frames: list[FrameType] = []
    try:
        frames.extend(accumulate(chain((innermost,), repeat("f_back", _DEEPEST)), getattr))  # type: ignore[arg-type]
    except AttributeError:
        frames.pop()  # the outermost frame has None behind it
    return frames


def _callback_of(frames: Sequence[FrameType]) -> FrameType | None:
    """The frame of the callback that a loop runs, among those of a thread; `None` while it waits."""
    inner = None
    for frame in frames:
        if frame.f_code.co_name == "_run_once" and frame.f_code.co_filename == _LOOP_FILE:
            return inner if inner is not None and inner.f_code.co_name == "_run" else None
        inner = frame
    return None
