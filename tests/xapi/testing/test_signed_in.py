"""`client.as_(...)`: clients of other users, which share lifespan and loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest

from xapi import XAPI, Depends, Header, Request, Response, WebSocket
from xapi.testing import AsyncClient, OverrideError, TestClient

started: list[Any] = []


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[dict[str, Any]]:
    started.append(asyncio.get_running_loop())
    yield {"loop": started[-1]}


app = XAPI(lifespan=lifespan)


def user(authorization: Annotated[str, Header()] = "nobody") -> str:
    return authorization


@app.get("/me")
async def me(request: Request, name: Annotated[str, Depends(user)]) -> str:
    assert request.state.loop is asyncio.get_running_loop()
    return f"{name}{request.cookies.get('c', '')}"


@app.get("/cookie")
async def cookie(response: Response) -> None:
    response.set_cookie("c", "!")


@app.websocket("/ws")
async def talk(websocket: WebSocket, name: Annotated[str, Depends(user)]) -> None:
    await websocket.accept()
    await websocket.send_text(name)


def test_each_user_has_headers_overrides_and_cookies() -> None:
    before = len(started)
    with TestClient(app, headers={"x-a": "1"}, base_url="http://shop") as client:
        anna = client.as_(headers={"authorization": "anna"})
        ben = client.as_(overrides={user: "ben"})
        again = anna.as_(headers={"x-a": "2"})
        client.get("/cookie")
        users = (client, anna, ben, again)
        assert [each.get("/me").json() for each in users] == ["nobody!", "anna", "ben", "anna"]
        assert anna.headers["x-a"] == "1"
        assert again.headers["x-a"] == "2"
        assert anna.base_url == "http://shop"
        with client.override(user, "carl"):
            assert client.get("/me").json() == "carl!"
            assert ben.get("/me").json() == "ben"
        with ben.websocket_connect("/ws") as session:
            assert session.receive_text() == "ben"
    assert len(started) == before + 1


def test_asynchronous_clients_too() -> None:
    async def main() -> None:
        async with AsyncClient(app) as client:
            users = client.as_(headers={"authorization": "anna"}), client.as_(overrides={user: "ben"})
            found = await asyncio.gather(*(each.get("/me") for each in users))
            assert [each.json() for each in found] == ["anna", "ben"]

    asyncio.run(main())


def test_options_are_those_of_the_client() -> None:
    client = TestClient(app, raise_server_exceptions=False, check_responses=True, timeout=3, client=("me", 7))
    made = client.as_()
    assert not made.raise_server_exceptions
    assert made.timeout.read == 3
    assert made._scopes.client == ("me", 7)
    assert made._wiring.check_responses


class Other:
    dependency_overrides: dict[Any, Any] = {}  # noqa: RUF012

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        raise NotImplementedError


def test_overrides_that_would_hold_for_all_are_refused() -> None:
    client = TestClient(Other())
    assert client.as_(headers={"a": "b"}).headers["a"] == "b"
    with pytest.raises(OverrideError, match=r"those of as_\(\) would hold for its other clients too"):
        client.as_(overrides={user: "ben"})
    assert client.app.dependency_overrides == {}
