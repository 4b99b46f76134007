"""WebSockets."""

from xapi.websockets import WebSocket, WebSocketDisconnect, WebSocketState
