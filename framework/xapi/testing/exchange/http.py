"""An HTTP exchange (ASGI specification, "HTTP & WebSocket", version 2.5, section HTTP)."""

from __future__ import annotations

from asyncio import CancelledError
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.exchange.base import (
    ASGIApp,
    ASGIProtocolError,
    ClientDisconnected,
    Exchange,
    Headers,
    Message,
    Scope,
    checked_headers,
)
from xapi.testing.exchange.hidden import SERVER_ERROR
from xapi.testing.exchange.loops import is_cancelled_here
from xapi.testing.exchange.told import Told, told

RequestBody = bytes | Iterator[bytes] | AsyncIterator[bytes]

START = "http.response.start"
BODY = "http.response.body"
TRAILERS = "http.response.trailers"
DEBUG = "http.response.debug"
NOTHING = "no further message"


@dataclass(slots=True)
class RawResponse:
    """What an app answered, as it came.

    `status` is None if the app sent no response; `exception` is what the app raised, or its framework has
    answered with 500 itself, or an `ASGIProtocolError` if it ended too early.
    """

    status: int | None
    headers: Headers
    body: bytes
    exception: Exception | SystemExit | CancelledError | None = None
    has_trailers: bool = False
    trailers: Headers = field(default_factory=list)
    debug: dict[str, Any] | None = None
    told: Told | None = field(default=None, compare=False)
    """What the app has told of the route that answered."""


