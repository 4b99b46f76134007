"""Failures that no response shows: of tasks that the app starts, and of background work that goes on."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest

from xapi import XAPI
from xapi.background import BackgroundTask
from xapi.responses import JSONResponse, StreamingResponse
from xapi.testing import AsyncClient, TestClient, UnseenFailure, unseen

app = XAPI()
started: list[asyncio.Task[None]] = []


async def work() -> None:
    raise LookupError("unseen")


@app.get("/task")
async def task() -> None:
    started.append(asyncio.create_task(work(), name="mine"))


@app.get("/awaited")
async def awaited() -> None:
    started.append(asyncio.create_task(work()))
    await asyncio.gather(started[-1], return_exceptions=True)


@app.get("/background")
async def background() -> StreamingResponse:
    return StreamingResponse(iter([b"x"]), background=BackgroundTask(work))


@app.get("/error")
async def error() -> None:
    raise LookupError("a 500")


def fail() -> None:
    raise LookupError("unseen")


@app.get("/callback")
async def callback() -> None:
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)


@app.get("/thread")
async def thread() -> None:
    await asyncio.wait([asyncio.get_running_loop().run_in_executor(None, fail)])


def ask(path: str, **options: Any) -> None:
    with TestClient(app, **options) as client:
        client.get(path)


@pytest.mark.parametrize("driver", ["auto", "portal"])
def test_a_task_that_fails_is_told_at_the_shutdown(driver: Any) -> None:
    with pytest.warns(UnseenFailure, match=r"a task of .* mine \(work, .*\): LookupError: unseen") as told:
        ask("/task", driver=driver)
    assert isinstance(told[0].message.__cause__, LookupError)  # type: ignore[union-attr]


@pytest.mark.parametrize("driver", ["auto", "portal"])
@pytest.mark.parametrize(("path", "what"), [("/callback", r"callback fail\(\)"), ("/thread", "Future")])
def test_so_is_what_else_fails_on_the_loop(path: str, what: str, driver: Any) -> None:
    with pytest.warns(UnseenFailure, match=rf"on the event loop of .*{what}.*: LookupError: unseen") as told:
        ask(path, driver=driver)
    assert isinstance(told[0].message.__cause__, LookupError)  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/task", "/callback", "/thread"])
def test_of_the_asynchronous_client_too(path: str) -> None:
    async def main() -> None:
        async with AsyncClient(app) as client:
            await client.get(path)

    with pytest.warns(UnseenFailure, match="LookupError: unseen"):
        asyncio.run(main())


@pytest.mark.filterwarnings("error")
def test_who_has_an_exception_handler_is_told_alone() -> None:
    found: list[Any] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: found.append(context))
        async with AsyncClient(app) as client:
            await client.get("/callback")
        assert asyncio.get_running_loop().get_exception_handler() is not None

    asyncio.run(main())
    assert "callback fail()" in found[0]["message"]


def test_background_work_that_went_on_is_told_at_the_end() -> None:
    client = TestClient(app)
    with client:
        client.background.policy = "go_on"
        client.get("/background")
        client.settle()
        with pytest.warns(UnseenFailure, match=r"background work of GET /background.*unseen"):
            client.__exit__()


@pytest.mark.filterwarnings("error")
def test_what_is_seen_is_not_told() -> None:
    ask("/error", raise_server_exceptions=False)
    ask("/awaited")


def test_a_filter_makes_them_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnseenFailure)
        with pytest.raises(UnseenFailure) as raised:
            ask("/task")
    assert isinstance(raised.value.__cause__, LookupError)


@app.get("/breaks")
async def breaks() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"half"
        raise LookupError("the other half")

    return StreamingResponse(pieces())


async def send_request(path: str, **options: Any) -> bytes:
    async with AsyncClient(app, raise_server_exceptions=False, **options) as client:
        return (await client.get(path)).content


@pytest.mark.parametrize("timeout", [None, 5])
@pytest.mark.parametrize("path", ["/breaks", "/background"])
@pytest.mark.parametrize("is_async", [False, True])
def test_what_fails_behind_a_good_status_is_told(path: str, is_async: bool, timeout: float | None) -> None:
    def send() -> None:
        if is_async:
            asyncio.run(send_request(path, timeout=timeout))
        else:
            ask(path, raise_server_exceptions=False, timeout=timeout)

    with pytest.warns(UnseenFailure, match=rf"GET {path} .*begun, with status 200: LookupError") as told:
        send()
    assert isinstance(told[0].message.__cause__, LookupError)  # type: ignore[union-attr]


def test_so_is_a_stream_that_breaks_while_it_is_read() -> None:
    client = TestClient(app, raise_server_exceptions=False)
    with pytest.warns(UnseenFailure, match="GET /breaks"), client.stream("GET", "/breaks") as response:
        assert response.read() == b"half"


def test_background_work_of_an_asynchronous_client_is_told_at_the_end() -> None:
    async def main() -> None:
        async with AsyncClient(app) as client:
            client.background.policy = "go_on"
            await client.get("/background")

    with pytest.warns(UnseenFailure, match=r"background work of GET /background.*unseen"):
        asyncio.run(main())


async def careless(scope: Any, receive: Any, send: Any) -> None:
    """An app that answers all exceptions itself."""
    try:
        raise LookupError("not shown")
    except LookupError:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"sorry"})


def test_what_a_handler_has_answered_is_no_failure() -> None:
    assert TestClient(careless).get("/").status_code == 500


def test_what_is_handled_around_a_request_is_not_the_apps() -> None:
    @app.get("/500", status_code=500)
    async def answered() -> None: ...

    unseen.begin_test()
    try:
        raise ValueError
    except ValueError:
        assert TestClient(app).get("/500").status_code == 500
    assert unseen.shown() == ""
    TestClient(careless).get("/")
    assert "LookupError: not shown" in unseen.shown()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("status", [200, 418, 500])
def test_what_a_handler_has_answered_is_seen_whatever_its_status(status: int) -> None:
    handled = XAPI()

    @handled.exception_handler(Exception)
    async def answer(request: Any, error: Exception) -> JSONResponse:
        return JSONResponse({}, status)

    handled.get("/")(error)
    assert TestClient(handled, raise_server_exceptions=False).get("/").status_code == status
