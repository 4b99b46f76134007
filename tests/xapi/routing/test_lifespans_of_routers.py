"""What included routers do when the app starts and stops, whenever it was said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from xapi import XAPI, APIRouter, Request
from xapi.testing import TestClient

events: list[str] = []


@pytest.fixture(autouse=True)
def _no_events() -> None:
    events.clear()


def noting(event: str) -> Callable[[], None]:
    return lambda: events.append(event)


def lifespan(name: str, **state: Any) -> Any:
    @asynccontextmanager
    async def live(app: Any) -> AsyncIterator[dict[str, Any]]:
        events.append(f"{name} in")
        yield state
        events.append(f"{name} out")

    return live


def run(app: XAPI) -> list[str]:
    with TestClient(app):
        events.append("serving")
    return events


def test_functions_and_lifespans_of_a_router_lie_in_those_of_the_app() -> None:
    app = XAPI(on_startup=[noting("app up")], on_shutdown=[noting("app down")])
    router = APIRouter(on_startup=[noting("up")], on_shutdown=[noting("down")], lifespan=lifespan("router"))
    app.include_router(router)
    assert run(app) == ["app up", "up", "router in", "serving", "router out", "down", "app down"]


def test_functions_of_a_router_run_where_the_app_has_a_lifespan() -> None:
    app = XAPI(lifespan=lifespan("app"))
    app.include_router(APIRouter(on_startup=[noting("up")], on_shutdown=[noting("down")]))
    assert run(app) == ["app in", "up", "serving", "down", "app out"]


def test_what_is_said_after_the_inclusion_runs() -> None:
    app, router, inner = XAPI(), APIRouter(), APIRouter()
    app.include_router(router)
    router.on_startup.append(noting("appended"))
    router.add_event_handler("startup", noting("added"))
    router.include_router(inner)
    inner.on_shutdown.append(noting("inner down"))
    inner.lifespan_context = lifespan("inner")
    assert run(app) == ["appended", "added", "inner in", "serving", "inner out", "inner down"]


def test_a_router_that_is_included_twice_runs_for_each() -> None:
    app, router = XAPI(), APIRouter(on_startup=[noting("up")], on_shutdown=[noting("down")])
    app.include_router(router, prefix="/a")
    app.include_router(router, prefix="/b")
    assert run(app) == ["up", "up", "serving", "down", "down"]


def test_a_lifespan_may_be_put_around_that_of_the_app() -> None:
    app = XAPI()
    app.include_router(APIRouter(lifespan=lifespan("router")))
    inner: Any = app.router.lifespan_context

    @asynccontextmanager
    async def around(app: Any) -> AsyncIterator[Any]:
        async with inner(app) as state:
            events.append("around in")
            yield state

    app.router.lifespan_context = around
    assert run(app) == ["router in", "around in", "serving", "router out"]


def test_the_lifespan_may_be_run_without_a_server() -> None:
    app = XAPI(on_startup=[noting("app up")])
    app.include_router(APIRouter(lifespan=lifespan("router")))

    async def main() -> None:
        async with app.router.lifespan_context(app):
            events.append("serving")

    anyio.run(main)
    assert events == ["app up", "router in", "serving", "router out"]


@pytest.mark.parametrize("order", [("app", "a", "b"), ("a", "b"), ("b", "a")])
def test_the_state_that_is_said_further_out_or_first_counts(order: tuple[str, ...]) -> None:
    states = {name: lifespan(name, key=name, **{f"of_{name}": 1}) for name in ("app", "a", "b")}
    app = XAPI(lifespan=states["app"] if "app" in order else None)
    for name in order:
        if name != "app":
            app.include_router(APIRouter(lifespan=states[name]))

    @app.get("/")
    def read(request: Request) -> Any:
        return [request.state.key, *(name for name in order if hasattr(request.state, f"of_{name}"))]

    with TestClient(app) as client:
        assert client.get("/").json() == [order[0], *order]


def test_every_function_of_shutdown_runs_though_one_further_in_has_failed() -> None:
    def fail() -> None:
        raise ValueError("broken")

    app = XAPI(on_shutdown=[noting("app down")])
    app.include_router(APIRouter(on_shutdown=[fail, noting("down")]))
    with pytest.raises(ValueError, match="broken"):
        run(app)
    assert events == ["serving", "down", "app down"]
