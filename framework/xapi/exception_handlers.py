"""The default exception handlers of every app; your own handlers may call them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic_core import SchemaSerializer, core_schema
from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket

from xapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from xapi.pipeline.render import to_json
from xapi.pipeline.shown import plain
from xapi.responses import body_allowed
from xapi.websockets import is_closed

__all__ = [
    "http_exception_handler",
    "request_validation_exception_handler",
    "websocket_exception_handler",
    "websocket_request_validation_exception_handler",
]

_PLAIN_KEYS = 4
"""Those that each error has: `type`, `loc`, `msg` and `input`."""
_PLAIN_INPUT = frozenset((str, int, bool, type(None)))
_serializer = SchemaSerializer(core_schema.any_schema())


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Answer with the exception's status, its headers and `{"detail": ...}`, where the status allows a
    body. A WebSocket is refused with that answer, or closed if it was accepted.
    """
    headers = getattr(exc, "headers", None)
    if not body_allowed(exc.status_code):
        return Response(status_code=exc.status_code, headers=headers)
    content = to_json({"detail": exc.detail})
    return Response(content, exc.status_code, headers=headers, media_type="application/json")


async def request_validation_exception_handler(request: Request, exc: RequestValidationError) -> Response:
    """Answer with 422 and the list of errors."""
    return Response(content_of_422(exc.errors()), status_code=422, media_type="application/json")


def content_of_422(errors: Sequence[Any]) -> bytes:
    """A list of errors as the body of an answer."""
    try:
        if _are_plain(errors):
            return _serializer.to_json({"detail": errors})
        return to_json({"detail": errors})
    except Exception:  # a validator has put something into an error's context that has no form in JSON
        return to_json({"detail": plain(errors)})


def _are_plain(errors: Sequence[Any]) -> bool:
    """Whether nothing in errors has several forms in JSON, so that the faster serializer can be used."""
    try:
        for error in errors:
            if type(error) is not dict or len(error) != _PLAIN_KEYS or "loc" not in error:
                return False
            if type(error["type"]) is not str or type(error["msg"]) is not str:
                return False
            if type(error["input"]) not in _PLAIN_INPUT:
                return False
    except KeyError:
        return False
    return True


async def websocket_request_validation_exception_handler(
    websocket: WebSocket, exc: WebSocketRequestValidationError
) -> None:
    """Close with 1008, policy violation (RFC 6455, section 7.4.1)."""
    await _close(websocket, WS_1008_POLICY_VIOLATION, str(exc.errors()[0]["msg"]))


async def websocket_exception_handler(websocket: WebSocket, exc: WebSocketException) -> None:
    """Close with the exception's code and reason, if neither side has closed yet."""
    await _close(websocket, exc.code, exc.reason)


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close with as much of the reason as a close frame has room for: 123 bytes (RFC 6455, section 5.5)."""
    if not is_closed(websocket):
        await websocket.close(code=code, reason=reason.encode()[:123].decode(errors="ignore"))
