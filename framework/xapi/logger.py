"""The logger of the framework, and its messages about failed requests.

What comes from outside cannot write lines of its own into a log, nor speak to a terminal: control characters
are escaped, and what follows the first line of an exception's text is indented.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from traceback import format_exception, format_exception_only

from starlette.requests import ClientDisconnect
from starlette.types import Scope
from starlette.websockets import WebSocketDisconnect

from xapi.texts import visible, visible_line

__all__ = ["logger"]

logger = logging.getLogger("xapi")

_LOGGED = "xapi.logged"
"""The scope's key for the identity of the exception that was logged last: each is logged once."""
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

    The server shows the traceback; a client that goes away is not a failure.
    """
    if isinstance(error, ClientDisconnect | WebSocketDisconnect) or scope.get(_LOGGED) == id(error):
        return
    scope[_LOGGED] = id(error)
    logger.error("%s failed: %s", _operation(scope), _text(error))


def log_exception(message: str, error: BaseException) -> None:
    """Log an exception that goes no further, with its traceback."""
    if not logger.isEnabledFor(logging.ERROR):
        return
    file, line, function, _ = logger.findCaller(stacklevel=2)
    raised = (type(error), error, error.__traceback__)
    text = f"{message}: {_text(error)}"
    record = logger.makeRecord(logger.name, logging.ERROR, file, line, text, (), raised, function)
    with suppress(Exception):
        record.exc_text = _indented("".join(format_exception(error)))
    logger.handle(record)


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
