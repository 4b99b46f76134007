"""The base of every exchange: calling the app, its task, its end, and waiting for it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextlib import suppress
from typing import Any, Protocol

import anyio

from xapi.overrides import NO_LAYERS, Layer, active_layers
from xapi.tasks import start_task
from xapi.testing.exchange.clock import now
from xapi.testing.exchange.hidden import (
    WATCH,
    Running,
    answered_by_litestar,
    logged_by_framework,
    running,
)
from xapi.testing.exchange.loops import Bell, is_cancelled_here, let_others_run
from xapi.testing.exchange.quiescence import busy_workers
from xapi.testing.exchange.whereabouts import waiting_place, working_place

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


def _nothing() -> None:
    """What there is to cancel before an app starts, and after it has ended."""


class ASGIProtocolError(RuntimeError):
    """The app broke the ASGI specification: it sent, or did not send, a message against its state."""


class ClientDisconnected(OSError):
    """Raised in the app by `send` after the client has gone (ASGI HTTP and WebSocket, version 2.4)."""


class Observer(Protocol):
    """Sees every exchange, of whatever client and app."""

    async def call(self, exchange: Exchange) -> None:
        """Call `exchange.app` with the exchange's scope, `receive` and `send`, in the app's task and context.

        What the app raises has to be raised.
        """


observer: Observer | None = None
"""Optional observer of every exchange of this process; an exchange without one pays a look at this name."""


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
        self._cancel: Callable[[], object] = _nothing
        self.coroutine: Coroutine[Any, Any, None] | None = None
        self.handled: Exception | None = None
        """What the app was handling when it began its answer."""
        self._call = Running(app)
        self._around: int | None = None

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
        running.set(self._call)
        self._around = id(sys.exception())
        watching = logging.root.handlers
        watching.append(WATCH)
        try:
            if observer is None:
                await self.app(self.scope, self.receive, self.send)
            else:
                await observer.call(self)
        finally:
            with suppress(ValueError):  # the app may have set up logging anew
                watching.remove(WATCH)

    def note_handled(self) -> None:
        """Note what the app is handling while it begins its answer."""
        error = sys.exception()
        if isinstance(error, Exception) and id(error) != self._around:  # that is the test's, around it
            self.handled = error

    def hidden(self) -> Exception | None:
        """What the app has raised, but its framework has answered, with no handler of the app for it."""
        if self.handled is not None and answered_by_litestar(self.scope, self.handled):
            return self.handled
        return logged_by_framework(self._call)

    def failure(self) -> Exception | None:
        """What is wrong with an app that has ended without raising: it hides that, or has ended too early."""
        return None

    def start(self) -> None:
        """Start the app in a task of its own on the running event loop."""
        coroutine = self.coroutine = self._run()
        self._cancel = start_task(lambda: coroutine)

    async def _run(self) -> None:
        try:
            await self.call_app()
            self.exception = self.failure()
        except anyio.get_cancelled_exc_class() as error:
            if is_cancelled_here():
                raise
            self.exception = error
        except BaseException as error:
            self.exception = error
        finally:
            self.ended = True
            # It would keep the task, and with that the event loop, in the memory of whoever has the exchange.
            self._cancel = _nothing
            self._changed.ring()

    async def until(self, ready: Callable[[], object], seconds: float | None = None) -> bool:
        """Wait until `ready()` is true or the app has ended; false if that many seconds pass before."""
        deadline = None if seconds is None else now() + seconds
        if seconds and not self.ended and not ready():
            # Often one turn of the loop is all it takes: that is cheaper than a timer.
            await let_others_run()
        while not ready() and not self.ended:
            left = None if deadline is None else deadline - now()
            if left is not None and left <= 0:
                return False
            await self._changed.wait(left)
        return True

    async def until_ended(self, seconds: float | None = None) -> bool:
        """Wait until the app has ended; false if that many seconds pass before."""
        return await self.until(lambda: False, seconds)

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
            await self.until(lambda: self._told, UNHEARD_SECONDS)
            if self._told:
                await self.until_ended(LEAVING_SECONDS)
            await self.cancel()

    async def cancel(self) -> None:
        """Cancel the app's task and wait for its end."""
        if not self.ended:
            self._cancel()
            await self.until_ended()

    async def abandon(self) -> str:
        """Cancel the app's task, but do not wait for what cannot be cancelled.

        Returns where the app was, and what goes on: for the message of a timeout.
        """
        place = self.waits_in()
        workers = busy_workers()
        self._cancel()
        ended = await self.until_ended(UNHEARD_SECONDS)
        going_on = {id(frame) for frame in busy_workers()}
        left = [working_place(frame) for frame in workers if id(frame) in going_on]
        told = "" if place is None else f"; it waited in {place}"
        for work in left:
            told += f"; a worker thread was abandoned, and still runs in {work}"
        if not ended and not left:
            told += "; it does not end when it is cancelled"
        return told

    def waits_in(self) -> str | None:
        """Where the app waits, in its own code."""
        return waiting_place(self.coroutine)

    def violation(self, sent: object, expected: str) -> ASGIProtocolError:
        """The error for a message that the app may not send now."""
        return ASGIProtocolError(f"{self.name}: the app sent {sent!r}, but now only {expected} may come")


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
