"""The end of a process in which code does not return, whatever it does.

Code in C that keeps Python's global lock, such as a regular expression that goes through all ways to match,
stops every thread: no signal handler runs, no watchdog. The timer of `faulthandler` needs no lock. It is set
for some seconds ahead, again and again, by a thread that can do so only while threads run.
"""

from __future__ import annotations

import faulthandler
import os
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

BEATS = 4
"""How often the timer is set anew before it would end the process."""


class Heartbeat:
    """Ends the process if no thread of it runs, or one request lasts, for too long."""

    def __init__(self, seconds: float, stacks: Path, since: Callable[[], float | None]) -> None:
        """Start to watch.

        Args:
            seconds: How long all threads may be stopped, and a request may last.
            stacks: The file into which the stacks of all threads are written before the end.
            since: When the request that is in flight was sent (`time.monotonic`), if there is one.
        """
        self._seconds = seconds
        self._file = stacks.open("w", encoding="utf-8")
        self._since = since
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat of xapi-fuzz", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop to watch."""
        self._ended.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()
        self._file.close()

    def _beat(self) -> None:
        while True:
            faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._file)
            if self._ended.wait(self._seconds / BEATS):
                return
            since = self._since()
            if since is not None and monotonic() - since > self._seconds:
                faulthandler.dump_traceback(self._file)
                os._exit(1)
