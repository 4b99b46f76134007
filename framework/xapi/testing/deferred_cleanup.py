"""Freeing the resources of clients that were never closed, where that is safe.

The garbage collector runs between any two lines of any thread, also where one holds a lock, such as that of
`threading.enumerate()`. To end a loop there, which takes threads, would be to wait for oneself. So it is done
when the next client is made, or when Python ends.
"""

from __future__ import annotations

import atexit
import sys
import warnings
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

from xapi.testing.exchange.whereabouts import outer_frames


class ClientLeftOpen(UserWarning):
    """A client was entered, and nobody has left it before it was collected."""


class Opened:
    """Whether a client is open, and where that was done: what is left of a client that was collected."""

    def __init__(self, kind: str, end: Callable[[], None] | None = None) -> None:
        # Nothing here keeps the app: it may lead to the client, which would never be collected.
        self._kind = kind
        self._app = ""
        self._end = end
        self._place = ""
        self._held: object = None

    def open(self, app: object, held: object) -> None:
        """Note where a client is opened, and keep what runs for it."""
        self._app = _named(app)
        self._held = held
        self._place = _place()

    def close(self) -> None:
        """Note that it was closed."""
        self._held = None
        self._place = ""

    def abandon(self) -> None:
        """Free what the client has, and tell of it if it was left open while Python goes on."""
        place = self._place
        if self._end is not None:
            self._end()
        self.close()
        if place and not _is_at_exit:
            told = f"{self._kind}({self._app}) was opened at {place}, and nobody has closed it"
            warnings.warn(f"{told}: open it by `with`, or close it", ClientLeftOpen, stacklevel=2)


def _named(app: object) -> str:
    try:
        return repr(app)
    except Exception:
        return object.__repr__(app)


def _place() -> str:
    """Who opens a client."""
    own = sys._getframe()
    frame = next(outer_frames(own), own)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


_waiting: deque[Callable[[], None]] = deque()
_is_at_exit = False


def free_later(free: Callable[[], None]) -> None:
    """Let `free` be called by the next `free_abandoned`; at once if Python ends."""
    if _is_at_exit:
        free()
    else:
        _waiting.append(free)


def free_abandoned() -> None:
    """Free what clients held that are garbage; what that raises is reported as Python does for finalizers."""
    while _waiting:
        free = _waiting.popleft()
        try:
            free()
        except Exception as error:
            told = SimpleNamespace(
                exc_type=type(error),
                exc_value=error,
                exc_traceback=error.__traceback__,
                err_msg="Exception ignored while a test client that nobody has closed was freed by",
                object=free,
            )
            sys.unraisablehook(told)


@atexit.register
def _free_at_exit() -> None:
    global _is_at_exit
    _is_at_exit = True
    free_abandoned()
