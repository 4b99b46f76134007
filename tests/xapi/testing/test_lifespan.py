"""The app's lifespan around a test: with the manager, and with both clients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from xapi import XAPI, Request
from xapi.testing import (
    ASGIProtocolError,
    AsyncClient,
    LifespanError,
    LifespanManager,
    TestClient,
)
from xapi.testing.async_lifespan import AsyncLifespan

pytestmark = pytest.mark.anyio

STARTED = {"type": "lifespan.startup.complete"}
STOPPED = {"type": "lifespan.shutdown.complete"}


def app_with(lifespan: Callable[..., Any]) -> Any:
    """A raw ASGI app with `lifespan(receive, send)`, which answers requests with an empty response."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    return app


async def with_manager(app: Any) -> None:
    async with LifespanManager(app):
        pass


async def with_carried_lifespan(app: Any) -> None:
    async with AsyncLifespan(app):
        pass


async def with_async_client(app: Any) -> None:
    async with AsyncClient(app) as client:
        assert (await client.get("/")).status_code == 204


async def with_client(app: Any) -> None:
    with TestClient(app) as client:
        assert client.get("/").status_code == 204


async def with_trio_client(app: Any) -> None:
    with TestClient(app, backend="trio") as client:
        assert client.get("/").status_code == 204


@pytest.fixture(
    params=[with_manager, with_carried_lifespan, with_async_client, with_client, with_trio_client]
)
def live(request: pytest.FixtureRequest) -> Callable[[Any], Awaitable[None]]:
    """Runs an app's whole life."""
    function: Callable[[Any], Awaitable[None]] = request.param
    return function


async def test_start_up_and_shutdown_run_in_one_task(live: Any) -> None:
    tasks = []

    async def lifespan(receive: Any, send: Any) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            tasks.append((anyio.get_current_task().id, (await receive())["type"]))
            await send(STARTED)
            tasks.append((anyio.get_current_task().id, (await receive())["type"]))
            group.cancel_scope.cancel()
        await send(STOPPED)

    await live(app_with(lifespan))
    assert [kind for _, kind in tasks] == ["lifespan.startup", "lifespan.shutdown"]
    assert len({task for task, _ in tasks}) == 1


async def test_the_exception_of_a_start_up_is_raised(live: Any) -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        raise LookupError("no database")
        yield

    with pytest.raises(LookupError, match="no database"):
        await live(Starlette(lifespan=lifespan))


async def test_the_exception_of_a_shutdown_is_raised(live: Any) -> None:
    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        await send(STARTED)
        await receive()
        await send({"type": "lifespan.shutdown.failed"})
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        await live(app_with(lifespan))


async def test_an_app_that_raises_at_the_start_up_event_fails(live: Any) -> None:
    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        await live(app_with(lifespan))


async def test_an_app_that_breaks_between_start_up_and_shutdown_fails(live: Any) -> None:
    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        await send(STARTED)
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        await live(app_with(lifespan))


@pytest.mark.parametrize(
    ("message", "reason"),
    [({"message": "no database"}, "no database"), ({}, "no reason given")],
)
async def test_a_failure_without_exception_is_an_error(live: Any, message: Any, reason: str) -> None:
    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", **message})

    with pytest.raises(LifespanError, match=f"the app sent 'lifespan.startup.failed': {reason}"):
        await live(app_with(lifespan))


async def test_a_failed_shutdown_without_exception_is_an_error(live: Any) -> None:
    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        await send(STARTED)
        await receive()
        await send({"type": "lifespan.shutdown.failed", "message": "still in use"})

    with pytest.raises(LifespanError, match=r"the app sent 'lifespan\.shutdown\.failed': still in use"):
        await live(app_with(lifespan))


async def raises_at_once(receive: Any, send: Any) -> None:
    raise AssertionError("only http")


async def returns_at_once(receive: Any, send: Any) -> None:
    return


