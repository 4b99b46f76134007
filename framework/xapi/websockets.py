"""WebSockets: Starlette's own classes. Endpoints get a subclass that also validates frames."""

from __future__ import annotations

from starlette.websockets import WebSocket as WebSocket
from starlette.websockets import WebSocketDisconnect as WebSocketDisconnect
from starlette.websockets import WebSocketState as WebSocketState

__all__ = ["WebSocket", "WebSocketDisconnect", "WebSocketState"]


def is_closed(websocket: WebSocket) -> bool:
    """Whether one side has closed, so that nothing more can be sent."""
    return WebSocketState.DISCONNECTED in (websocket.application_state, websocket.client_state)
