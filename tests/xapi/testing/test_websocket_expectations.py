"""What sessions expect, how they tell of a wait that is in vain, and what they show where a test fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from anyio import to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from xapi.testing import AsyncClient, TestClient, WebSocketSession, WebSocketTimeout

Connect = Callable[..., WebSocketSession]


def asgi(function: Any) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await function(WebSocket(scope, receive, send))

    return app


@pytest.fixture(params=["auto", "portal", "trio"])
def connect(request: pytest.FixtureRequest) -> Connect:
    options = {"backend": "trio"} if request.param == "trio" else {"driver": request.param}

    def connect(app: Any, **session: Any) -> WebSocketSession:
        return TestClient(asgi(app), **options).websocket_connect("/chat", **session)

    return connect


async def three_kinds(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("text")
    await websocket.send_bytes(b"bytes")
    await websocket.send_json({"k": [1]})
    await websocket.send_bytes(b'{"k":2}')
    await websocket.close(1008, "policy")


async def silent(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive_text()


def test_what_is_expected_is_received(connect: Connect) -> None:
    with connect(three_kinds) as websocket:
        websocket.expect("text")
        websocket.expect(b"bytes")
        websocket.expect({"k": [1]})
        websocket.expect({"k": 2})
        websocket.expect_close(1008, reason="policy")
        websocket.expect_close()


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        (lambda ws: ws.expect("other"), "expected 'other', but the app sent 'text'"),
        (lambda ws: ws.expect(b"text"), "expected b'text', but the app sent 'text'"),
        (lambda ws: ws.expect({}), "expected {}, but the app sent 'text'"),
        (lambda ws: ws.expect_close(1000), "expected a close, but the app sent 'text'"),
        (lambda ws: ws.expect_nothing(1), "expected nothing for 1 s, but the app sent 'text'"),
    ],
)
def test_what_is_not_expected_is_told(connect: Connect, expect: Any, message: str) -> None:
    with connect(three_kinds) as websocket, pytest.raises(AssertionError) as caught:
        expect(websocket)
    assert str(caught.value) == f"WebSocket /chat: {message}"


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        (lambda ws: ws.expect("more"), "expected 'more', but the app sent a close with 1008 'policy'"),
        (lambda ws: ws.expect_close(1000), "expected a close with 1000, but the app sent a close with 1008"),
        (lambda ws: ws.expect_close(1008, "no"), "expected the reason 'no', but the app sent a close with"),
    ],
)
def test_a_close_that_is_not_expected_is_told(connect: Connect, expect: Any, message: str) -> None:
    async def closes(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close(1008, "policy")

    with connect(closes) as websocket, pytest.raises(AssertionError) as caught:
        expect(websocket)
    assert message in str(caught.value)


def test_nothing_can_be_expected(connect: Connect) -> None:
    with connect(silent) as websocket:
        websocket.expect_nothing(0.01)
        websocket.send_text("end")
        with pytest.raises(
            AssertionError, match="expected nothing for 5 s, but the app sent a close with 1006"
        ):
            websocket.expect_nothing(5)


@pytest.mark.parametrize("options", [{}, {"driver": "portal"}])
def test_a_wait_that_is_in_vain_is_told_at_once(options: dict[str, Any]) -> None:
    session = TestClient(asgi(silent), **options).websocket_connect("/chat", timeout=20)
    with session as websocket:
        with pytest.raises(WebSocketTimeout) as caught:
            websocket.receive_text()
        websocket.expect_nothing(20)
        websocket.send_text("end")
    message = str(caught.value)
    assert message.startswith(
        "WebSocket /chat: the test waits for a text message, but the app waits too, "
        "and no timer, thread or socket will wake it within 20 s; it waits in silent ("
    )
    assert message.endswith("): await websocket.receive_text()")


def test_a_timer_of_the_app_is_waited_for() -> None:
    async def later(websocket: WebSocket) -> None:
        await websocket.accept()
        await asyncio.sleep(0.01)
        await websocket.send_text("later")

    with TestClient(asgi(later)).websocket_connect("/", timeout=60) as websocket:
        websocket.expect("later")


def test_a_worker_thread_of_the_app_is_waited_for() -> None:
    answer = threading.Event()

    async def asks_a_thread(websocket: WebSocket) -> None:
        await websocket.accept()
        threading.Timer(0.01, answer.set).start()
        await to_thread.run_sync(answer.wait, 60)
        await websocket.send_text("from a thread")

    with TestClient(asgi(asks_a_thread)).websocket_connect("/", timeout=60) as websocket:
        websocket.expect("from a thread")


def test_a_socket_of_the_app_is_waited_for() -> None:
    async def listens(websocket: WebSocket) -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"through a socket")
            writer.close()

        await websocket.accept()
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            await websocket.send_bytes(await reader.read())
            writer.close()

    with TestClient(asgi(listens)).websocket_connect("/", timeout=60) as websocket:
        websocket.expect(b"through a socket")


def test_the_transcript_goes_with_what_fails_in_the_block(connect: Connect) -> None:
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text((await websocket.receive_text()).upper())
        await websocket.close(1001)

    def fail() -> None:
        with connect(echo) as websocket:
            websocket.send_text("a")
            websocket.expect("B")

    with pytest.raises(AssertionError) as caught:
        fail()
    assert caught.value.__notes__[0].splitlines()[:4] == [
        "WebSocket /chat, transcript:",
        "     app accept",
        "  client 'a'",
        "     app 'A'",
    ]


def test_the_transcript_of_a_session_that_has_not_begun_says_so(connect: Connect) -> None:
    session = connect(silent)
    assert str(session.transcript) == "WebSocket /chat, transcript:\n  no messages"


def test_a_long_transcript_is_shortened() -> None:
    async def talks(websocket: WebSocket) -> None:
        await websocket.accept()
        for number in range(30):
            await websocket.send_text(str(number) * 300)

    with TestClient(asgi(talks)).websocket_connect("/") as websocket:
        for _ in range(30):
            websocket.receive_text()
        lines = str(websocket.transcript).splitlines()
        assert len(websocket.transcript) == 31
        assert [speaker for speaker, _ in websocket.transcript] == ["app"] * 31
    assert lines[1] == "  (11 messages before)"
    assert len(lines) == 22
    assert lines[-1].endswith("...")


@pytest.mark.anyio
async def test_the_sessions_of_the_asynchronous_client_expect_too() -> None:
    client = AsyncClient(asgi(three_kinds))
    async with client.websocket_connect("/chat") as websocket:
        await websocket.expect("text")
        await websocket.expect(b"bytes")
        with pytest.raises(AssertionError, match=r"expected \{\}, but the app sent"):
            await websocket.expect({})
        with pytest.raises(AssertionError, match="expected nothing for 1 s, but the app sent"):
            await websocket.expect_nothing(1)
        await websocket.expect_close(1008, reason="policy")
        with pytest.raises(WebSocketDisconnect):
            await websocket.receive_text()


@pytest.mark.anyio
async def test_an_asynchronous_session_tells_where_the_app_waits() -> None:
    async with AsyncClient(asgi(silent)).websocket_connect("/chat", timeout=0.01) as websocket:
        await websocket.expect_nothing(0.01)
        with pytest.raises(WebSocketTimeout, match="; it waits in silent "):
            await websocket.receive_text()
        await websocket.send_text("end")


@pytest.mark.anyio
async def test_an_exception_at_the_end_of_an_asynchronous_session_has_the_transcript() -> None:
    async def breaks(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.receive()
        raise LookupError("no room")

    with pytest.raises(LookupError) as caught:
        async with AsyncClient(asgi(breaks)).websocket_connect("/chat"):
            await anyio.lowlevel.checkpoint()
    assert "WebSocket /chat, transcript:" in caught.value.__notes__[0]
