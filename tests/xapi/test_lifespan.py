"""The life of an app: lifespan, state, events."""

from __future__ import annotations

import re
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


@asynccontextmanager
async def fails_to_start(app: XAPI) -> AsyncIterator[None]:
    raise LookupError("no database")
    yield


@asynccontextmanager
async def fails_to_stop(app: XAPI) -> AsyncIterator[None]:
    yield
    raise LookupError("no database")


@pytest.mark.parametrize(
    ("lifespan", "told"),
    [(fails_to_start, "lifespan.startup.failed"), (fails_to_stop, "lifespan.shutdown.failed")],
)
def test_a_lifespan_that_fails_is_told_to_the_server_and_logged(
    lifespan: Any, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = XAPI(lifespan=lifespan)
    messages: list[Any] = []

    async def server(scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            messages.append(message)
            await send(message)

        await app(scope, receive, noted)

    with pytest.raises(LookupError, match="no database"), TestClient(server):
        pass
    assert messages[-1]["type"] == told
    assert "LookupError: no database" in messages[-1]["message"]
    assert [r.getMessage() for r in caplog.records] == ["the lifespan failed: LookupError: no database"]


def test_every_stop_function_runs_even_if_one_fails(caplog: pytest.LogCaptureFixture) -> None:
    stopped: list[str] = []

    def fails() -> None:
        stopped.append("fails")
        raise LookupError("not closed")

    async def fails_too() -> None:
        raise KeyError("not closed either")

    async def closes() -> None:
        stopped.append("closes")

    with (
        pytest.raises(LookupError, match="not closed"),
        TestClient(XAPI(on_shutdown=[fails, fails_too, closes])),
    ):
        pass
    assert stopped == ["fails", "closes"]
    too, first = (record.getMessage() for record in caplog.records)
    assert too.splitlines()[0] == "the lifespan failed too: KeyError: 'not closed either'"
    assert re.search(r"LookupError: not closed\n  in the event handler at .*test_lifespan.py:\d+, in ", first)


def test_what_the_lifespan_gives_is_a_copy_for_each_request() -> None:
    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[Mapping[str, Any]]:
        yield {"name": "first"}

    app = XAPI(lifespan=lifespan)

    @app.get("/")
    async def endpoint(request: Request, name: str | None = None) -> Any:
        if name:
            request.state.name = name
        return request.state.name

    with TestClient(app) as client:
        assert [client.get(path).json() for path in ("/?name=second", "/")] == ["second", "first"]
