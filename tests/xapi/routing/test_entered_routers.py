"""Code around what finds the routes of an app: requests, WebSockets and the lifespan enter it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from xapi import XAPI, APIRouter, HTTPException, WebSocket
from xapi.testing import TestClient

seen: list[str] = []


class ByCall(APIRouter):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])
        await super().__call__(scope, receive, send)


class ByApp(APIRouter):
    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])
        await super().app(scope, receive, send)


def around_the_stack(app: XAPI) -> None:
    inside = app.router.middleware_stack

    async def entered(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])
        await inside(scope, receive, send)

    app.router.middleware_stack = entered


def replaced_by(router: type[APIRouter]) -> Callable[[XAPI], None]:
    def replace(app: XAPI) -> None:
        app.router = router(dependency_overrides_provider=app)

    return replace


@pytest.fixture
def app() -> XAPI:
    seen.clear()
    return XAPI()


def declare(app: XAPI, middleware: bool) -> None:
    @app.get("/")
    def read() -> str:
        return "read"

    @app.get("/refused")
    def refuse() -> None:
        raise HTTPException(418)

    @app.websocket("/")
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")

    if middleware:

        @app.middleware("http")
        async def passing(request: Any, call_next: Any) -> Any:
            return await call_next(request)


@pytest.mark.parametrize("middleware", [False, True])
@pytest.mark.parametrize("put", [replaced_by(ByCall), replaced_by(ByApp), around_the_stack])
def test_everything_enters_it(app: XAPI, put: Callable[[XAPI], None], middleware: bool) -> None:
    put(app)
    declare(app, middleware)
    with TestClient(app) as client:
        assert client.get("/").json() == "read"
        assert client.get("/refused").status_code == 418
        assert client.get("/missing").status_code == 404
        with client.websocket_connect("/") as session:
            assert session.receive_text() == "hello"
    assert [kind for kind in seen if kind != "lifespan"] == ["http", "http", "http", "websocket"]


def test_a_router_that_answers_by_itself(app: XAPI) -> None:
    class Own(APIRouter):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"] != "/own":
                await super().__call__(scope, receive, send)
                return
            raise HTTPException(410)

    replaced_by(Own)(app)
    declare(app, middleware=False)
    client = TestClient(app)
    assert (client.get("/own").status_code, client.get("/").json()) == (410, "read")
