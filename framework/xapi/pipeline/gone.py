"""The exceptions that report a disconnected client (ASGI, "Disconnect").

A server says so by `http.disconnect` and `websocket.disconnect`, and by what `receive` and `send` raise:
servers, and middleware that stands between, let through what their sockets and streams raise.
"""

from __future__ import annotations

from typing import Any

from anyio import BrokenResourceError, ClosedResourceError, EndOfStream
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

DISCONNECT = "http.disconnect"
LOST = 1006
"""The code of a WebSocket that was closed without saying so (RFC 6455, section 7.4.1)."""
GONE = (OSError, EOFError, EndOfStream, BrokenResourceError, ClosedResourceError, ClientDisconnect)
"""What `receive` and `send` raise when the client has gone."""

_GONE = "xapi.client_gone"
"""The scope's key for the exception that `send` raised: not every OSError comes from there."""


async def heard(receive: Receive) -> Message:
    """The next message of a client; `http.disconnect` if it has gone."""
    try:
        return await receive()
    except GONE:
        return {"type": DISCONNECT}


def hearing(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that gives the message of a client that has gone, for a request or for a WebSocket, where
    another one raises something.
    """
    is_websocket = scope["type"] == "websocket"

    async def hearing_receive() -> Message:
        try:
            return await receive()
        except GONE:
            return {"type": "websocket.disconnect", "code": LOST} if is_websocket else {"type": DISCONNECT}

    return hearing_receive


def noting(scope: Scope, send: Send) -> Send:
    """A `send` that notes what it raises when the client has gone."""

    async def noting_send(message: Any) -> None:
        try:
            await send(message)
        except GONE as error:
            note_gone(scope, error)
            raise

    return noting_send


def note_gone(scope: Scope, error: BaseException) -> None:
    """Note what `send` has raised."""
    scope[_GONE] = error


def says_gone(scope: Scope, error: BaseException) -> bool:
    """Whether an exception says that the client has gone, and not that something has failed."""
    if isinstance(error, BaseExceptionGroup):
        return all(says_gone(scope, inner) for inner in error.exceptions)
    return isinstance(error, ClientDisconnect) or error is scope.get(_GONE)
