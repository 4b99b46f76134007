"""The boundary around the router, where exceptions become responses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.status import WS_1008_POLICY_VIOLATION, WS_1011_INTERNAL_ERROR
from starlette.types import ASGIApp, Receive, Scope, Send

from xapi.exception_handlers import (
    content_of_422,
    http_exception_handler,
    request_validation_exception_handler,
)
from xapi.handler_table import HandlerTable
from xapi.instrumentation import HANDLERS
from xapi.logger import log_failure
from xapi.pipeline.captured_response import CapturedResponse
from xapi.pipeline.gone import GONE, hearing, note_gone, noting, says_gone
from xapi.pipeline.incoming import IncomingRequest
from xapi.pipeline.incoming_websocket import IncomingWebSocket
from xapi.pipeline.limits import LimitExceeded
from xapi.pipeline.read import incomplete
from xapi.pipeline.render import STARTED
from xapi.pipeline.sending import send_response
from xapi.pipeline.threads import run_in_thread
from xapi.routing.router import APIRouter
from xapi.websockets import WebSocket, WebSocketState, is_closed

if TYPE_CHECKING:
    from xapi.middleware.functions import MiddlewareExchange, PassedResponse


class ErrorBoundary:
    """Runs what the router finds, and answers exceptions with the handlers of the app.

    Where no middleware lies around this boundary it is the outermost layer (`server_errors`) and answers what
    nobody handles with 500, before raising it for the server to log.
    """

    def __init__(
        self,
        router: APIRouter,
        table: HandlerTable,
        server_errors: ServerErrorHandling | None = None,
    ) -> None:
        self.router = router
        self.table = table
        self.handlers = table.by_class, table.by_status
        self.server_errors = server_errors

    @property
    def app(self) -> APIRouter:
        """What lies inside, under the name that all layers have for it."""
        return self.router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
            return
        scope[HANDLERS] = self.handlers
        try:
            await self.router.resolve(scope)(scope, receive, send)
        except Exception as error:
            try:
                await self.answer(error, scope, receive, send)
            except Exception as unanswered:
                if self.server_errors is not None:
                    if says_gone(scope, unanswered):
                        return
                    log_failure(scope, unanswered)
                    if STARTED not in scope:
                        await self.server_errors.answer(unanswered, scope, receive, send)
                raise

    async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the lifespan. What it raises is told to the server, and logged."""
        try:
            await self.router.app(scope, receive, send)
        except Exception as error:
            log_failure(scope, error)
            raise

    async def hand_over(self, scope: Scope, receive: Receive, exchange: MiddlewareExchange) -> PassedResponse:
        """The answer, given to the function middleware around this boundary instead of being sent."""
        scope[HANDLERS] = self.handlers
        scope.pop(STARTED, None)  # a middleware may ask again
        captured, beside = CapturedResponse(), None
        try:
            app = self.router.resolve(scope)
            if getattr(app, "can_capture_response", False):
                await app(scope, receive, captured)
            else:
                beside = partial(self.serve, app)
        except Exception as error:
            await self.answer(error, scope, receive, captured)
        if beside is not None:
            return await exchange.beside(beside, scope, receive)
        return await exchange.answer(captured, scope, receive)

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Run what the router found."""
        try:
            await app(scope, receive, send)
        except Exception as error:
            await self.answer(error, scope, receive, send)

    async def answer(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a handler answer `error`; raises it again if there is none, or nobody to answer any more."""
        handler = self.table.find(error)
        if isinstance(error, ClientDisconnect) and handler is None and STARTED not in scope:
            error = incomplete()
            handler = self.table.find(error)
        if handler is None or says_gone(scope, error):
            raise error
        if handler is request_validation_exception_handler and _takes_messages(scope, send):
            await _send_invalid(error, scope, send)
            return
        if STARTED in scope:
            raise RuntimeError(
                f"{type(error).__name__} has a handler, but the response had already started "
                "when it was raised"
            ) from error
        connection: Any = (
            IncomingRequest(scope, receive, send)
            if scope["type"] == "http"
            else IncomingWebSocket(scope, receive, send)
        )
        try:
            if self.table.is_asynchronous(handler):
                response = await handler(connection, error)  # type: ignore[misc]
            else:
                response = await run_in_thread(partial(handler, connection, error), {})
        except LimitExceeded as exceeded:  # the handler reads what must not be read
            response = await http_exception_handler(connection, exceeded)
        if response is not None and scope["type"] == "websocket":
            await refuse(connection, response)
        elif response is not None:
            await send_response(response, None, scope, receive, send)
        _forget_traceback(error)


