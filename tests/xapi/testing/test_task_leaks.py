"""Tasks that an app has left running are named when its life ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import anyio
import pytest
import trio

from xapi import XAPI
from xapi.testing import AsyncClient, TaskLeftRunning, TestClient

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
