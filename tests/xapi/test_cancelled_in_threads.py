"""What is cancelled while it runs in a worker thread is closed there, once, when the thread is done."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Annotated, Any

import anyio
import pytest

from xapi import XAPI, Depends, Request, UploadFile

WAYS = [("asyncio", "scope"), ("asyncio", "task"), ("asyncio", "task, twice"), ("trio", "scope")]
ways = pytest.mark.parametrize(("backend", "way"), WAYS)


class Cancelling:
    """Cancels a request while code of it runs in a worker thread, and lets that go on then."""

    def __init__(self, connection: Any, way: str) -> None:
        self.connection = connection
        self.way = way
        self.events: list[str] = []
        self.started, self.release = threading.Event(), threading.Event()

    def block(self) -> None:
        """What runs in the thread: it ends when the request was cancelled."""
        self.started.set()
        assert self.release.wait(20)

    def note(self, event: str) -> None:
        in_thread = threading.current_thread() is not threading.main_thread()
        self.events.append(event if in_thread else f"{event} in the loop's thread")

    def run(self, app: XAPI, backend: str) -> list[str]:
        gc.disable()  # what is closed by the collector is closed by nobody
        try:
            anyio.run(self._by_scope if self.way == "scope" else self._by_task, app, backend=backend)
        finally:
            gc.enable()
        return self.events

    async def _by_scope(self, app: XAPI) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._call, app)
            await anyio.to_thread.run_sync(self.started.wait, 20)
            group.cancel_scope.cancel()
            with anyio.CancelScope(shield=True):
                await self._go_on()

    async def _call(self, app: XAPI) -> None:
        with suppress(LookupError):  # of the code in the thread
            await self.connection.call(app)

    async def _by_task(self, app: XAPI) -> None:
        task = asyncio.create_task(self.connection.call(app))
        await anyio.to_thread.run_sync(self.started.wait, 20)
        for _ in range(2 if self.way == "task, twice" else 1):
            task.cancel()
            await asyncio.sleep(0)
        await self._go_on()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def _go_on(self) -> None:
        for _ in range(10):
            await anyio.lowlevel.checkpoint()
        assert self.events == [], "something was closed that the thread uses"
        self.release.set()


@pytest.fixture
def cancelling(connect: Any) -> Callable[..., Cancelling]:
    """Makes what cancels a request."""
    return lambda way, **request: Cancelling(connect(**request), way)


def outer(by: Cancelling) -> Any:
    async def connection() -> AsyncIterator[str]:
        try:
            yield "connection"
        finally:
            await anyio.lowlevel.checkpoint()
            by.events.append("connection")

    return connection


@ways
@pytest.mark.parametrize("scope", ["function", "request"])
@pytest.mark.parametrize("limit", [None, 1], ids=["", "with a place"])
def test_a_sync_dependency_that_is_cancelled_in_its_set_up(
    backend: str, way: str, scope: Any, limit: int | None, cancelling: Any
) -> None:
    by = cancelling(way)

    def session(connection: Annotated[str, Depends(outer(by), scope=scope)]) -> Iterator[str]:
        try:
            by.block()
            yield "session"
        finally:
            by.note("session")

    app = XAPI()

    @app.get("/")
    async def endpoint(used: Annotated[str, Depends(session, scope=scope, max_concurrency=limit)]) -> None:
        await anyio.lowlevel.checkpoint()
        by.events.append("endpoint")

    assert by.run(app, backend) == ["session", "connection"]


@ways
def test_one_that_fails_in_its_set_up_then(backend: str, way: str, cancelling: Any) -> None:
    by = cancelling(way)

    def session(connection: Annotated[str, Depends(outer(by))]) -> Iterator[str]:
        try:
            by.block()
            raise LookupError("session")
            yield "session"
        finally:
            by.note("session")

    app = XAPI()
    app.get("/", dependencies=[Depends(session)])(lambda: by.events.append("endpoint"))
    assert by.run(app, backend) == ["session", "connection"]


@ways
@pytest.mark.parametrize("scope", ["function", "request"])
def test_a_sync_endpoint_that_is_cancelled(backend: str, way: str, scope: Any, cancelling: Any) -> None:
    by = cancelling(way)

    def session(connection: Annotated[str, Depends(outer(by), scope=scope)]) -> Iterator[str]:
        try:
            yield "session"
        finally:
            by.note("session")

    app = XAPI()

    @app.get("/")
    def endpoint(used: Annotated[str, Depends(session, scope=scope)]) -> None:
        by.block()
        by.note("endpoint")

    assert by.run(app, backend) == ["endpoint", "session", "connection"]


@ways
def test_a_sync_dependency_without_yield_that_is_cancelled(backend: str, way: str, cancelling: Any) -> None:
    by = cancelling(way)

    def session(connection: Annotated[str, Depends(outer(by))]) -> Iterator[str]:
        try:
            yield "session"
        finally:
            by.note("session")

    def user(session: Annotated[str, Depends(session)]) -> str:
        by.block()
        by.note("user")
        return "user"

    app = XAPI()

    @app.get("/", dependencies=[Depends(user)])
    async def endpoint() -> None:
        await anyio.lowlevel.checkpoint()
        by.events.append("endpoint")

    assert by.run(app, backend) == ["user", "session", "connection"]


@ways
def test_a_sync_dependency_that_is_cancelled_in_its_teardown(backend: str, way: str, cancelling: Any) -> None:
    by = cancelling(way)

    def session(connection: Annotated[str, Depends(outer(by))]) -> Iterator[str]:
        yield "session"
        by.block()
        by.note("session")

    app = XAPI()
    app.get("/", dependencies=[Depends(session)])(lambda: None)
    assert by.run(app, backend) == ["session", "connection"]


@ways
def test_a_sync_endpoint_that_yields_and_is_cancelled(backend: str, way: str, cancelling: Any) -> None:
    by = cancelling(way)

    def session(connection: Annotated[str, Depends(outer(by))]) -> Iterator[str]:
        try:
            yield "session"
        finally:
            by.note("session")

    app = XAPI()

    @app.get("/", dependencies=[Depends(session)])
    def endpoint() -> Iterator[int]:
        try:
            yield 1
            by.block()
            yield 2
        finally:
            by.note("endpoint")

    assert by.run(app, backend) == ["endpoint", "session", "connection"]


@ways
def test_a_sync_endpoint_that_reads_a_file(backend: str, way: str, cancelling: Any) -> None:
    content = b'--x\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nabc\r\n--x--\r\n'
    by = cancelling(way, method="POST", body=[content])
    by.connection.scope["headers"] = [(b"content-type", b"multipart/form-data; boundary=x")]
    files = []
    app = XAPI()

    @app.post("/", dependencies=[Depends(outer(by))])
    def endpoint(file: UploadFile) -> None:
        by.block()
        by.note(file.file.read().decode())
        files.append(file.file)

    assert by.run(app, backend) == ["abc", "connection"]
    assert files[0].closed


@ways
def test_the_same_behind_function_middleware(backend: str, way: str, cancelling: Any) -> None:
    by = cancelling(way)

    def session(connection: Annotated[str, Depends(outer(by))]) -> Iterator[str]:
        try:
            by.block()
            yield "session"
        finally:
            by.note("session")

    app = XAPI()
    app.get("/", dependencies=[Depends(session)])(lambda: None)

    @app.middleware("http")
    async def pass_on(request: Request, call_next: Any) -> Any:
        return await call_next(request)

    assert by.run(app, backend) == ["session", "connection"]
