"""Time limits and task groups in middleware, dependencies, endpoints and streams, in every combination."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import anyio
import anyio.lowlevel
import pytest

from xapi import XAPI, Depends, Request
from xapi.responses import StreamingResponse
from xapi.testclient import TestClient

Backend = Literal["asyncio", "trio"]
Tool = Callable[[], AbstractAsyncContextManager[Any]]


@asynccontextmanager
async def time_limit() -> AsyncIterator[None]:
    with anyio.fail_after(60):
        yield


@asynccontextmanager
async def task_group() -> AsyncIterator[None]:
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep_forever)
        yield
        group.cancel_scope.cancel()


@asynccontextmanager
async def asyncio_time_limit() -> AsyncIterator[None]:
    async with asyncio.timeout(60):
        yield


TOOLS: tuple[Tool, ...] = (nullcontext, time_limit, task_group)


@dataclass
class Uses:
    """What is used where; None for the stream means that there is none."""

    middleware: Tool = nullcontext
    dependency: Tool = nullcontext
    endpoint: Tool = nullcontext
    stream: Tool | None = None


def app_with(scope: str | None, uses: Uses) -> XAPI:
    """An app whose dependency is a plain one, or yields in a scope."""
    app = XAPI()

    async def plain() -> str:
        async with uses.dependency():
            await anyio.lowlevel.checkpoint()
        return "d"

    async def yielding() -> AsyncIterator[str]:
        async with uses.dependency():
            yield "d"

    async def stream() -> AsyncIterator[bytes]:
        async with (uses.stream or nullcontext)():
            for piece in (b"a", b"b"):
                await anyio.lowlevel.checkpoint()
                yield piece

    dependency = Depends(plain) if scope is None else Depends(yielding, scope=scope)  # type: ignore[arg-type]

    @app.get("/")
    async def endpoint(d: str = dependency) -> Any:
        async with uses.endpoint():
            await anyio.lowlevel.checkpoint()
        return d if uses.stream is None else StreamingResponse(stream())

    @app.get("/yields", response_class=StreamingResponse)
    async def yields(d: str = dependency) -> AsyncIterator[bytes]:
        async with uses.endpoint():
            async for piece in stream():
                yield piece

    @app.middleware("http")
    async def inner(request: Request, call_next: Any) -> Any:
        async with uses.middleware():
            response = await call_next(request)
        response.headers["x-inner"] = "1"
        return response

    @app.middleware("http")
    async def outer(request: Request, call_next: Any) -> Any:
        async with uses.middleware():
            response = await call_next(request)
            body = response.body_iterator

        async def in_capitals() -> AsyncIterator[bytes]:
            async for piece in body:
                async with uses.middleware():
                    yield piece.upper()

        response.body_iterator = in_capitals()
        return response

    return app


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("scope", [None, "function", "request"])
def test_they_do_not_cross(backend: Backend, scope: str | None) -> None:
    uses = Uses()
    with TestClient(app_with(scope, uses), backend=backend) as client:
        for tools in product(TOOLS, TOOLS, TOOLS, (None, *TOOLS)):
            uses.middleware, uses.dependency, uses.endpoint, uses.stream = tools
            answer = client.get("/")
            assert (answer.status_code, answer.headers["x-inner"]) == (200, "1")
            assert answer.text == ('"D"' if uses.stream is None else "AB")
            assert client.get("/yields").text == "AB"


@pytest.mark.parametrize("scope", [None, "function", "request"])
def test_the_time_limits_of_asyncio_do_not_cross_them_either(scope: str | None) -> None:
    uses = Uses(endpoint=asyncio_time_limit)
    tools = (asyncio_time_limit, task_group)
    with TestClient(app_with(scope, uses)) as client:
        for uses.middleware, uses.dependency, uses.stream in product(tools, tools, (None, *tools)):
            assert client.get("/").text == ('"D"' if uses.stream is None else "AB")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("scope", [None, "function", "request"])
@pytest.mark.parametrize("late", ["endpoint", "dependency", "stream", "middleware"])
def test_a_time_limit_in_a_middleware_ends_what_is_late(
    backend: Backend, scope: str | None, late: str
) -> None:
    events: list[str] = []

    @asynccontextmanager
    async def too_long() -> AsyncIterator[None]:
        try:
            await anyio.sleep_forever()
        finally:
            events.append("ended")
        yield

    app = app_with(scope, Uses(**{late: too_long}))

    @app.middleware("http")
    async def limited(request: Request, call_next: Any) -> Any:
        with anyio.move_on_after(0.05):
            response = await call_next(request)
            return StreamingResponse(iter([b"".join([piece async for piece in response.body_iterator])]))
        events.append("answered")
        return StreamingResponse(iter(["too late"]), status_code=504)

    answer = TestClient(app, backend=backend).get("/")
    assert (answer.status_code, answer.text) == (504, "too late")
    assert sorted(events) == ["answered", "ended"]
    if late != "stream":
        assert events == ["ended", "answered"]
