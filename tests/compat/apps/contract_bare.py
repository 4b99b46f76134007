"""The app of the contract on bare ASGI."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import anyio
from anyio import to_thread
from contract_world import World

REPORTS_EXCEPTIONS = True


class App:
    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await getattr(self, scope["type"])(scope, receive, send)

    async def lifespan(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        self.world.is_started = True
        scope["state"]["greeting"] = "hello"
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.world.is_stopped = True
        await send({"type": "lifespan.shutdown.complete"})

    async def http(self, scope: Any, receive: Any, send: Any) -> None:
        name = scope["path"].strip("/").partition("/")[0].replace("-", "_")
        await getattr(self, f"get_{name}")(scope, receive, send)

    async def get_hello(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, {"hello": "world"})

    async def get_sync(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, await to_thread.run_sync(lambda: "from a thread"))

    async def get_items(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            body, more = b"", True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            await answer(send, json.loads(body), status=201)
        else:
            query = parse_qs(scope["query_string"].decode())
            number = int(scope["path"].rpartition("/")[2])
            await answer(send, {"id": number, "q": query.get("q", [None])[0]})

    async def get_token(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, dict(scope["headers"]).get(b"x-token", b"").decode())

    async def get_login(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, "in", headers=[(b"set-cookie", b"session=abc; Path=/")])

    async def get_me(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, dict(scope["headers"]).get(b"cookie", b"").decode().removeprefix("session="))

    async def get_redirect(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, None, status=307, headers=[(b"location", b"/hello")])

    async def get_stream(self, scope: Any, receive: Any, send: Any) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
        )
        for number in range(3):
            body = f"{number}\n".encode()
            await send({"type": "http.response.body", "body": body, "more_body": number < 2})

    async def get_events(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while True:
            await send({"type": "http.response.body", "body": b"data: tick\n\n", "more_body": True})
            await anyio.lowlevel.checkpoint()

    async def get_boom(self, scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("boom")

    async def get_background(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, "accepted")
        self.world.done.append("background")

    async def get_slow(self, scope: Any, receive: Any, send: Any) -> None:
        await self.world.wait_for_ever()

    async def get_together(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, await self.world.meet(4))

    async def get_greeting(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(send, scope["state"]["greeting"])

    async def websocket(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if scope["path"] == "/refuse":
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept", "subprotocol": (scope["subprotocols"] or [None])[0]})
        while (message := await receive())["type"] == "websocket.receive":
            if message["text"] == "close":
                await send({"type": "websocket.close", "code": 1001})
                return
            await send({"type": "websocket.send", "text": message["text"]})


async def answer(send: Any, content: Any, status: int = 200, headers: Any = ()) -> None:
    headers = [(b"content-type", b"application/json"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})


def make_app(world: World) -> Any:
    return App(world)
