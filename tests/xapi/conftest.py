"""What several tests of the framework share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anyio
import pytest


class Connection:
    """What a server gives an app for one request, for tests that say what the client does, and when.

    The client stays until `gone` is set. `on_send` is called with each message before `send` returns.
    """

    def __init__(
        self,
        path: str = "/",
        *,
        method: str = "GET",
        body: Sequence[bytes] = (b"",),
        on_send: Callable[[Any], Any] = lambda message: None,
    ) -> None:
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        self.gone = anyio.Event()
        self.on_send = on_send
        self.sent: list[Any] = []
        self._body = list(body)

    async def receive(self) -> Any:
        if self._body:
            piece = self._body.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self._body)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if (waiting := self.on_send(message)) is not None:
            await waiting

    @property
    def pieces(self) -> list[bytes]:
        """The pieces of the body that were sent, without the empty one at the end."""
        return [message["body"] for message in self.sent if message.get("more_body")]

    @property
    def is_complete(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False

    async def call(self, app: Any) -> None:
        """Let `app` answer; fails if it takes more than 10 seconds."""
        with anyio.fail_after(10):
            await app(self.scope, self.receive, self.send)


@pytest.fixture
def connect() -> type[Connection]:
    """Makes connections."""
    return Connection
