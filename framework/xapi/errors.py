"""The boundary around the router: exceptions become answers here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send
from starlette.websockets import WebSocket

from xapi.operation.arguments import call_kind
from xapi.operation.model import CallKind
from xapi.pipeline.handover import Handover
from xapi.pipeline.incoming import IncomingRequest
from xapi.pipeline.render import STARTED, send_response
from xapi.routing.router import APIRouter

if TYPE_CHECKING:
    from xapi.middleware.functions import PassedResponse, Turn

HANDLERS = "starlette.exception_handlers"
"""The scope's key for the handlers, by exception class and by status code: Starlette's routes read it."""


class ErrorBoundary:
    """Runs what the router finds, and answers exceptions with the handlers of the app.

    A handler is chosen by status code for an `HTTPException`, else by the nearest class. Where no middleware
    lies around this boundary it is the outermost layer (`server_errors`) and answers what nobody handles with
    500, before raising it for the server to log.
    """

    def __init__(
        self,
        router: APIRouter,
        handlers: Mapping[Any, ExceptionHandler],
        server_errors: ServerErrorHandling | None = None,
    ) -> None:
        self.router = router
        by_status = {key: handler for key, handler in handlers.items() if isinstance(key, int)}
        by_class = {key: handler for key, handler in handlers.items() if not isinstance(key, int)}
        self.handlers = by_class, by_status
        self.asynchronous = {
            id(handler) for handler in handlers.values() if call_kind(handler) is CallKind.ASYNC
        }
        self.server_errors = server_errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.router.app(scope, receive, send)
            return
        scope[HANDLERS] = self.handlers
        try:
            await self.router.resolve(scope)(scope, receive, send)
        except Exception as error:
            try:
                await self.answer(error, scope, receive, send)
            except Exception as unanswered:
                if self.server_errors is not None and STARTED not in scope:
                    await self.server_errors.answer(unanswered, scope, receive, send)
                raise

    async def hand_over(self, scope: Scope, receive: Receive, turn: Turn) -> PassedResponse:
        """The answer, given to the function middleware around this boundary instead of being sent."""
        scope[HANDLERS] = self.handlers
        scope.pop(STARTED, None)  # a middleware may ask again
        handover, beside = Handover(), None
        try:
            app = self.router.resolve(scope)
            if getattr(app, "hands_over", False):
                await app(scope, receive, handover)
            else:
                beside = partial(self.serve, app)
        except Exception as error:
            await self.answer(error, scope, receive, handover)
        if beside is not None:
            return await turn.beside(beside, scope, receive)
        return await turn.answer(handover, scope, receive)

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Run what the router found."""
        try:
            await app(scope, receive, send)
        except Exception as error:
            await self.answer(error, scope, receive, send)

    async def answer(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a handler answer `error`; raises it again if there is none."""
        handler = self.handler_of(error)
        if handler is None:
            raise error
        if STARTED in scope:
            raise RuntimeError(
                f"{type(error).__name__} has a handler, but the answer had begun when it was raised"
            ) from error
        connection: Any = (
            IncomingRequest(scope, receive, send)
            if scope["type"] == "http"
            else WebSocket(scope, receive, send)
        )
        if id(handler) in self.asynchronous:
            response = await handler(connection, error)  # type: ignore[misc]
        else:
            response = await run_in_threadpool(handler, connection, error)
        if response is not None:
            await send_response(response, None, scope, receive, send)
        error.__traceback__ = None  # an instance that is raised again would gather tracebacks

    def handler_of(self, error: Exception) -> ExceptionHandler | None:
        by_class, by_status = self.handlers
        if isinstance(error, HTTPException) and error.status_code in by_status:
            return by_status[error.status_code]
        return next((by_class[cls] for cls in type(error).__mro__ if cls in by_class), None)


class ServerErrorHandling:
    """What is sent for an exception that nobody handles: Starlette's answer, run only when it is needed."""

    def __init__(self, handler: ExceptionHandler | None, debug: bool) -> None:
        self.handler = handler
        self.debug = debug

    def around(self, app: ASGIApp) -> ASGIApp:
        """The same as a layer of its own, for apps with middleware."""
        return ServerErrorMiddleware(app, handler=self.handler, debug=self.debug)

    async def answer(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the 500 answer; raises `error`."""

        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            raise error

        await self.around(failing)(scope, receive, send)
