"""What happens to an endpoint that yields when its client goes away."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any

import anyio
import pytest
import uvicorn

from xapi import XAPI, BackgroundTasks, Depends, Request
from xapi.testclient import TestClient
from xapi.testing import AsyncClient


async def async_ticks(closed: list[str]) -> AsyncIterator[int]:
    try:
        number = 0
        while True:
            yield number
            number += 1
    finally:
        closed.append("endpoint")


def ticks(closed: list[str]) -> Iterator[int]:
    try:
        number = 0
        while True:
            yield number
            number += 1
    finally:
        closed.append("endpoint")


def app_of_ticks(closed: list[str], *, sync: bool, **options: Any) -> XAPI:
    """An app whose endpoint yields for ever without waiting for anything."""

    async def resource() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await anyio.lowlevel.checkpoint()
            closed.append("dependency")

    def sync_endpoint(tasks: BackgroundTasks) -> Iterable[int]:
        tasks.add_task(closed.append, "task")
        yield from ticks(closed)

    async def endpoint(tasks: BackgroundTasks) -> AsyncIterable[int]:
        tasks.add_task(closed.append, "task")
        items = async_ticks(closed)
        try:
            async for item in items:
                yield item
        finally:
            await items.aclose()  # type: ignore[attr-defined]

    app = XAPI()
    app.add_api_route("/", sync_endpoint if sync else endpoint, dependencies=[Depends(resource)], **options)
    return app


@pytest.mark.anyio
@pytest.mark.parametrize("sync", [False, True], ids=["async", "sync"])
async def test_a_client_that_goes_away_ends_the_endpoint(connect: Any, sync: bool) -> None:
    def on_send(message: Any) -> None:
        if message.get("body") == b"3\n":
            connection.gone.set()

    closed: list[str] = []
    connection = connect(on_send=on_send)
    await connection.call(app_of_ticks(closed, sync=sync))
    assert closed == ["endpoint", "task", "dependency"]
    assert not connection.is_complete


@pytest.mark.anyio
@pytest.mark.parametrize("sync", [False, True], ids=["async", "sync"])
async def test_a_send_that_fails_ends_the_endpoint(connect: Any, sync: bool) -> None:
    def on_send(message: Any) -> None:
        if message.get("body") == b"3\n":
            raise OSError("the connection is lost")

    closed: list[str] = []
    await connect(on_send=on_send).call(app_of_ticks(closed, sync=sync))
    assert closed == ["endpoint", "task", "dependency"]


@pytest.mark.anyio
async def test_an_endpoint_that_waits_is_cancelled_when_the_client_goes(connect: Any) -> None:
    events: list[str] = []
    app = XAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        yield 1
        try:
            connection.gone.set()
            await anyio.sleep_forever()
        except anyio.get_cancelled_exc_class():
            events.append("cancelled")
            raise
        finally:
            events.append("finally")

    connection = connect()
    await connection.call(app)
    assert events == ["cancelled", "finally"]


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["disconnect", "send"])
async def test_an_endpoint_may_have_a_task_group_around_its_items(connect: Any, how: str) -> None:
    closed: list[str] = []
    app = XAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(anyio.sleep_forever)
                while True:
                    yield 1
        finally:
            closed.append("endpoint")

    def on_send(message: Any) -> None:
        if message.get("body"):
            if how == "send":
                raise OSError("the connection is lost")
            connection.gone.set()

    connection = connect(on_send=on_send)
    await connection.call(app)
    assert closed == ["endpoint"]


@pytest.mark.anyio
async def test_an_endpoint_is_cancelled_before_its_first_item(connect: Any) -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        connection.gone.set()
        await anyio.sleep_forever()
        yield 1

    connection = connect()
    await connection.call(app)
    assert connection.sent == []


@pytest.mark.anyio
async def test_an_error_of_the_endpoint_that_looks_like_a_lost_connection_is_one(connect: Any) -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        yield 1
        raise FileNotFoundError("of the endpoint")

    with pytest.raises(FileNotFoundError, match="of the endpoint"):
        await connect().call(app)


@pytest.mark.anyio
@pytest.mark.parametrize("sync", [False, True], ids=["async", "sync"])
async def test_a_cancelled_request_still_closes_everything(connect: Any, sync: bool) -> None:
    def on_send(message: Any) -> None:
        if message.get("body") == b"3\n":
            scope.cancel()

    closed: list[str] = []
    with anyio.CancelScope() as scope:
        await connect(on_send=on_send).call(app_of_ticks(closed, sync=sync))
    assert scope.cancelled_caught
    assert closed == ["endpoint", "dependency"]


@pytest.mark.anyio
async def test_a_request_knows_that_its_client_has_gone(connect: Any) -> None:
    asked: list[bool] = []
    app = XAPI()

    @app.get("/")
    async def endpoint(request: Request) -> AsyncIterable[int]:
        with anyio.CancelScope(shield=True):
            await request.body()
            asked.append(await request.is_disconnected())
            connection.gone.set()
            for _ in range(10):
                await anyio.lowlevel.checkpoint()
            asked.append(await request.is_disconnected())
        yield 1

    connection = connect()
    await connection.call(app)
    assert asked == [False, True]


@pytest.mark.anyio
async def test_a_body_that_nobody_reads_does_not_hide_that_the_client_has_gone(connect: Any) -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint(request: Request) -> AsyncIterable[int]:
        yield 1
        connection.gone.set()
        await anyio.sleep_forever()

    connection = connect(body=[b"a"])
    await connection.call(app)
    assert connection.pieces == [b"1\n"]


def test_closing_a_stream_of_the_test_client_early_ends_the_endpoint() -> None:
    closed: list[str] = []
    with TestClient(app_of_ticks(closed, sync=True)).stream("GET", "/") as response:
        items = response.iter_lines()
        assert [next(items), next(items)] == ["0", "1"]
        assert closed == []
    assert closed == ["endpoint", "task", "dependency"]


@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")
async def test_closing_a_stream_of_the_async_client_early_ends_the_endpoint() -> None:
    closed: list[str] = []
    async with AsyncClient(app_of_ticks(closed, sync=False)).stream("GET", "/") as response:
        items = response.aiter_lines()
        assert [await anext(items), await anext(items)] == ["0", "1"]
        assert closed == []
    assert closed == ["endpoint", "task", "dependency"]


def test_a_stream_behind_function_middleware_ends_too() -> None:
    closed: list[str] = []
    app = app_of_ticks(closed, sync=False)

    @app.middleware("http")
    async def stamp(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["x-stamp"] = "1"
        return response

    with TestClient(app).stream("GET", "/") as response:
        assert response.headers["x-stamp"] == "1"
        assert next(response.iter_lines()) == "0"
    assert closed[0] == "endpoint"
    assert "dependency" in closed


@pytest.mark.parametrize("sync", [False, True], ids=["async", "sync"])
def test_a_server_tells_that_a_client_has_closed_its_connection(sync: bool) -> None:
    ended = threading.Event()

    def resource() -> Iterator[None]:
        yield
        ended.set()

    app = app_of_ticks([], sync=sync)
    app.router.routes[-1].dependencies = (Depends(resource),)  # type: ignore[attr-defined]
    with Serving(app) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
        assert not ended.is_set()
        client.close()
        assert ended.wait(10)


class Serving:
    """uvicorn in a thread, on a free port of the loopback interface."""

    def __init__(self, app: XAPI) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],))

    def __enter__(self) -> int:
        self.thread.start()
        port: int = self.socket.getsockname()[1]
        return port

    def __exit__(self, *exception: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()
