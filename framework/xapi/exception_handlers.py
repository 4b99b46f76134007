"""The handlers that every app starts with; reusable in handlers of your own."""

from __future__ import annotations

from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket

from xapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from xapi.pipeline.render import to_json
from xapi.responses import body_allowed


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Answer with the exception's status, its headers and `{"detail": ...}`, where the status allows a
    body.
    """
    headers = getattr(exc, "headers", None)
    if not body_allowed(exc.status_code):
        return Response(status_code=exc.status_code, headers=headers)
    return JSONResponse({"detail": exc.detail}, status_code=exc.status_code, headers=headers)


async def request_validation_exception_handler(request: Request, exc: RequestValidationError) -> Response:
    """Answer with 422 and the list of errors."""
    return Response(to_json({"detail": exc.errors()}), status_code=422, media_type="application/json")


async def websocket_request_validation_exception_handler(
    websocket: WebSocket, exc: WebSocketRequestValidationError
) -> None:
    """Close with 1008, policy violation (RFC 6455, section 7.4.1)."""
    await websocket.close(code=WS_1008_POLICY_VIOLATION, reason=_reason(exc))


async def websocket_exception_handler(websocket: WebSocket, exc: WebSocketException) -> None:
    """Close with the exception's code and reason."""
    await websocket.close(code=exc.code, reason=exc.reason)


def _reason(exc: WebSocketRequestValidationError) -> str:
    """The errors in the 123 bytes that a close frame has for a reason (RFC 6455, section 5.5)."""
    return str(exc.errors()[0]["msg"]).encode()[:123].decode(errors="ignore")
