"""Code that blocks the loop that test and app share: whose code it is decides what happens."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocket

from xapi import XAPI
from xapi.testing import AsyncClient, WebSocketTimeout

BLOCKED = r"its code blocks the event loop here:\n(.|\n)*time\.sleep\(60\)"

app = XAPI()


@app.get("/blocks")
async def blocks() -> None:
    time.sleep(60)  # noqa: ASYNC251


@app.get("/blocks-stubbornly")
async def blocks_stubbornly() -> None:
    try:
        time.sleep(60)  # noqa: ASYNC251
    except BaseException:
        time.sleep(60)  # noqa: ASYNC251


@app.get("/blocks-shortly")
async def blocks_shortly() -> str:
    time.sleep(0.8)  # noqa: ASYNC251
    return "done"


@app.get("/blocks-between-pieces")
async def blocks_between_pieces() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        time.sleep(60)  # noqa: ASYNC251

    return StreamingResponse(pieces())


@app.get("/quick")
async def quick() -> str:
    return "quick"


@app.get("/never")
async def never() -> None:
    await anyio.sleep_forever()


@app.websocket("/blocks")
async def blocks_the_session(websocket: WebSocket) -> None:
    await websocket.accept()
    time.sleep(60)  # noqa: ASYNC251


@app.websocket("/blocks-later")
async def blocks_the_session_later(websocket: WebSocket) -> None:
    await websocket.accept()
    await anyio.sleep(0.01)
    time.sleep(60)  # noqa: ASYNC251


async def _in_a_group(request: Request, call_next: Any) -> Any:
    return await call_next(request)


@pytest.fixture(autouse=True)
def _the_signal_is_free_afterwards() -> Iterator[None]:
    yield
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/blocks", "/blocks-stubbornly"])
async def test_an_app_that_blocks_is_interrupted_and_shown(anyio_backend: str, path: str) -> None:
    async with AsyncClient(app) as client:
        with pytest.raises(httpx.ReadTimeout, match=BLOCKED) as caught:
            await client.get(path, timeout=0.01)
        assert str(caught.value).startswith(f"GET {path} (")
        assert (await client.get("/quick", timeout=5)).json() == "quick"


@pytest.mark.anyio
async def test_a_task_of_the_app_that_blocks_is_interrupted_too(anyio_backend: str) -> None:
    async with AsyncClient(BaseHTTPMiddleware(app, _in_a_group)) as client:
        with pytest.raises(httpx.ReadTimeout, match=BLOCKED):
            await client.get("/blocks", timeout=0.01)


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/blocks", "/blocks-between-pieces"])
async def test_a_stream_whose_app_blocks_is_interrupted(anyio_backend: str, path: str) -> None:
    async with AsyncClient(app) as client:
        with pytest.raises(httpx.ReadTimeout, match=BLOCKED):
            async with client.stream("GET", path, timeout=0.01) as response:
                await response.aread()
        assert (await client.get("/quick")).json() == "quick"


@pytest.mark.anyio
async def test_a_session_whose_app_blocks_is_interrupted(anyio_backend: str) -> None:
    async with AsyncClient(app) as client, client.websocket_connect("/blocks", timeout=0.2) as websocket:
        with pytest.raises(WebSocketTimeout, match=BLOCKED):
            await websocket.receive_text()


@pytest.mark.anyio
async def test_a_session_that_should_say_nothing_does_not_hide_a_block(anyio_backend: str) -> None:
    async with AsyncClient(app) as client, client.websocket_connect("/blocks-later") as websocket:
        with pytest.raises(WebSocketTimeout, match=BLOCKED):
            await websocket.expect_nothing(0.2)


async def _block_the_loop(after: str, seconds: float) -> str:
    await anyio.lowlevel.checkpoint()
    time.sleep(seconds)  # noqa: ASYNC251
    return after


@pytest.mark.asyncio
async def test_the_tests_own_code_is_told_of_and_not_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    async with AsyncClient(app) as client:
        request = asyncio.create_task(client.get("/never", timeout=0.01))
        assert await _block_the_loop("not interrupted", 1.2) == "not interrupted"
        with pytest.raises(httpx.ReadTimeout, match="it waited in never"):
            await request
    told = capsys.readouterr().err
    assert told.count("GET /never: no answer after 0.01 s; the event loop is blocked here:\n") == 1
    assert "in _block_the_loop\n" in told


@pytest.mark.asyncio
async def test_each_request_is_interrupted_by_its_own_limit_only(capsys: pytest.CaptureFixture[str]) -> None:
    async with AsyncClient(app) as client:
        short, late = await asyncio.gather(
            client.get("/never", timeout=0.01),
            client.get("/blocks-shortly", timeout=30),
            return_exceptions=True,
        )
        assert isinstance(late, httpx.Response)
        assert late.json() == "done"
        assert isinstance(short, httpx.ReadTimeout)
        assert "GET /never: no answer after 0.01 s; the event loop is blocked" in capsys.readouterr().err
        blocked, other = await asyncio.gather(
            client.get("/blocks", timeout=0.3), client.get("/never", timeout=0.01), return_exceptions=True
        )
        assert isinstance(blocked, httpx.ReadTimeout)
        assert "time.sleep(60)" in str(blocked)
        assert isinstance(other, httpx.ReadTimeout)
        assert "time.sleep(60)" not in str(other)


def test_an_app_that_blocks_where_no_signal_can_be_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    async def call() -> object:
        async with AsyncClient(app) as client:
            return (await client.get("/blocks-shortly", timeout=0.01)).json()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, call()).result() == "done"
    told = capsys.readouterr().err
    assert told.startswith("GET /blocks-shortly: no answer after 0.01 s; the event loop is blocked here:\n")
    assert "time.sleep(0.8)" in told
