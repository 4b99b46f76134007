"""Send requests to an app and write down what it answers, the same way for the reference and for us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

Headers = dict[str, str] | Iterable[tuple[str, str]]

NOT_COMPARED = {"date", "server", "content-length"}


def converse(app: Any, requests: list[Any]) -> list[dict[str, Any]]:
    """The answers of `app` to requests, each written as `"GET /path"` or as that and httpx's keywords.

    `"WS /path"` connects a WebSocket, with the keywords of `talk`.
    """
    return asyncio.run(_converse(app, requests))


async def _converse(app: Any, requests: list[Any]) -> list[dict[str, Any]]:
    answers = []
    for request in requests:
        line, keywords = (request, {}) if isinstance(request, str) else request
        if line.startswith("WS "):
            answer = {"messages": await talk(app, line.removeprefix("WS "), **keywords)}
        else:
            answer = written(await ask(app, line, keywords))
        answers.append({"request": line if not keywords else f"{line} {keywords!r}", **answer})
    return answers


async def ask(app: Any, line: str, keywords: dict[str, Any]) -> httpx.Response:
    """What `app` answers to one request, from a client without a past."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        method, url = line.split(" ", 1)
        return await client.request(method, url, **keywords)


async def talk(
    app: Any,
    url: str,
    send: Iterable[str] = (),
    headers: Headers = (),
    code: int = 1000,
    extensions: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """What `app` says on a WebSocket to texts sent one after the other, until the client closes it."""
    scope = websocket_scope(url, headers) | {"extensions": {name: {} for name in extensions}}
    connection = Connection(app, scope)
    await connection.hear({"type": "websocket.connect"})
    for text in send:
        await connection.hear({"type": "websocket.receive", "text": text})
    await connection.hear({"type": "websocket.disconnect", "code": code})
    return connection.said


def written(answer: httpx.Response) -> dict[str, Any]:
    """What is compared of an answer."""
    return {
        "status": answer.status_code,
        "headers": sorted(
            (name, _in_order(value) if name == "allow" else value)
            for name, value in answer.headers.multi_items()
            if name not in NOT_COMPARED
        ),
        "body": _body(answer),
    }


def _in_order(methods: str) -> str:
    """The methods of an `Allow` header, which come from sets, in one order."""
    return ", ".join(sorted(methods.split(", ")))


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text


def websocket_scope(url: str, headers: Headers) -> dict[str, Any]:
    return {"type": "websocket", "scheme": "ws", "subprotocols": [], **_scope(url, headers)}


def http_scope(method: str, url: str, headers: Headers) -> dict[str, Any]:
    return {"type": "http", "scheme": "http", "http_version": "1.1", "method": method, **_scope(url, headers)}


def _scope(url: str, headers: Headers) -> dict[str, Any]:
    parts = urlsplit(url)
    pairs = headers.items() if isinstance(headers, dict) else headers
    return {
        "asgi": {"version": "3.0"},
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        "client": ("127.0.0.1", 123),
        "server": ("test", 80),
        "extensions": {},
    }


class Connection:
    """An ASGI connection that hears one message at a time, each when the app has nothing more to say."""

    def __init__(self, app: Any, scope: dict[str, Any]) -> None:
        self.said: list[dict[str, Any]] = []
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._waiting = asyncio.Event()
        self._task = asyncio.create_task(self._run(app, scope))

    async def hear(self, message: dict[str, Any]) -> None:
        """Give the app a message, and wait until it wants another one or ends."""
        self._waiting.clear()
        self.tell(message)
        waiting = asyncio.create_task(self._waiting.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def end(self) -> None:
        """Wait until the app is done."""
        await self._task

    def tell(self, message: dict[str, Any]) -> None:
        """Give the app a message without waiting."""
        self._messages.put_nowait(message)

    async def _run(self, app: Any, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception as error:
            self.said.append({"raised": type(error).__name__})

    async def _receive(self) -> dict[str, Any]:
        if self._messages.empty():
            self._waiting.set()
        return await self._messages.get()

    async def _send(self, message: dict[str, Any]) -> None:
        self.said.append({key: value for key, value in message.items() if value})
