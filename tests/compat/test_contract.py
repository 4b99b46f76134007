"""One contract for five apps: what the clients do is the same, whatever framework the app is made with.

xapi, Starlette and bare ASGI are run here; FastAPI and Litestar in environments of their own, by
`test_peers.py`, which names the app in `XAPI_CONTRACT_APP`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import anyio
import httpx
import pytest
from contract_declared import provided
from contract_world import World
from starlette.websockets import WebSocketDisconnect

from xapi.openapi.reader import DocumentError
from xapi.testing import AsyncClient, OverrideError, TestClient, assert_conforms

NAMED = os.environ.get("XAPI_CONTRACT_APP")
APPS = [NAMED] if NAMED else ["xapi", "starlette", "bare"]
DOCUMENTED = {"xapi", "fastapi", "litestar"}
DECLARED = {"xapi", "fastapi"}


@pytest.fixture(params=APPS)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def module(name: str) -> Any:
    return import_module(f"contract_{name}")


@pytest.fixture
def app(module: Any, world: World) -> Any:
    return module.make_app(world)


@pytest.fixture(params=["auto", "portal"])
def client(app: Any, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    with TestClient(app, driver=request.param) as client:
        yield client


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def said(response: httpx.Response) -> str:
    """The text of an answer: some frameworks send a text as JSON, others as it is."""
    return response.text.strip('"')


def test_the_lifespan_runs(app: Any, world: World) -> None:
    for driver in ("auto", "portal"):
        with TestClient(app, driver=driver) as client:
            assert (world.is_started, world.is_stopped) == (True, False)
            assert said(client.get("/greeting")) == "hello"
        assert world.is_stopped
        world.is_stopped = False


def test_json_is_answered_and_taken(client: TestClient) -> None:
    assert client.get("/hello").json() == {"hello": "world"}
    created = client.post("/items", json={"name": "nail"})
    assert (created.status_code, created.json()) == (201, {"name": "nail"})


def test_parameters_arrive(client: TestClient) -> None:
    assert client.get("/items/7", params={"q": "a b"}).json() == {"id": 7, "q": "a b"}
    assert said(client.get("/token", headers={"x-token": "t"})) == "t"


def test_sync_endpoints_answer(client: TestClient) -> None:
    assert said(client.get("/sync")) == "from a thread"


def test_cookies_are_kept(client: TestClient) -> None:
    assert said(client.get("/me")) == ""
    client.get("/login")
    assert said(client.get("/me")) == "abc"


def test_redirects_are_followed_and_remembered(client: TestClient) -> None:
    response = client.get("/redirect")
    assert (response.json(), [step.status_code for step in response.history]) == ({"hello": "world"}, [307])
    assert client.get("/redirect", follow_redirects=False).status_code == 307


def test_streams_come_in_pieces(client: TestClient) -> None:
    with client.stream("GET", "/stream") as response:
        assert list(response.iter_lines()) == ["0", "1", "2"]


def test_an_endless_stream_can_be_left(client: TestClient) -> None:
    with client.stream("GET", "/events") as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(3)] == ["data: tick", "", "data: tick"]
    assert client.get("/hello").status_code == 200


def test_an_exception_is_raised_or_answered(app: Any, module: Any) -> None:
    if module.REPORTS_EXCEPTIONS:
        with TestClient(app) as client, pytest.raises(LookupError, match="boom"):
            client.get("/boom")
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/boom").status_code == 500


def test_background_work_is_done(client: TestClient, world: World) -> None:
    assert said(client.get("/background")) == "accepted"
    assert world.done == ["background"]


def test_background_work_can_be_held(client: TestClient, world: World) -> None:
    with client.background.held():
        assert said(client.get("/background")) == "accepted"
        assert world.done == []
    assert world.done == ["background"]


def test_a_slow_request_is_cancelled(client: TestClient, world: World) -> None:
    with pytest.raises(httpx.ReadTimeout, match=r"GET /slow.*: no answer from the app after 0\.05 s"):
        client.get("/slow", timeout=0.05)
    assert world.cancelled == ["slow"]
    assert client.get("/hello").status_code == 200


def test_websockets_echo(client: TestClient) -> None:
    with client.websocket_connect("/echo", subprotocols=["v1"]) as websocket:
        assert websocket.accepted_subprotocol == "v1"
        websocket.send_text("hello")
        websocket.expect("hello")
        websocket.expect_nothing(0.01)
        websocket.send_text("close")
        websocket.expect_close(1001)


def test_several_sessions_are_open_at_once(client: TestClient) -> None:
    with client.websocket_connect("/echo") as one, client.websocket_connect("/echo") as two:
        one.send_text("1")
        two.send_text("2")
        two.expect("2")
        one.expect("1")


def test_a_refused_websocket_is_told(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/refuse"):
        pytest.fail("it was refused")


def test_operations_are_called_by_id_and_conform(client: TestClient, name: str) -> None:
    if name not in DOCUMENTED:
        with pytest.raises(DocumentError, match="has no OpenAPI document"):
            client.call("hello")
        return
    assert client.call("hello").json() == {"hello": "world"}
    response = client.call("read_item", number=7, q="x")
    assert response.json() == {"id": 7, "q": "x"}
    assert_conforms(response)


def test_dependencies_of_included_routers_are_replaced_and_others_refused(
    client: TestClient, name: str
) -> None:
    if name not in DECLARED:
        # Litestar's can be replaced, by their names or functions.
        refusal = (
            "no operation of the app depends on" if name == "litestar" else "has no dependencies to override"
        )
        with pytest.raises(OverrideError, match=refusal):
            client.override(said, "replaced")
        return
    with client.override(provided, "replaced"):
        assert said(client.get("/included/provided")) == "replaced"
    assert said(client.get("/included/provided")) == "real"
    with pytest.raises(OverrideError, match="no operation of the app depends on said"):
        client.override(said, "replaced")


@pytest.mark.anyio
async def test_four_slow_requests_are_in_the_app_at_once(app: Any) -> None:
    numbers: list[int] = []

    async def ask(client: AsyncClient) -> None:
        numbers.append((await client.get("/together", timeout=60)).json())

    async with AsyncClient(app) as client, anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(ask, client)
    assert numbers == [4, 4, 4, 4]


@pytest.mark.anyio
async def test_the_asynchronous_client_does_the_same(app: Any, world: World) -> None:
    async with AsyncClient(app) as client:
        assert said(await client.get("/greeting")) == "hello"
        assert (await client.post("/items", json={"name": "nail"})).status_code == 201
        assert said(await client.get("/sync")) == "from a thread"
        async with client.background.held():
            await client.get("/background")
            assert world.done == []
        assert world.done == ["background"]
        async with client.stream("GET", "/events") as response:
            lines = response.aiter_lines()
            assert await anext(lines) == "data: tick"
            await lines.aclose()
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/slow", timeout=0.05)
        assert world.cancelled == ["slow"]
        async with client.websocket_connect("/echo") as websocket:
            await websocket.send_text("hello")
            await websocket.expect("hello")
            await websocket.send_text("close")
            await websocket.expect_close(1001)
    assert world.is_stopped
