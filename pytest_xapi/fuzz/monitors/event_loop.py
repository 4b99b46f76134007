"""Noticing that code of the app blocks an event loop: a thread looks at what the loops of all threads do."""

from __future__ import annotations

import asyncio.base_events
import sys
import threading
import traceback
from dataclasses import dataclass, field
from time import perf_counter
from types import FrameType

from pytest_xapi.fuzz.model import traceback_origin
from pytest_xapi.fuzz.model.wire import Observed

CHECK = "event_loop_blocked"
_LOOKS = 4
"""How often within the limit."""
_LOOP_FILE = asyncio.base_events.__file__


@dataclass
class _Callback:
    """What a loop runs at the moment."""

    frame: FrameType
    since: float
    seen: list[traceback.FrameSummary] = field(default_factory=list)
    """The innermost line of the app's own code, each time that it was looked at."""
    is_told: bool = False


class LoopWatch:
    """Knows which callbacks have held a loop of asyncio longer than a limit. Other loops are not seen."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
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
            now = perf_counter()
            for thread, frame in sys._current_frames().items():
                self._note(thread, _callback_of(frame), frame, now)

    def _note(self, thread: int, callback: FrameType | None, innermost: FrameType, now: float) -> None:
        current = self._running.get(thread)
        if callback is None:
            self._running.pop(thread, None)
            return
        if current is None or current.frame is not callback:
            current = self._running[thread] = _Callback(callback, now)
        line = traceback_origin.own_line(innermost, callback)
        if line is not None:
            current.seen.append(line)
        seconds = now - current.since
        # On a busy machine a short piece of code takes long, but then this thread does not look often either.
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


def _callback_of(frame: FrameType | None) -> FrameType | None:
    """The frame of the callback that a loop runs, among those of a thread; `None` while it waits."""
    inner = None
    while frame is not None:
        if frame.f_code.co_name == "_run_once" and frame.f_code.co_filename == _LOOP_FILE:
            return inner if inner is not None and inner.f_code.co_name == "_run" else None
        inner, frame = frame, frame.f_back
    return None