class HTTPExchange(Exchange):
    """One request and its response.

    Either `complete`, or `sample`, runs the app to its end and gives the whole answer, or `begin`,
    `next_piece` and `finish` (or `leave`) give the body as it comes.
    """

    def __init__(
        self, app: ASGIApp, scope: Scope, body: RequestBody = b"", layers: tuple[Layer, ...] = NO_LAYERS
    ) -> None:
        super().__init__(app, scope, layers)
        self._path: str = scope["path"]
        self.status: int | None = None
        self.headers: Headers = []
        self.trailers: Headers = []
        self.debug: dict[str, Any] | None = None
        self._request_body = body
        self._request_sent = False
        self._expected = START
        self.has_trailers = False
        self._has_content = scope["method"] != "HEAD"
        self._pieces: deque[bytes] = deque()
        self._in_pieces = False
        self._is_held = False
        self._most_pieces = 0

    @property
    def name(self) -> str:
        function = getattr(self.scope.get("endpoint"), "__name__", None)
        operation = "" if function is None else f" ({function})"
        return f"{self.scope['method']} {self.scope['path']}{operation}"

    @property
    def request_body(self) -> bytes | None:
        """The body of the request; None where it is sent piece by piece."""
        return self._request_body if isinstance(self._request_body, bytes) else None

    @property
    def told(self) -> Told:
        """What the app has told of the route that answers, as far as it has run."""
        return told(self.scope, self._path)

    @property
    def is_complete(self) -> bool:
        """Whether the app has sent the whole response."""
        return self._expected is NOTHING

    @property
    def whole_body(self) -> bytes | None:
        """The body of the response; None where it is not complete, or was taken piece by piece."""
        return b"".join(self._pieces) if self.is_complete and not self._in_pieces else None

    async def complete(self) -> RawResponse:
        """Run the app in the current task, to its end, and return all that it answered."""
        exception: Exception | CancelledError | None = None
        try:
            await self.call_app()
        except Exception as error:
            exception = error
        except CancelledError as error:
            if is_cancelled_here():
                raise
            exception = error
        self.ended = True
        return self._answered(exception)

    async def within(self, seconds: float | None, detach: bool = False) -> RawResponse | str:
        """Run the app in a task of its own, to its end, but not longer than that.

        With `detach` only until its response is complete: what it does afterwards goes on by itself.

        An app that takes longer is cancelled. What cannot be cancelled, a sync function in a worker thread,
        is left behind. Returns the answer, or a text about where the app was.
        """
        self.start()
        try:
            if not await self.until(lambda: detach and self.is_complete, seconds):
                return await self.abandon()
        except BaseException:
            self._cancel()
            raise
        if self.exception is not None and not isinstance(self.exception, Exception | CancelledError):
            raise self.exception
        return self._answered(self.exception)

    def hold(self) -> None:
        """Let the app wait in its last `send` of the response until `release`."""
        self._is_held = True

    def release(self) -> None:
        """Let the app go on after its response."""
        self._is_held = False
        self._changed.ring()

    async def sample(self, seconds: float, most_pieces: int, most_seconds: float) -> RawResponse | str:
        """As `within`, but a body without end is left: after so many pieces, or so long after its start.

        What the app has sent until then is the answer.
        """
        self._most_pieces = most_pieces
        self.start()
        try:
            if not await self.until(lambda: self.status is not None, seconds):
                return await self.abandon()
            await self.until(lambda: self._is_sampled, most_seconds)
            if not (self.is_complete or self.ended):
                await self.leave()
                self.exception = None  # it was raised because the client has gone
            elif not await self.until_ended(seconds):
                return await self.abandon()
        except BaseException:
            self._cancel()
            raise
        expected = Exception | SystemExit | CancelledError
        if self.exception is not None and not isinstance(self.exception, expected):
            raise self.exception
        return self._answered(self.exception)

    @property
    def _is_sampled(self) -> bool:
        """Whether there is as much of the response as is wanted."""
        return self.is_complete or len(self._pieces) >= self._most_pieces

    def _answered(self, exception: Exception | SystemExit | CancelledError | None) -> RawResponse:
        return RawResponse(
            self.status,
            self.headers,
            b"".join(self._pieces),
            exception or self.failure(),
            self.has_trailers,
            self.trailers,
            self.debug,
            self.told,
        )

    async def begin(self, seconds: float | None = None) -> None:
        """Start the app and wait until its response has started, or the app has ended.

        Raises:
            TimeoutError: that many seconds have passed before.
        """
        self._in_pieces = True
        self.start()
        if not await self.until(lambda: self.status is not None, seconds):
            raise TimeoutError

    async def next_piece(self, seconds: float | None = None) -> bytes | None:
        """The next piece of the response body, as soon as the app has sent it; None at its end.

        Raises:
            TimeoutError: that many seconds have passed before.
        """
        if not await self.until(lambda: self._pieces or self.is_complete, seconds):
            raise TimeoutError
        if not self._pieces:
            return None
        piece = self._pieces.popleft()
        self._changed.ring()
        return piece

    async def finish(self) -> None:
        """Wait for the app to end, which may still work in the background after its response."""
        await self.until_ended()

    def failure(self) -> Exception | None:
        if self._expected is not NOTHING and not self.disconnected:
            wanted = f"{BODY!r} with more_body false" if self._expected is BODY else repr(self._expected)
            return ASGIProtocolError(f"{self.name}: the app ended without sending {wanted}")
        return self.hidden() if self.status == SERVER_ERROR else None

    async def receive(self) -> Message:
        if not self._request_sent and not self.disconnected:
            return await self._next_of_request()
        await self.until(lambda: self.is_complete or self.disconnected)
        self.tell()
        return {"type": "http.disconnect"}

    async def _next_of_request(self) -> Message:
        body = self._request_body
        if isinstance(body, bytes):
            self._request_sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        if isinstance(body, AsyncIterator):
            piece = await anext(body, None)
        else:
            piece = next(body, None)
        self._request_sent = piece is None
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if self.disconnected:
            self.tell()
            raise ClientDisconnected(f"{self.name}: the client has disconnected")
        if kind == DEBUG:
            self.debug = message["info"]
        elif kind != self._expected:
            raise self.violation(kind, self._expected if self._expected is NOTHING else repr(self._expected))
        elif kind == BODY:
            await self._take_body(message.get("body", b""), message.get("more_body", False))
        elif kind == START:
            self._take_start(message)
        else:
            self.trailers.extend(checked_headers(self, kind, message.get("headers", ())))
            if not message.get("more_trailers", False):
                self._expected = NOTHING
                self._changed.ring()

    def _take_start(self, message: Message) -> None:
        status = message["status"]
        if not isinstance(status, int):
            raise ASGIProtocolError(
                f"{self.name}: the status of {START!r} must be an integer, not {status!r}"
            )
        self.headers = checked_headers(self, START, message.get("headers", ()))
        self.status = int(status)
        self.note_handled()
        self.has_trailers = message.get("trailers", False)
        self._expected = BODY
        self._changed.ring()

    async def _take_body(self, body: Any, more: bool) -> None:
        if type(body) is not bytes:
            if not isinstance(body, bytearray | memoryview):
                raise ASGIProtocolError(f"{self.name}: the body of {BODY!r} must be bytes, not {body!r}")
            body = bytes(body)
        if body and self._has_content:
            if self._in_pieces:
                await self._wait_for_reader()
            self._pieces.append(body)
        if not more:
            self._expected = TRAILERS if self.has_trailers else NOTHING
        self._changed.ring()
        if more and self._most_pieces and self._is_sampled:
            await self.until(lambda: self.disconnected)
        if self._is_held and self.is_complete:
            await self.until(lambda: not self._is_held)

    async def _wait_for_reader(self) -> None:
        """Hold the app back until the piece before has been taken: an endless body must not run ahead."""
        await self.until(lambda: not self._pieces or self.disconnected)
        if self.disconnected:
            self.tell()
            raise ClientDisconnected(f"{self.name}: the client has disconnected")
