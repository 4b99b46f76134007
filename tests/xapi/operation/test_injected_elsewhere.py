"""The WebSocket in an HTTP operation, and the request in a WebSocket's: left out, the default counts."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Annotated, Any

import pytest

from xapi import XAPI, APIRouter, Depends, Request, WebSocket
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
    def fine(value: HTTPConnection) -> None: ...

    with pytest.raises(DeclarationError, match=r"in .*http\(\): parameter 'value' is the websocket, which"):
        XAPI().get("/")(http)
    with pytest.raises(DeclarationError, match=r"parameter 'value' is the request, which"):
        XAPI().websocket("/")(websocket)
    XAPI().get("/")(fine)


def test_a_dependency_of_a_whole_router_holds_up_only_the_operations_that_cannot_have_it() -> None:
    def user(request: Request) -> str:
        return request.headers["user"]

    app, router = XAPI(), APIRouter(dependencies=[Depends(user)])

    @router.get("/")
    def read(name: Annotated[str, Depends(user)]) -> str:
        return name

    @router.websocket("/")
    async def talk(websocket: WebSocket, name: Annotated[str, Depends(user)]) -> None:
        await websocket.accept()
        await websocket.send_text(name)

    app.include_router(router)
    client = TestClient(app)
    assert client.get("/", headers={"user": "ada"}).json() == "ada"
    for _ in range(2):
        with (
            pytest.raises(DeclarationError, match=r"user\(\): parameter 'request' is the request, which the"),
            client.websocket_connect("/"),
        ):
            pass
    app.dependency_overrides[user] = lambda: "grace"
    with client.websocket_connect("/") as session:
        assert session.receive_text() == "grace"


def test_a_dependency_on_the_websocket_is_told_at_the_request() -> None:
    async def below(value: WebSocket) -> None: ...
    def between(value: Annotated[None, Depends(below)]) -> None: ...

    app = XAPI()
    app.get("/", dependencies=[Depends(between)])(lambda: "never")
    with pytest.raises(
        DeclarationError, match=r"below\(\): parameter 'value' is the websocket, which an HTTP"
    ):
        TestClient(app).get("/")
    assert TestClient(app, raise_server_exceptions=False).get("/").status_code == 500
    app.dependency_overrides[between] = lambda websocket: (
        None
    )  # a parameter of the query: its name says nothing
    assert TestClient(app).get("/?websocket=1").json() == "never"


def test_what_replaces_a_dependency_is_told_in_its_turn() -> None:
    def fine() -> None: ...
    def replacement(value: Request) -> None: ...

    app = XAPI()

    @app.websocket("/")
    async def talk(websocket: WebSocket, value: Annotated[None, Depends(fine)]) -> None:
        await websocket.accept()

    app.dependency_overrides[fine] = replacement
    with (
        pytest.raises(DeclarationError, match=r"replacement\(\): parameter 'value' is the request"),
        TestClient(app).websocket_connect("/"),
    ):
        pass


def test_what_a_signature_that_was_set_names_beside_the_code_may_be_left_out() -> None:
    """As libraries for injection do, which take the request or the WebSocket out of `**values`."""

    def injected(call: Any) -> Any:
        async def inject(**values: Any) -> Any:
            connections = [values.pop(name, None) for name in ("request", "websocket")]
            return await call(*(type(connection).__name__ for connection in connections), **values)

        kind = Parameter.KEYWORD_ONLY
        types = {"request": Request, "websocket": WebSocket, "n": int}
        taken = [Parameter(name, kind, annotation=annotation) for name, annotation in types.items()]
        inject.__signature__ = Signature(taken)  # type: ignore[attr-defined]
        return inject

    async def told(*found: str, n: int) -> Any:
        return [*found, n]

    app = XAPI()
    app.get("/")(injected(told))
    below = Depends(injected(told))
    app.get("/below")(lambda found=below: found)
    app.websocket("/")(injected(told))
    client = TestClient(app)
    assert client.get("/?n=3").json() == ["IncomingRequest", "NoneType", 3]
    assert client.get("/below?n=3").json() == ["IncomingRequest", "NoneType", 3]


def test_the_connection_is_the_request_or_the_websocket() -> None:
    app = XAPI()

    def connected(connection: HTTPConnection) -> HTTPConnection:
        return connection

    @app.get("/")
    def read(request: Request, connection: Annotated[HTTPConnection, Depends(connected)]) -> bool:
        return connection is request

    @app.websocket("/")
    async def socket(websocket: WebSocket, connection: Annotated[HTTPConnection, Depends(connected)]) -> None:
        await websocket.accept()
        await websocket.send_json(connection is websocket)
        await websocket.close()

    client = TestClient(app)
    assert client.get("/").json() is True
    with client.websocket_connect("/") as session:
        assert session.receive_json() is True
