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

    Parameters:
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
        body, answer = bytearray(), bytearray()
        started: dict[str, Any] = {"status": 500, "headers": []}

        async def receiving() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            answer.extend(message.get("body", b""))
            await send(message)

        before, began, ticks = asyncio.all_tasks(), time.perf_counter(), []
        timer = asyncio.get_running_loop().call_later(TICK_SECONDS, ticks.append, True)
        try:
            await self._app(scope, receiving, sending)
        except Exception:
            started["status"] = 500
            raise
        finally:
            timer.cancel()
            exchange = Exchange(
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                headers=_named(scope["headers"]),
                body=bytes(body),
                status=started["status"],
                answer_headers=_named(started["headers"]),
                answer=bytes(answer),
                seconds=time.perf_counter() - began,
                ticked=bool(ticks),
                tasks_left=len(asyncio.all_tasks() - before),
            )
            self._history.append(exchange)
            self._seen(exchange, self._shows(exchange))

    def _shows(self, exchange: Exchange) -> bool:
        here = self._path.fullmatch(exchange.path) is not None
        by_method = exchange.method == self._method or exchange.status == 405
        return here and by_method and self._shown(self._history)


def _named(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
