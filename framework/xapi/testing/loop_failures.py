"""What fails on an asyncio loop while nobody waits for it, beside tasks: callbacks, futures of threads."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

_MOST = 100


class LoopFailures:
    """Notes what a loop would only log, until `stop`: as its exception handler, if it has none.

    A loop that has one belongs to somebody who is told: the app, or a plugin that runs asynchronous tests.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.found: deque[tuple[str, BaseException]] = deque(maxlen=_MOST)
        """What failed, as asyncio describes it, and its exception."""
        self._loop = loop
        if loop.get_exception_handler() is None:
            loop.set_exception_handler(self._note)

    def stop(self) -> None:
        """Note no longer."""
        if self._loop.get_exception_handler() == self._note:
            self._loop.set_exception_handler(None)

    def _note(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        loop.default_exception_handler(context)
        error = context.get("exception")
        if error is not None and not isinstance(context.get("future"), asyncio.Task):
            self.found.append((context["message"], error))
