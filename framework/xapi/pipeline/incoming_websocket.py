"""The WebSocket as endpoints get it: its frames are validated."""

from __future__ import annotations

import json
from typing import Any

from starlette.status import WS_1003_UNSUPPORTED_DATA
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from xapi.exceptions import WebSocketException, WebSocketJSONError
from xapi.pipeline.gone import GONE, LOST, hearing
from xapi.pipeline.incoming import IncomingConnection

_STATES = "xapi.websocket_states"
"""The scope's key for the states of client and app: every `IncomingWebSocket` of a connection knows them."""


class IncomingWebSocket(IncomingConnection, WebSocket):
    """A WebSocket (RFC 6455).

    A frame of the wrong kind, or JSON that is broken, raises a WebSocketException, which closes the
    connection with 1003 or 1007 if nobody catches it (section 7.4.1). What the server's `receive` and `send`
    raise because the connection is lost is a disconnect with the code 1006.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = scope.get(_STATES)
        scope[_STATES] = {}
        super().__init__(scope, _opening(scope, hearing(scope, receive)), send)
        if known is not None:
            scope[_STATES] = known

    @property
    def client_state(self) -> WebSocketState:
        state: WebSocketState = self.scope[_STATES]["client"]
        return state

    @client_state.setter
    def client_state(self, state: WebSocketState) -> None:
        self.scope[_STATES]["client"] = state

    @property
    def application_state(self) -> WebSocketState:
        state: WebSocketState = self.scope[_STATES]["application"]
        return state

    @application_state.setter
    def application_state(self, state: WebSocketState) -> None:
        self.scope[_STATES]["application"] = state

    async def send(self, message: Message) -> None:
        """Send a message. Raises WebSocketDisconnect if the connection is lost."""
        try:
            await super().send(message)
        except GONE as gone:
            self.application_state = WebSocketState.DISCONNECTED
            raise WebSocketDisconnect(LOST) from gone

    async def receive_text(self) -> str:
        """The text of the next frame. Raises WebSocketDisconnect when the client has closed, and
        WebSocketException 1003 for a binary frame.
        """
        try:
            text: str | None = await super().receive_text()
        except KeyError:
            text = None
        if text is None:
            raise WebSocketException(WS_1003_UNSUPPORTED_DATA, "a text frame was expected")
        return text

    async def receive_bytes(self) -> bytes:
        """The content of the next frame. Raises WebSocketDisconnect when the client has closed, and
        WebSocketException 1003 for a text frame.
        """
        try:
            content: bytes | None = await super().receive_bytes()
        except KeyError:
            content = None
        if content is None:
            raise WebSocketException(WS_1003_UNSUPPORTED_DATA, "a binary frame was expected")
        return content

    async def receive_json(self, mode: str = "text") -> Any:
        """The JSON of the next frame; `mode` is "text" or "binary".

        Raises what `receive_text` and `receive_bytes` raise, and WebSocketJSONError for what is not JSON.
        """
        if mode not in {"text", "binary"}:
            raise RuntimeError(f'receive_json(mode={mode!r}): the mode is "text" or "binary"')
        try:
            return json.loads(
                await self.receive_text() if mode == "text" else (await self.receive_bytes()).decode()
            )
        except (ValueError, RecursionError) as error:
            raise WebSocketJSONError(error) from None


def _opening(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that raises WebSocketDisconnect where the client has gone before its handshake."""

    async def opening_receive() -> Message:
        message = await receive()
        states = scope[_STATES]
        if message["type"] == "websocket.disconnect" and states["client"] is WebSocketState.CONNECTING:
            states["client"] = WebSocketState.DISCONNECTED
            raise WebSocketDisconnect(message.get("code", LOST), message.get("reason"))
        return message

    return opening_receive
