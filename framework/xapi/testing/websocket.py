"""WebSocket sessions of the test clients."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from anyio.lowlevel import checkpoint
from starlette.websockets import WebSocketDisconnect

from xapi.testing.driver_base import CoroutineFunction
from xapi.testing.drivers import Driver
from xapi.testing.exchange import Message, WebSocketExchange, WebSocketTimeout
from xapi.testing.exchange.transcript import Transcript
from xapi.testing.exchange.websocket import ACCEPT, CLOSE, DENIAL_START, SEND
from xapi.testing.http_library import httpx
from xapi.testing.shared_loops import guarded_on_shared_loop
from xapi.testing.timeouts import Limit, block_in

T = TypeVar("T")
WEBSOCKET_SECONDS = 5.0
"""How long a session waits for a message by default."""
Mode = Literal["text", "binary"]


class WebSocketDenialResponse(httpx.Response, WebSocketDisconnect):  # type: ignore[misc]
    """Raised when the app answers a handshake with an HTTP response; it is that response.

    ASGI extension "websocket.http.response".
    """


class _Session:
    """What both kinds of session know: the exchange, what was accepted, and how messages read."""

    def __init__(self, exchange: WebSocketExchange, timeout: float | None = WEBSOCKET_SECONDS) -> None:
        self.scope = exchange.scope
        self.timeout = timeout
        self.accepted_subprotocol: str | None = None
        """The subprotocol that the app has chosen (RFC 6455, section 1.9)."""
        self.extra_headers: list[tuple[bytes, bytes]] = []
        """The headers of the app's `accept`."""
        self._exchange = exchange

    @property
    def headers(self) -> httpx.Headers:
        """The headers of the app's `accept`."""
        return httpx.Headers(self.extra_headers)

    @property
    def transcript(self) -> Transcript:
        """What was said so far. It is shown with each exception that leaves the session's block."""
        return self._exchange.transcript

    def _limit(self, timeout: float | None) -> float | None:
        return self.timeout if timeout is None else timeout

    async def _connect(self) -> None:
        try:
            self._exchange.start()
            message = await self._exchange.next_message(self.timeout, "the answer to the handshake")
            if message["type"] == DENIAL_START:
                raise await self._denial(message)
            if message["type"] == CLOSE:
                raise disconnect_of(message)
        except BaseException:
            await self._exchange.leave()
            raise
        assert message["type"] == ACCEPT
        self.accepted_subprotocol = message.get("subprotocol")
        self.extra_headers = message["headers"]

    async def _denial(self, start: Message) -> WebSocketDenialResponse:
        pieces: list[bytes] = []
        more = True
        while more:
            message = await self._exchange.next_message(self.timeout, "the body of the denial response")
            pieces.append(message.get("body", b""))
            more = message.get("more_body", False)
        stream = httpx.ByteStream(b"".join(pieces))
        denial = WebSocketDenialResponse(start["status"], headers=start["headers"], stream=stream)
        denial.read()
        return denial

    def _annotate(self, error: BaseException | None) -> None:
        if error is not None:
            error.add_note(str(self.transcript))

    def _check(self, expected: object, message: Message) -> None:
        """Raise AssertionError unless a message carries what was expected."""
        found = _found(expected, message)
        if found != expected or type(found) is not type(expected):
            raise AssertionError(
                f"{self._exchange.name}: expected {expected!r}, but the app sent {told(message)}"
            )

    def _check_nothing(self, seconds: float, message: Message) -> None:
        raise AssertionError(
            f"{self._exchange.name}: expected nothing for {seconds:g} s, but the app sent {told(message)}"
        )

    def _check_close(self, message: Message, code: int | None, reason: str | None) -> None:
        name = self._exchange.name
        if message["type"] != CLOSE:
            raise AssertionError(f"{name}: expected a close, but the app sent {told(message)}")
        closed = disconnect_of(message)
        if code is not None and closed.code != code:
            raise AssertionError(f"{name}: expected a close with {code}, but the app sent {told(message)}")
        if reason is not None and closed.reason != reason:
            raise AssertionError(f"{name}: expected the reason {reason!r}, but the app sent {told(message)}")


def disconnect_of(message: Message) -> WebSocketDisconnect:
    """What the client sees of the app's close."""
    return WebSocketDisconnect(message.get("code", 1000), message.get("reason"))


def payload_of(message: Message, kind: Literal["text", "bytes"]) -> Any:
    """Text or bytes of a message.

    Raises:
        WebSocketDisconnect: the message closes the connection.
        TypeError: the message is of the other kind.
    """
    if message["type"] == CLOSE:
        raise disconnect_of(message)
    payload = message.get(kind)
    if payload is None:
        other = "bytes" if kind == "text" else "text"
        raise TypeError(f"the app sent {other} where {kind} was to be received: {message.get(other)!r}")
    return payload


