"""WebSocket endpoints: parameters, dependencies, closing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Annotated, Any

import pytest

from xapi import (
    XAPI,
    APIRouter,
    Depends,
    Header,
    HTTPException,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
    status,
)
from xapi.responses import PlainTextResponse
from xapi.testclient import TestClient

app = XAPI()
events: list[str] = []


async def resource(x_token: Annotated[str | None, Header()] = None) -> AsyncIterator[str]:
    events.append("open")
    yield f"resource of {x_token}"
    events.append("close")


@app.websocket("/items/{item_id}/ws")
async def echo(
    websocket: WebSocket, item_id: int, r: Annotated[str, Depends(resource)], q: str | None = None
) -> None:
    await websocket.accept()
    await websocket.send_json([item_id, r, q])
    await websocket.send_text((await websocket.receive_text()).upper())
    await websocket.close(code=4000, reason="done")


@app.websocket("/private")
async def private(websocket: WebSocket) -> None:
    raise WebSocketException(code=status.WS_1008_POLICY_VIOLATION, reason="no")


client = TestClient(app)


def test_parameters_and_dependencies_are_solved() -> None:
    events.clear()
    with client.websocket_connect("/items/3/ws?q=x", headers={"x-token": "t"}) as session:
        assert session.receive_json() == [3, "resource of t", "x"]
        session.send_text("hello")
        assert session.receive_text() == "HELLO"
        with pytest.raises(WebSocketDisconnect) as closed:
            session.receive_text()
    assert (closed.value.code, closed.value.reason) == (4000, "done")
    assert events == ["open", "close"]


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [
        ("/items/x/ws", 1008, "Input should be a valid integer, unable to parse string as an integer"),
        ("/private", 1008, "no"),
    ],
)
def test_refusals_close_with_their_code(path: str, code: int, reason: str) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect(path):
        pass
    assert (closed.value.code, closed.value.reason) == (code, reason)


def test_routers_share_prefix_and_dependencies_with_websockets() -> None:
    ran: list[str] = []
    outer = XAPI(dependencies=[Depends(lambda: ran.append("app"))])
    router = APIRouter(prefix="/r", dependencies=[Depends(lambda: ran.append("router"))])

    @router.websocket("/ws", dependencies=[Depends(lambda: ran.append("decorator"))])
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hi")
        await websocket.close()

    outer.include_router(router, prefix="/in")
    with TestClient(outer).websocket_connect("/in/r/ws") as session:
        assert session.receive_text() == "hi"
    assert ran == ["app", "router", "decorator"]


def test_a_dependency_works_for_requests_and_websockets_by_the_connection() -> None:
    from xapi.requests import HTTPConnection

    def host(connection: HTTPConnection) -> str:
        return connection.headers["host"]

    both = XAPI()

    @both.get("/")
    def read(h: Annotated[str, Depends(host)]) -> str:
        return h

    @both.websocket("/ws")
    async def socket(websocket: WebSocket, h: Annotated[str, Depends(host)]) -> Any:
        await websocket.accept()
        await websocket.send_text(h)
        await websocket.close()

    client = TestClient(both)
    assert client.get("/").json() == "testserver"
    with client.websocket_connect("/ws") as session:
        assert session.receive_text() == "testserver"


frames = XAPI()
seen: list[str] = []


async def noted() -> AsyncIterator[None]:
    try:
        yield
    except WebSocketException as error:
        seen.append(f"{type(error).__name__} {error.code}")
        raise


@frames.websocket("/{kind}", dependencies=[Depends(noted)])
async def receive(websocket: WebSocket, kind: str, mode: str = "text") -> None:
    await websocket.accept(subprotocol=next(iter(websocket.scope["subprotocols"]), None))
    match kind:
        case "text":
            await websocket.send_text(await websocket.receive_text())
        case "bytes":
            await websocket.send_bytes(await websocket.receive_bytes())
        case "json":
            await websocket.send_json(await websocket.receive_json(mode), mode)
        case "iterated":
            async for text in websocket.iter_text():
                await websocket.send_text(text.upper())
            seen.append("the client has left")
        case "forgiving":
            try:
                await websocket.receive_json()
            except ValueError as error:
                await websocket.send_text(f"{type(error).__name__} at {error.pos}")  # type: ignore[attr-defined]
    seen.append("done")


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Any:
    seen.clear()
    return lambda path: TestClient(frames).websocket_connect(path)


@pytest.mark.parametrize(
    ("path", "frame", "code", "reason"),
    [
        ("/text", {"bytes": b"x"}, 1003, "a text frame was expected"),
        ("/text", {"bytes": b"x", "text": None}, 1003, "a text frame was expected"),
        ("/bytes", {"text": "x"}, 1003, "a binary frame was expected"),
        ("/bytes", {"text": "x", "bytes": None}, 1003, "a binary frame was expected"),
        ("/iterated", {"bytes": b"x"}, 1003, "a text frame was expected"),
        ("/json", {"bytes": b"{}"}, 1003, "a text frame was expected"),
        ("/json?mode=binary", {"text": "{}"}, 1003, "a binary frame was expected"),
        ("/json", {"text": "{"}, 1007, "broken JSON: Expecting property name enclosed in double quotes at 1"),
        ("/json", {"text": ""}, 1007, "broken JSON: Expecting value at 0"),
        ("/json", {"text": "[" * 100_000}, 1007, None),
        ("/json?mode=binary", {"bytes": b'"\xff"'}, 1007, "broken JSON: not UTF-8 at 0"),
    ],
)
def test_frames_that_can_not_be_read_close_with_their_code(
    session: Any, path: str, frame: dict[str, Any], code: int, reason: str | None
) -> None:
    with session(path) as opened:
        opened.send({"type": "websocket.receive", **frame})
        with pytest.raises(WebSocketDisconnect) as closed:
            opened.receive_text()
    assert closed.value.code == code
    assert closed.value.reason == reason or reason is None
    assert seen == [f"{'WebSocketJSONError' if code == 1007 else 'WebSocketException'} {code}"]


def test_frames_of_the_right_kind_are_received(session: Any) -> None:
    with session("/text") as opened:
        opened.send_text("")
        assert opened.receive_text() == ""
    with session("/bytes") as opened:
        opened.send_bytes(b"")
        assert opened.receive_bytes() == b""
    for mode in ("text", "binary"):
        with session(f"/json?mode={mode}") as opened:
            opened.send_json({"a": None}, mode)
            assert opened.receive_json(mode) == {"a": None}
    with session("/iterated") as opened:
        for text in ("a", "b"):
            opened.send_text(text)
            assert opened.receive_text() == text.upper()
    assert seen == [*(4 * ["done"]), "the client has left", "done"]
    with (
        pytest.raises(RuntimeError, match=r'mode=.xml.\): the mode is "text" or "binary"'),
        session("/json?mode=xml"),
    ):
        pass


def test_broken_json_can_be_answered_as_a_value_error(session: Any) -> None:
    with session("/forgiving") as opened:
        opened.send_text("{")
        assert opened.receive_text() == "WebSocketJSONError at 1"
    assert seen == ["done"]


def test_the_injected_object_is_starlettes_too_and_a_subprotocol_is_chosen() -> None:
    from starlette.websockets import WebSocket as StarletteWebSocket

    seen.clear()
    kinds: list[bool] = []
    theirs = XAPI()

    @theirs.websocket("/")
    async def endpoint(websocket: StarletteWebSocket) -> None:
        kinds.append(isinstance(websocket, WebSocket))
        await websocket.accept(subprotocol=websocket.scope["subprotocols"][1])
        await websocket.close()

    with TestClient(theirs).websocket_connect("/", subprotocols=["v1", "v2"]) as opened:
        assert opened.accepted_subprotocol == "v2"
    assert kinds == [True]


def refusing(when: str) -> XAPI:
    app = XAPI()

    @app.websocket("/{status_code}")
    async def endpoint(websocket: WebSocket, status_code: int) -> None:
        if when == "accepted":
            await websocket.accept()
        elif when == "closed":
            await websocket.accept()
            await websocket.close(4000)
        raise HTTPException(status_code, "no", headers={"x-reason": "closed"})

    return app


def without_denials(app: XAPI) -> Any:
    async def server(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "extensions": {}}, receive, send)

    return server


def test_an_http_exception_is_the_answer_to_the_handshake() -> None:
    with pytest.raises(WebSocketDisconnect) as refused:
        TestClient(refusing("at once")).websocket_connect("/401").__enter__()
    response: Any = refused.value
    assert (response.status_code, response.json()) == (401, {"detail": "no"})
    assert response.headers["x-reason"] == "closed"


@pytest.mark.parametrize(
    ("when", "path", "code"),
    [("accepted", "/401", 1008), ("accepted", "/503", 1011), ("closed", "/401", 4000)],
)
def test_an_http_exception_after_the_handshake_closes(when: str, path: str, code: int) -> None:
    client = TestClient(refusing(when))
    with client.websocket_connect(path) as opened, pytest.raises(WebSocketDisconnect) as closed:
        opened.receive_text()
    assert closed.value.code == code


def test_a_server_that_can_not_answer_the_handshake_is_told_to_close() -> None:
    with pytest.raises(WebSocketDisconnect) as refused:
        TestClient(without_denials(refusing("at once"))).websocket_connect("/401").__enter__()
    assert refused.value.code == 1008
    assert not hasattr(refused.value, "status_code")


def test_an_endpoint_may_deny_with_a_response() -> None:
    denying = XAPI()

    @denying.websocket("/")
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.send_denial_response(PlainTextResponse("full", status_code=503))

    with pytest.raises(WebSocketDisconnect) as refused:
        TestClient(denying).websocket_connect("/").__enter__()
    response: Any = refused.value
    assert (response.status_code, response.text) == (503, "full")


@pytest.mark.parametrize("closed_by", ["client", "app"])
def test_an_exception_after_the_end_does_not_close_again(closed_by: str) -> None:
    late = XAPI()
    sent: list[str] = []

    @late.websocket("/")
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        if closed_by == "app":
            await websocket.close(4001)
        else:
            await websocket.receive()
        raise WebSocketException(4002, "too late")

    async def server(scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            sent.append(message["type"])
            await send(message)

        await late(scope, receive, noted)

    with TestClient(server).websocket_connect("/") as opened:
        if closed_by == "client":
            opened.close(1000)
    assert sent == ["websocket.accept", *(["websocket.close"] if closed_by == "app" else [])]


def test_a_long_reason_is_cut_to_what_a_close_frame_holds() -> None:
    wordy = XAPI()

    @wordy.websocket("/")
    async def endpoint(websocket: WebSocket) -> None:
        raise WebSocketException(4000, "é" * 100)

    with pytest.raises(WebSocketDisconnect) as closed:
        TestClient(wordy).websocket_connect("/").__enter__()
    assert closed.value.reason == "é" * 61


def test_what_one_client_sends_reaches_all_clients() -> None:
    room = XAPI()
    members: set[WebSocket] = set()

    @room.websocket("/")
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        members.add(websocket)
        try:
            async for text in websocket.iter_text():
                for member in list(members):
                    await member.send_text(text)
        finally:
            members.remove(websocket)

    with TestClient(room) as client, ExitStack() as stack:
        sessions = [stack.enter_context(client.websocket_connect("/")) for _ in range(50)]
        for number in (0, 49):
            sessions[number].send_text(f"from {number}")
            assert {other.receive_text() for other in sessions} == {f"from {number}"}
        sessions[10].close()
        sessions[0].send_text("without 10")
        assert [s.receive_text() for s in (*sessions[:10], *sessions[11:])] == 49 * ["without 10"]
    assert members == set()
