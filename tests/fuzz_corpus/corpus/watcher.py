"""A middleware that sees each request and answer, and says when the planted bug has shown itself."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from corpus.exchange import Exchange

Seen = Callable[[Exchange, bool], None]
"""Called with each exchange, and with whether it shows the bug."""

TICK_SECONDS = 0.05


class Watcher:
    """Remembers what an app has answered since it was started.

    Args:
        app: The ASGI app inside.
        operation: The operation that has the bug, as in `GET /notes/{number}`.
        shown: Whether the last of some exchanges shows it.
        seen: Called after each exchange.
    """

    def __init__(
        self, app: Any, operation: str, shown: Callable[[Sequence[Exchange]], bool], seen: Seen
    ) -> None:
        self._app = app
        self._method, _, path = operation.partition(" ")
        self._path = re.compile(re.sub(r"\\\{.*?\\\}", ".*", re.escape(path)), re.DOTALL)
        self._shown = shown
        self._seen = seen
        self._history: list[Exchange] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI app."""
        if scope["type"] == "lifespan":
            self._history.clear()
        if scope["type"] != "http" or scope["path"] == "/openapi.json":
            await self._app(scope, receive, send)
            return
        taken = _Taken(scope, receive, send)
        try:
            await self._app(scope, taken.receive, taken.send)
        except Exception:
            taken.status = 500
            raise
        finally:
            exchange = taken.exchange()
            self._history.append(exchange)
            self._seen(exchange, self._shows(exchange))

    def _shows(self, exchange: Exchange) -> bool:
        here = self._path.fullmatch(exchange.path) is not None
        by_method = exchange.method == self._method or exchange.status == 405
        return here and by_method and self._shown(self._history)


class _Taken:
    """What goes through while a request is answered."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self.status = 0
        self._scope, self._receive, self._send = scope, receive, send
        self._body, self._answer = bytearray(), bytearray()
        self._answer_headers: Any = []
        self._ticks: list[bool] = []
        self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._ticks.append, True)
        self._tasks, self._began = asyncio.all_tasks(), time.perf_counter()

    async def receive(self) -> Any:
        message = await self._receive()
        self._body.extend(message.get("body", b""))
        return message

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self._answer_headers = message["status"], message.get("headers", [])
        self._answer.extend(message.get("body", b""))
        await self._send(message)

    def exchange(self) -> Exchange:
        """All of it, when the request is answered."""
        self._timer.cancel()
        return Exchange(
            method=self._scope["method"],
            path=self._scope["path"],
            query=self._scope["query_string"].decode("latin-1"),
            headers=_named(self._scope["headers"]),
            body=bytes(self._body),
            status=self.status,
            answer_headers=_named(self._answer_headers),
            answer=bytes(self._answer),
            seconds=time.perf_counter() - self._began,
            ticked=bool(self._ticks),
            tasks_left=len(asyncio.all_tasks() - self._tasks),
        )


def _named(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
