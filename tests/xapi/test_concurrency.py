"""Sync code beside the event loop, and limits of what runs at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
import pytest

from xapi.concurrency import ConcurrencyLimit, contextmanager_in_threadpool, run_in_threadpool


@contextmanager
def noting(events: list[str], *, swallow: bool = False, other: bool = False) -> Iterator[str]:
    def note(what: str) -> None:
        place = "main" if threading.current_thread() is threading.main_thread() else "worker"
        events.append(f"{what} in {place}")

    note("enter")
    try:
        yield "value"
    except ValueError as error:
        if other:
            raise KeyError("other") from error
        if not swallow:
            raise
    finally:
        note("exit")


def test_a_sync_context_manager_is_entered_and_left_in_worker_threads() -> None:
    events: list[str] = []

    async def use() -> None:
        async with contextmanager_in_threadpool(noting(events)) as value:
            events.append(value)

    anyio.run(use)
    assert events == ["enter in worker", "value", "exit in worker"]


@pytest.mark.parametrize(
    ("options", "raised"), [({}, ValueError), ({"other": True}, KeyError), ({"swallow": True}, None)]
)
def test_it_may_pass_exceptions_change_them_or_keep_them(
    options: dict[str, bool], raised: type[Exception] | None
) -> None:
    events: list[str] = []

    async def use() -> str:
        try:
            async with contextmanager_in_threadpool(noting(events, **options)):
                raise ValueError("inside")
        except Exception as error:
            return type(error).__name__
        return "nothing"

    assert anyio.run(use) == ("nothing" if raised is None else raised.__name__)
    assert events[-1] == "exit in worker"


def test_leaving_does_not_wait_for_a_worker_thread_that_others_hold() -> None:
    async def use() -> bool:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 1
        release = threading.Event()
        async with anyio.create_task_group() as group:
            async with contextmanager_in_threadpool(noting([])):
                group.start_soon(run_in_threadpool, release.wait, 10)
                await anyio.lowlevel.checkpoint()
            release.set()
        return True

    assert anyio.run(use)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_limit_holds_for_each_event_loop(backend: str) -> None:
    limit = ConcurrencyLimit(2)

    async def use() -> int:
        inside = most = 0

        async def hold() -> None:
            nonlocal inside, most
            async with asynccontextmanager(limit.held)():
                inside += 1
                most = max(most, inside)
                await anyio.lowlevel.checkpoint()
                inside -= 1

        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(hold)
        return most

    async def leave_one_held() -> int:
        await limit.semaphore.acquire()
        return limit.semaphore.value

    assert anyio.run(use, backend=backend) == 2
    assert anyio.run(leave_one_held, backend=backend) == 1
    assert anyio.run(use, backend=backend) == 2


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_call_that_is_cancelled_while_it_waits_takes_no_place(backend: str) -> None:
    limit = ConcurrencyLimit(1)

    async def use() -> int:
        async with limit.semaphore:
            with anyio.move_on_after(0):
                async with limit.semaphore:
                    raise AssertionError("two at the same time")
        async with limit.semaphore:
            return limit.semaphore.value

    assert anyio.run(use, backend=backend) == 0
    assert anyio.run(use, backend=backend) == 0
