"""The app of the contract on Litestar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import litestar
from contract_starlette import numbers, ticks
from contract_world import World
from litestar.background_tasks import BackgroundTask
from litestar.exceptions import WebSocketDisconnect
from litestar.params import Parameter
from litestar.response import Redirect, Response, Stream
from pydantic import BaseModel

REPORTS_EXCEPTIONS = False  # Litestar answers them itself, with 500


class Item(BaseModel):
    name: str


@litestar.get("/hello", operation_id="hello")
async def hello() -> dict[str, str]:
    return {"hello": "world"}


@litestar.get("/sync", sync_to_thread=True, media_type="application/json")
def in_thread() -> str:
    return "from a thread"


@litestar.post("/items")
async def create(data: Item) -> Item:
    return data


@litestar.get("/items/{number:int}", operation_id="read_item")
async def read(number: int, q: str | None = None) -> dict[str, Any]:
    return {"id": number, "q": q}


@litestar.get("/token", media_type="application/json")
async def token(x_token: Annotated[str, Parameter(header="x-token")] = "") -> str:
    return x_token


@litestar.get("/login", media_type="application/json")
async def login() -> Response[str]:
    response = Response("in")
    response.set_cookie(key="session", value="abc")
    return response


@litestar.get("/me", media_type="application/json")
async def me(session: Annotated[str, Parameter(cookie="session")] = "") -> str:
    return session


@litestar.get("/redirect", status_code=307)
async def redirect() -> Redirect:
    return Redirect("/hello", status_code=307)


@litestar.get("/stream")
async def stream() -> Stream:
    return Stream(numbers(), media_type="text/plain")


@litestar.get("/events")
async def events() -> Stream:
    return Stream(ticks(), media_type="text/event-stream")


@litestar.get("/boom")
async def boom() -> None:
    raise LookupError("boom")


@litestar.get("/greeting", media_type="application/json")
async def greeting(request: litestar.Request[Any, Any, Any]) -> str:
    return str(request.app.state.greeting)


@litestar.websocket("/echo")
async def echo(socket: litestar.WebSocket[Any, Any, Any]) -> None:
    await socket.accept(subprotocols=next(iter(socket.scope["subprotocols"]), None))
    try:
        while (text := await socket.receive_text()) != "close":
            await socket.send_text(text)
        await socket.close(1001)
    except WebSocketDisconnect:
        pass


@litestar.websocket("/refuse")
async def refuse(socket: litestar.WebSocket[Any, Any, Any]) -> None:
    await socket.close(1008)


def make_app(world: World) -> Any:
    @asynccontextmanager
    async def lifespan(app: litestar.Litestar) -> AsyncIterator[None]:
        world.is_started = True
        app.state.greeting = "hello"
        yield
        world.is_stopped = True

    @litestar.get("/background", media_type="application/json")
    async def background() -> Response[str]:
        return Response("accepted", background=BackgroundTask(world.done.append, "background"))

    @litestar.get("/slow")
    async def slow() -> None:
        await world.wait_for_ever()

    @litestar.get("/together")
    async def together() -> int:
        return await world.meet(4)

    handlers = [hello, in_thread, create, read, token, login, me, redirect, stream, events, boom]
    handlers += [background, slow, together, greeting, echo, refuse]
    return litestar.Litestar(handlers, lifespan=[lifespan], logging_config=None)
