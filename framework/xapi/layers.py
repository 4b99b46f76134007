"""The layers of a request: server errors, middleware, the error boundary, the router."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.middleware import Middleware
from starlette.types import ASGIApp, ExceptionHandler

from xapi.error_boundary import ErrorBoundary, ObservedBoundary, ServerErrorHandling
from xapi.exceptions import DeclarationError
from xapi.handler_table import HandlerTable
from xapi.keywords import caller
from xapi.pipeline.limits import LimitLayer
from xapi.routing.router import APIRouter


def layers(
    router: APIRouter,
    handlers: Mapping[Any, ExceptionHandler],
    middleware: Sequence[Middleware],
    debug: bool,
    observed: bool,
) -> ASGIApp:
    """Build the layers of an app.

    Without middleware the boundary answers server errors too: one layer instead of two. An app that is
    observed has the layers of Starlette's, in its order, so that whatever was put around them is entered.
    """
    table = HandlerTable(handlers)
    server_errors = ServerErrorHandling(table, debug)
    if not middleware and not observed:
        return ErrorBoundary(router, table, server_errors)
    boundary = ObservedBoundary(router, table) if observed else ErrorBoundary(router, table)
    app: ASGIApp = boundary.around(debug) if isinstance(boundary, ObservedBoundary) else boundary
    for cls, args, keywords in reversed(middleware):
        app = cls(app, *args, **keywords)
    if middleware:
        app = LimitLayer(app, lambda: router.inherited.max_body_size, boundary.answer)
    return server_errors.observed(app) if observed else server_errors.around(app)


def check_middleware(middleware: Any) -> None:
    """Refuse a finished app, or a function of a request, where a middleware is made of the app inside.

    Args:
        middleware: what `add_middleware` was given.
    """
    if isinstance(middleware, type):
        return
    name = getattr(middleware, "__name__", type(middleware).__name__)
    if inspect.iscoroutinefunction(middleware):
        raise DeclarationError(
            f"{caller()}: add_middleware({name}): the function is asynchronous, and would not be called with "
            'requests: write @app.middleware("http") over it'
        )
    if not callable(middleware) or inspect.iscoroutinefunction(type(middleware).__call__):
        raise DeclarationError(
            f"{caller()}: add_middleware() takes the class, and makes the middleware itself: write "
            f"add_middleware({name}, ...)"
        )
