"""The live server, asked with curl and with a WebSocket client."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from xapi import XAPI, Depends, Request, WebSocket
from xapi.testing import LiveServer

events: list[str] = []


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[dict[str, str]]:
    events.append("start")
    yield {"greeting": "hello"}
    events.append("stop")


app = XAPI(lifespan=lifespan)


def user() -> str:
    return "nobody"


@app.get("/greeting")
def greeting(request: Request, name: str = Depends(user)) -> str:
    return f"{request.state.greeting} {name}"


@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_an_answer() -> None:
    with LiveServer(app) as server:
        command = ["curl", "--silent", "--show-error", "--noproxy", "*", f"{server}/greeting"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == '"hello nobody"'


def test_the_lifespan_runs_and_the_port_is_free_afterwards() -> None:
    events.clear()
    server = LiveServer(app)
    for _ in range(2):
        with server:
            assert server.url == f"http://127.0.0.1:{server.port}"
            assert httpx.get(f"{server.url}/greeting", trust_env=False).json() == "hello nobody"
            assert events[-1] == "start"
        assert events[-1] == "stop"
        with socket.socket() as probe:
            assert probe.connect_ex((server.host, server.port)) != 0
    assert [thread for thread in threading.enumerate() if thread.name == "xapi live server"] == []


def test_a_websocket_is_served() -> None:
    with LiveServer(app) as server, connect(f"ws://127.0.0.1:{server.port}/echo", proxy=None) as websocket:
        websocket.send("hello")
        assert websocket.recv() == "hello"


def test_overrides_hold_for_the_server_only() -> None:
    def ask(server: LiveServer) -> str:
        text: str = httpx.get(f"{server}/greeting", trust_env=False).json()
        return text

    with LiveServer(app, overrides={user: "ada"}) as one, LiveServer(app) as other:
        assert (ask(one), ask(other)) == ("hello ada", "hello nobody")
        with other.override(user, lambda: "grace"):
            assert (ask(one), ask(other)) == ("hello ada", "hello grace")
        assert ask(other) == "hello nobody"


def test_an_app_that_does_not_start_is_told() -> None:
    @asynccontextmanager
    async def broken(app: XAPI) -> AsyncIterator[None]:
        raise LookupError("no database")
        yield

    with pytest.raises(LookupError, match="no database"), LiveServer(XAPI(lifespan=broken)):
        pytest.fail("the app has not started")


def test_an_app_that_fails_at_its_end_is_told() -> None:
    @asynccontextmanager
    async def broken(app: XAPI) -> AsyncIterator[None]:
        yield
        raise LookupError("at the end")

    with pytest.raises(LookupError, match="at the end"), LiveServer(XAPI(lifespan=broken)) as server:
        assert httpx.get(server.url, trust_env=False).status_code == 404


def test_a_port_that_is_taken_is_told() -> None:
    with (
        LiveServer(app) as server,
        pytest.raises(OSError, match="in use"),
        LiveServer(app, port=server.port),
    ):
        pytest.fail("the port is taken")


def test_a_failing_endpoint_is_a_500() -> None:
    async def failing(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raise LookupError("boom")

    with LiveServer(failing, log_level="critical") as server:
        assert httpx.get(server.url, trust_env=False).status_code == 500
