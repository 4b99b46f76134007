"""WebSocket endpoints: parameters, dependencies, closing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest

from xapi import (
    XAPI,
    APIRouter,
    Depends,
    Header,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
    status,
)
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
