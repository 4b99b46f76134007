"""Limits of clients, servers and lifespans end where a test has frozen time, as freezegun does."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import BuiltinFunctionType
from urllib.request import ProxyHandler, build_opener

import anyio
import httpx
import pytest

from xapi import XAPI, WebSocket
from xapi.testing import AsyncClient, LifespanError, LifespanManager, LiveServer, TestClient, WebSocketTimeout
from xapi.testing.async_lifespan import AsyncLifespan

app = XAPI()


@app.get("/never")
async def never() -> None:
    await anyio.sleep_forever()


@app.get("/soon")
async def soon() -> float:
    await anyio.sleep(0.01)
    return time.monotonic()


@app.websocket("/silent")
async def silent(websocket: WebSocket) -> None:
    await websocket.accept()
    await anyio.sleep_forever()


@asynccontextmanager
async def hanging(app: XAPI) -> AsyncIterator[None]:
    await anyio.sleep_forever()
    yield


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What freezegun does: it replaces the functions in each module that has them."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("_pytest"):
            continue  # the durations of the tests are true
        for name in ("monotonic", "perf_counter"):
            if type(getattr(module, name, None)) is BuiltinFunctionType:
                monkeypatch.setattr(module, name, lambda: 1.0)


@pytest.mark.parametrize(
    ("backend", "driver"), [("asyncio", "auto"), ("asyncio", "portal"), ("trio", "auto")]
)
def test_limits_of_the_synchronous_client(backend: str, driver: str) -> None:
    with TestClient(app, backend=backend, driver=driver) as client:  # type: ignore[arg-type]
        with pytest.raises(httpx.ReadTimeout):
            client.get("/never", timeout=0.01)
        assert client.get("/soon").json() == 1.0
        with client.websocket_connect("/silent") as session:
            session.expect_nothing(0.01)
            with pytest.raises(WebSocketTimeout):
                session.receive_text(timeout=0.01)
        client.run_for(0.01)
        client.settle()


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.anyio
async def test_limits_of_the_asynchronous_client(anyio_backend: str) -> None:
    async with AsyncClient(app) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/never", timeout=0.01)
        async with client.websocket_connect("/silent") as session:
            await session.expect_nothing(0.01)


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("manager", [LifespanManager, AsyncLifespan])
@pytest.mark.anyio
async def test_limits_of_lifespans(anyio_backend: str, manager: type[LifespanManager]) -> None:
    with pytest.raises(LifespanError, match=r"no answer to 'lifespan.startup' after 0.01 s"):
        async with manager(XAPI(lifespan=hanging), startup_timeout=0.01):
            pass


def test_a_live_server_answers_and_ends() -> None:
    with LiveServer(app) as server, build_opener(ProxyHandler({})).open(f"{server.url}/soon") as response:
        assert response.read() == b"1.0"
