"""Sync callables in worker threads: what they see, how many run at once, and what a cancellation does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Annotated, Any

import anyio
import pytest
from anyio import from_thread, to_thread

from xapi import XAPI, Depends
from xapi.pipeline.threads import run_in_thread
from xapi.testing import AsyncClient, TestClient

variable: ContextVar[str] = ContextVar("variable", default="unset")
BACKENDS = ["asyncio", "trio"]


async def in_thread(call: Any, **arguments: Any) -> Any:
    return await run_in_thread(call, arguments)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_call_gives_its_result_and_runs_beside_the_loop(backend: str) -> None:
    async def run() -> None:
        here = threading.get_ident()
        assert await in_thread(lambda x: x + 1, x=2) == 3
        assert await in_thread(threading.get_ident) != here

    anyio.run(run, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_context_variables_go_in_and_stay_there(backend: str) -> None:
    def change() -> str:
        before = variable.get()
        variable.set("changed")
        return before

    async def run() -> None:
        variable.set("outside")
        assert await in_thread(change) == "outside"
        assert variable.get() == "outside"

    anyio.run(run, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_code_in_a_thread_can_call_the_loop(backend: str) -> None:
    async def double(x: int) -> int:
        await anyio.lowlevel.checkpoint()
        return 2 * x

    def call() -> tuple[int, int]:
        return from_thread.run(double, 3), from_thread.run_sync(threading.get_ident)

    async def run() -> None:
        assert await in_thread(call) == (6, threading.get_ident())

    anyio.run(run, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_code_in_a_thread_can_run_a_loop_of_its_own(backend: str) -> None:
    async def inner() -> str:
        return "inner"

    async def run() -> None:
        assert await in_thread(lambda: anyio.run(inner)) == "inner"

    anyio.run(run, backend=backend)


@pytest.mark.parametrize("error", [ValueError("x"), StopIteration("x"), SystemExit(3)])
def test_what_a_call_raises_is_raised(error: BaseException) -> None:
    def fail() -> None:
        raise error

    async def run() -> BaseException:
        try:
            await in_thread(fail)
        except BaseException as raised:
            return raised
        raise AssertionError

    raised = asyncio.run(run())
    if isinstance(error, StopIteration):
        assert isinstance(raised, RuntimeError)
        assert raised.__cause__ is error
    else:
        assert raised is error


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_more_calls_run_at_once_than_anyios_limiter_has_tokens(backend: str) -> None:
    lock = threading.Lock()
    running = most = 0

    def count() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        from_thread.run(anyio.lowlevel.checkpoint)
        with lock:
            running -= 1

    async def run() -> None:
        to_thread.current_default_thread_limiter().total_tokens = 2
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(in_thread, count)

    anyio.run(run, backend=backend)
    assert 1 <= most <= 2


def test_as_many_calls_run_at_once_as_there_are_tokens() -> None:
    together = threading.Barrier(30, timeout=10)

    async def run() -> list[int]:
        return await asyncio.gather(*[in_thread(together.wait) for _ in range(30)])

    assert sorted(asyncio.run(run())) == list(range(30))


def test_calls_that_follow_each_other_share_a_thread() -> None:
    async def run() -> int:
        return len({await in_thread(threading.get_ident) for _ in range(20)})

    assert asyncio.run(run()) == 1


def test_threads_end_with_the_loop() -> None:
    threads: list[threading.Thread] = []

    async def run() -> None:
        await asyncio.gather(
            *[in_thread(lambda: threads.append(threading.current_thread())) for _ in range(5)]
        )

    asyncio.run(run())
    for thread in threads:
        thread.join(timeout=10)
    assert not any(thread.is_alive() for thread in threads)


def test_threads_end_though_a_loop_is_closed_with_its_tasks() -> None:
    loop = asyncio.new_event_loop()
    thread: threading.Thread = loop.run_until_complete(in_thread(threading.current_thread))
    assert thread.is_alive()
    loop.close()
    thread.join(timeout=10)

    assert not thread.is_alive()


def test_a_process_ends_though_a_client_was_never_closed() -> None:
    program = """
from xapi import XAPI
from xapi.testing import TestClient

app = XAPI()
app.get("/")(lambda: 1)
client = TestClient(app)
print(client.get("/").json())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "1\n")


def test_a_cancel_scope_waits_for_the_thread() -> None:
    started, release, events = threading.Event(), threading.Event(), []

    def work() -> None:
        started.set()
        release.wait(10)
        events.append("work done")

    async def run() -> None:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:
                group.start_soon(in_thread, work)
                await to_thread.run_sync(started.wait, 10)
                scope.cancel()
                asyncio.get_running_loop().call_later(0.01, release.set)
        events.append("scope left")

    asyncio.run(run())
    assert events == ["work done", "scope left"]


def test_a_cancel_scope_that_is_cancelled_as_the_thread_ends_is_left() -> None:
    async def run() -> None:
        done = threading.Event()
        await in_thread(int)  # from now on there is a thread that waits for work
        with anyio.fail_after(20), anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:
                group.start_soon(in_thread, done.set)
                await anyio.lowlevel.checkpoint()
                while not done.is_set():  # the loop learns of it only when this task waits
                    pass
                scope.cancel()

    for _ in range(20):
        asyncio.run(run())


def test_a_task_that_asyncio_cancels_waits_for_the_thread() -> None:
    release, done = threading.Event(), threading.Event()

    async def run() -> None:
        loop, started = asyncio.get_running_loop(), asyncio.Event()

        def work() -> None:
            loop.call_soon_threadsafe(started.set)
            release.wait(10)
            done.set()

        task = asyncio.create_task(in_thread(work))
        await started.wait()
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done(), "what the thread uses would be closed"
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()

    asyncio.run(run())


def test_sync_endpoints_and_dependencies_take_turns_in_few_threads() -> None:
    app = XAPI()
    seen: set[int] = set()

    def value() -> Iterator[int]:
        seen.add(threading.get_ident())
        yield 1
        seen.add(threading.get_ident())

    @app.get("/")
    def read(one: Annotated[int, Depends(value)]) -> int:
        seen.add(threading.get_ident())
        return one

    with TestClient(app) as client:
        assert [client.get("/").json() for _ in range(10)] == [1] * 10
    assert threading.get_ident() not in seen
    assert len(seen) == 1


def test_slow_sync_endpoints_run_together() -> None:
    app = XAPI()
    together = threading.Barrier(4, timeout=10)

    @app.get("/")
    def wait() -> int:
        together.wait()
        return 1

    async def run() -> None:
        async with AsyncClient(app) as client:
            answers = await asyncio.gather(*[client.get("/") for _ in range(4)])
        assert [answer.json() for answer in answers] == [1] * 4

    asyncio.run(run())


@pytest.mark.parametrize(("setting", "expected"), [("anyio", "False"), ("", "True")])
def test_an_environment_variable_leaves_threads_to_anyio(setting: str, expected: str) -> None:
    program = """
import asyncio
from xapi.pipeline.threads import run_in_thread

async def main():
    await run_in_thread(int, {})
    print(any("_employment" in repr(task) for task in asyncio.all_tasks()))

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"XAPI_THREADS": setting},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == expected