@pytest.mark.parametrize("lifespan", [raises_at_once, returns_at_once])
async def test_an_app_without_lifespan_is_left_alone(live: Any, lifespan: Any) -> None:
    asked = []

    async def watched(receive: Any, send: Any) -> None:
        asked.append(lifespan)
        await lifespan(receive, send)

    await live(app_with(watched))
    assert asked == [lifespan]


async def test_an_app_may_end_before_its_shutdown(live: Any) -> None:
    heard = []

    async def lifespan(receive: Any, send: Any) -> None:
        heard.append((await receive())["type"])
        await send(STARTED)

    await live(app_with(lifespan))
    assert heard == ["lifespan.startup"]


@pytest.mark.parametrize(
    ("listens", "messages", "text"),
    [
        (True, [], "the app ended without sending 'lifespan.startup.complete'"),
        (True, [STOPPED], "sent 'lifespan.shutdown.complete', but now only 'lifespan.startup.complete' or "),
        (True, [STARTED, STARTED], "sent 'lifespan.startup.complete', but now only no message may come"),
    ],
)
async def test_a_message_against_the_specification_is_named(
    live: Any, listens: bool, messages: list[Any], text: str
) -> None:
    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(message)

    with pytest.raises(ASGIProtocolError) as caught:
        await live(app_with(lifespan))
    assert text in str(caught.value)


@pytest.mark.parametrize("manager", [LifespanManager, AsyncLifespan])
@pytest.mark.parametrize("phase", ["startup", "shutdown"])
async def test_a_phase_that_takes_too_long_is_cancelled_and_named(phase: str, manager: Any) -> None:
    ends = []

    async def lifespan(receive: Any, send: Any) -> None:
        try:
            await receive()
            if phase == "shutdown":
                await send(STARTED)
                await receive()
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    with pytest.raises(LifespanError, match=f"no answer to 'lifespan.{phase}' after 0.01 s"):
        async with manager(app_with(lifespan), startup_timeout=0.01, shutdown_timeout=0.01):
            pass
    assert ends == ["cancelled"]


async def test_a_time_out_of_the_app_is_not_taken_for_the_managers(live: Any) -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        raise TimeoutError("the database sleeps")
        yield

    with pytest.raises(TimeoutError, match="the database sleeps"):
        await live(Starlette(lifespan=lifespan))


async def test_a_failing_start_up_has_the_traceback_of_the_app(live: Any) -> None:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        raise LookupError("no database")
        yield

    with pytest.raises(LookupError) as caught:
        await live(Starlette(lifespan=lifespan))
    assert [(entry.name, str(entry.path)) for entry in caught.traceback][-1] == ("lifespan", __file__)


