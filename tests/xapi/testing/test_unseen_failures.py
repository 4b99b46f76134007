"""Failures that no response shows: of tasks that the app starts, and of background work that goes on."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import pytest

from xapi import XAPI
from xapi.background import BackgroundTask
from xapi.responses import StreamingResponse
from xapi.testing import AsyncClient, TestClient, UnseenFailure

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


def ask(path: str, **options: Any) -> None:
    with TestClient(app, **options) as client:
        client.get(path)


@pytest.mark.parametrize("driver", ["auto", "portal"])
def test_a_task_that_fails_is_told_at_the_shutdown(driver: Any) -> None:
    with pytest.warns(UnseenFailure, match=r"a task of .* mine \(work, .*\): LookupError: unseen") as told:
        ask("/task", driver=driver)
    assert isinstance(told[0].message.__cause__, LookupError)  # type: ignore[union-attr]


def test_of_the_asynchronous_client_too() -> None:
    async def main() -> None:
        async with AsyncClient(app) as client:
            await client.get("/task")

    with pytest.warns(UnseenFailure, match="LookupError: unseen"):
        asyncio.run(main())


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
