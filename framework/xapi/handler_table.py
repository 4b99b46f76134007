"""Finding the handler of an exception, and calling it."""

from __future__ import annotations

from collections.abc import Mapping
from operator import is_
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ExceptionHandler

from xapi.exceptions import DeclarationError
from xapi.keywords import caller
from xapi.operation.arguments import CallKind, call_kind

_SERVER_ERRORS = (500, Exception)
"""The keys of the handler for what no other one answers; the first that is there counts."""


class HandlerTable:
    """The handlers of an app: by status code for an `HTTPException`, else by the nearest class.

    `by_class` and `by_status` are what routes of Starlette read in the scope, and where libraries put
    handlers of their own during a request. `given` is the app's `exception_handlers`: what has changed there
    since is seen when the next exception is raised.
    """

    def __init__(self, given: Mapping[Any, ExceptionHandler]) -> None:
        self.by_class: dict[Any, ExceptionHandler] = {}
        self.by_status: dict[Any, ExceptionHandler] = {}
        self._given = given
        self._seen: dict[Any, ExceptionHandler] = {}
        self._asynchronous: dict[int, tuple[ExceptionHandler, bool]] = {}
        self._follow()

    @property
    def of_server_errors(self) -> ExceptionHandler | None:
        """The handler of what no other one answers, for the outermost layer."""
        return next((self._given[key] for key in _SERVER_ERRORS if self._given.get(key)), None)

    def find(self, error: Exception) -> ExceptionHandler | None:
        """The handler of `error`, None if there is none."""
        self._follow()
        if isinstance(error, HTTPException) and error.status_code in self.by_status:
            return self.by_status[error.status_code]
        kind = type(error)
        return self.by_class.get(kind) or next(
            (self.by_class[cls] for cls in kind.__mro__ if cls in self.by_class), None
        )

    def adopt(self, by_class: dict[Any, ExceptionHandler], by_status: dict[Any, ExceptionHandler]) -> None:
        """Find handlers in these from now on: those of Starlette's layer, whatever was put around them."""
        self.by_class, self.by_status = by_class, by_status

    def is_asynchronous(self, handler: ExceptionHandler) -> bool:
        """Whether `handler` is awaited; else it is called in a worker thread."""
        known = self._asynchronous.get(id(handler))
        return _is_asynchronous(handler) if known is None else known[1]

    def _follow(self) -> None:
        """Carry over what has changed in the app's handlers."""
        given, seen = self._given, self._seen
        is_same = len(given) == len(seen) and all(map(is_, given, seen))
        if is_same and all(map(is_, given.values(), seen.values())):
            return
        for key in seen.keys() - given.keys():
            self._part(key).pop(key, None)
        for key, handler in given.items():
            if seen.get(key) is not handler and key not in _SERVER_ERRORS:
                self._part(key)[key] = handler
        self._seen = dict(given)
        # The handlers are kept beside: an id is that of one object only as long as this lives.
        self._asynchronous = {id(item): (item, _is_asynchronous(item)) for item in given.values()}

    def _part(self, key: Any) -> dict[Any, ExceptionHandler]:
        return self.by_status if isinstance(key, int) else self.by_class


def check_key(key: object) -> None:
    """Refuse a key for which no exception is ever looked up.

    Args:
        key: what a handler is given for.
    """
    if isinstance(key, int) and not isinstance(key, bool):
        return
    if isinstance(key, type) and issubclass(key, Exception):
        return
    hint = "name a class of exceptions or a status code"
    if isinstance(key, str) and key.isdecimal():
        hint = f"status codes are numbers: {int(key)}"
    elif isinstance(key, Exception):
        hint = f"name its class: {type(key).__name__}"
    raise DeclarationError(f"{caller()}: an exception handler for {key!r} would never be called: {hint}")


def _is_asynchronous(handler: ExceptionHandler) -> bool:
    return call_kind(handler) is CallKind.ASYNC
