"""Where an exchange runs: on a loop in the calling thread, in a separate thread, or on the caller's loop.

A driver runs coroutine functions and knows nothing of what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.driver_base import CoroutineFunction, T
from xapi.testing.exchange.base import ASGIApp, Scope
from xapi.testing.exchange.http import RawResponse, RequestBody
from xapi.testing.loop_driver import LoopDriver
from xapi.testing.portal_driver import PortalDriver
from xapi.testing.timeouts import Limit

DriverName = Literal["auto", "portal"]


class Driver(Protocol):
    """Runs coroutine functions for a synchronous caller."""

    def run(self, function: CoroutineFunction[T], *arguments: Any) -> T:
        """Run `function(*arguments)` in a task of its own, with the caller's context variables."""

    def run_limited(self, limit: Limit, function: CoroutineFunction[T], *arguments: Any) -> T:
        """The same, but code that blocks the loop longer than the limit is interrupted, or left.

        Raises:
            LoopBlocked: it was left; the limit knows the stack of what blocks.
        """

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call `function(*arguments)` where the coroutine functions run, as soon as possible."""

    def send(
        self, app: ASGIApp, scope: Scope, body: RequestBody = b"", layers: tuple[Layer, ...] = NO_LAYERS
    ) -> RawResponse:
        """Run one HTTP exchange to its end; what the app raised is in the answer."""

    def open(self) -> None:
        """Keep alive between calls what has been started, until the `close` that belongs to this `open`."""

    def close(self) -> None:
        """Undo one `open`."""

    def shut_down(self, last: CoroutineFunction[None] | None = None) -> None:
        """Run `last`, then cancel what still runs and free all resources; the next call starts anew."""


def make_driver(name: DriverName, backend: str, backend_options: dict[str, Any] | None) -> Driver:
    """The driver for a synchronous client.

    "auto" is a loop in the calling thread where that can be: for asyncio without options. "portal" is a
    thread of its own from the start, so that the app's background work goes on between calls.

    Raises:
        ValueError: there is no driver of that name.
    """
    if name not in ("auto", "portal"):
        raise ValueError(f'driver={name!r} is not known: give "auto" or "portal"')
    if name == "portal" or backend != "asyncio" or backend_options:
        return PortalDriver(backend, backend_options)
    return LoopDriver()
