"""A `CancelledError` out of an app that nobody has cancelled is the app's error."""

from __future__ import annotations

import asyncio
from typing import Any

import anyio
import pytest

from xapi import XAPI, WebSocket
from xapi.responses import StreamingResponse
from xapi.testing import AsyncClient, TestClient

app = XAPI()


@app.get("/raised")
async def raised() -> None:
    raise asyncio.CancelledError


@app.get("/task")
async def awaits_a_cancelled_task() -> None:
    task = asyncio.create_task(asyncio.sleep(10))
    task.cancel()
    await task


@app.websocket("/ws")
async def talk(websocket: WebSocket) -> None:
    await websocket.accept()
    raise asyncio.CancelledError


PATHS = ["/raised", "/task"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("driver", ["auto", "portal"])
@pytest.mark.parametrize("options", [{}, {"timeout": 5}])
def test_the_synchronous_client_answers_with_500_or_raises_it(
    path: str, driver: Any, options: dict[str, Any]
) -> None:
    with TestClient(app, driver=driver, raise_server_exceptions=False) as client:
        assert client.get(path, **options).status_code == 500
        client.raise_server_exceptions = True
        with pytest.raises(asyncio.CancelledError):
            client.get(path, **options)
        client.raise_server_exceptions = False
        assert client.request("GET", path, data={}, **options).status_code == 500


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("options", [{}, {"timeout": 5}])
def test_so_does_the_asynchronous_one(path: str, options: dict[str, Any]) -> None:
    async def main() -> None:
        client = AsyncClient(app)
        client.raise_server_exceptions = False
        assert (await client.get(path, **options)).status_code == 500
        client.raise_server_exceptions = True
        with pytest.raises(asyncio.CancelledError):
            await client.get(path, **options)

    asyncio.run(main())


def test_sessions_raise_it() -> None:
    with pytest.raises(asyncio.CancelledError), TestClient(app).websocket_connect("/ws") as session:
        session.receive_text()


def test_background_work_counts_too() -> None:
    later = XAPI()

    async def work() -> None:
        raise ValueError("later")

    @later.get("/")
    async def read(tasks: Any = None) -> StreamingResponse:
        from xapi.background import BackgroundTask

        return StreamingResponse(iter([b"x"]), background=BackgroundTask(work))

    client = TestClient(later)
    client.background.policy = "hold"
    client.raise_server_exceptions = False
    assert client.get("/").text == "x"
    client.background.run()
    client.get("/")
    client.raise_server_exceptions = True
    with pytest.raises(ValueError, match="later"):
        client.background.run()
    client.close()


def test_a_request_that_the_test_cancels_is_cancelled() -> None:
    waits = XAPI()

    @waits.get("/")
    async def wait() -> None:
        await anyio.sleep_forever()

    async def main() -> None:
        request = asyncio.create_task(AsyncClient(waits, raise_server_exceptions=False).get("/"))
        await asyncio.sleep(0.01)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request

    asyncio.run(main())