def json_message(data: Any, mode: Mode) -> Message:
    """The message that carries `data` as JSON."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    if mode == "text":
        return {"type": "websocket.receive", "text": text}
    return {"type": "websocket.receive", "bytes": text.encode("utf-8")}


def kind_of(mode: Mode) -> Literal["text", "bytes"]:
    """The kind of message that carries JSON in a mode."""
    return "text" if mode == "text" else "bytes"


def close_of(closed: WebSocketDisconnect) -> Message:
    """The message of a close that was received before."""
    return {"type": CLOSE, "code": closed.code, "reason": closed.reason}


def told(message: Message) -> str:
    """A message of the app, in words."""
    if message["type"] == CLOSE:
        closed = disconnect_of(message)
        return f"a close with {closed.code}" + (f" {closed.reason!r}" if closed.reason else "")
    return repr(content_of(message))


def _silence(name: str, seconds: float, error: BaseException) -> BaseException:
    """The error for an app that has sent nothing since it blocks the loop; any other error as it is."""
    block = block_in(error)
    return (
        error if block is None else WebSocketTimeout(f"{name}: the app sent nothing in {seconds:g} s{block}")
    )


def _found(expected: object, message: Message) -> object:
    """What a message carries, read as what was expected: text, bytes or JSON; the message if it cannot be."""
    if message["type"] == CLOSE:
        return message
    content = content_of(message)
    if isinstance(expected, str | bytes):
        return content
    try:
        return json.loads(content)
    except ValueError:
        return message


class WebSocketSession(_Session):
    """A WebSocket connection to an app, from `TestClient.websocket_connect`.

    Entering the `with` block makes the handshake, leaving it closes the connection with code 1000 and waits
    for the app to end. No `receive` waits longer than `timeout` seconds; the app's exception is raised by the
    `receive` that would wait for a message that cannot come, or at the end of the block.
    """

    __test__ = False

    def __init__(
        self,
        driver: Driver,
        exchange: WebSocketExchange,
        timeout: float | None = WEBSOCKET_SECONDS,
        client: object = None,
    ) -> None:
        super().__init__(exchange, timeout)
        self._driver = driver
        # The driver is shut down when its client is garbage.
        self._client = client

    def __enter__(self) -> Self:
        self._driver.open()
        try:
            self._wait(self.timeout, self._connect)
        except BaseException:
            self._driver.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._annotate(error)
        try:
            self._driver.run(self._exchange.finish if error is None else self._exchange.leave)
        except BaseException as apps:
            self._annotate(apps)
            raise
        finally:
            self._driver.close()

    def _wait(self, seconds: float | None, function: CoroutineFunction[T], *arguments: Any) -> T:
        """Run a function that waits so long at most, also if the app blocks the loop."""
        if seconds is None:
            return self._driver.run(function, *arguments)
        name = self._exchange.name
        try:
            return self._driver.run_limited(Limit(seconds, name), function, *arguments)
        except BaseException as error:
            raise _silence(name, seconds, error) from None

    def _receive(self, timeout: float | None, wanted: str) -> Message:
        seconds = self._limit(timeout)
        return self._wait(seconds, self._exchange.next_message, seconds, wanted)

    def send(self, message: Message) -> None:
        """Send an ASGI message, of type "websocket.receive" or "websocket.disconnect"."""
        self._driver.post(self._exchange.put, message)

    def send_text(self, data: str) -> None:
        """Send a text message."""
        self.send({"type": "websocket.receive", "text": data})

    def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        self.send({"type": "websocket.receive", "bytes": data})

    def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send `data` as JSON, in a text or a binary message."""
        self.send(json_message(data, mode))

    def receive(self, timeout: float | None = None) -> Message:
        """The next ASGI message of the app, "websocket.send" or "websocket.close".

        Raises:
            WebSocketTimeout: nothing came in `timeout` seconds (by default, the session's), or nothing can
                come, since the app waits for the test.
            WebSocketDisconnect: the connection is closed.
        """
        return self._receive(timeout, "a message")

    def receive_text(self, timeout: float | None = None) -> str:
        """The next message, which must be text."""
        text: str = payload_of(self._receive(timeout, "a text message"), "text")
        return text

    def receive_bytes(self, timeout: float | None = None) -> bytes:
        """The next message, which must be binary."""
        return bytes(payload_of(self._receive(timeout, "a binary message"), "bytes"))

    def receive_json(self, mode: Mode = "text", timeout: float | None = None) -> Any:
        """The next message, which must hold JSON; its value."""
        return json.loads(payload_of(self._receive(timeout, "a JSON message"), kind_of(mode)))

    def expect(self, content: Any, timeout: float | None = None) -> None:
        """Receive a message and check that it carries this: a str as text, bytes as bytes, else JSON.

        Raises:
            AssertionError: it carries something else, or the app has closed the connection.
        """
        self._check(content, self.receive(timeout))

    def expect_nothing(self, seconds: float) -> None:
        """Check that the app sends nothing for so long; less is waited where nothing can come.

        Raises:
            AssertionError: the app sent a message, or closed the connection.
        """
        if not self._wait(seconds, self._exchange.stays_silent, seconds):
            self._check_nothing(seconds, self._message_or_close(None, "a message"))

    def expect_close(
        self, code: int | None = None, reason: str | None = None, timeout: float | None = None
    ) -> None:
        """Check that the app closes the connection now, with this code and reason if they are given.

        Raises:
            AssertionError: the app sent a message instead, or closed otherwise.
        """
        self._check_close(self._message_or_close(timeout, "a close"), code, reason)

    def _message_or_close(self, timeout: float | None, wanted: str) -> Message:
        try:
            return self._receive(timeout, wanted)
        except WebSocketDisconnect as closed:
            return close_of(closed)

    def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection (RFC 6455, section 7.4)."""
        self._driver.run(self._exchange.close, code, reason)

    def __iter__(self) -> Iterator[str | bytes]:
        """The messages as they come, text as str and binary as bytes, until the app closes."""
        while (message := self.receive())["type"] == SEND:
            yield content_of(message)


class AsyncWebSocketSession(_Session):
    """A WebSocket connection to an app on the caller's event loop, from `AsyncClient.websocket_connect`.

    As `WebSocketSession`, for `async with`.
    """

    def __init__(
        self,
        exchange: WebSocketExchange,
        timeout: float | None = WEBSOCKET_SECONDS,
        begin: Callable[[WebSocketExchange], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(exchange, timeout)
        self._begin = begin

    async def __aenter__(self) -> Self:
        if self._begin is not None:
            await self._begin(self._exchange)
        await self._wait(self.timeout, self._connect)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._annotate(error)
        try:
            await (self._exchange.finish() if error is None else self._exchange.leave())
        except BaseException as apps:
            self._annotate(apps)
            raise

    async def _wait(self, seconds: float | None, function: CoroutineFunction[T], *arguments: Any) -> T:
        """As `WebSocketSession._wait`, on the caller's loop."""
        if seconds is None:
            return await function(*arguments)
        name = self._exchange.name
        try:
            with guarded_on_shared_loop(self._exchange, Limit(seconds, name)):
                return await function(*arguments)
        except BaseException as error:
            raise _silence(name, seconds, error) from None

    async def _receive(self, timeout: float | None, wanted: str) -> Message:
        seconds = self._limit(timeout)
        return await self._wait(seconds, self._exchange.next_message, seconds, wanted)

    async def send(self, message: Message) -> None:
        """Send an ASGI message, of type "websocket.receive" or "websocket.disconnect"."""
        self._exchange.put(message)
        await checkpoint()

    async def send_text(self, data: str) -> None:
        """Send a text message."""
        await self.send({"type": "websocket.receive", "text": data})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        await self.send({"type": "websocket.receive", "bytes": data})

    async def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send `data` as JSON, in a text or a binary message."""
        await self.send(json_message(data, mode))

    async def receive(self, timeout: float | None = None) -> Message:
        """The next ASGI message of the app, "websocket.send" or "websocket.close".

        Raises:
            WebSocketTimeout: nothing came in `timeout` seconds (by default, the session's), or nothing can
                come, since the app waits for the test.
            WebSocketDisconnect: the connection is closed.
        """
        return await self._receive(timeout, "a message")

    async def receive_text(self, timeout: float | None = None) -> str:
        """The next message, which must be text."""
        text: str = payload_of(await self._receive(timeout, "a text message"), "text")
        return text

    async def receive_bytes(self, timeout: float | None = None) -> bytes:
        """The next message, which must be binary."""
        return bytes(payload_of(await self._receive(timeout, "a binary message"), "bytes"))

    async def receive_json(self, mode: Mode = "text", timeout: float | None = None) -> Any:
        """The next message, which must hold JSON; its value."""
        return json.loads(payload_of(await self._receive(timeout, "a JSON message"), kind_of(mode)))

    async def expect(self, content: Any, timeout: float | None = None) -> None:
        """As `WebSocketSession.expect`."""
        self._check(content, await self.receive(timeout))

    async def expect_nothing(self, seconds: float) -> None:
        """As `WebSocketSession.expect_nothing`."""
        if not await self._wait(seconds, self._exchange.stays_silent, seconds):
            self._check_nothing(seconds, await self._message_or_close(None, "a message"))

    async def expect_close(
        self, code: int | None = None, reason: str | None = None, timeout: float | None = None
    ) -> None:
        """As `WebSocketSession.expect_close`."""
        self._check_close(await self._message_or_close(timeout, "a close"), code, reason)

    async def _message_or_close(self, timeout: float | None, wanted: str) -> Message:
        try:
            return await self._receive(timeout, wanted)
        except WebSocketDisconnect as closed:
            return close_of(closed)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection (RFC 6455, section 7.4)."""
        await self._exchange.close(code, reason)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """The messages as they come, text as str and binary as bytes, until the app closes."""
        while (message := await self.receive())["type"] == SEND:
            yield content_of(message)


def content_of(message: Message) -> str | bytes:
    """What a message of the app carries."""
    text: str | None = message.get("text")
    return bytes(message["bytes"]) if text is None else text
