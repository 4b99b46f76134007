"""Middleware written as a function: `@app.middleware("http")`.

The way of one request through functions that follow each other, from left to right and back. All of it is
one task, unless the operation has to be open while its answer is sent:

    outer function      inner function       error boundary         operation
    call_next  -------> call_next  --------> holds nothing open --> runs with a `CapturedResponse` as `send`
                                             (`can_capture_response`)
    response <--------- response <---------- PassedResponse <------ has ended
                                             holds something open,
                                             or another ASGI app --> `AppTask`: runs in a task of its own
    response <--------- response <---------- PassedResponse <------ its answer has begun, the task waits
    sends it            -                    -                      goes on piece by piece, as they are sent
    finish()            -                    -                      ends; then background tasks run

If a function raises, or is cancelled, before the answer is sent, `cancel()` ends the task of the operation.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable
from copy import copy
from functools import partial
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xapi.exceptions import DeclarationError, XAPIError
from xapi.instrumentation import is_own
from xapi.logger import log_exception
from xapi.middleware.app_task import AppTask
from xapi.operation.arguments import CallKind, call_kind, place
from xapi.operation.limits import MAX_BODY_SIZE
from xapi.pipeline.captured_response import CapturedResponse
from xapi.pipeline.incoming import IncomingRequest
from xapi.pipeline.items import Items, items_of
from xapi.pipeline.limits import BODY
from xapi.pipeline.sending import respond

CallNext = Callable[[Request], Awaitable[Response]]
Function = Callable[[Request, CallNext], Awaitable[Response]]
Piece = bytes | str | memoryview | Message


class FunctionMiddleware:
    """Runs `dispatch(request, call_next)` around every HTTP request.

    The functions of an app that follow each other are called in one task, and give each other responses,
    not ASGI messages. So is the operation, if it holds nothing open when its answer begins; else it runs in a
    task of its own (`AppTask`), as does any other ASGI app that lies inside.
    """

    def __init__(self, app: ASGIApp, dispatch: Function) -> None:
        check_function(dispatch)
        self.app = app
        self.dispatch = dispatch
        inner: Any = app
        hands_over = hasattr(app, "hand_over") and is_own(type(app), "__call__", "xapi")
        self._inner: Callable[[Scope, Receive, MiddlewareExchange], Awaitable[PassedResponse]] = (
            inner.hand_over if hands_over else self._run_beside
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = MiddlewareExchange(send)
        try:
            response = await self._respond(scope, receive, exchange)
            if isinstance(response, PassedResponse) and response.is_whole:
                await response(scope, receive, send)
            else:
                await respond(response, scope, receive, send)
            await exchange.finish()
        except BaseException:
            await exchange.cancel()
            raise

    async def hand_over(self, scope: Scope, receive: Receive, exchange: MiddlewareExchange) -> PassedResponse:
        """The response for the function around this one."""
        response = await self._respond(scope, receive, exchange)
        if not isinstance(response, PassedResponse):
            return await exchange.passed(response, scope, receive)
        exchange.add(response.background)
        response.background = None
        return response

    async def _respond(self, scope: Scope, receive: Receive, exchange: MiddlewareExchange) -> Response:
        async def call_next(request: Request) -> Response:
            return await self._inner(request.scope, request.receive, exchange)

        response = await self.dispatch(MiddlewareRequest(scope, receive, exchange.send), call_next)
        if response is None:
            raise XAPIError(f"{place(self.dispatch)}: the middleware returned None instead of a response")
        return response

    async def _run_beside(
        self, scope: Scope, receive: Receive, exchange: MiddlewareExchange
    ) -> PassedResponse:
        return await exchange.beside(self.app, scope, receive)


def check_function(function: Callable[..., Any]) -> None:
    """Raise DeclarationError if `function` cannot be a middleware."""
    if call_kind(function) is not CallKind.ASYNC:
        raise DeclarationError(f"{place(function)}: a middleware must be written with `async def`")


class MiddlewareRequest(IncomingRequest):
    """The request of a middleware. What it reads, by `stream()` too, the app inside can read again."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        pieces = []
        self._limit = MAX_BODY_SIZE  # the pieces are kept
        async for piece in super().stream():
            pieces.append(piece)
            yield piece
        self.scope[BODY] = b"".join(pieces)