class ObservedBoundary(ErrorBoundary):
    """The boundary inside Starlette's `ExceptionMiddleware`, for apps that are observed.

    It takes the handlers that it finds there, and enters the router where that of Starlette is entered.
    """

    def around(self, debug: bool) -> ASGIApp:
        """This boundary in Starlette's layer, made as Starlette makes it."""
        given = {**self.table.by_class, **self.table.by_status}
        layer = Middleware(ExceptionMiddleware, handlers=given, debug=debug)
        return layer.cls(self, *layer.args, **layer.kwargs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
            return
        self.table.adopt(*scope[HANDLERS])
        await self.serve(self.router, scope, receive, send)


def _takes_messages(scope: Scope, send: Send) -> bool:
    """Whether an answer can go out as it is: over HTTP, before another has begun, past no middleware."""
    return scope["type"] == "http" and STARTED not in scope and type(send) is not CapturedResponse


async def _send_invalid(error: Any, scope: Scope, send: Send) -> None:
    """Send what `request_validation_exception_handler` would answer, with neither request nor response."""
    content = content_of_422(error.errors())
    headers = [(b"content-length", b"%d" % len(content)), (b"content-type", b"application/json")]
    scope[STARTED] = True
    try:
        await send({"type": "http.response.start", "status": 422, "headers": headers})
        await send({"type": "http.response.body", "body": content})
    except GONE as gone:
        note_gone(scope, gone)
        raise
    _forget_traceback(error)


def _forget_traceback(error: BaseException) -> None:
    """An instance that is raised again would gather tracebacks. Not by its attribute: some cannot be
    changed.
    """
    BaseException.with_traceback(error, None)


async def refuse(websocket: WebSocket, response: Response) -> None:
    """End a WebSocket with a response: as the answer to its handshake, if that is still open and the server
    knows how (ASGI, "Websocket Denial Response"). Otherwise it is closed: with 1011 for a server error, else
    with 1008 (RFC 6455, section 7.4.1).
    """
    if is_closed(websocket):
        return
    accepted = websocket.application_state is WebSocketState.CONNECTED
    if not accepted and "websocket.http.response" in (websocket.scope.get("extensions") or ()):
        await websocket.send_denial_response(response)
    else:
        failed = response.status_code >= 500
        await websocket.close(WS_1011_INTERNAL_ERROR if failed else WS_1008_POLICY_VIOLATION)


class LoggedServerErrors(ServerErrorMiddleware):
    """Starlette's answer to server errors, which are logged with the operation that they come from.

    That a client has gone is not an error, whoever has noticed it: nobody is there to be answered.
    """

    def __init__(self, app: ASGIApp, table: HandlerTable, debug: bool, observed: bool = False) -> None:
        super().__init__(_Noting(_logged(app)) if observed else _logged(app), debug=debug)
        self.table = table
        self._run = _logged(super().__call__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._run(scope, hearing(scope, receive), noting(scope, send))

    @property
    def handler(self) -> Any:
        """The handler that the app has now, if this layer was given no other one."""
        return self._own or self.table.of_server_errors

    @handler.setter
    def handler(self, handler: Any) -> None:
        self._own = handler


def _logged(app: ASGIApp) -> ASGIApp:
    """An app whose failures are logged before they are raised, and that ends where the client has gone."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:
            if not says_gone(scope, error):
                log_failure(scope, error)
                raise

    run.app = app  # type: ignore[attr-defined]  # for whoever looks for a layer
    return run


class _Noting:
    """An app that hears of clients that have gone, also where its own layer of server errors is replaced."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, hearing(scope, receive), noting(scope, send))


class ServerErrorHandling:
    """What is sent for an exception that nobody handles: Starlette's answer, run only when it is needed."""

    def __init__(self, table: HandlerTable, debug: bool) -> None:
        self.table = table
        self.debug = debug

    def around(self, app: ASGIApp) -> ASGIApp:
        """The same as a layer of its own, for apps with middleware."""
        return LoggedServerErrors(app, self.table, self.debug)

    def observed(self, app: ASGIApp) -> ASGIApp:
        """The same, made as Starlette makes its layers."""
        layer = Middleware(LoggedServerErrors, table=self.table, debug=self.debug, observed=True)
        return layer.cls(app, *layer.args, **layer.kwargs)

    async def answer(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the 500 answer; raises `error`."""

        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            raise error

        await self.around(failing)(scope, receive, send)
