"""The app of the contract on Starlette."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from contract_world import World
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

REPORTS_EXCEPTIONS = True


def make_app(world: World) -> Any:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        world.is_started = True
        yield {"greeting": "hello"}
        world.is_stopped = True

    async def hello(request: Request) -> Response:
        return JSONResponse({"hello": "world"})

    def in_thread(request: Request) -> Response:
        return JSONResponse("from a thread")

    async def create(request: Request) -> Response:
        return JSONResponse(await request.json(), 201)

    async def read(request: Request) -> Response:
        return JSONResponse({"id": request.path_params["number"], "q": request.query_params.get("q")})

    async def token(request: Request) -> Response:
        return JSONResponse(request.headers.get("x-token", ""))

    async def login(request: Request) -> Response:
        response = JSONResponse("in")
        response.set_cookie("session", "abc")
        return response

    async def me(request: Request) -> Response:
        return JSONResponse(request.cookies.get("session", ""))

    async def redirect(request: Request) -> Response:
        return RedirectResponse("/hello")

    async def stream(request: Request) -> Response:
        return StreamingResponse(numbers(), media_type="text/plain")

    async def events(request: Request) -> Response:
        return StreamingResponse(ticks(), media_type="text/event-stream")

    async def boom(request: Request) -> Response:
        raise LookupError("boom")

    async def background(request: Request) -> Response:
        return JSONResponse("accepted", background=BackgroundTask(world.done.append, "background"))

    async def slow(request: Request) -> Response:
        await world.wait_for_ever()
        return JSONResponse(None)

    async def together(request: Request) -> Response:
        return JSONResponse(await world.meet(4))

    async def greeting(request: Request) -> Response:
        return JSONResponse(request.state.greeting)

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/hello", hello),
            Route("/sync", in_thread),
            Route("/items", create, methods=["POST"]),
            Route("/items/{number:int}", read),
            Route("/token", token),
            Route("/login", login),
            Route("/me", me),
            Route("/redirect", redirect),
            Route("/stream", stream),
            Route("/events", events),
            Route("/boom", boom),
            Route("/background", background),
            Route("/slow", slow),
            Route("/together", together),
            Route("/greeting", greeting),
            WebSocketRoute("/echo", echo),
            WebSocketRoute("/refuse", refuse),
        ],
    )


async def echo(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol=next(iter(websocket.scope["subprotocols"]), None))
    try:
        while (text := await websocket.receive_text()) != "close":
            await websocket.send_text(text)
        await websocket.close(1001)
    except WebSocketDisconnect:
        pass


async def refuse(websocket: WebSocket) -> None:
    await websocket.close(1008)


async def numbers() -> AsyncIterator[bytes]:
    for number in range(3):
        yield f"{number}\n".encode()


async def ticks() -> AsyncIterator[bytes]:
    while True:
        yield b"data: tick\n\n"
        await anyio.lowlevel.checkpoint()
