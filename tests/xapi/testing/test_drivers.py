"""Where the app runs, from wherever the synchronous client is called."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import anyio
import pytest
from anyio import from_thread, to_thread

from xapi.testing import LoopDriver, PortalDriver, TaskLeftRunning, TestClient
from xapi.testing.drivers import make_driver

variable: ContextVar[str] = ContextVar("variable", default="unset")


async def where_it_runs() -> dict[str, Any]:
    return {"thread": threading.get_ident(), "variable": variable.get()}


def app_of(endpoint: Callable[[], Any]) -> Any:
    """An ASGI app that answers with the representation of what `endpoint` returns, and has a lifespan."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = repr(await endpoint()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.fixture(params=["auto", "portal", "trio"])
def client_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"backend": "trio"} if request.param == "trio" else {"driver": request.param}


def test_the_app_runs_in_the_calling_thread() -> None:
    with TestClient(app_of(where_it_runs)) as client:
        assert f"'thread': {threading.get_ident()}" in client.get("/").text


@pytest.mark.parametrize(
    "options", [{"driver": "portal"}, {"backend": "trio"}, {"backend_options": {"debug": True}}]
)
def test_the_app_can_be_given_a_thread(options: dict[str, Any]) -> None:
    with TestClient(app_of(where_it_runs), **options) as client:
        texts = {client.get("/").text for _ in range(3)}
    assert len(texts) == 1
    assert f"'thread': {threading.get_ident()}" not in texts.pop()


def test_the_app_sees_the_callers_context_and_does_not_change_it(client_options: dict[str, Any]) -> None:
    async def endpoint() -> str:
        seen = variable.get()
        variable.set("by the app")
        return seen

    variable.set("by the test")
    client = TestClient(app_of(endpoint), **client_options)
    assert [client.get("/").text for _ in range(2)] == ["'by the test'"] * 2
    assert variable.get() == "by the test"


@pytest.mark.anyio
async def test_a_client_can_be_called_inside_a_running_loop(client_options: dict[str, Any]) -> None:
    with TestClient(app_of(where_it_runs), **client_options) as client:
        assert f"'thread': {threading.get_ident()}" not in client.get("/").text
        assert client.get("/").status_code == 200


def test_a_client_that_was_opened_outside_can_be_called_inside_a_running_loop() -> None:
    with TestClient(app_of(where_it_runs)) as client:
        outside = client.get("/").text

        async def inside() -> str:
            return client.get("/").text

        moved = anyio.run(inside)
        assert moved != outside
        assert client.get("/").text == moved


def test_tasks_of_the_app_move_along_with_the_loop() -> None:
    states: list[asyncio.Task[None]] = []

    async def endpoint() -> bool:
        if not states:
            states.append(asyncio.create_task(anyio.sleep_forever()))
        return states[0].get_loop() is asyncio.get_running_loop() and not states[0].done()

    client = TestClient(app_of(endpoint))
    texts = [client.get("/").text]
    with ThreadPoolExecutor(1) as pool:
        texts.append(pool.submit(client.get, "/").result().text)
    texts.append(client.get("/").text)
    assert texts == ["True", "True", "True"]


def test_a_client_can_be_called_from_another_thread(client_options: dict[str, Any]) -> None:
    with TestClient(app_of(where_it_runs), **client_options) as client, ThreadPoolExecutor(1) as pool:
        assert pool.submit(client.get, "/").result().status_code == 200


def test_a_client_can_be_called_from_several_threads_at_once(client_options: dict[str, Any]) -> None:
    barrier = threading.Barrier(4, timeout=5)

    async def endpoint() -> int:
        await to_thread.run_sync(barrier.wait)
        return barrier.parties

    with TestClient(app_of(endpoint), **client_options) as client, ThreadPoolExecutor(4) as pool:
        assert {response.text for response in pool.map(lambda _: client.get("/"), range(4))} == {"4"}


def test_a_thread_of_the_app_can_call_the_client_that_waits_for_it(client_options: dict[str, Any]) -> None:
    calls: list[str] = []

    async def endpoint() -> str:
        if calls:
            return "inner"
        calls.append("outer")
        response = await to_thread.run_sync(client.get, "/")
        return "outer of " + response.text

    with TestClient(app_of(endpoint), **client_options) as client:
        assert client.get("/").text == "\"outer of 'inner'\""
        assert client.get("/").text == "'inner'"


