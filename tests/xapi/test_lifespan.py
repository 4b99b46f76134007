"""The life of an app: lifespan, state, events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from xapi import XAPI, APIRouter, Request
from xapi.testclient import TestClient


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


def test_events_of_old_code_run_and_are_deprecated() -> None:
    app, router = XAPI(), APIRouter()
    events: list[str] = []

    async def start() -> None:
        events.append("start")

    def stop() -> None:
        events.append("stop")

    with pytest.warns(DeprecationWarning, match="use a lifespan"):
        app.on_event("startup")(start)
    with pytest.warns(DeprecationWarning, match="use a lifespan"):
        router.on_event("shutdown")(stop)
    app.include_router(router)
    with TestClient(app):
        assert events == ["start"]
    assert events == ["start", "stop"]
    with pytest.raises(ValueError, match='no event \'begin\': name "startup" or "shutdown"'):
        app.add_event_handler("begin", stop)
