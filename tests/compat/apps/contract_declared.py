"""The app of the contract in the style that FastAPI and xapi share: the framework is a parameter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

from contract_starlette import echo, numbers, refuse, ticks
from contract_world import World
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse


class Item(BaseModel):
    name: str


class Found(BaseModel):
    id: int
    q: str | None


def provided() -> str:
    """What an included router's operation depends on."""
    return "real"


def declare(framework: ModuleType, application: type, background_tasks: type, world: World) -> Any:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        world.is_started = True
        yield {"greeting": "hello"}
        world.is_stopped = True

    app = application(lifespan=lifespan)

    @app.get("/hello", operation_id="hello")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    @app.get("/sync")
    def in_thread() -> str:
        return "from a thread"

    @app.post("/items", status_code=201)
    async def create(item: Item) -> Item:
        return item

    @app.get("/items/{number}", operation_id="read_item")
    async def read(number: int, q: str | None = None) -> Found:
        return Found(id=number, q=q)

    @app.get("/token")
    async def token(x_token: str = framework.Header(default="")) -> str:
        return x_token

    @app.get("/login")
    async def login(response: Response) -> str:
        response.set_cookie("session", "abc")
        return "in"

    @app.get("/me")
    async def me(session: str = framework.Cookie(default="")) -> str:
        return session

    @app.get("/redirect")
    async def redirect() -> RedirectResponse:
        return RedirectResponse("/hello")

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(numbers(), media_type="text/plain")

    @app.get("/events")
    async def events() -> StreamingResponse:
        return StreamingResponse(ticks(), media_type="text/event-stream")

    @app.get("/boom")
    async def boom() -> None:
        raise LookupError("boom")

    async def background(tasks: Any) -> str:
        tasks.add_task(world.done.append, "background")
        return "accepted"

    background.__annotations__["tasks"] = background_tasks
    app.get("/background")(background)

    @app.get("/slow")
    async def slow() -> None:
        await world.wait_for_ever()

    @app.get("/together")
    async def together() -> int:
        return await world.meet(4)

    @app.get("/greeting")
    async def greeting(request: Request) -> str:
        text: str = request.state.greeting
        return text

    included = framework.APIRouter()

    @included.get("/provided")
    async def give(value: str = framework.Depends(provided)) -> str:
        return value

    app.include_router(included, prefix="/included")
    app.websocket("/echo")(echo)
    app.websocket("/refuse")(refuse)
    return app
