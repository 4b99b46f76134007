"""What several tests of the framework share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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


@dataclass
class RawAnswer:
    """What an app sent, and how many messages of the body it took for that."""

    status: int
    headers: dict[str, str]
    content: bytes
    received: int

    def json(self) -> Any:
        return json.loads(self.content)


Ask = Callable[..., RawAnswer]


async def _ask(
    app: Any,
    line: str,
    *pieces: bytes,
    headers: Iterable[tuple[bytes, bytes]] = (),
    query: bytes = b"",
) -> RawAnswer:
    method, path = line.split(" ", 1)
    last = len(pieces) - 1
    messages = [
        {"type": "http.request", "body": piece, "more_body": place < last}
        for place, piece in enumerate(pieces)
    ] or [{"type": "http.request", "body": b"", "more_body": False}]
    received = 0

    async def receive() -> Any:
        nonlocal received
        received += 1
        return messages[received - 1] if received <= len(messages) else {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"test"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }
    await app(scope, receive, send)
    return RawAnswer(
        status=sent[0]["status"],
        headers={name.decode(): value.decode() for name, value in sent[0]["headers"]},
        content=b"".join(message.get("body", b"") for message in sent[1:]),
        received=received,
    )


@pytest.fixture
def ask() -> Ask:
    """Send one request as ASGI messages: `ask(app, "POST /path", *pieces of the body, headers=, query=)`."""
    return lambda app, line, *pieces, **parts: asyncio.run(_ask(app, line, *pieces, **parts))
