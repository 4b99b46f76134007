"""The paths from httpx to the app: one transport for `httpx.Client`, one for `httpx.AsyncClient`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect

from xapi.testing import unseen
from xapi.testing.background import BaseBackground
from xapi.testing.documents import AppDocument
from xapi.testing.driver_base import CoroutineFunction
from xapi.testing.drivers import Driver
from xapi.testing.exchange import ClientDisconnected, HTTPExchange, RawResponse
from xapi.testing.exchange.hidden import SERVER_ERROR
from xapi.testing.exchange.http import RequestBody
from xapi.testing.exchange.loops import run_in_task
from xapi.testing.exchange.whereabouts import own_part
from xapi.testing.http_library import httpx
from xapi.testing.overrides import ClientOverrides
from xapi.testing.responses import WIRING, response_of, status_of, streamed_response
from xapi.testing.scopes import Scopes
from xapi.testing.shared_loops import guarded_on_shared_loop
from xapi.testing.timeouts import Limit, LoopBlocked, block_in

T = TypeVar("T")
ANSWER = "xapi.answer"
"""Request extension: the answer that the app has already given to this request."""
STREAM = "xapi.stream"
"""Request extension: the caller reads the response body as it comes."""


class Wiring:
    """What belongs to one client: the app, its scopes, its overrides, and what is done with its answers."""

    background: BaseBackground
    check_responses = False

    def __init__(
        self,
        app: Any,
        scopes: Scopes,
        overrides: ClientOverrides,
        raise_server_exceptions: bool,
    ) -> None:
        self.app = app
        self.document = AppDocument(app)
        self.scopes = scopes
        self.overrides = overrides
        self.raise_server_exceptions = raise_server_exceptions

    def exchange(self, request: httpx.Request) -> HTTPExchange:
        """The exchange for a request."""
        return HTTPExchange(
            self.app, self.scopes.of_request(request), body_of(request), self.overrides.layers
        )

    def raise_exception(self, exchange: HTTPExchange, error: BaseException | None) -> None:
        """Raise what the app raised, unless the client is to see the answer instead; else show it."""
        __tracebackhide__ = True
        if error is None:
            return
        if self.raise_server_exceptions:
            raise error.with_traceback(own_part(error.__traceback__))
        if status_of(exchange) >= SERVER_ERROR or error is exchange.handled:
            unseen.show(exchange.name, error, own_part(error.__traceback__))
        else:
            what = f"has failed after its response had begun, with status {exchange.status}"
            unseen.tell(f"{exchange.name} {what}", error)

    def judge(self, exchange: HTTPExchange, answer: RawResponse) -> None:
        """Raise what the app raised; else, if responses are checked, what is not as documented."""
        __tracebackhide__ = True
        if answer.exception is not None:
            self.raise_exception(exchange, answer.exception)
        elif exchange.handled is not None and status_of(exchange) >= SERVER_ERROR:
            unseen.show(exchange.name, exchange.handled, own_part(exchange.handled.__traceback__))
        if self.check_responses:
            self._check(exchange, answer.body)

    def judge_beginning(self, exchange: HTTPExchange) -> None:
        """The same for a stream that has begun."""
        if exchange.status is None:
            self.raise_exception(exchange, exchange.exception)
        if self.check_responses:
            self._check(exchange, None)

    def _check(self, exchange: HTTPExchange, body: bytes | None) -> None:
        from xapi.testing.conformance import check_if_documented

        check_if_documented(
            self.document.attribution(),
            exchange.scope["method"],
            exchange.told,
            status_of(exchange),
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in exchange.headers],
            body,
        )

    def marked(self, response: httpx.Response) -> httpx.Response:
        """The response, which now knows its client; for `assert_conforms`."""
        response.extensions[WIRING] = self
        return response


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


def timed_out(name: str, seconds: float, details: str, request: httpx.Request) -> httpx.ReadTimeout:
    """The error for an app that takes too long."""
    return httpx.ReadTimeout(_overdue(name, seconds, details), request=request)


class Overdue(TimeoutError):
    """An app has not answered in time; the message says where it was."""


def _overdue(name: str, seconds: float, details: str) -> str:
    return f"{name}: no answer from the app after {seconds:g} s{details}"


def answer_of(
    driver: Driver,
    background: BaseBackground,
    exchange: HTTPExchange,
    seconds: float | None,
    request: Callable[[], httpx.Request],
) -> RawResponse:
    """Run an exchange as long as the client waits: to the app's end, or to that of the response.

    Raises:
        httpx.ReadTimeout: it takes longer than `seconds`, whether the app awaits, works in a thread or
            blocks the loop.
    """
    if background.policy != "wait":
        # What goes on needs the loop after this call: the client's end closes it.
        driver.open()
        background.take(exchange)
    elif seconds is None:
        return driver.run(exchange.complete)
    detach = background.policy != "wait"
    if seconds is None:
        answer = driver.run(exchange.within, None, detach)
        assert isinstance(answer, RawResponse)  # without a limit there always is one
        return answer
    try:
        return answer_in_time(driver, exchange, seconds, exchange.within, seconds, detach)
    except Overdue as error:
        raise httpx.ReadTimeout(str(error), request=request()) from None


def answer_in_time(
    driver: Driver,
    exchange: HTTPExchange,
    seconds: float,
    run: CoroutineFunction[RawResponse | str],
    *arguments: Any,
) -> RawResponse:
    """Run an exchange by `run(*arguments)`, which gives the answer, or a text about where the app was.

    Raises:
        Overdue: it takes longer than `seconds`, whether the app awaits, works in a thread or blocks the loop.
    """
    limit = Limit(seconds, exchange.name)
    try:
        answer = driver.run_limited(limit, run, *arguments)
    except BaseException as error:
        if (block := block_in(error)) is None:
            raise
        answer = str(block)
    return _in_time(answer, limit, exchange)


async def answer_of_async(
    background: BaseBackground,
    exchange: HTTPExchange,
    seconds: float | None,
    request: Callable[[], httpx.Request],
) -> RawResponse:
    """The same on the caller's loop, where code that blocks is interrupted, but cannot be left."""
    detach = background.policy != "wait"
    if detach:
        background.take(exchange)
    elif seconds is None:
        return await run_in_task(exchange.complete)
    if seconds is None:
        answer = await exchange.within(None, detach)
        assert isinstance(answer, RawResponse)  # without a limit there always is one
        return answer
    limit = Limit(seconds, exchange.name)
    try:
        with guarded_on_shared_loop(exchange, limit):
            answer = await exchange.within(seconds, detach)
    except BaseException as error:
        if (block := block_in(error)) is None:
            raise
        answer = str(block)
    try:
        return _in_time(answer, limit, exchange)
    except Overdue as error:
        raise httpx.ReadTimeout(str(error), request=request()) from None


