"""Which library the clients are made of: what is set, never what is installed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
{before}
import importlib
from xapi.testing import AsyncClient, TestClient

async def app(scope, receive, send):
    await send(dict(type="http.response.start", status=200, headers=[(b"set-cookie", b"a=1")]))
    await send(dict(type="http.response.body", body=b"hello"))

{code}
"""
WHOSE = """
library = importlib.import_module("{name}")
client = TestClient(app)
response = client.get("/")
assert isinstance(client, library.Client) and issubclass(AsyncClient, library.AsyncClient)
assert isinstance(response, library.Response) and isinstance(response.request, library.Request)
assert response.text == "hello" and client.cookies["a"] == "1"
with client.stream("GET", "/") as streamed:
    assert isinstance(streamed, library.Response) and streamed.read() == b"hello"
"""


def run(code: str, library: str | None, before: str = "") -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "XAPI_HTTP_CLIENT"}
    if library is not None:
        environment["XAPI_HTTP_CLIENT"] = library
    command = [sys.executable, "-c", PROGRAM.format(before=before, code=code)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize(
    ("setting", "name"), [(None, "httpx"), ("", "httpx"), ("httpx", "httpx"), ("httpx2", "httpx2")]
)
def test_clients_and_responses_are_those_of_the_library_that_is_set(setting: str | None, name: str) -> None:
    import httpx2  # noqa: F401  # It is installed, which must not matter.

    finished = run(WHOSE.format(name=name), setting)

    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    ("setting", "before", "message"),
    [
        (
            "requests",
            "",
            "ValueError: XAPI_HTTP_CLIENT in the environment: 'requests' is not one of httpx, httpx2",
        ),
        (
            "httpx2",
            "import sys; sys.modules['httpx2'] = None",
            "XAPI_HTTP_CLIENT in the environment: httpx2 is not installed: pip install httpx2",
        ),
        (
            None,
            "from xapi.testing import TestClient, http_library; http_library.use('httpx2', 'here')",
            "RuntimeError: here: the test clients already use httpx; set XAPI_HTTP_CLIENT=httpx2",
        ),
    ],
)
def test_what_cannot_be_is_told(setting: str | None, before: str, message: str) -> None:
    finished = run("", setting, before=before)

    assert finished.returncode == 1
    assert message in finished.stderr.splitlines()[-1]


MORE_OF_HTTPX2 = """
import asyncio
import httpx2

EVENTS = [(b"content-type", b"text/event-stream")]

async def streaming(scope, receive, send):
    if scope["path"] != "/events":
        return await app(scope, receive, send)
    await send(dict(type="http.response.start", status=200, headers=EVENTS))
    while True:
        await send(dict(type="http.response.body", body=b"data: tick\\n\\n", more_body=True))

def public(kind):
    return {name for name in dir(kind) if not name.startswith("_")}

assert public(TestClient) >= public(httpx2.Client) and public(AsyncClient) >= public(httpx2.AsyncClient)
with TestClient(streaming) as client:
    assert client.query("/", json=[1]).request.method == "QUERY"
    with client.sse("/events") as events:
        assert next(iter(events)).data == "tick"

async def main():
    async with AsyncClient(streaming) as client:
        assert (await client.query("/", json=[1])).text == "hello"
        async with client.sse("/events") as events:
            assert (await anext(aiter(events))).data == "tick"

asyncio.run(main())
"""


def test_what_only_httpx2_has_reaches_the_app_too() -> None:
    finished = run(MORE_OF_HTTPX2, "httpx2")

    assert finished.returncode == 0, finished.stderr
