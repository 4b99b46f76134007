"""Exceptions that do not leave an app, because it answers them itself: what stands behind a server error.

Two things show them: what is being handled while the app sends the answer, and what a framework logs. A
framework that logs an exception as an error has no handler of the app for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from xapi.testing.exchange.whereabouts import package_of

SERVER_ERROR = 500
_RAISING = frozenset({"xapi", "starlette", "fastapi"})
"""Packages whose apps raise what no handler of theirs has answered."""
_DEEPEST = 32


class Running:
    """A call of an app: what its context, and the tasks that it starts, know of it."""

    __slots__ = ("app", "logged")

    def __init__(self, app: Any) -> None:
        self.app = app
        self.logged: list[tuple[str, Exception]] = []
        """Exceptions that were logged as errors, each with the file of the code that has done it."""


running: ContextVar[Running | None] = ContextVar("xapi_running", default=None)
"""The call of the current context."""


def running_app() -> Any:
    """The app that runs in the current context; None outside of one."""
    call = running.get()
    return None if call is None else call.app


class _Watch(logging.Handler):
    """Notes the exceptions that are logged while an app runs."""

    def emit(self, record: logging.LogRecord) -> None:
        call = running.get()
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        # It is there once for each call that goes on.
        if call is not None and isinstance(error, Exception) and (record.pathname, error) not in call.logged:
            call.logged.append((record.pathname, error))


WATCH = _Watch(logging.ERROR)
"""Among the handlers of the root logger while an app runs, as often as calls go on."""


def logged_by_framework(call: Running) -> Exception | None:
    """The last exception that the framework of an app, or of one mounted in it, has logged as an error."""
    packages = set(_packages(call.app, 0)) - _RAISING if call.logged else set()
    found = [error for file, error in call.logged if package_of(file) in packages]
    return found[-1] if found else None


def _packages(app: Any, depth: int) -> Iterator[str]:
    """The packages whose classes an app, those that it wraps and those in its mounts are of."""
    while app is not None and depth < _DEEPEST:
        yield from (base.__module__.partition(".")[0] for base in type(app).__mro__)
        for route in getattr(app, "routes", None) or ():
            if not hasattr(route, "endpoint"):
                yield from _packages(getattr(route, "app", None), depth + 1)
        app, depth = getattr(app, "app", None), depth + 1


def answered_by_litestar(scope: Any, error: Exception) -> bool:
    """Whether it is Litestar that answers an exception with a server error, and no handler of the app."""
    app = scope.get("litestar_app")
    if app is None or any(_is_answer(base) for base in type(error).__mro__):
        return False
    handler = scope.get("route_handler")
    handlers = app.exception_handlers if handler is None else handler.resolve_exception_handlers()
    return SERVER_ERROR not in handlers and not any(base in handlers for base in type(error).__mro__)


def _is_answer(base: type) -> bool:
    """Whether exceptions of a class are answers, written as exceptions."""
    return base.__module__.partition(".")[0] == "litestar" and base.__name__ in (
        "HTTPException",
        "WebSocketException",
    )
