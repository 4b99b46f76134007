"""The layers of a request: server errors, middleware, the error boundary, the router."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.middleware import Middleware
from starlette.types import ASGIApp, ExceptionHandler

from xapi.error_boundary import ErrorBoundary, ObservedBoundary, ServerErrorHandling
from xapi.handler_table import HandlerTable
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