def _in_time(answer: RawResponse | str, limit: Limit, exchange: HTTPExchange) -> RawResponse:
    """The answer that came within a limit; a text says where the app was instead.

    Raises:
        Overdue: none came in time.
    """
    if isinstance(answer, RawResponse) and limit.blocked is None:
        return answer
    details = limit.describe() or (answer if isinstance(answer, str) else "")
    raise Overdue(_overdue(exchange.name, limit.seconds, details))


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
        while (piece := _step(self._driver, _next_piece, self._exchange, self._request)) is not None:
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
        while (piece := await _async_step(_next_piece, self._exchange, self._request)) is not None:
            yield piece

    async def aclose(self) -> None:
        await _end(self._wiring, self._exchange)


Step = Callable[[HTTPExchange, httpx.Request], Coroutine[Any, Any, T]]


def _step(driver: Driver, step: Step[T], exchange: HTTPExchange, request: httpx.Request) -> T:
    """Run a step of a stream, within the request's timeout even if the app blocks."""
    seconds = read_timeout(request)
    if seconds is None:
        return driver.run(step, exchange, request)
    limit = Limit(seconds, exchange.name)
    with _blocks_told(limit, exchange, request):
        return driver.run_limited(limit, step, exchange, request)


async def _async_step(step: Step[T], exchange: HTTPExchange, request: httpx.Request) -> T:
    """The same on the caller's loop."""
    seconds = read_timeout(request)
    if seconds is None:
        return await step(exchange, request)
    limit = Limit(seconds, exchange.name)
    with _blocks_told(limit, exchange, request), guarded_on_shared_loop(exchange, limit):
        return await step(exchange, request)


