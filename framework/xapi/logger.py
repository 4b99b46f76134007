"""The logger of the framework, and its messages about failed requests.

What comes from outside cannot write lines of its own into a log, nor speak to a terminal: control characters
are escaped, and what follows the first line of an exception's text is indented.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from traceback import extract_tb, format_exception, format_exception_only, format_tb

from starlette.requests import ClientDisconnect
from starlette.types import Scope
from starlette.websockets import WebSocketDisconnect

from xapi.texts import visible, visible_line

__all__ = ["logger"]

logger = logging.getLogger("xapi")

_LOGGED = "xapi.logged"
"""The scope's key for the identity of the exception that was logged last: each is logged once."""
_LATER = "xapi.logged_later"
"""The scope's key that is there while somebody further out is going to log what is raised."""
_INDENT = "\n  "


def add_note(error: BaseException, text: str) -> None:
    """Say with an exception where it was raised (PEP 678). It is said once, even if it is raised again.

    An exception that takes no notes goes without.
    """
    with suppress(Exception):
        if text not in getattr(error, "__notes__", ()):
            error.add_note(text)


def log_failure(scope: Scope, error: BaseException) -> None:
    """Log an exception that goes on to the server with the operation that it comes from.

    A client that goes away is not a failure. Where nobody has set up logging the text has the place in the
    code instead of the traceback, which the server shows.
    """
    if isinstance(error, ClientDisconnect | WebSocketDisconnect) or scope.get(_LOGGED) == id(error):
        return
    if _LATER in scope:
        return
    scope[_LOGGED] = id(error)
    shown = None if logger.hasHandlers() else _origin(error)
    _log(f"{_operation(scope)} failed", error, shown)


@contextmanager
def logging_later(scope: Scope) -> Iterator[None]:
    """Log what is raised in this block when it leaves it, and not before.

    Whoever reports exceptions between hears of one first as what it is, and then as a record of the log.
    """
    scope[_LATER] = True
    try:
        yield
    except Exception as error:
        scope.pop(_LATER, None)
        log_failure(scope, error)
        raise
    finally:
        scope.pop(_LATER, None)


def log_exception(message: str, error: BaseException) -> None:
    """Log an exception that goes no further, with its traceback."""
    _log(message, error)


def _log(message: str, error: BaseException, shown: str | None = None) -> None:
    """Log an exception; `shown` stands for its traceback in texts."""
    if not logger.isEnabledFor(logging.ERROR):
        return
    file, line, function, _ = logger.findCaller(stacklevel=3)
    raised = (type(error), error, error.__traceback__)
    text = f"{message}: {_text(error)}"
    record = logger.makeRecord(logger.name, logging.ERROR, file, line, text, (), raised, function)
    record.exc_text = shown or _indented(_traceback(error))
    logger.handle(record)


def _traceback(error: BaseException) -> str:
    """The traceback as text; without causes and notes if these cannot be read."""
    try:
        return "".join(format_exception(error))
    except Exception:
        return "".join([*format_tb(error.__traceback__), _text(error)])


def _origin(error: BaseException) -> str | None:
    """Where an exception was raised."""
    frames = extract_tb(error.__traceback__)
    return (
        f"  in {visible_line(frames[-1].name)} ({frames[-1].filename}:{frames[-1].lineno})"
        if frames
        else None
    )


def _text(error: BaseException) -> str:
    try:
        return _indented("".join(format_exception_only(error)))
    except Exception:  # its notes cannot be read
        return visible_line(type(error).__qualname__)


def _indented(text: str) -> str:
    return visible(text).strip().replace("\n", _INDENT)


def _operation(scope: Scope) -> str:
    """The operation that a scope was routed to, by method, path and function."""
    if scope["type"] == "lifespan":
        return "the lifespan"
    route = scope.get("route")
    name = getattr(route, "name", None)
    name = f" ({name})" if name else ""
    return visible_line(f"{scope.get('method', 'WebSocket')} {getattr(route, 'path', scope['path'])}{name}")
