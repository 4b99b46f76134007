"""WebSocket sessions of the synchronous client, with each driver; the asynchronous ones are alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint
from starlette.websockets import WebSocket, WebSocketDisconnect

from xapi.testing import (
    ASGIProtocolError,
    TestClient,
    WebSocketDenialResponse,
    WebSocketSession,
    WebSocketTimeout,
)

Connect = Callable[..., WebSocketSession]


@pytest.fixture(params=["auto", "portal", "trio"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Connects to an app given as `async def app(websocket)`, or as a raw ASGI app."""
    options = {"backend": "trio"} if request.param == "trio" else {"driver": request.param}

    def connect(app: Any, url: str = "/chat", raw: bool = False, **session: Any) -> WebSocketSession:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            await app(WebSocket(scope, receive, send))

        return TestClient(app if raw else wrapped, **options).websocket_connect(url, **session)

    return connect


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            break
        await websocket.send({**message, "type": "websocket.send"})


async def silent(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive_text()


def test_text_bytes_and_json_go_both_ways(connect: Connect) -> None:
    with connect(echo) as websocket:
        websocket.send_text("text")
        assert websocket.receive_text() == "text"
        websocket.send_bytes(b"bytes")
        assert websocket.receive_bytes() == b"bytes"
        websocket.send_json({"ü": 1})
        assert websocket.receive_text() == '{"ü":1}'
        websocket.send_json([1, 2])
        assert websocket.receive_json() == [1, 2]
        websocket.send_json([3], mode="binary")
        assert websocket.receive_json(mode="binary") == [3]
        websocket.send({"type": "websocket.receive", "text": "raw"})
        assert websocket.receive()["text"] == "raw"


def test_messages_queue_up_in_order(connect: Connect) -> None:
    with connect(echo) as websocket:
        for number in range(10):
            websocket.send_json(number)
        assert [websocket.receive_json() for _ in range(10)] == list(range(10))


def test_the_handshake_is_in_the_scope(connect: Connect) -> None:
    scopes = []

    async def app(websocket: WebSocket) -> None:
        scopes.append(websocket.scope)
        await websocket.accept()

    with connect(app, "/chat%20room?x=1", subprotocols=["v1", "v2"], headers={"x-token": "t"}, params=None):
        pass
    scope = scopes[0]
    headers = dict(scope["headers"])
    assert (scope["type"], scope["scheme"], scope["subprotocols"]) == ("websocket", "ws", ["v1", "v2"])
    assert (scope["path"], scope["raw_path"], scope["query_string"]) == (
        "/chat room",
        b"/chat%20room",
        b"x=1",
    )
    assert scope["server"] == ("testserver", 80)
    assert "method" not in scope
    assert headers[b"host"] == b"testserver"
    assert headers[b"connection"] == b"upgrade"
    assert headers[b"sec-websocket-version"] == b"13"
    assert headers[b"sec-websocket-protocol"] == b"v1, v2"
    assert headers[b"x-token"] == b"t"


def test_an_absolute_url_gives_host_and_scheme(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json([websocket.url.scheme, websocket.url.netloc])

    with connect(app, "wss://example.org:8443/chat") as websocket:
        assert websocket.receive_json() == ["wss", "example.org:8443"]


def test_what_was_accepted_can_be_read(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept(subprotocol="v2", headers=[(b"x-room", b"7")])

    with connect(app, subprotocols=["v1", "v2"]) as websocket:
        assert websocket.accepted_subprotocol == "v2"
        assert websocket.extra_headers == [(b"x-room", b"7")]
        assert websocket.headers["X-Room"] == "7"


def test_the_close_of_the_app_is_raised_by_each_receive(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("last")
        await websocket.close(1008, "policy")

    with connect(app) as websocket:
        assert websocket.receive_text() == "last"
        for _ in range(2):
            with pytest.raises(WebSocketDisconnect) as caught:
                websocket.receive_text()
            assert (caught.value.code, caught.value.reason) == (1008, "policy")


def test_the_close_of_the_app_is_a_message(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close(1008)

    with connect(app) as websocket:
        assert websocket.receive() == {"type": "websocket.close", "code": 1008, "reason": ""}


def test_messages_can_be_iterated_until_the_app_closes(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("one")
        await websocket.send_bytes(b"two")
        await websocket.close()

    with connect(app) as websocket:
        assert list(websocket) == ["one", b"two"]


def test_a_refused_handshake_is_a_disconnect(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.close(3000, "not you")

    with pytest.raises(WebSocketDisconnect) as caught, connect(app):
        pytest.fail("the handshake was refused")
    assert (caught.value.code, caught.value.reason) == (3000, "not you")


def test_a_denial_is_an_exception_and_a_response(connect: Connect) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "websocket.http.response.start", "status": 401, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b'{"detail":', "more_body": True})
        await send({"type": "websocket.http.response.body", "body": b'"who?"}'})

    with pytest.raises(WebSocketDenialResponse) as caught, connect(app, raw=True):
        pytest.fail("the handshake was denied")
    denial = caught.value
    assert isinstance(denial, WebSocketDisconnect)
    assert (denial.status_code, denial.json()) == (401, {"detail": "who?"})
    assert denial.headers["content-type"] == "application/json"


def test_no_answer_to_the_handshake_is_a_timeout_that_says_so(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await anyio.sleep(0.005)
        await anyio.sleep(60)

    with pytest.raises(WebSocketTimeout) as caught, connect(app, timeout=0.01):
        pytest.fail("there was no handshake")
    assert "the answer to the handshake, " in str(caught.value)
    assert "; it waits in app (" in str(caught.value)


@pytest.mark.parametrize(
    ("receive", "wanted"),
    [
        ("receive", "a message"),
        ("receive_text", "a text message"),
        ("receive_bytes", "a binary message"),
        ("receive_json", "a JSON message"),
    ],
)
def test_a_message_that_does_not_come_is_a_timeout_that_says_so(
    connect: Connect, receive: str, wanted: str
) -> None:
    async def busy(websocket: WebSocket) -> None:
        await websocket.accept()
        while True:
            await checkpoint()

    with connect(busy) as websocket:
        with pytest.raises(WebSocketTimeout) as caught:
            getattr(websocket, receive)(timeout=0.01)
        assert str(caught.value).startswith(
            f"WebSocket /chat: waited 0.01 s for {wanted}, but the app sent nothing; it waits in busy ("
        )
        websocket.close()


def test_by_default_a_session_waits_five_seconds(connect: Connect) -> None:
    with connect(silent) as websocket:
        assert websocket.timeout == 5


def test_an_exception_of_the_app_is_raised_where_a_message_is_waited_for(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("first")
        raise LookupError("no room")

    with connect(app) as websocket:
        assert websocket.receive_text() == "first"
        for _ in range(2):
            with pytest.raises(LookupError, match="no room"):
                websocket.receive_text()


def test_an_exception_that_no_receive_saw_is_raised_at_the_end(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.receive_text()
        raise LookupError("no room")

    with pytest.raises(LookupError, match="no room"), connect(app) as websocket:
        websocket.send_text("hello")


def test_an_exception_before_the_handshake_is_raised(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        raise LookupError("no room")

    with pytest.raises(LookupError, match="no room"), connect(app):
        pytest.fail("there was no handshake")


def test_the_tests_own_failure_is_not_replaced_by_the_apps(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        raise LookupError("no room")

    with pytest.raises(ZeroDivisionError), connect(app):
        raise ZeroDivisionError


def test_an_app_that_ends_without_closing_ends_the_connection_abnormally(connect: Connect) -> None:
    async def app(websocket: WebSocket) -> None:
        await websocket.accept()

    with connect(app) as websocket, pytest.raises(WebSocketDisconnect) as caught:
        websocket.receive_text()
    assert (caught.value.code, caught.value.reason) == (1006, "the app ended without closing the connection")


@pytest.mark.parametrize("close", [lambda websocket: None, lambda websocket: websocket.close(1001, "gone")])
def test_the_app_hears_of_the_clients_close_after_what_was_sent(connect: Connect, close: Any) -> None:
    heard: list[Any] = []

    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        while (message := await websocket.receive())["type"] == "websocket.receive":
            heard.append(message["text"])
            await websocket.send_text("taken")
        heard.append((message["code"], message["reason"]))

    with connect(app) as websocket:
        websocket.send_text("one")
        websocket.send_text("two")
        code = close(websocket)
    assert code is None
    assert heard[:2] == ["one", "two"]
    assert heard[2] in [(1000, ""), (1001, "gone")]


def test_a_disconnect_can_be_sent_as_a_message(connect: Connect) -> None:
    heard = []

    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        heard.append(await websocket.receive())

    with connect(app) as websocket:
        websocket.send({"type": "websocket.disconnect", "code": 1001})
    assert heard == [{"type": "websocket.disconnect", "code": 1001, "reason": ""}]


def test_an_app_that_raises_of_the_disconnect_is_no_failure(connect: Connect) -> None:
    raised = []

    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            await websocket.receive_text()
        except WebSocketDisconnect as error:
            raised.append(error.code)
            raise

    with connect(app) as websocket:
        assert websocket.accepted_subprotocol is None
    assert raised == [1000]


def test_an_app_that_only_sends_hears_of_the_close(connect: Connect) -> None:
    raised = []

    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text("tick")
                await checkpoint()
        except WebSocketDisconnect as error:
            raised.append(error.code)

    with connect(app) as websocket:
        assert websocket.receive_text() == "tick"
    assert raised == [1006]


def test_an_app_that_does_not_end_is_cancelled(connect: Connect) -> None:
    ends = []

    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    with connect(app) as websocket:
        assert websocket.accepted_subprotocol is None
    assert ends == ["cancelled"]


def test_the_other_kind_of_message_is_named(connect: Connect) -> None:
    with connect(echo) as websocket:
        websocket.send_bytes(b"x")
        with pytest.raises(TypeError, match=r"the app sent bytes where text was to be received: b'x'"):
            websocket.receive_text()
        websocket.send_text("x")
        with pytest.raises(TypeError, match=r"the app sent text where bytes was to be received: 'x'"):
            websocket.receive_bytes()


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        (
            [{"type": "websocket.send", "text": "x"}],
            "sent 'websocket.send', but now only 'websocket.accept' or 'websocket.close' or "
            "'websocket.http.response.start' may come",
        ),
        (
            [{"type": "websocket.accept"}, {"type": "websocket.accept"}],
            "sent 'websocket.accept', but now only 'websocket.send' or 'websocket.close' may come",
        ),
        (
            [{"type": "websocket.accept"}, {"type": "websocket.send"}],
            "must have either a 'text' that is a str or 'bytes' that are bytes, not text=None, bytes=None",
        ),
        (
            [{"type": "websocket.accept"}, {"type": "websocket.send", "text": b"x"}],
            "not text=b'x', bytes=None",
        ),
        (
            [{"type": "websocket.accept", "headers": [("a", "b")]}],
            "the headers of 'websocket.accept' must be pairs of byte strings, not ('a', 'b')",
        ),
        (
            [
                {"type": "websocket.http.response.start", "status": 400, "headers": []},
                {"type": "websocket.accept"},
            ],
            "sent 'websocket.accept', but now only 'websocket.http.response.body' may come",
        ),
    ],
)
def test_a_message_against_the_specification_is_named(
    connect: Connect, messages: list[Any], text: str
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(message)

    with pytest.raises(ASGIProtocolError) as caught, connect(app, raw=True) as websocket:
        websocket.receive()
    assert str(caught.value).startswith("WebSocket /chat: ")
    assert text in str(caught.value)


def test_a_message_after_the_close_is_named(connect: Connect) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})
        await send({"type": "websocket.send", "text": "x"})

    with pytest.raises(ASGIProtocolError, match="no further message may come"), connect(app, raw=True):
        pass


def test_sessions_of_one_client_are_open_at_the_same_time() -> None:
    members: list[WebSocket] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        members.append(websocket)
        while (message := await websocket.receive())["type"] == "websocket.receive":
            for member in members:
                await member.send_text(message["text"])

    client = TestClient(app)
    with client.websocket_connect("/") as one, client.websocket_connect("/") as two:
        one.send_text("to all")
        assert (one.receive_text(), two.receive_text()) == ("to all", "to all")


def test_the_clients_headers_cookies_params_and_auth_are_sent() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        headers = websocket.headers
        await websocket.send_json(
            [headers["x-a"], websocket.cookies, dict(websocket.query_params), headers["authorization"]]
        )

    client = TestClient(app, headers={"x-a": "1"}, cookies={"c": "2"})
    client.params = {"q": "3"}  # type: ignore[assignment]
    with client.websocket_connect("/", auth=("ada", "secret")) as websocket:
        assert websocket.receive_json() == ["1", {"c": "2"}, {"q": "3"}, "Basic YWRhOnNlY3JldA=="]


def test_with_the_portal_the_app_works_while_the_test_does_not_wait() -> None:
    heard = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        await websocket.receive_text()
        heard.set()
        await websocket.receive()

    with TestClient(app, driver="portal").websocket_connect("/") as websocket:
        websocket.send_text("hello")
        assert heard.wait(5)
