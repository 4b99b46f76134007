"""Tasks that an app has left running are named when its life ends."""

from __future__ import annotations

import asyncio
import sysconfig
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import pytest
import trio

from xapi import XAPI
from xapi.testing import (
    AsyncClient,
    PackageTaskLeftRunning,
    TaskLeftRunning,
    TestClient,
    TestTaskLeftRunning,
)

NAMED = r"left 1 running: mine \(.*work, .*test_task_leaks.py:\d+\)\."


async def work() -> None:
    await anyio.sleep_forever()


def test_tasks_that_the_app_leaves_running_are_named_and_others_are_not() -> None:
    app = XAPI()
    tasks = []

    @app.get("/")
    async def start() -> None:
        tasks.append(asyncio.create_task(work(), name="mine"))

    async def main() -> None:
        client = await AsyncClient(app).__aenter__()
        tasks.append(asyncio.create_task(work()))
        await client.get("/")
        with pytest.warns(TaskLeftRunning, match=NAMED):
            await client.__aexit__()
        assert asyncio.get_running_loop().get_task_factory() is None
        for task in tasks:
            task.cancel()

    asyncio.run(main())


def app_that_starts(start: Callable[[], object]) -> XAPI:
    app = XAPI()

    @app.get("/")
    async def read() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 0)
        start()

    return app


def test_tasks_that_the_app_leaves_running_on_trio_are_named_and_others_are_not() -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            client = AsyncClient(app_that_starts(lambda: nursery.start_soon(work, name="mine")))
            await client.__aenter__()
            nursery.start_soon(work)
            await client.get("/")
            with pytest.warns(TaskLeftRunning, match=NAMED):
                await client.__aexit__()
            nursery.cancel_scope.cancel()

    trio.run(main)


def test_tasks_in_the_system_nursery_of_trio_are_named() -> None:
    app = app_that_starts(lambda: trio.lowlevel.spawn_system_task(work, name="mine"))
    with pytest.warns(TaskLeftRunning, match=NAMED), TestClient(app, backend="trio") as client:
        client.get("/")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_app_that_leaves_nothing_running_is_not_warned_about(backend: Any) -> None:
    app = app_that_starts(lambda: None)

    @app.get("/thread")
    def read() -> None: ...

    with TestClient(app, backend=backend) as client:
        client.get("/")
        client.get("/thread")


async def loops_until_cancelled() -> None:
    try:
        await asyncio.sleep(3600)
    finally:
        await asyncio.sleep(0.01)


async def waits_for(event: asyncio.Event) -> None:
    await event.wait()
    await asyncio.sleep(0)


@pytest.mark.parametrize("driver", ["auto", "portal"])
@pytest.mark.filterwarnings("error")
def test_tasks_that_were_told_to_end_get_their_turn(driver: Any) -> None:
    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        tasks = [asyncio.create_task(loops_until_cancelled()), asyncio.create_task(waits_for(stop))]
        yield
        stop.set()
        tasks[0].cancel()

    with TestClient(XAPI(lifespan=lifespan), driver=driver):
        pass
    asyncio.run(_opened(AsyncClient(XAPI(lifespan=lifespan))))


async def _opened(client: AsyncClient) -> None:
    async with client:
        pass


async def ignores_its_cancellation() -> None:
    for _ in range(2):
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


def test_a_task_that_does_not_end_when_it_is_cancelled_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xapi.testing.task_leaks.ENDING_SECONDS", 0.01)
    tasks = []

    def start() -> None:
        tasks.append(asyncio.create_task(ignores_its_cancellation()))
        asyncio.get_running_loop().call_soon(tasks[0].cancel)

    with (
        pytest.warns(TaskLeftRunning, match="ignores_its_cancellation"),
        TestClient(app_that_starts(start)) as client,
    ):
        client.get("/")


PACKAGE = """
import asyncio

def watch(tasks):
    tasks.append(asyncio.create_task(asyncio.Event().wait()))
"""


@pytest.mark.parametrize(
    ("file", "owner", "category"),
    [
        ("{installed}/sse_watcher/started.py", "the package sse_watcher has", PackageTaskLeftRunning),
        ("{installed}/watcher.py", "the package watcher has", PackageTaskLeftRunning),
        ("/suite/test_orders.py", "the tests have", TestTaskLeftRunning),
        ("/suite/conftest.py", "the tests have", TestTaskLeftRunning),
        ("/app/orders.py", "left 1 running", TaskLeftRunning),
    ],
)
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_who_has_started_a_task_is_said(backend: Any, file: str, owner: str, category: type[Warning]) -> None:
    source = PACKAGE if backend == "asyncio" else TRIO_PACKAGE
    space: dict[str, Any] = {}
    exec(compile(source, file.format(installed=sysconfig.get_path("purelib")), "exec"), space)
    tasks: list[Any] = []
    with (
        pytest.warns(category, match=owner) as told,
        TestClient(app_that_starts(lambda: space["watch"](tasks)), backend=backend) as client,
    ):
        client.get("/")
    assert [warning.category for warning in told] == [category]


TRIO_PACKAGE = """
import trio

def watch(tasks):
    tasks.append(trio.lowlevel.spawn_system_task(trio.sleep_forever))
"""
