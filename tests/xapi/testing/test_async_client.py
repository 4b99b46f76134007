"""The asynchronous client, on asyncio and trio."""

from __future__ import annotations

import asyncio
import inspect
from contextvars import ContextVar
from typing import Any

import anyio
import httpx
import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from xapi.testing import (
    ASGIProtocolError,
    AsyncClient,
    TestClient,
    WebSocketDenialResponse,
    WebSocketTimeout,
)

pytestmark = pytest.mark.anyio
variable: ContextVar[str] = ContextVar("variable", default="unset")


def app_of(endpoint: Any) -> Any:
    """An app whose response body is what `endpoint(scope)` returns."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = str(await endpoint(scope)).encode()
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": body})

    return app


async def test_the_app_runs_on_the_callers_loop_in_a_task_of_its_own() -> None:
    async def endpoint(scope: Any) -> bool:
        seen.append(variable.get())
        variable.set("by the app")
        return anyio.get_current_task().id != this_task

    seen: list[str] = []
    this_task = anyio.get_current_task().id
    variable.set("by the test")
    client = AsyncClient(app_of(endpoint))
    assert (await client.get("/")).text == "True"
    assert (await client.get("/", auth=("a", "b"))).text == "True"
    assert seen == ["by the test"] * 2
    assert variable.get() == "by the test"


async def test_requests_are_concurrent() -> None:
    arrived: list[int] = []

    async def endpoint(scope: Any) -> int:
        arrived.append(1)
        if len(arrived) == 5:
            all_are_there.set()
        await all_are_there.wait()
        return len(arrived)

    texts = []
    all_are_there = anyio.Event()

    async def send() -> None:
        texts.append((await client.get("/")).text)

    client = AsyncClient(app_of(endpoint))
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(send)
    assert texts == ["5"] * 5


async def test_each_method_has_its_function() -> None:
    async def method(scope: Any) -> str:
        return str(scope["method"])

    client = AsyncClient(app_of(method))
    for name in ("get", "post", "put", "patch", "delete", "options"):
        assert (await getattr(client, name)("/")).text == name.upper()


async def test_the_exception_of_the_app_is_raised_or_answered() -> None:
    async def boom(scope: Any) -> None:
        raise LookupError("boom")

    for send in (lambda client: client.get("/"), lambda client: client.get("/", auth=("a", "b"))):
        with pytest.raises(LookupError, match="boom"):
            await send(AsyncClient(app_of(boom)))
        assert (await send(AsyncClient(app_of(boom), raise_server_exceptions=False))).status_code == 500


async def test_a_failure_inside_the_app_reaches_the_test() -> None:
    async def endpoint(scope: Any) -> None:
        pytest.fail("said the app")

    with pytest.raises(pytest.fail.Exception, match="said the app"):
        await AsyncClient(app_of(endpoint)).get("/")


async def test_a_request_that_is_cancelled_cancels_the_app() -> None:
    ends = []

    async def endpoint(scope: Any) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    with anyio.move_on_after(0.01):
        await AsyncClient(app_of(endpoint)).get("/")
    with anyio.move_on_after(0.01):
        async with AsyncClient(app_of(endpoint)).stream("GET", "/"):
            pytest.fail("there was no response")
    assert ends == ["cancelled"] * 2


async def test_a_request_can_be_limited() -> None:
    async def endpoint(scope: Any) -> None:
        await anyio.sleep_forever()

    client = AsyncClient(app_of(endpoint))
    for send in (client.get("/", timeout=0.01), client.get("/", timeout=0.01, auth=("a", "b"))):
        with pytest.raises(httpx.ReadTimeout, match=r"GET /: no answer from the app after 0\.01 s"):
            await send
    with pytest.raises(httpx.ReadTimeout):
        async with client.stream("GET", "/", timeout=0.01):
            pytest.fail("there was no response")


# Of a stream that is left, httpx leaves generators behind; trio warns of those.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_an_endless_stream_can_be_read_and_left() -> None:
    ends = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"tick\n", "more_body": True})
        finally:
            ends.append("ended")

    async with AsyncClient(app).stream("GET", "/") as response:
        lines = response.aiter_lines()
        assert [await anext(lines) for _ in range(3)] == ["tick"] * 3
        assert ends == []
    assert ends == ["ended"]


async def test_an_exception_before_and_in_a_stream_is_raised() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/":
            raise LookupError("before")
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise LookupError("in the stream")

    client = AsyncClient(app)
    with pytest.raises(LookupError, match="before"):
        async with client.stream("GET", "/"):
            pytest.fail("there was no response")
    with pytest.raises(LookupError, match="in the stream"):
        async with client.stream("GET", "/half") as response:
            await response.aread()


async def test_a_body_in_pieces_is_sent() -> None:
    async def pieces() -> Any:
        yield b"one "
        yield b"two"

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["more_body"]:
            body += message["body"]
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": body})

    assert (await AsyncClient(app).post("/", content=pieces())).text == "one two"
    assert b"two" in (await AsyncClient(app).post("/", files={"f": b"two"})).content


async def test_redirects_are_followed_and_cookies_kept() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"location", b"/end"), (b"set-cookie", b"a=1; Path=/")] if scope["path"] == "/" else []
        await send({"type": "http.response.start", "status": 302 if headers else 200, "headers": headers})
        await send({"type": "http.response.body", "body": dict(scope["headers"]).get(b"cookie", b"")})

    client = AsyncClient(app)
    response = await client.get("/")
    assert (response.text, len(response.history), dict(client.cookies)) == ("a=1", 1, {"a": "1"})


async def test_an_answer_can_be_had_without_httpx() -> None:
    async def boom(scope: Any) -> None:
        raise LookupError("boom")

    answer = await AsyncClient(app_of(boom)).answer({"type": "http", "method": "GET", "path": "/"})
    assert (answer.status, type(answer.exception)) == (None, LookupError)


async def chat(scope: Any, receive: Any, send: Any) -> None:
    websocket = WebSocket(scope, receive, send)
    if scope["path"] == "/close":
        await websocket.close(3000, "not you")
        return
    await websocket.accept(subprotocol="v1", headers=[(b"x-room", b"7")])
    while (message := await websocket.receive())["type"] == "websocket.receive":
        if message.get("text") == "close":
            await websocket.close(1008, "policy")
            return
        if message.get("text") == "raise":
            raise LookupError("no room")
        if message.get("text") != "silence":
            await websocket.send({**message, "type": "websocket.send"})


async def test_a_websocket_session_goes_both_ways() -> None:
    async with AsyncClient(chat).websocket_connect("/chat", subprotocols=["v1"]) as websocket:
        assert (websocket.accepted_subprotocol, websocket.headers["x-room"]) == ("v1", "7")
        await websocket.send_text("text")
        assert await websocket.receive_text() == "text"
        await websocket.send_bytes(b"bytes")
        assert await websocket.receive_bytes() == b"bytes"
        await websocket.send_json([1])
        assert await websocket.receive_json() == [1]
        await websocket.send_json([2], mode="binary")
        assert await websocket.receive_json(mode="binary") == [2]
        await websocket.send({"type": "websocket.receive", "text": "raw"})
        assert (await websocket.receive())["text"] == "raw"


async def test_a_websocket_session_ends_in_each_way() -> None:
    client = AsyncClient(chat)
    async with client.websocket_connect("/") as websocket:
        await websocket.send_text("one")
        await websocket.send_text("close")
        assert [message async for message in websocket] == ["one"]
        with pytest.raises(WebSocketDisconnect) as closed:
            await websocket.receive_text()
        assert (closed.value.code, closed.value.reason) == (1008, "policy")
    async with client.websocket_connect("/") as websocket:
        await websocket.send_text("raise")
        with pytest.raises(LookupError, match="no room"):
            await websocket.receive_text()
    with pytest.raises(WebSocketDisconnect) as refused:
        async with client.websocket_connect("/close"):
            pytest.fail("the handshake was refused")
    assert (refused.value.code, refused.value.reason) == (3000, "not you")
    async with client.websocket_connect("/") as websocket:
        await websocket.close(1001)
    with pytest.raises(ZeroDivisionError):
        async with client.websocket_connect("/"):
            raise ZeroDivisionError


async def test_a_websocket_session_does_not_wait_for_ever() -> None:
    async with AsyncClient(chat).websocket_connect("/", timeout=0.01) as websocket:
        await websocket.send_text("silence")
        for receive in (
            websocket.receive,
            websocket.receive_text,
            websocket.receive_bytes,
            websocket.receive_json,
        ):
            with pytest.raises(WebSocketTimeout, match=r"WebSocket /: waited 0\.01 s for a "):
                await receive()
        with pytest.raises(WebSocketTimeout, match=r"waited 0\.02 s"):
            await websocket.receive(timeout=0.02)


async def test_a_websocket_session_sees_a_denial() -> None:
    async def deny(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.http.response.start", "status": 401, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b"who?"})

    with pytest.raises(WebSocketDenialResponse) as caught:
        async with AsyncClient(deny).websocket_connect("/"):
            pytest.fail("the handshake was denied")
    assert (caught.value.status_code, caught.value.text) == (401, "who?")


async def test_an_app_that_breaks_the_specification_is_named() -> None:
    async def wrong(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.body"})

    with pytest.raises(ASGIProtocolError, match=r"GET /x: the app sent 'http\.response\.body'"):
        await AsyncClient(wrong).get("/x")


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_block_may_end_in_another_task_than_it_began_in(anyio_backend: str) -> None:
    tasks = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async with anyio.create_task_group():
            for phase in ("startup", "shutdown"):
                await receive()
                tasks.append(asyncio.current_task())
                await send({"type": f"lifespan.{phase}.complete"})

    client = AsyncClient(app)
    await asyncio.create_task(client.__aenter__())
    await asyncio.create_task(client.__aexit__())
    assert len(tasks) == 2
    assert tasks[0] is tasks[1]


def test_both_clients_are_made_with_the_same_arguments() -> None:
    of_sync = list(inspect.signature(TestClient).parameters)
    of_async = list(inspect.signature(AsyncClient).parameters)
    assert of_async == [name for name in of_sync if name not in ("backend", "backend_options", "driver")]
