"""What observes an app puts code around Starlette's parts: whether it has, and what it wants to enter.

Tools for traces, errors and profiles replace functions of Starlette's classes and modules. An app has shorter
ways than these, which it takes as long as the functions are those that Starlette was released with.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Any

from starlette import routing
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

HANDLERS = "starlette.exception_handlers"
"""The scope's key for the handlers, by exception class and by status code: Starlette's routes read it."""

_LAYERS = (ServerErrorMiddleware, ExceptionMiddleware, Middleware)


def is_own(owner: Any, name: str, package: str = "starlette") -> bool:
    """Whether a function of a class or module is the one that its package was released with."""
    function = getattr(owner, name)
    return (
        type(function) is FunctionType
        and function.__name__ == name
        and function.__module__.partition(".")[0] == package
        and not hasattr(function, "__wrapped__")
    )


def is_around_router(router: Any) -> bool:
    """Whether its class, or somebody else, has put something around what finds the routes of a router."""
    kind = type(router)
    are_own = is_own(kind, "__call__") and is_own(kind, "app", "xapi")
    return not are_own or router.middleware_stack != router.app


_IS_THERE = "__call__" in vars(Starlette)
OF_APPS: Mapping[str, Any] = vars(Starlette) if _IS_THERE else {"__call__": None}
"""What Starlette's class has now. Each request looks here: that costs less than an attribute of a class."""
ENTRY: Any = Starlette.__call__ if _IS_THERE and is_own(Starlette, "__call__") else object()
"""Starlette's own way into an app; something else if that was replaced before xapi was imported."""


def observes_apps() -> bool:
    """Whether somebody has put something around what apps and their layers consist of."""
    return not (
        all(is_own(Starlette, name) for name in ("__call__", "build_middleware_stack"))
        and all(
            is_own(layer, name)
            for layer in _LAYERS
            for name, value in vars(layer).items()
            if callable(value) and not isinstance(value, type)
        )
        and all(is_own(routing.Router, name) for name in ("__call__", "app"))
    )


def observes_responses() -> bool:
    """Whether somebody has put something around the functions from request to response."""
    return not is_own(routing, "request_response")


def observes_routes() -> bool:
    """Whether somebody has put something around the entry to a route."""
    return not is_own(routing.Route, "handle")


class Core:
    """What Starlette builds its layers around, in the place of the router, where that is observed.

    Args:
        app: All layers of the app.
        router: What stands for the app to whoever looks at its routes meanwhile.
    """

    max_body_size = None

    def __init__(self, app: ASGIApp, router: Any) -> None:
        self.app = app
        self._router = router

    def __getattr__(self, name: str) -> Any:
        return getattr(self._router, name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
