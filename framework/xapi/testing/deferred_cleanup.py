"""Freeing the resources of clients that were never closed, where that is safe.

The garbage collector runs between any two lines of any thread, also where one holds a lock, such as that of
`threading.enumerate()`. To end a loop there, which takes threads, would be to wait for oneself. So it is done
when the next client is made, or when Python ends.
"""

from __future__ import annotations

import atexit
import sys
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

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
