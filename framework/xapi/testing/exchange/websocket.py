"""A WebSocket exchange (ASGI specification, "HTTP & WebSocket", version 2.5, section WebSocket)."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Literal

from starlette.websockets import WebSocketDisconnect

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.exchange.base import (
    UNHEARD_SECONDS,
    ASGIApp,
    ASGIProtocolError,
    ClientDisconnected,
    Exchange,
    Message,
    Scope,
    checked_headers,
)
from xapi.testing.exchange.clock import now
from xapi.testing.exchange.quiescence import Watcher, no_thread_works, running_app_loop
from xapi.testing.exchange.transcript import Transcript

ACCEPT = "websocket.accept"
SEND = "websocket.send"
CLOSE = "websocket.close"
DENIAL_START = "websocket.http.response.start"
DENIAL_BODY = "websocket.http.response.body"

_ALLOWED: dict[str, tuple[str, ...]] = {
    "connecting": (ACCEPT, CLOSE, DENIAL_START),
    "open": (SEND, CLOSE),
    "denying": (DENIAL_BODY,),
    "closed": (),
}
LITESTAR_FAILURE = 4500
"""The code with which Litestar closes a connection whose handler has raised."""
Outcome = Literal["ready", "late", "dead"]
TIMER_PRECISION = 0.001
"""How much earlier, in seconds, the timer of a wait may fire than was computed here."""
ABNORMAL_CLOSURE = 1006
"""What a client sees when the connection ends without a close frame (RFC 6455, section 7.4.1)."""


class WebSocketTimeout(TimeoutError):
    """The app sent nothing in the time that the test would wait."""


class WebSocketExchange(Exchange):
    """One WebSocket connection, from the client's side."""

    def __init__(self, app: ASGIApp, scope: Scope, layers: tuple[Layer, ...] = NO_LAYERS) -> None:
        super().__init__(app, scope, layers)
        self.transcript = Transcript(self.name)
        self._state = "connecting"
        self._to_app: deque[Message] = deque([{"type": "websocket.connect"}])
        self._from_app: deque[Message] = deque()
        self._closed_by_app: WebSocketDisconnect | None = None
        self._has_put = False
        self._is_raised = False
        self._listening = False
        self.raises_hidden = True
        """Whether what the app's framework has answered by closing the connection counts as raised."""

    @property
    def name(self) -> str:
        return f"WebSocket {self.scope['path']}"

    def failure(self) -> Exception | None:
        return self.hidden() if self.raises_hidden else None

    def put(self, message: Message) -> None:
        """Give the app a message, which it gets by its next `receive`."""
        if message["type"] == "websocket.disconnect":
            self._hang_up(message.get("code", 1000), message.get("reason"))
            return
        self._has_put = True
        self.transcript.note("client", message)
        self._to_app.append(message)
        self._changed.ring()

    async def next_message(self, seconds: float | None, wanted: str) -> Message:
        """The next message that the app sends.

        Raises:
            WebSocketDisconnect: the connection was closed before, or the app ended without closing it.
            WebSocketTimeout: nothing came within that many `seconds`, or nothing can come, since app and test
                wait for each other; `wanted` says what was waited for.
            BaseException: the app's own, if it raised and no message is left.
        """
        outcome = await self._message_or_not(seconds)
        if outcome != "ready":
            raise WebSocketTimeout(self._in_vain(outcome, seconds, wanted))
        if self._from_app:
            return self._from_app.popleft()
        if self.exception is not None:
            self._is_raised = True
            raise self.exception
        raise self._closed_by_app or WebSocketDisconnect(
            ABNORMAL_CLOSURE, "the app ended without closing the connection"
        )

    async def stays_silent(self, seconds: float) -> bool:
        """Whether the app sends nothing, and does not end, for so long; it ends early if nothing can come."""
        return await self._message_or_not(seconds) != "ready"

    async def _message_or_not(self, seconds: float | None) -> Outcome:
        """Wait for a message, a close, the app's end or the end of hope."""
        is_dead = False

        def is_over() -> object:
            return self._from_app or self._closed_by_app or is_dead

        loop = None if is_over() or self.ended else running_app_loop()
        if loop is None:
            return "ready" if await self.until(is_over, seconds) else "late"
        deadline = inf if seconds is None else now() + seconds - TIMER_PRECISION

        def notice(next_timer: float | None) -> bool:
            nonlocal is_dead
            is_dead = not loop.has_open_files and (next_timer is None or next_timer >= deadline)
            if is_dead:
                self._changed.ring()
            return is_dead

        with loop.watched(Watcher(no_thread_works, notice)):
            came = await self.until(is_over, seconds)
        if is_dead and not self._from_app and not self.ended:
            return "dead"
        return "ready" if came else "late"

    def _in_vain(self, outcome: Outcome, seconds: float | None, wanted: str) -> str:
        place = self.waits_in()
        where = "" if place is None else f"; it waits in {place}"
        if outcome == "dead":
            within = "" if seconds is None else f" within {seconds:g} s"
            return (
                f"{self.name}: the test waits for {wanted}, but the app waits too, "
                f"and no timer, thread or socket will wake it{within}{where}"
            )
        return f"{self.name}: waited {seconds:g} s for {wanted}, but the app sent nothing{where}"

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close from the client's side, once the app has taken in what was sent before."""
        if self._has_put and not self._listening:
            await self.until(lambda: self._listening, UNHEARD_SECONDS)
        self._hang_up(code, reason)

    def _hang_up(self, code: int, reason: str | None) -> None:
        if not self.disconnected:
            message = {"type": "websocket.disconnect", "code": code, "reason": reason or ""}
            self._to_app.append(message)
            if self._closed_by_app is None:
                self.transcript.note("client", message)
            self.disconnect()

    async def finish(self) -> None:
        """Close, if neither side has, and wait for the app to end.

        Raises:
            BaseException: the app's own, unless `next_message` has raised it, or the app raised it because
                the connection was closed.
        """
        if self._closed_by_app is None:
            await self.close()
        await self.leave()
        is_expected = self._is_raised or isinstance(self.exception, WebSocketDisconnect | ClientDisconnected)
        if self.exception is not None and not is_expected:
            raise self.exception

    async def leave(self) -> None:
        if self._closed_by_app is None:
            self._hang_up(1000, None)
        else:
            self._hang_up(self._closed_by_app.code, self._closed_by_app.reason)
            self.tell()
        await super().leave()

    async def receive(self) -> Message:
        while not self._to_app:
            self._listening = True
            self._changed.ring()
            await self._changed.wait()
        self._listening = False
        message = self._to_app.popleft()
        if message["type"] == "websocket.disconnect":
            self.tell()
        return message

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind not in _ALLOWED[self._state]:
            allowed = " or ".join(map(repr, _ALLOWED[self._state]))
            raise self.violation(kind, allowed or "no further message")
        if self.disconnected:
            self.tell()
            raise ClientDisconnected(f"{self.name}: the client has disconnected")
        if kind == SEND:
            self._check_send(message)
        elif kind == ACCEPT:
            self._state = "open"
            message = {**message, "headers": checked_headers(self, kind, message.get("headers", ()))}
        elif kind == CLOSE:
            self._state = "closed"
            if message.get("code") == LITESTAR_FAILURE:
                self.note_handled()
            self._closed_by_app = WebSocketDisconnect(message.get("code", 1000), message.get("reason"))
        elif kind == DENIAL_START:
            self._state = "denying"
            message = {**message, "headers": checked_headers(self, kind, message.get("headers", ()))}
        elif not message.get("more_body", False):
            self._state = "closed"
        self._from_app.append(message)
        self.transcript.note("app", message)
        self._changed.ring()

    def _check_send(self, message: Message) -> None:
        text, data = message.get("text"), message.get("bytes")
        is_text = isinstance(text, str) and data is None
        is_binary = isinstance(data, bytes | bytearray | memoryview) and text is None
        if not is_text and not is_binary:
            raise ASGIProtocolError(
                f"{self.name}: {SEND!r} must have either a 'text' that is a str or 'bytes' that are bytes, "
                f"not text={text!r}, bytes={data!r}"
            )
