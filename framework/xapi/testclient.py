"""The test client at the import path of Starlette's; the implementation is in `xapi.testing`."""

from xapi.testing import TestClient as TestClient
from xapi.testing import WebSocketDenialResponse as WebSocketDenialResponse
from xapi.testing import WebSocketSession as WebSocketTestSession

__all__ = ["TestClient", "WebSocketDenialResponse", "WebSocketTestSession"]
