"""The WebSocket in an HTTP operation, and the request in a WebSocket's: left out, the default counts."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from xapi import XAPI, Depends, Request, WebSocket
from xapi.exceptions import DeclarationError
from xapi.requests import HTTPConnection
from xapi.testclient import TestClient


def both(request: Request = None, websocket: WebSocket | None = None) -> list[bool]:  # type: ignore[assignment]
    return [request is not None, websocket is not None]


def test_what_an_operation_has_not_is_its_default() -> None:
    app = XAPI()

    @app.get("/")
    def read(found: Annotated[Any, Depends(both)], websocket: WebSocket = None) -> Any:  # type: ignore[assignment]
        return [*found, websocket]

    @app.websocket("/")
    async def talk(
        websocket: WebSocket, found: Annotated[Any, Depends(both)], request: Request | None = None
    ) -> None:
        await websocket.accept()
        await websocket.send_json([*found, request])

    client = TestClient(app)
    assert client.get("/").json() == [True, False, None]
    with client.websocket_connect("/") as session:
        assert session.receive_json() == [False, True, None]


def test_without_a_default_it_is_refused() -> None:
    def http(value: WebSocket) -> None: ...
    async def websocket(value: Request) -> None: ...
    def below(value: Annotated[None, Depends(http)]) -> None: ...
    def fine(value: HTTPConnection) -> None: ...

    for endpoint in (http, below):
        with pytest.raises(
            DeclarationError, match=r"in .*http\(\): parameter 'value' is the websocket, which"
        ):
            XAPI().get("/")(endpoint)
    with pytest.raises(DeclarationError, match=r"parameter 'value' is the request, which"):
        XAPI().websocket("/")(websocket)
    XAPI().get("/")(fine)
