"""A stream that is returned is closed where it breaks off: before its dependencies, not by the collector."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

import anyio
import pytest

from xapi import XAPI, APIRouter, Depends, Request
from xapi.responses import StreamingResponse
from xapi.routing import APIRoute
from xapi.testclient import TestClient

Events = list[str]


@asynccontextmanager
async def cursor(events: Events) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await anyio.lowlevel.checkpoint()
        events.append("cursor")


@contextmanager
def sync_cursor(events: Events) -> Iterator[None]:
    try:
        yield
    finally:
        events.append("cursor")


async def pieces(events: Events) -> AsyncGenerator[bytes, None]:
    try:
        while True:
            yield b"piece"
    finally:
        events.append("stream")


async def waiting_pieces(events: Events) -> AsyncGenerator[bytes, None]:
    try:
        yield b"piece"
        yield b"piece"
        await anyio.sleep_forever()
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.lowlevel.checkpoint()
        events.append("stream")


async def pieces_with_resource(events: Events) -> AsyncGenerator[bytes, None]:
    try:
        async with cursor(events):
            while True:
                yield b"piece"
    finally:
        events.append("stream")


async def pieces_of_another(events: Events) -> AsyncGenerator[str, None]:
    inner = pieces(events)
    try:
        async for piece in inner:
            yield piece.decode()
    finally:
        await inner.aclose()
        events.append("outer stream")


async def pieces_of_a_group(events: Events) -> AsyncGenerator[bytes, None]:
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            while True:
                yield b"piece"
    finally:
        events.append("stream")


def sync_pieces(events: Events) -> Generator[bytes, None, None]:
    try:
        while True:
            yield b"piece"
    finally:
        assert threading.current_thread() is not threading.main_thread()
        events.append("stream")


def sync_pieces_with_resource(events: Events) -> Generator[bytes, None, None]:
    try:
        with sync_cursor(events):
            while True:
                yield b"piece"
    finally:
        events.append("stream")


STREAMS: list[Callable[[Events], Any]] = [
    pieces,
    waiting_pieces,
    pieces_with_resource,
    pieces_of_another,
    pieces_of_a_group,
    sync_pieces,
    sync_pieces_with_resource,
]
CLOSED = {
    "pieces_with_resource": ["cursor", "stream"],
    "sync_pieces_with_resource": ["cursor", "stream"],
    "pieces_of_another": ["stream", "outer stream"],
}
streams = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.__name__)
backends = pytest.mark.parametrize("backend", ["asyncio", "trio"])


class AroundRoute(APIRoute):
    def get_route_handler(self) -> Any:
        answer = super().get_route_handler()

        async def around(request: Request) -> Any:
            return await answer(request)

        return around


def app_of(
    stream: Any, events: Events, *, sync: bool = False, route_class: type[APIRoute] = APIRoute
) -> XAPI:
    async def connection() -> AsyncIterator[str]:
        try:
            yield "connection"
        finally:
            await anyio.lowlevel.checkpoint()
            events.append("connection")

    router = APIRouter(route_class=route_class)

    def endpoint(connection: Annotated[str, Depends(connection)]) -> Any:
        return StreamingResponse(stream(events))

    async def async_endpoint(connection: Annotated[str, Depends(connection)]) -> Any:
        return endpoint(connection)

    router.get("/")(endpoint if sync else async_endpoint)
    app = XAPI()
    app.include_router(router)
    return app


async def pass_on(request: Request, call_next: Any) -> Any:
    return await call_next(request)


def leave(app: Any, backend: str, connect: Any, how: str) -> None:
    """Ask for the stream, and leave after its first pieces."""

    async def run() -> None:
        def on_send(message: Any) -> None:
            nonlocal bodies
            bodies += message["type"] == "http.response.body"
            if bodies < 2:
                return
            if how == "disconnect":
                connection.gone.set()
            elif how == "cancel":
                scope.cancel()
            else:
                raise OSError("the connection is lost")

        bodies = 0
        connection = connect(on_send=on_send)
        if how == "disconnect":  # said by messages alone in older servers
            connection.scope["asgi"]["spec_version"] = "2.3"
        with anyio.CancelScope() as scope:
            await connection.call(app)

    gc.disable()  # what is closed by the collector is closed too late
    try:
        anyio.run(run, backend=backend)
    finally:
        gc.enable()


@backends
@streams
@pytest.mark.parametrize("how", ["disconnect", "send", "cancel"])
def test_a_stream_is_closed_before_what_it_depends_on(
    backend: str, stream: Any, how: str, connect: Any
) -> None:
    events: Events = []
    leave(app_of(stream, events), backend, connect, how)
    assert events == [*CLOSED.get(stream.__name__, ["stream"]), "connection"]


@backends
@streams
def test_so_is_that_of_a_sync_endpoint(backend: str, stream: Any, connect: Any) -> None:
    events: Events = []
    leave(app_of(stream, events, sync=True), backend, connect, "send")
    assert events == [*CLOSED.get(stream.__name__, ["stream"]), "connection"]


@backends
@streams
@pytest.mark.parametrize("how", ["disconnect", "send"])
def test_so_is_that_of_a_custom_route(backend: str, stream: Any, how: str, connect: Any) -> None:
    events: Events = []
    leave(app_of(stream, events, route_class=AroundRoute), backend, connect, how)
    assert events == [*CLOSED.get(stream.__name__, ["stream"]), "connection"]


@backends
@streams
@pytest.mark.parametrize("how", ["disconnect", "send"])
def test_so_is_that_behind_function_middleware(backend: str, stream: Any, how: str, connect: Any) -> None:
    events: Events = []
    app = app_of(stream, events)
    app.middleware("http")(pass_on)
    leave(app, backend, connect, how)
    assert events == [*CLOSED.get(stream.__name__, ["stream"]), "connection"]


@streams
def test_a_stream_that_a_client_leaves_early_is_closed(stream: Any) -> None:
    events: Events = []
    with TestClient(app_of(stream, events)).stream("GET", "/") as response:
        assert next(response.iter_raw()) == b"piece"
        assert events == []
    assert events == [*CLOSED.get(stream.__name__, ["stream"]), "connection"]


@backends
def test_a_stream_that_ends_by_itself_is_closed_once(backend: str, connect: Any) -> None:
    async def ends(events: Events) -> AsyncGenerator[bytes, None]:
        try:
            yield b"1"
            yield b"2"
        finally:
            events.append("stream")

    events: Events = []

    async def run() -> None:
        connection = connect()
        await connection.call(app_of(ends, events))
        assert connection.pieces == [b"1", b"2"]
        assert connection.is_complete

    anyio.run(run, backend=backend)
    assert events == ["stream", "connection"]


@backends
@pytest.mark.parametrize("sync", [False, True], ids=["async", "sync"])
def test_a_stream_that_fails_is_told(backend: str, sync: bool, connect: Any) -> None:
    async def fails(events: Events) -> AsyncGenerator[bytes, None]:
        yield b"1"
        events.append("stream")
        raise LookupError("of the stream")

    def sync_fails(events: Events) -> Generator[bytes, None, None]:
        yield b"1"
        events.append("stream")
        raise LookupError("of the stream")

    events: Events = []

    async def run() -> None:
        with pytest.raises(LookupError, match="of the stream"):
            await connect().call(app_of(sync_fails if sync else fails, events))

    anyio.run(run, backend=backend)
    assert events == ["stream", "connection"]
