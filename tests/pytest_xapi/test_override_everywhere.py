"""Overrides from every kind of fixture reach the app, whatever runs the test, and end with the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

RunPytest = Callable[..., pytest.RunResult]

APP = """
    import pytest
    from xapi import Depends, WebSocket, XAPI

    app = XAPI()

    def user():
        return "anna"

    @app.get("/")
    async def read(name: str = Depends(user)):
        return name

    @app.get("/thread")
    def read_in_thread(name: str = Depends(user)):
        return name

    @app.websocket("/ws")
    async def talk(websocket: WebSocket, name: str = Depends(user)):
        await websocket.accept()
        await websocket.send_text(name)
"""


@dataclass(frozen=True)
class Runner:
    """What runs asynchronous fixtures and tests."""

    name: str
    plugin: str
    mark: str
    fixture: str
    before: str = ""
    runs: int = 1


ANYIO = """
@pytest.fixture(scope="{scope}", params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param
"""
HELD = """
@pytest.fixture(scope="module")
async def held(anyio_backend):
    yield  # so that one runner lives as long as the module

pytestmark = pytest.mark.usefixtures("held")
"""
RUNNERS = [
    Runner(
        "anyio, function",
        "anyio",
        "@pytest.mark.anyio",
        "@pytest.fixture",
        ANYIO.format(scope="function"),
        runs=2,
    ),
    Runner(
        "anyio, module",
        "anyio",
        "@pytest.mark.anyio",
        "@pytest.fixture",
        ANYIO.format(scope="module") + HELD,
        runs=2,
    ),
    Runner("asyncio", "asyncio", "@pytest.mark.asyncio", "@pytest_asyncio.fixture"),
    Runner(
        "asyncio, module",
        "asyncio",
        '@pytest.mark.asyncio(loop_scope="module")',
        '@pytest_asyncio.fixture(loop_scope="module")',
    ),
]

OVERRIDES = {
    "fixture": ["override(user, 'ben')", "yield"],
    "block of the app": ["with app.overrides(user, 'ben'):", "    yield"],
}
CLIENTS = {
    "async_client": """
    assert (await async_client.get("/")).json() == expected
    assert (await async_client.get("/thread")).json() == expected
    async with async_client.websocket_connect("/ws") as session:
        assert await session.receive_text() == expected
""",
    "client": """
    assert client.get("/").json() == expected
    assert client.get("/thread").json() == expected
    with client.websocket_connect("/ws") as session:
        assert session.receive_text() == expected
""",
    "live_server": """
    ask = build_opener(ProxyHandler({})).open
    for path in ("/", "/thread"):
        with ask(f"{live_server.url}{path}") as response:
            assert json.load(response) == expected
    with connect(f"ws://{live_server.host}:{live_server.port}/ws", proxy=None) as session:
        assert session.recv() == expected
""",
}
# A block of the app holds in its own context, and a server has one of its own.
WAYS = [
    (client, how)
    for client in CLIENTS
    for how in OVERRIDES
    if (client, how) != ("live_server", "block of the app")
]


def module(runner: Runner, client: str, how: str, kind: str, place: str) -> str:
    """A test module: `overriding` is a fixture of that kind, set up before or after the fixture `other`."""
    asks = ("override, " if how == "fixture" else "") + ("other" if place == "after" else "")
    opening = f"{runner.fixture}\nasync def" if kind == "async" else "@pytest.fixture\ndef"
    body = "\n".join(f"    {line}" for line in OVERRIDES[how])
    other = "overriding" if place == "before" else ""
    return f"""
import json
from urllib.request import ProxyHandler, build_opener

import pytest
from websockets.sync.client import connect
{"import pytest_asyncio" if runner.plugin == "asyncio" else ""}
from main import app, user
{runner.before}
{opening} overriding({asks}):
{body}

{runner.fixture}
async def other({client}{", " + other if other else ""}):
    yield {client}.app

{runner.mark}
async def test_overridden({client}, overriding, other):
    expected = "ben"
{CLIENTS[client]}

{runner.mark}
async def test_not_overridden({client}, other{"_plain" if other else ""}):
    expected = "anna"
{CLIENTS[client]}

{runner.fixture}
async def other_plain({client}):
    yield {client}.app
"""


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(("client", "how"), WAYS)
@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.name)
def test_an_override_reaches_the_app(
    pytester: pytest.Pytester, runner: Runner, client: str, how: str, kind: str, place: str
) -> None:
    pytester.makepyfile(main=APP)
    pytester.makeini("[pytest]\nxapi_app = main:app\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(test_it=module(runner, client, how, kind, place))
    absent = {"anyio", "asyncio", "hypothesispytest", "schemathesis"} - {runner.plugin}
    arguments = [argument for plugin in sorted(absent) for argument in ("-p", f"no:{plugin}")]
    pytester.runpytest_inprocess(*arguments).assert_outcomes(passed=2 * runner.runs)
