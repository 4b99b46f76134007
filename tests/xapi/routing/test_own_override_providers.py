"""A route whose provider of overrides was set asks that one, wherever it is served."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from starlette.applications import Starlette

from xapi import XAPI, Depends, WebSocket
from xapi.routing import APIRoute, APIWebSocketRoute
from xapi.testing import TestClient


def user() -> str:
    return "real"


def who(name: Annotated[str, Depends(user)]) -> str:
    return name


async def greet(websocket: WebSocket, name: Annotated[str, Depends(user)]) -> None:
    await websocket.accept()
    await websocket.send_text(name)
    await websocket.close()


def provider(name: str | None) -> Any:
    return SimpleNamespace(dependency_overrides={} if name is None else {user: lambda: name})


def of_websocket(client: TestClient) -> str:
    with client.websocket_connect("/greet") as session:
        return session.receive_text()


@pytest.mark.parametrize("app_class", [XAPI, Starlette])
def test_the_provider_that_a_route_was_made_with(app_class: Any) -> None:
    routes = [
        APIRoute("/who", who, dependency_overrides_provider=provider("Ada")),
        APIWebSocketRoute("/greet", greet, dependency_overrides_provider=provider("Bob")),
    ]
    client = TestClient(app_class(routes=routes))
    assert client.get("/who").json() == "Ada"
    assert of_websocket(client) == "Bob"


def test_one_that_is_set_later_counts_instead_of_the_app() -> None:
    app = XAPI()
    app.get("/who")(who)
    app.dependency_overrides[user] = lambda: "of the app"
    client = TestClient(app)
    assert client.get("/who").json() == "of the app"
    route = next(route for route in app.routes if isinstance(route, APIRoute))
    for name, expected in (("Ada", "Ada"), (None, "real"), ("Bob", "Bob")):
        route.dependency_overrides_provider = provider(name)
        assert client.get("/who").json() == expected
    route.dependency_overrides_provider = None
    assert client.get("/who").json() == "real"


def test_the_app_counts_where_nothing_is_said() -> None:
    app = XAPI(routes=[APIRoute("/who", who, dependency_overrides_provider=None)])
    app.dependency_overrides[user] = lambda: "of the app"
    assert TestClient(app).get("/who").json() == "of the app"
