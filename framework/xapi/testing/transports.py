"""The roads from httpx to the app: one transport for `httpx.Client`, one for `httpx.AsyncClient`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import httpx
from starlette.requests import ClientDisconnect

from xapi.testing.drivers import Driver
from xapi.testing.exchange import Answer, ClientDisconnected, HTTPExchange
from xapi.testing.exchange.http import RequestBody
from xapi.testing.exchange.loops import run_in_task
from xapi.testing.overrides import ClientOverrides
from xapi.testing.responses import response_of, streamed_response
from xapi.testing.scopes import Scopes

ANSWER = "xapi.answer"
"""Request extension: the answer that the app has already given to this request."""
STREAM = "xapi.stream"
"""Request extension: the caller reads the response body as it comes."""


class Wiring:
    """What both transports need: the app, its scopes, its overrides, and what to do with its exceptions."""

    def __init__(
        self, app: Any, scopes: Scopes, overrides: ClientOverrides, raise_server_exceptions: bool
    ) -> None:
        self.app = app
        self.scopes = scopes
        self.overrides = overrides
        self.raise_server_exceptions = raise_server_exceptions

    def exchange(self, request: httpx.Request) -> HTTPExchange:
        """The exchange for a request."""
        return HTTPExchange(
            self.app, self.scopes.of_request(request), body_of(request), self.overrides.layers
        )

    def raise_exception(self, source: Answer | HTTPExchange) -> None:
        """Raise what the app raised, unless the client is to see a server error instead."""
        if self.raise_server_exceptions and source.exception is not None:
            raise source.exception


def body_of(request: httpx.Request) -> RequestBody:
    """The body of a request: bytes, or pieces where the caller gave an iterator."""
    stream = request.stream
    if isinstance(stream, httpx.ByteStream):
        return request.read()
    if isinstance(stream, httpx.SyncByteStream):
        return iter(stream)
    return aiter(stream)


def read_timeout(request: httpx.Request) -> float | None:
    """How long the app may take: the read timeout of the request."""
    timeout: dict[str, float | None] = request.extensions.get("timeout", {})
    return timeout.get("read")


def timed_out(seconds: float, request: httpx.Request) -> httpx.ReadTimeout:
    """The error for an app that takes too long."""
    return httpx.ReadTimeout(
        f"{request.method} {request.url.path}: no answer from the app after {seconds:g} s", request=request
    )


class ByteStream(httpx.SyncByteStream):
    """The body of a response, read from the app while it is sent."""

    def __init__(
        self, wiring: Wiring, driver: Driver, exchange: HTTPExchange, request: httpx.Request
    ) -> None:
        self._wiring = wiring
        self._driver = driver
        self._exchange = exchange
        self._request = request
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        while (piece := self._driver.run(_next_piece, self._exchange, self._request)) is not None:
            yield piece

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self._driver.run(_end, self._wiring, self._exchange)
            finally:
                self._driver.close()


class AsyncByteStream(httpx.AsyncByteStream):
    """The body of a response, read from the app while it is sent, on the caller's event loop."""

    def __init__(self, wiring: Wiring, exchange: HTTPExchange, request: httpx.Request) -> None:
        self._wiring = wiring
        self._exchange = exchange
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await _next_piece(self._exchange, self._request)) is not None:
            yield piece

    async def aclose(self) -> None:
        await _end(self._wiring, self._exchange)


async def _begin(exchange: HTTPExchange, request: httpx.Request) -> None:
    seconds = read_timeout(request)
    try:
        await exchange.begin(seconds)
    except BaseException as error:
        await exchange.leave()
        if isinstance(error, TimeoutError):
            raise timed_out(seconds or 0, request) from None
        raise


async def _next_piece(exchange: HTTPExchange, request: httpx.Request) -> bytes | None:
    seconds = read_timeout(request)
    try:
        return await exchange.next_piece(seconds)
    except TimeoutError:
        raise timed_out(seconds or 0, request) from None


async def _end(wiring: Wiring, exchange: HTTPExchange) -> None:
    """End an exchange as its reader leaves: wait for the app if it has answered, else disconnect."""
    if exchange.is_complete:
        await exchange.finish()
    else:
        await exchange.leave()
    if not is_disconnect(exchange.exception):
        wiring.raise_exception(exchange)


def is_disconnect(error: BaseException | None) -> bool:
    """Whether an app raised only because the client has gone."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_disconnect(part) for part in error.exceptions)
    return isinstance(error, ClientDisconnected | ClientDisconnect)


async def complete(exchange: HTTPExchange, seconds: float | None) -> Answer | None:
    """Run an exchange to its end; None if it takes longer than that."""
    if seconds is None:
        return await exchange.complete()
    with anyio.move_on_after(seconds):
        return await exchange.complete()
    return None


class Transport(httpx.BaseTransport):
    """Sends the requests of an `httpx.Client` to an app."""

    def __init__(self, wiring: Wiring, driver: Driver) -> None:
        self._wiring = wiring
        self._driver = driver

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer: Answer | None = request.extensions.pop(ANSWER, None)
        if answer is not None:
            return response_of(answer, request)
        exchange = self._wiring.exchange(request)
        if STREAM in request.extensions:
            return self._stream(exchange, request)
        seconds = read_timeout(request)
        answer = self._driver.run(complete, exchange, seconds)
        if answer is None:
            raise timed_out(seconds or 0, request)
        self._wiring.raise_exception(answer)
        return response_of(answer, request)

    def _stream(self, exchange: HTTPExchange, request: httpx.Request) -> httpx.Response:
        self._driver.open()
        try:
            self._driver.run(_begin, exchange, request)
            if exchange.status is None:
                self._wiring.raise_exception(exchange)
        except BaseException:
            self._driver.close()
            raise
        return streamed_response(exchange, ByteStream(self._wiring, self._driver, exchange, request), request)


class AsyncTransport(httpx.AsyncBaseTransport):
    """Sends the requests of an `httpx.AsyncClient` to an app, on the caller's event loop."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer: Answer | None = request.extensions.pop(ANSWER, None)
        if answer is not None:
            return response_of(answer, request)
        exchange = self._wiring.exchange(request)
        if STREAM in request.extensions:
            await _begin(exchange, request)
            if exchange.status is None:
                self._wiring.raise_exception(exchange)
            return streamed_response(exchange, AsyncByteStream(self._wiring, exchange, request), request)
        seconds = read_timeout(request)
        answer = await run_in_task(complete, exchange, seconds)
        if answer is None:
            raise timed_out(seconds or 0, request)
        self._wiring.raise_exception(answer)
        return response_of(answer, request)