@contextmanager
def _blocks_told(limit: Limit, exchange: HTTPExchange, request: httpx.Request) -> Iterator[None]:
    """Whatever comes of a step: if the app has blocked the loop, a timeout tells where."""
    try:
        yield
    except (LoopBlocked, httpx.ReadTimeout):
        if limit.blocked is None:
            raise
    if limit.blocked is not None:
        if block_in(exchange.exception) is not None:
            exchange.exception = None  # this error tells of it
        raise timed_out(limit.name, limit.seconds, limit.describe(), request)


async def _begin(exchange: HTTPExchange, request: httpx.Request) -> None:
    seconds = read_timeout(request)
    try:
        await exchange.begin(seconds)
    except TimeoutError:
        details = await exchange.abandon()
        raise timed_out(exchange.name, seconds or 0, details, request) from None
    except BaseException:
        await exchange.leave()
        raise


async def _next_piece(exchange: HTTPExchange, request: httpx.Request) -> bytes | None:
    seconds = read_timeout(request)
    try:
        return await exchange.next_piece(seconds)
    except TimeoutError:
        place = exchange.waits_in()
        details = "" if place is None else f"; it waits in {place}"
        raise timed_out(exchange.name, seconds or 0, details, request) from None


async def _end(wiring: Wiring, exchange: HTTPExchange) -> None:
    """End an exchange as its reader leaves: wait for the app if it has answered, else disconnect."""
    if exchange.is_complete:
        await exchange.finish()
    else:
        await exchange.leave()
    # Code that was interrupted because it blocked the loop has been told of by the step that waited for it.
    if not is_disconnect(exchange.exception) and block_in(exchange.exception) is None:
        wiring.raise_exception(exchange, exchange.exception)


def is_disconnect(error: BaseException | None) -> bool:
    """Whether an app raised only because the client has gone."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_disconnect(part) for part in error.exceptions)
    if isinstance(error, ClientDisconnected | ClientDisconnect):
        return True
    return error is not None and is_disconnect(error.__cause__)


class Transport(httpx.BaseTransport):
    """Sends the requests of an `httpx.Client` to an app."""

    def __init__(self, wiring: Wiring, driver: Driver) -> None:
        self._wiring = wiring
        self._driver = driver

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer: RawResponse | None = request.extensions.pop(ANSWER, None)
        if answer is not None:
            return self._wiring.marked(response_of(answer, request))
        exchange = self._wiring.exchange(request)
        if STREAM in request.extensions:
            return self._stream(exchange, request)
        answer = answer_of(
            self._driver, self._wiring.background, exchange, read_timeout(request), lambda: request
        )
        self._wiring.judge(exchange, answer)
        return self._wiring.marked(response_of(answer, request))

    def _stream(self, exchange: HTTPExchange, request: httpx.Request) -> httpx.Response:
        self._driver.open()
        try:
            _step(self._driver, _begin, exchange, request)
            self._wiring.judge_beginning(exchange)
        except BaseException:
            self._driver.close()
            raise
        stream = ByteStream(self._wiring, self._driver, exchange, request)
        return self._wiring.marked(streamed_response(exchange, stream, request))


class AsyncTransport(httpx.AsyncBaseTransport):
    """Sends the requests of an `httpx.AsyncClient` to an app, on the caller's event loop."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer: RawResponse | None = request.extensions.pop(ANSWER, None)
        if answer is not None:
            return self._wiring.marked(response_of(answer, request))
        exchange = self._wiring.exchange(request)
        if STREAM in request.extensions:
            await _async_step(_begin, exchange, request)
            self._wiring.judge_beginning(exchange)
            stream = AsyncByteStream(self._wiring, exchange, request)
            return self._wiring.marked(streamed_response(exchange, stream, request))
        answer = await answer_of_async(
            self._wiring.background, exchange, read_timeout(request), lambda: request
        )
        self._wiring.judge(exchange, answer)
        return self._wiring.marked(response_of(answer, request))
