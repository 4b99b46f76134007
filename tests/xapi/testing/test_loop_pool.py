"""The event loop of a client that has closed is taken by the next one only if it is as a new loop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from io import IOBase
from typing import Any
from weakref import ref

import anyio
import anyio.to_thread
import pytest

from xapi import XAPI
from xapi.testing import TestClient

setting: ContextVar[object] = ContextVar("setting")


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[None]:
    yield


app = XAPI(lifespan=lifespan)


@app.get("/")
async def read() -> str:
    return "read"


async def selector_of_call() -> Any:
    """What the loop watches files with: unlike the loop, it may be held without being a leftover."""
    return vars(asyncio.get_running_loop())["_selector"]


def selector_after(leave: Callable[[], Awaitable[object]] | None = None) -> Any:
    """The selector of a client that has closed; `leave` was run on its loop."""
    with TestClient(app) as client:
        assert client.get("/").json() == "read"
        if leave is not None:
            client.run(leave)
        return client.run(selector_of_call)


def is_closed(selector: Any) -> bool:
    return selector.get_map() is None


def test_a_loop_with_nothing_left_on_it_is_taken_again() -> None:
    first = selector_after()
    assert not is_closed(first)
    assert selector_after() is first


def test_clients_that_are_open_at_once_have_loops_of_their_own() -> None:
    with TestClient(app) as one, TestClient(app) as other:
        assert one.run(selector_of_call) is not other.run(selector_of_call)


def test_a_client_that_was_never_entered_gives_its_loop_on_too() -> None:
    client = TestClient(app)
    assert client.get("/").json() == "read"
    selector = client.run(selector_of_call)
    client.close()
    assert selector_after() is selector


def test_a_loop_that_is_taken_again_has_only_the_tasks_and_settings_of_a_new_one() -> None:
    async def look() -> list[object]:
        loop = asyncio.get_running_loop()
        names = sorted(task.get_coro().__qualname__ for task in asyncio.all_tasks())  # type: ignore[union-attr]
        handler = getattr(loop.get_exception_handler(), "__qualname__", None)  # that of the lifespan
        return [names, handler, loop.get_debug(), loop.slow_callback_duration]

    with TestClient(app, driver="portal") as client:
        new = client.run(look)
    first = selector_after()
    with TestClient(app) as client:
        assert client.run(selector_of_call) is first
        again = client.run(look)
    assert again[1:] == new[1:]
    with TestClient(app) as kept, TestClient(app) as made:
        assert kept.run(look) == made.run(look) == again
    without_lifespan = TestClient(app)
    assert without_lifespan.run(look)[1] is None
    without_lifespan.close()


def test_what_a_kept_loop_offers_still_works() -> None:
    async def use() -> list[object]:
        async def numbers() -> AsyncIterator[int]:
            yield 1

        loop = asyncio.get_running_loop()
        return [
            [number async for number in numbers()],
            await loop.run_in_executor(None, abs, -2),
            await anyio.to_thread.run_sync(abs, -3),
        ]

    first = selector_after()
    with TestClient(app) as client:
        assert client.run(selector_of_call) is first
        assert client.run(use) == [[1], 2, 3]


def test_a_kept_loop_does_not_keep_what_was_in_the_context_variables_of_its_maker() -> None:
    class Big:
        pass

    big = Big()
    reference = ref(big)
    token = setting.set(big)
    with TestClient(app), TestClient(app), TestClient(app), TestClient(app), TestClient(app):
        pass
    setting.reset(token)
    del big, token
    gc.collect()
    assert reference() is None


def test_a_client_made_in_debug_mode_has_a_loop_in_debug_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    first = selector_after()

    async def debugs() -> bool:
        return asyncio.get_running_loop().get_debug()

    with monkeypatch.context() as patch:
        patch.setenv("PYTHONASYNCIODEBUG", "1")
        with TestClient(app) as client:
            assert client.run(debugs)
    with TestClient(app) as client:
        assert not client.run(debugs)
        assert client.run(selector_of_call) is first


held: list[object] = []


@pytest.fixture(autouse=True)
def nothing_held() -> Any:
    yield
    for value in held:
        if isinstance(value, IOBase):
            value.close()
    held.clear()
    gc.collect()


async def leave_reference() -> None:
    held.append(asyncio.get_running_loop())


async def leave_weak_reference() -> None:
    held.append(ref(asyncio.get_running_loop()))


async def leave_task() -> None:
    held.append(asyncio.ensure_future(asyncio.sleep(3600)))


async def leave_task_unheld() -> None:
    asyncio.get_running_loop().create_task(asyncio.sleep(3600))


async def leave_future() -> None:
    held.append(asyncio.get_running_loop().create_future())


async def leave_timer() -> None:
    asyncio.get_running_loop().call_later(3600, print)


async def leave_callback() -> None:
    def again() -> None:
        asyncio.get_running_loop().call_soon(again)

    again()


async def leave_lock() -> None:
    lock = asyncio.Lock()
    await lock.acquire()
    waiting = asyncio.ensure_future(lock.acquire())
    await asyncio.sleep(0)
    waiting.cancel()
    held.append(lock)


async def leave_generator() -> None:
    async def numbers() -> AsyncIterator[int]:
        yield 1
        yield 2

    open_generator = numbers()
    await anext(open_generator)
    held.append(open_generator)


async def leave_executor() -> None:
    await asyncio.get_running_loop().run_in_executor(None, threading.get_ident)


async def leave_limiter() -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens = 1


async def leave_signal_handler() -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, print)


async def leave_reader() -> None:
    inlet, outlet = os.pipe()
    held.extend((os.fdopen(inlet), os.fdopen(outlet, "w")))
    asyncio.get_running_loop().add_reader(inlet, print)


async def leave_exception_handler() -> None:
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)


async def leave_task_factory() -> None:
    def make(loop: Any, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coroutine, loop=loop, **options)

    asyncio.get_running_loop().set_task_factory(make)


async def leave_debug() -> None:
    asyncio.get_running_loop().set_debug(True)


async def leave_slow_callback_duration() -> None:
    asyncio.get_running_loop().slow_callback_duration = 5


async def leave_method() -> None:
    asyncio.get_running_loop().time = lambda: 0.0  # type: ignore[method-assign]


async def leave_nothing_running() -> None:
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        if task.get_coro().__qualname__ == "stay":  # type: ignore[union-attr]
            task.cancel()


LEAVINGS = [value for name, value in list(globals().items()) if name.startswith("leave_")]


@pytest.mark.parametrize("leave", LEAVINGS, ids=lambda leave: leave.__name__)
def test_a_loop_with_leftovers_is_closed(leave: Callable[[], Awaitable[object]]) -> None:
    selector = selector_after(leave)
    assert is_closed(selector)
    assert selector_after() is not selector


def test_the_loop_of_an_app_that_fails_at_its_shutdown_is_closed() -> None:
    selectors: list[Any] = []

    @asynccontextmanager
    async def failing(app: XAPI) -> AsyncIterator[None]:
        selectors.append(await selector_of_call())
        yield
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), TestClient(XAPI(lifespan=failing)):
        pass
    assert is_closed(selectors[0])


PROGRAM = """
import asyncio, gc, os, sys, warnings
from xapi.testing import TestClient

async def app(scope, receive, send):
    for _ in range(2):
        await send({"type": (await receive())["type"] + ".complete"})

async def selector():
    return vars(asyncio.get_running_loop())["_selector"]

def used():
    with TestClient(app) as client:
        return client.run(selector)

kept = used()
assert kept is used()
"""


def run_program(rest: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", PROGRAM + rest],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_loops_that_are_kept_are_closed_when_python_ends() -> None:
    done = run_program("")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_client_that_is_not_closed_leaves_no_loop_when_python_ends() -> None:
    done = run_program("client = TestClient(app)\nclient.__enter__()\n")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_takes_no_loop_of_its_parent() -> None:
    done = run_program(
        """
child = os.fork()
if not child:
    os._exit(0 if kept.get_map() is None and used() is not kept else 1)
assert os.waitpid(child, 0)[1] == 0
assert used() is not None
"""
    )
    assert (done.returncode, done.stderr) == (0, "")