async def test_an_app_that_reports_a_failure_and_goes_on_is_cancelled(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xapi.testing.exchange.lifespan.LEAVING_SECONDS", 0.01)
    ends = []

    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    with pytest.raises(LifespanError, match="no database"):
        await live(app_with(lifespan))
    assert ends == ["cancelled"]


@pytest.mark.parametrize("manager", [LifespanManager, AsyncLifespan])
async def test_a_cancelled_start_up_cancels_the_app(manager: Any) -> None:
    ends = []

    async def lifespan(receive: Any, send: Any) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    with anyio.move_on_after(0.01):
        async with manager(app_with(lifespan)):
            pass
    assert ends == ["cancelled"]


@asynccontextmanager
async def with_state(app: Starlette) -> AsyncIterator[dict[str, Any]]:
    yield {"shared": []}


async def count(request: Any) -> JSONResponse:
    request.scope["state"]["own"] = 1
    request.state.shared.append(1)
    return JSONResponse([*sorted(request.scope["state"]), len(request.state.shared)])


stateful = Starlette(routes=[Route("/", count)], lifespan=with_state)


def test_each_request_has_a_shallow_copy_of_the_state() -> None:
    with TestClient(stateful) as client:
        assert client.app_state == {"shared": []}
        assert client.get("/").json() == ["own", "shared", 1]
        assert client.get("/").json() == ["own", "shared", 2]
        assert client.app_state == {"shared": [1, 1]}
    assert client.app_state == {}


async def test_each_request_of_the_asynchronous_client_has_a_shallow_copy_of_the_state() -> None:
    async with AsyncClient(stateful) as client:
        assert (await client.get("/")).json() == ["own", "shared", 1]
        assert client.app_state == {"shared": [1]}


async def test_the_managers_have_the_state() -> None:
    async with LifespanManager(stateful) as manager:
        assert (manager.app, manager.state) == (stateful, {"shared": []})
    async with AsyncLifespan(stateful) as carried:
        assert carried.state == {"shared": []}


async def test_without_a_block_there_is_no_lifespan() -> None:
    started = []

    async def lifespan(receive: Any, send: Any) -> None:
        started.append(await receive())

    assert TestClient(app_with(lifespan)).get("/").status_code == 204
    assert (await AsyncClient(app_with(lifespan)).get("/")).status_code == 204
    assert started == []


async def test_clients_can_be_opened_again_but_not_twice() -> None:
    events: list[str] = []

    async def lifespan(receive: Any, send: Any) -> None:
        events.append((await receive())["type"])
        await send(STARTED)
        events.append((await receive())["type"])
        await send(STOPPED)

    client, async_client = TestClient(app_with(lifespan)), AsyncClient(app_with(lifespan))
    for _ in range(2):
        with client, pytest.raises(RuntimeError, match="this client is already open"):
            client.__enter__()
        async with async_client:
            with pytest.raises(RuntimeError, match="this client is already open"):
                await async_client.__aenter__()
    assert events == ["lifespan.startup", "lifespan.shutdown"] * 4
    assert client.get("/").status_code == 204


async def test_closing_a_client_shuts_the_app_down() -> None:
    events: list[str] = []

    async def lifespan(receive: Any, send: Any) -> None:
        await receive()
        await send(STARTED)
        events.append((await receive())["type"])
        await send(STOPPED)

    client = TestClient(app_with(lifespan)).__enter__()
    client.close()
    async_client = await AsyncClient(app_with(lifespan)).__aenter__()
    await async_client.aclose()
    assert events == ["lifespan.shutdown"] * 2
    assert client.is_closed
    assert async_client.is_closed


def counting_app() -> XAPI:
    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[dict[str, Any]]:
        log.append("startup")
        yield {"place": "here"}
        log.append("shutdown")

    log: list[str] = []
    app = XAPI(lifespan=lifespan)
    app.log = log  # type: ignore[attr-defined]

    @app.get("/")
    async def read(request: Request) -> Any:
        return [request.state.place, request.cookies]

    return app


def test_a_client_can_use_the_loop_and_the_lifespan_of_another() -> None:
    app: Any = counting_app()
    with TestClient(app) as first:
        first.cookies["a"] = "1"
        with TestClient(app, lifespan_of=first) as second:
            assert second.get("/").json() == ["here", {}]
        assert first.get("/").json() == ["here", {"a": "1"}]
        assert app.log == ["startup"]
    assert app.log == ["startup", "shutdown"]


@pytest.mark.anyio
async def test_an_asynchronous_client_can_use_the_lifespan_of_another() -> None:
    app: Any = counting_app()
    async with AsyncClient(app) as first:
        async with AsyncClient(app, lifespan_of=first) as second:
            assert (await second.get("/")).json() == ["here", {}]
            assert not second.has_lifespan
        assert first.has_lifespan
        assert (await first.get("/")).json() == ["here", {}]
        assert app.log == ["startup"]
    assert app.log == ["startup", "shutdown"]


@pytest.mark.parametrize("driver", ["auto", "portal"])
def test_threads_of_sync_endpoints_are_no_tasks_of_the_app(driver: Any) -> None:
    app = XAPI()

    @app.get("/")
    def read() -> str:
        return "sync"

    with TestClient(app, driver=driver) as client:
        assert client.get("/").json() == "sync"