class PassedResponse(Response):
    """What `call_next` returns: a response from inside, to be looked at, changed and returned.

    `body_iterator` gives its body in pieces, once; set it to another iterator to send that instead. A
    `background` task that is set runs after the tasks of the operation.
    """

    def __init__(
        self,
        status_code: int,
        raw_headers: list[tuple[bytes, bytes]],
        content: bytes | memoryview | None,
        pieces: AsyncIterable[Piece] | None = None,
        before: list[Message] | None = None,
    ) -> None:
        self.status_code = status_code
        self.raw_headers = raw_headers
        self.background = None
        self._content = content
        self._pieces = pieces
        self._before = before

    @property
    def is_whole(self) -> bool:
        """Whether the body is there, and nobody has asked for its pieces."""
        return self._content is not None

    @property
    def body_iterator(self) -> AsyncIterable[Piece]:
        if self._pieces is None:
            content, self._content = self._content, None
            self._pieces = _one_piece(content or b"")
        return self._pieces

    @body_iterator.setter
    def body_iterator(self, pieces: AsyncIterable[Piece]) -> None:
        self._content, self._pieces = None, pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for message in self._before or ():
            await send(message)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if self._content is not None:
            await send({"type": "http.response.body", "body": self._content})
        else:
            await self._send_pieces(send)
        if self.background is not None:
            await self.background()

    async def _send_pieces(self, send: Send) -> None:
        ends = True
        pieces = self.body_iterator
        if isinstance(pieces, AsyncGenerator):
            pieces = items_of(pieces)
        try:
            async for piece in pieces:
                if isinstance(piece, dict):  # a message that stands for the rest of the body
                    ends = False
                    await send(piece)
                    continue
                body = piece.encode(self.charset) if isinstance(piece, str) else piece
                await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            if isinstance(pieces, Items):
                await pieces.aclose()
        if ends:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _one_piece(content: bytes | memoryview) -> AsyncIterator[Piece]:
    yield content


class MiddlewareExchange:
    """One request on its way through the functions: what has still to be done when its answer is sent."""

    __slots__ = ("_beside", "_tasks", "send")

    def __init__(self, send: Send) -> None:
        self.send = send
        self._tasks: list[BackgroundTask] = []
        self._beside: list[AppTask] = []

    def add(self, task: BackgroundTask | None) -> None:
        """Run `task` after the answer is sent, whichever answer that will be."""
        if task is not None:
            self._tasks.append(task)

    async def beside(self, app: ASGIApp, scope: Scope, receive: Receive) -> PassedResponse:
        """Run `app` in a task of its own until its answer begins."""
        beside = AppTask(app, scope, receive, self.send)
        start = await beside.begin()
        self._beside.append(beside)
        return PassedResponse(start["status"], list(start.get("headers", ())), None, beside, beside.before)

    async def passed(self, response: Response, scope: Scope, receive: Receive) -> PassedResponse:
        """A response that nobody has sent, for a middleware."""
        self.add(response.background)
        if type(response).__call__ is Response.__call__:
            return PassedResponse(response.status_code, list(response.raw_headers), response.body)
        streamed = copy(response)
        streamed.background = None
        return await self.beside(partial(respond, streamed), scope, receive)

    async def answer(self, captured: CapturedResponse, scope: Scope, receive: Receive) -> PassedResponse:
        """The answer of an operation, for a middleware."""
        self.add(captured.tasks)
        if captured.response is not None:
            return await self.passed(captured.response, scope, receive)
        return PassedResponse(captured.status, captured.headers, captured.content)

    async def finish(self) -> None:
        """The answer is sent: end what is open and run the background tasks, the innermost first.

        Raises the first exception; others are logged.
        """
        failed: Exception | None = None
        ends: list[Callable[[], Awaitable[None]]] = [beside.finish for beside in self._beside]
        ends += self._tasks
        for end in ends:
            try:
                await end()
            except Exception as error:
                if failed is not None:
                    log_exception("after the response was sent", error)
                failed = error if failed is None else failed
        if failed is not None:
            raise failed

    async def cancel(self) -> None:
        """There will be no answer: cancel what is open."""
        for beside in self._beside:
            await beside.cancel()