def test_the_call_of_another_thread_goes_on_after_the_call_of_the_first() -> None:
    first_is_done, second_is_there = threading.Event(), threading.Event()
    pool = ThreadPoolExecutor(1)
    second: list[Future[Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/second":
            second_is_there.set()
            await to_thread.run_sync(first_is_done.wait, 5)
        else:
            second.append(pool.submit(client.get, "/second"))
            await to_thread.run_sync(second_is_there.wait, 5)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    client = TestClient(app)
    with pool:
        assert client.get("/first").text == "/first"
        first_is_done.set()
        assert second[0].result(5).text == "/second"


def test_a_call_that_could_only_wait_for_itself_is_refused(client_options: dict[str, Any]) -> None:
    async def endpoint() -> None:
        client.get("/")

    with TestClient(app_of(endpoint), **client_options) as client:
        for _ in range(2):
            with pytest.raises(RuntimeError, match="called on the event loop that runs its app"):
                client.get("/")


def test_a_call_that_could_only_wait_for_itself_is_refused_in_a_thread_too() -> None:
    async def endpoint() -> None:
        client.get("/")

    client = TestClient(app_of(endpoint))
    client.answer({"type": "http", "method": "GET", "path": "/"})
    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match="use an AsyncClient"):
        pool.submit(client.get, "/").result()


def test_a_failure_inside_the_app_reaches_the_test(client_options: dict[str, Any]) -> None:
    async def endpoint() -> None:
        pytest.fail("said the app")

    with TestClient(app_of(endpoint), **client_options) as client:
        for _ in range(2):
            with pytest.raises(pytest.fail.Exception, match="said the app"):
                client.get("/")


def test_an_interrupt_inside_the_app_ends_the_call() -> None:
    async def endpoint() -> None:
        raise KeyboardInterrupt

    with TestClient(app_of(endpoint)) as client, pytest.raises(KeyboardInterrupt):
        client.get("/")


def test_an_interrupt_while_the_app_waits_cancels_its_task() -> None:
    ends: list[str] = []

    async def endpoint() -> None:
        asyncio.get_running_loop().call_later(0.001, interrupt)
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    def interrupt() -> None:
        raise KeyboardInterrupt

    with TestClient(app_of(endpoint)) as client, pytest.raises(KeyboardInterrupt):
        client.get("/")
    assert ends == ["cancelled"]


def test_background_tasks_go_on_during_later_calls() -> None:
    done = []

    async def work() -> None:
        for number in range(3):
            await asyncio.sleep(0)
            done.append(number)

    tasks: list[Any] = []

    async def endpoint() -> int:
        if not tasks:
            tasks.append(asyncio.create_task(work()))
        else:
            await tasks[0]
        return len(done)

    with TestClient(app_of(endpoint)) as client:
        assert client.get("/").text == "0"
        assert client.get("/").text == "3"


def test_with_a_portal_background_tasks_go_on_between_calls() -> None:
    done = threading.Event()
    tasks: list[Any] = []

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    async def endpoint() -> None:
        tasks.append(asyncio.create_task(work()))

    with TestClient(app_of(endpoint), driver="portal") as client:
        client.get("/")
        assert done.wait(5)


def test_what_still_runs_is_cancelled_when_the_client_is_left() -> None:
    ends: list[str] = []
    tasks: list[Any] = []

    async def work() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    async def endpoint() -> None:
        tasks.append(asyncio.create_task(work()))
        await asyncio.sleep(0)

    left = pytest.warns(TaskLeftRunning, match=r"has shut down and left 1 running: .*work, .*\.py:")
    with left, TestClient(app_of(endpoint)) as client:
        client.get("/")
        assert ends == []
    assert ends == ["cancelled"]


def test_a_task_that_fails_when_it_is_cancelled_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    tasks: list[Any] = []

    async def work() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            raise LookupError("at the end")

    async def endpoint() -> None:
        tasks.append(asyncio.create_task(work()))
        await asyncio.sleep(0)

    left = pytest.warns(TaskLeftRunning, match=r"has shut down and left 1 running: .*work, .*\.py:")
    with left, TestClient(app_of(endpoint)) as client:
        client.get("/")
    assert "a task of the app failed while it was cancelled" in caplog.text
    assert "LookupError: at the end" in caplog.text


def test_an_open_client_keeps_its_worker_threads_between_calls() -> None:
    async def endpoint() -> str:
        thread = await to_thread.run_sync(threading.current_thread)
        threads.add(thread)
        return thread.name

    threads: set[threading.Thread] = set()
    with TestClient(app_of(endpoint)) as client:
        for _ in range(5):
            client.get("/")
        assert len(threads) == 1
    worker = threads.pop()
    worker.join(5)
    assert not worker.is_alive()


@pytest.mark.parametrize("options", ["", ", driver='portal'", ", backend='trio'"])
@pytest.mark.parametrize(
    "use",
    [
        "client.get('/')",
        "client.websocket_connect",
        "threading.Thread(target=client.get, args=('/',)).start()",
    ],
)
def test_the_interpreter_ends_though_the_client_was_not_closed(options: str, use: str) -> None:
    if "Thread" in use and (3, 12) <= sys.version_info < (3, 12, 3):
        pytest.skip("up to Python 3.12.2 no thread starts once the main thread has ended (gh-113964)")
    program = f"""
import threading
from anyio import to_thread
from xapi.testing import TestClient
async def app(scope, receive, send):
    await to_thread.run_sync(int)
    await send({{"type": "http.response.start", "status": 200}})
    await send({{"type": "http.response.body"}})
client = TestClient(app{options})
{use}
"""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_loop_of_a_client_that_is_garbage_is_closed_when_the_next_client_is_made() -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    async def endpoint() -> None:
        loops.append(asyncio.get_running_loop())

    client = TestClient(app_of(endpoint))
    client.get("/")
    assert not loops[0].is_closed()
    del client
    gc.collect()
    # Not by the garbage collector, which may run where a lock is held that ending a loop needs.
    assert not loops[0].is_closed()
    TestClient(app_of(endpoint))
    assert loops[0].is_closed()


def test_what_fails_in_the_end_of_a_garbage_client_is_reported_and_does_not_hurt_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(driver: LoopDriver, last: Any = None) -> None:
        raise LookupError("its end")

    with monkeypatch.context() as patch:
        patch.setattr(LoopDriver, "shut_down", fail)
        client = TestClient(app_of(where_it_runs))
    del client
    gc.collect()
    reported: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    with TestClient(app_of(where_it_runs)) as other:
        assert other.get("/").status_code == 200
    assert [str(told.exc_value) for told in reported] == ["its end"]
    assert "a test client that nobody has closed" in reported[0].err_msg


def test_the_current_event_loop_of_the_thread_is_left_alone() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        with TestClient(app_of(where_it_runs)) as client:
            client.get("/")
        assert asyncio.get_event_loop() is loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


@pytest.mark.parametrize(
    "driver", [LoopDriver(), PortalDriver(), PortalDriver("trio")], ids=["loop", "portal", "trio"]
)
def test_a_driver_sends_scopes_without_httpx(driver: Any) -> None:
    with contextlib.closing(driver):
        driver.open()
        for body in (b"one", b"two"):

            async def app(scope: Any, receive: Any, send: Any) -> None:
                message = await receive()
                await send({"type": "http.response.start", "status": 201, "headers": [(b"a", b"b")]})
                await send({"type": "http.response.body", "body": message["body"]})

            answer = driver.send(app, {"type": "http", "method": "POST", "path": "/"}, body)
            assert (answer.status, answer.headers, answer.body) == (201, [(b"a", b"b")], body)
    driver.shut_down()
    driver.shut_down()


def test_a_driver_can_be_used_again_after_it_was_shut_down() -> None:
    driver = LoopDriver()
    loops = []
    for _ in range(2):

        async def note() -> None:
            loops.append(asyncio.get_running_loop())

        driver.run(note)
        driver.shut_down()
    assert loops[0] is not loops[1]
    assert all(loop.is_closed() for loop in loops)


def test_a_driver_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match='driver=\'thread\' is not known: give "auto" or "portal"'):
        make_driver("thread", "asyncio", None)  # type: ignore[arg-type]


def test_a_thread_of_the_app_may_call_back_into_its_loop(client_options: dict[str, Any]) -> None:
    async def endpoint() -> str:
        return await to_thread.run_sync(from_thread.run, answer)

    async def answer() -> str:
        return "from the loop"

    with TestClient(app_of(endpoint), **client_options) as client:
        assert client.get("/").text == "'from the loop'"
