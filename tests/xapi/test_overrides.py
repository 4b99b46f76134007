"""Replacing dependencies: by the app's dictionary, and by layers that nest and end in any order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pytest

from xapi import XAPI, APIRouter, Depends, WebSocket, WebSocketDisconnect
from xapi.overrides import overriding
from xapi.security import APIKeyHeader
from xapi.testclient import TestClient


def settings() -> str:
    return "real settings"


def database(s: Annotated[str, Depends(settings)]) -> str:
    return f"database with {s}"


def other(q: str = "?") -> str:
    return f"other {q}"


def make_app() -> XAPI:
    app = XAPI()

    @app.get("/")
    async def endpoint(d: Annotated[str, Depends(database)]) -> str:
        return d

    @app.get("/plain")
    async def plain() -> str:
        return "plain"

    @app.websocket("/ws")
    async def socket(websocket: WebSocket, d: Annotated[str, Depends(database)]) -> None:
        await websocket.accept()
        await websocket.send_text(d)
        await websocket.close()

    return app


def test_the_dictionary_replaces_at_every_level_and_may_be_replaced_itself() -> None:
    app = make_app()
    client = TestClient(app)
    assert client.get("/").json() == "database with real settings"
    app.dependency_overrides[settings] = lambda: "fake settings"
    assert client.get("/").json() == "database with fake settings"
    app.dependency_overrides[database] = other
    assert client.get("/?q=asked").json() == "other asked"
    assert client.get("/plain").json() == "plain"
    with client.websocket_connect("/ws?q=socket") as session:
        assert session.receive_text() == "other socket"
    app.dependency_overrides = {}
    assert client.get("/").json() == "database with real settings"


def test_a_replacement_may_yield_and_wrap_what_it_replaces() -> None:
    app = make_app()
    closed = []

    def wrapped(d: str = Depends(database)) -> Iterator[str]:
        yield f"wrapped {d}"
        closed.append(d)

    app.dependency_overrides = {settings: lambda: "fake", database: wrapped}
    assert TestClient(app).get("/").json() == "wrapped database with fake"
    assert closed == ["database with fake"]


def test_a_dependency_that_is_used_twice_is_wrapped_once() -> None:
    app = XAPI()
    calls = []

    def doubled(d: Annotated[str, Depends(database)]) -> str:
        calls.append(d)
        return f"{d}, {d}"

    def other_user(d: Annotated[str, Depends(database)]) -> str:
        return d

    @app.get("/")
    async def endpoint(d: Annotated[str, Depends(database)], o: Annotated[str, Depends(other_user)]) -> bool:
        return d is o

    app.dependency_overrides = {database: doubled}
    assert TestClient(app).get("/").json() is True
    assert calls == ["database with real settings"]


def test_layers_nest_and_the_innermost_wins() -> None:
    app = make_app()
    client = TestClient(app)
    app.dependency_overrides[settings] = lambda: "dictionary"

    def answer() -> Any:
        return client.get("/").json()

    with app.overrides(settings, "outer"):
        assert answer() == "database with outer"
        with app.overrides({settings: lambda: "inner"}):
            assert answer() == "database with inner"
        assert answer() == "database with outer"
    assert answer() == "database with dictionary"


def test_layers_may_end_in_another_order_than_they_began() -> None:
    app = make_app()
    client = TestClient(app)
    first, second = app.overrides(settings, "first"), app.overrides(settings, "second")
    first.__enter__()
    second.__enter__()
    assert client.get("/").json() == "database with second"
    first.__exit__(None, None, None)
    assert client.get("/").json() == "database with second"
    second.__exit__(None, None, None)
    assert client.get("/").json() == "database with real settings"


def test_many_different_replacements_leave_no_growth() -> None:
    app = make_app()
    client = TestClient(app)
    for number in range(100):
        with app.overrides(settings, number):
            assert client.get("/").json() == f"database with {number}"
    route = next(route for route in app.routes if getattr(route, "path", "") == "/")
    assert len(route._overridden) <= 32  # type: ignore[attr-defined]


LEVELS = ["app", "inclusion", "router", "operation", "parameter", "below a parameter", "scheme"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_dependency_is_replaced_wherever_it_is_declared(level: str, kind: str) -> None:
    events: list[str] = []

    def replaced() -> None:
        raise AssertionError("the original ran")

    def replacement(q: str) -> Iterator[str]:
        events.append(f"enter {q}")
        yield q
        events.append(f"exit {q}")

    scheme = APIKeyHeader(name="x-key")
    original: Any = scheme if level == "scheme" else replaced

    def below(value: Annotated[Any, Depends(original)]) -> Any:
        return value

    def at(*levels: str) -> list[Any]:
        return [Depends(original)] if level in levels else []

    app = XAPI(dependencies=at("app"))
    router = APIRouter(dependencies=at("router"))

    def of_parameter() -> Any:
        if level in ("parameter", "scheme"):
            return original
        return below if level == "below a parameter" else lambda: None

    @router.get("/", dependencies=at("operation"))
    async def endpoint(value: Annotated[Any, Depends(of_parameter())]) -> None:
        events.append("endpoint")

    @router.websocket("/", dependencies=at("operation"))
    async def socket(websocket: WebSocket, value: Annotated[Any, Depends(of_parameter())]) -> None:
        await websocket.accept()
        events.append("endpoint")
        await websocket.close()

    app.include_router(router, prefix="/in", dependencies=at("inclusion"))
    app.dependency_overrides[original] = replacement
    client = TestClient(app)
    if kind == "http":
        assert client.get("/in/?q=a").status_code == 200
        assert client.get("/in/").json()["detail"][0]["loc"] == ["query", "q"]
    else:
        with client.websocket_connect("/in/?q=a") as session, pytest.raises(WebSocketDisconnect):
            session.receive_text()
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/in/") as session:
            session.receive_text()
    assert events == ["enter a", "endpoint", "exit a"]
