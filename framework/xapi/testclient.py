"""The test client under the name that users of Starlette look for; all of it is in `xapi.testing`."""

from xapi.testing import TestClient as TestClient
from xapi.testing import WebSocketDenialResponse as WebSocketDenialResponse
from xapi.testing import WebSocketSession as WebSocketTestSession

__all__ = ["TestClient", "WebSocketDenialResponse", "WebSocketTestSession"]
