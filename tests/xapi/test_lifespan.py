"""The life of an app: lifespan, state, events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from xapi.testclient import TestClient

from xapi import XAPI, APIRouter, Request


def test_a_lifespan_runs_around_the_requests_and_its_state_reaches_them() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[Mapping[str, Any]]:
        events.append(f"start {app.title}")
        yield {"models": ["m"]}
        events.append("stop")

    app = XAPI(title="T", lifespan=lifespan)

    @app.get("/")
    def endpoint(request: Request) -> Any:
        events.append("request")
        return request.state.models

    with TestClient(app) as client:
        assert client.get("/").json() == ["m"]
    assert events == ["start T", "request", "stop"]


def test_start_and_stop_functions_run_without_a_lifespan_only() -> None:
    events: list[str] = []

    async def start() -> None:
        events.append("start")

    def stop() -> None:
        events.append("stop")

    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[None]:
        events.append("lifespan")
        yield

    with TestClient(XAPI(on_startup=[start], on_shutdown=[stop])):
        assert events == ["start"]
    assert events == ["start", "stop"]
    events.clear()
    with TestClient(XAPI(on_startup=[start], lifespan=lifespan)):
        assert events == ["lifespan"]


def test_routers_bring_their_lifespans() -> None:
    events: list[str] = []

    def named(name: str) -> Any:
        @asynccontextmanager
        async def lifespan(app: Any) -> AsyncIterator[Mapping[str, Any]]:
            events.append(f"start {name}")
            yield {name: name}
            events.append(f"stop {name}")

        return lifespan

    app, router = XAPI(lifespan=named("app")), APIRouter(lifespan=named("router"))

    @router.get("/")
    def endpoint(request: Request) -> Any:
        return [request.state.app, request.state.router]

    app.include_router(router)
    with TestClient(app) as client:
        assert client.get("/").json() == ["app", "router"]
    assert events == ["start app", "start router", "stop router", "stop app"]
