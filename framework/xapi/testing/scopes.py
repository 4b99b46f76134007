"""Connection scopes for requests of a test client (ASGI specification, "Connection Scope")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from xapi.testing.exchange import Scope

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Scopes:
    """Makes the scopes of one client.

    `state` is what the lifespan has put into its state; each scope has a shallow copy.
    """

    def __init__(self, root_path: str, client: tuple[str, int], state: dict[str, Any]) -> None:
        self.root_path = root_path
        self.client = client
        self._state = state

    def http(
        self,
        method: str,
        scheme: str,
        server: tuple[str, int],
        path: str,
        raw_path: bytes,
        query: bytes,
        headers: list[tuple[bytes, bytes]],
    ) -> Scope:
        """The scope of an HTTP request; header names in lower case."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": scheme,
            "path": path,
            "raw_path": raw_path,
            "query_string": query,
            "root_path": self.root_path,
            "headers": headers,
            "client": self.client,
            "server": server,
            "state": self._state.copy(),
            "extensions": {"http.response.debug": {}, "http.response.trailers": {}},
        }

    def of_request(self, request: httpx.Request) -> Scope:
        """The scope of an HTTP request as httpx has prepared it."""
        url = request.url
        return self.http(
            request.method,
            url.scheme,
            (url.raw_host.decode("ascii"), url.port or DEFAULT_PORTS[url.scheme]),
            url.path,
            url.raw_path.partition(b"?")[0],
            url.query,
            [(name.lower(), value) for name, value in request.headers.raw],
        )

    def of_websocket(self, request: httpx.Request) -> Scope:
        """The scope of a WebSocket handshake that httpx has prepared as a GET request."""
        scope = self.of_request(request)
        del scope["method"]
        offered = request.headers.get("sec-websocket-protocol", "")
        return {
            **scope,
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "subprotocols": [name.strip() for name in offered.split(",") if name.strip()],
            "extensions": {"websocket.http.response": {}},
        }
