"""What every exchange has: the call of the app, its task, its end, and the waiting for it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextvars import copy_context
from typing import Any

import anyio

from xapi.overrides import NO_LAYERS, Layer, active_layers

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

UNHEARD_SECONDS = 0.1
"""How long an app may take to notice that the client has gone before it is cancelled."""
LEAVING_SECONDS = 5.0
"""How long an app that has noticed may take to end before it is cancelled."""


class ASGIProtocolError(RuntimeError):
    """The app broke the ASGI specification: it sent, or did not send, a message against its state."""


class ClientDisconnected(OSError):
    """Raised in the app by `send` after the client has gone (ASGI HTTP and WebSocket, version 2.4)."""


class Bell:
    """Wakes whoever waits for something to change; made for one event loop, used on no other."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event: anyio.Event | None = None

    def ring(self) -> None:
        """Wake everybody who waits now."""
        if self._event is not None:
            self._event.set()
            self._event = None

    async def wait(self) -> None:
        """Wait for the next ring."""
        if self._event is None:
            self._event = anyio.Event()
        await self._event.wait()


class Exchange:
    """One call of an ASGI app, which runs in a task of its own from `start` to `leave`.

    `app` is an ASGI 3 application, `scope` the connection scope (ASGI specification, "Connection Scope"),
    `layers` the dependency overrides that are active in the app's context, below those that the caller's
    context has.
    """

    def __init__(self, app: ASGIApp, scope: Scope, layers: tuple[Layer, ...] = NO_LAYERS) -> None:
        self.app = app
        self.scope = scope
        self.layers = layers
        self.ended = False
        self.exception: BaseException | None = None
        self.disconnected = False
        self._told = False
        self._changed = Bell()
        self._cancel: Callable[[], object] = lambda: None

    @property
    def name(self) -> str:
        """How messages name this exchange."""
        raise NotImplementedError

    async def receive(self) -> Message:
        """The next message for the app."""
        raise NotImplementedError

    async def send(self, message: Message) -> None:
        """Take a message from the app."""
        raise NotImplementedError

    async def call_app(self) -> None:
        """Call the app in the current task, whose context takes the exchange's overrides."""
        if self.layers:
            active_layers.set((*self.layers, *active_layers.get()))
        await self.app(self.scope, self.receive, self.send)

    def unfinished(self) -> ASGIProtocolError | None:
        """The error of an app that has ended too early, if it has."""
        return None

    def start(self) -> None:
        """Start the app in a task of its own on the running event loop."""
        self._cancel = start_task(self._run)

    async def _run(self) -> None:
        try:
            await self.call_app()
            self.exception = self.unfinished()
        except anyio.get_cancelled_exc_class():
            raise
        except BaseException as error:
            self.exception = error
        finally:
            self.ended = True
            self._changed.ring()

    async def until(self, ready: Callable[[], object]) -> None:
        """Wait until `ready()` is true or the app has ended."""
        while not ready() and not self.ended:
            await self._changed.wait()

    def disconnect(self) -> None:
        """The client goes: the app hears of it by its next `receive` or `send`."""
        self.disconnected = True
        self._changed.ring()

    def tell(self) -> None:
        """Note that the app has heard of the client's going."""
        self._told = True
        self._changed.ring()

    async def leave(self) -> None:
        """End the exchange: disconnect, give the app time to end by itself, then cancel it.

        An app that does not even look whether the client is there is cancelled at once, so that endless
        streams cost no time.
        """
        self.disconnect()
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(UNHEARD_SECONDS):
                await self.until(lambda: self._told)
            if self._told:
                with anyio.move_on_after(LEAVING_SECONDS):
                    await self.until(lambda: False)
            await self.cancel()

    async def cancel(self) -> None:
        """Cancel the app's task and wait for its end."""
        if not self.ended:
            self._cancel()
            await self.until(lambda: False)

    def violation(self, sent: object, expected: str) -> ASGIProtocolError:
        """The error for a message that the app may not send now."""
        return ASGIProtocolError(f"{self.name}: the app sent {sent!r}, but now only {expected} may come")


def start_task(function: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], object]:
    """Run `function` in a new task on the running event loop, asyncio's or trio's; returns what cancels it.

    The task belongs to no task group: it may outlive the block, and the task, that started it.
    """
    trio = sys.modules.get("trio")
    if trio is None or not trio.lowlevel.in_trio_task():
        return asyncio.get_running_loop().create_task(function()).cancel

    cancel_scope = trio.CancelScope()

    async def run() -> None:
        with cancel_scope:
            await function()

    trio.lowlevel.spawn_system_task(run, context=copy_context())
    cancel: Callable[[], object] = cancel_scope.cancel
    return cancel


def checked_headers(exchange: Exchange, kind: str, headers: Any) -> Headers:
    """The headers of a message as a list of pairs of bytes.

    Raises:
        ASGIProtocolError: names or values are not byte strings.
    """
    checked = [(name, value) for name, value in headers]
    for name, value in checked:
        if type(name) is not bytes or type(value) is not bytes:
            raise ASGIProtocolError(
                f"{exchange.name}: the headers of {kind!r} must be pairs of byte strings, "
                f"not {(name, value)!r}"
            )
    return checked
