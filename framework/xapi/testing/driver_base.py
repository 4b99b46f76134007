"""What the drivers share."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import anyio.lowlevel

from xapi.testing.exchange.quiescence import AppLoop

T = TypeVar("T")
CoroutineFunction = Callable[..., Coroutine[Any, Any, T]]

CALLED_FROM_INSIDE = (
    "this client was called on the event loop that runs its app, so the call would wait for itself, "
    'with driver="portal" too: in the app, and in code that the app calls, use an AsyncClient'
)

PROBING_SECONDS = 1.0
"""How long a loop that was blocked may take to run again before it is given up."""

left_behind: list[object] = []
"""Loops and portals whose threads are blocked: closing them, or collecting them, would wait for ever."""


def new_loop() -> asyncio.AbstractEventLoop:
    """The event loop for an app: one that knows when it rests, where asyncio builds on selectors."""
    return asyncio.new_event_loop() if sys.platform == "win32" else AppLoop()


async def checkpoint() -> None:
    await anyio.lowlevel.checkpoint()
