"""Timeouts that name the operation, whatever it does: awaits, works in a thread, blocks the loop."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocket

from xapi import XAPI
from xapi.testing import AsyncClient, TestClient, WebSocketTimeout
from xapi.testing.timeouts import give_back_alarm, keep_alarm

app = XAPI()
released = threading.Event()
works = threading.Event()


@app.get("/works")
def in_a_thread() -> None:
    works.set()
    released.wait(60)


@app.get("/asyncio-thread")
async def in_a_thread_of_asyncio() -> None:
    await asyncio.to_thread(in_a_thread)


@app.get("/blocks")
async def blocks() -> None:
    time.sleep(60)  # noqa: ASYNC251


@app.get("/blocks-shortly")
async def blocks_shortly() -> None:
    time.sleep(0.8)  # noqa: ASYNC251


@app.get("/blocks-between-pieces")
async def blocks_between_pieces() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        time.sleep(60)  # noqa: ASYNC251

    return StreamingResponse(pieces())


@app.get("/blocks-shortly-between-pieces")
async def blocks_shortly_between_pieces() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        time.sleep(0.8)  # noqa: ASYNC251

    return StreamingResponse(pieces())


@app.get("/quick")
async def quick() -> str:
    return "quick"


@app.websocket("/blocks")
async def blocks_the_session(websocket: WebSocket) -> None:
    await websocket.accept()
    time.sleep(60)  # noqa: ASYNC251


@pytest.fixture(autouse=True)
def _threads_end() -> Iterator[None]:
    released.clear()
    works.clear()
    yield
    released.set()


@pytest.mark.parametrize("options", [{}, {"driver": "portal"}])
@pytest.mark.parametrize("path", ["/works", "/asyncio-thread"])
def test_a_thread_that_takes_too_long_is_left_and_named(options: dict[str, Any], path: str) -> None:
    with TestClient(app, **options) as client:
        with pytest.raises(httpx.ReadTimeout) as caught:
            client.get(path, timeout=0.5)
        assert client.get("/quick").json() == "quick"
        message = str(caught.value)
        assert message.startswith(f"GET {path} (in_a_thread")
        assert "a worker thread was abandoned, and still runs in in_a_thread (" in message
        assert "released.wait(60)" in message
        released.set()


def test_code_that_blocks_the_loop_is_interrupted_and_shown() -> None:
    with TestClient(app) as client:
        with pytest.raises(httpx.ReadTimeout) as caught:
            client.get("/blocks", timeout=0.01)
        assert client.get("/quick").json() == "quick"
    message = str(caught.value)
    assert message.startswith("GET /blocks (blocks): no answer from the app after 0.01 s; its code blocks")
    assert "time.sleep(60)" in message
    assert "test_code_that_blocks" not in message
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_code_that_blocks_in_a_task_group_of_the_app_is_shown_too() -> None:
    async def in_a_group(request: Request, call_next: Any) -> Any:
        return await call_next(request)

    grouped = BaseHTTPMiddleware(app, in_a_group)
    with TestClient(grouped) as client, pytest.raises(httpx.ReadTimeout, match=r"time\.sleep\(60\)"):
        client.get("/blocks", timeout=0.01)


@pytest.mark.parametrize("path", ["/blocks", "/blocks-between-pieces"])
def test_a_stream_whose_app_blocks_is_interrupted(path: str) -> None:
    with TestClient(app) as client:
        with (
            pytest.raises(httpx.ReadTimeout, match=r"blocks the event loop here:\n(.|\n)*time\.sleep\(60\)"),
            client.stream("GET", path, timeout=0.01) as response,
        ):
            response.read()
        assert client.get("/quick").json() == "quick"


@pytest.mark.parametrize("path", ["/blocks-shortly", "/blocks-shortly-between-pieces"])
def test_a_stream_whose_app_blocks_in_a_thread_of_its_own_is_left(path: str) -> None:
    with TestClient(app, driver="portal") as client:
        with (
            pytest.raises(httpx.ReadTimeout, match=r"time\.sleep\(0\.8\)"),
            client.stream("GET", path, timeout=0.01) as response,
        ):
            response.read()
        assert client.get("/quick").json() == "quick"


def test_an_app_that_blocks_in_a_thread_of_its_own_is_left() -> None:
    client = TestClient(app, driver="portal")
    with client:
        with pytest.raises(httpx.ReadTimeout, match=r"time\.sleep\(0\.8\)"):
            client.get("/blocks-shortly", timeout=0.01)
        assert client.get("/quick").json() == "quick"


def test_an_app_that_blocks_where_no_signal_can_be_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    def call() -> str:
        with TestClient(app) as client, pytest.raises(httpx.ReadTimeout) as caught:
            client.get("/blocks-shortly", timeout=0.01)
        return str(caught.value)

    with ThreadPoolExecutor(1) as pool:
        message = pool.submit(call).result()
    assert "time.sleep(0.8)" in message
    assert "GET /blocks-shortly: no answer after 0.01 s; its code blocks" in capsys.readouterr().err


def test_a_handler_of_someone_else_is_left_alone() -> None:
    def handler(number: int, frame: object) -> None:
        pytest.fail("nobody has asked for a signal")

    signal.signal(signal.SIGALRM, handler)
    try:
        with TestClient(app) as client:
            assert client.get("/quick", timeout=5).json() == "quick"
        assert signal.getsignal(signal.SIGALRM) is handler
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.fixture
def kept_alarm() -> Iterator[Any]:
    keep_alarm()
    yield signal.getsignal(signal.SIGALRM)
    give_back_alarm()


def test_a_handler_that_is_kept_interrupts_and_is_given_back(kept_alarm: Any) -> None:
    assert kept_alarm is not signal.SIG_DFL
    with TestClient(app) as client:
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout, match=r"time\.sleep\(60\)"):
                client.get("/blocks", timeout=0.01)
            assert signal.getsignal(signal.SIGALRM) == kept_alarm
            assert not any(signal.getitimer(signal.ITIMER_REAL))
        signal.raise_signal(signal.SIGALRM)  # of somebody else, while nothing is watched
        assert client.get("/quick").json() == "quick"
    give_back_alarm()
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_kept_alarm_is_set_again_where_somebody_has_ended_another(kept_alarm: Any) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with TestClient(app) as client:
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout, match="its code blocks"):
                client.get("/blocks", timeout=0.01)
    give_back_alarm()
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_timer_of_someone_else_runs_on_while_the_handler_is_kept(kept_alarm: Any) -> None:
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        with TestClient(app) as client:
            assert client.get("/quick", timeout=5).json() == "quick"
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 50
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_a_handler_that_someone_has_put_in_the_place_of_a_kept_one_stays(kept_alarm: Any) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        give_back_alarm()
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_a_handler_of_someone_else_is_not_replaced_to_be_kept() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        keep_alarm()
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_a_session_whose_app_blocks_is_interrupted() -> None:
    with TestClient(app) as client, client.websocket_connect("/blocks", timeout=0.2) as websocket:
        with pytest.raises(WebSocketTimeout, match=r"time\.sleep\(60\)"):
            websocket.receive_text()
        with pytest.raises(WebSocketTimeout, match=r"time\.sleep\(60\)"):
            websocket.receive_text()


@pytest.mark.anyio
async def test_the_asynchronous_client_leaves_a_thread_too() -> None:
    async with AsyncClient(app) as client:
        with pytest.raises(httpx.ReadTimeout, match=r"a worker thread was abandoned|does not end"):
            await client.get("/works", timeout=0.5)
        released.set()
        assert (await client.get("/quick")).json() == "quick"


def test_an_endpoint_that_ignores_its_cancellation_is_named() -> None:
    ends = asyncio.Event()

    async def stubborn(scope: Any, receive: Any, send: Any) -> None:
        while not ends.is_set():
            try:
                await ends.wait()
            except asyncio.CancelledError:
                asyncio.get_running_loop().call_later(0.5, ends.set)

    with pytest.raises(httpx.ReadTimeout, match=r"GET /: .*it does not end when it is cancelled"):
        TestClient(stubborn).get("/", timeout=0.01)


@pytest.fixture(params=["auto", "portal", "trio"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"backend": "trio"} if request.param == "trio" else {"driver": request.param}


@pytest.mark.filterwarnings("ignore::xapi.testing.TaskLeftRunning")
def test_settle_lets_the_app_work_until_it_rests(options: dict[str, Any]) -> None:
    done: list[str] = []
    working = XAPI()

    def work() -> None:
        done.append("in a thread")

    @working.get("/")
    async def start() -> None:
        async def task() -> None:
            await anyio.lowlevel.checkpoint()
            await anyio.to_thread.run_sync(work)
            await anyio.lowlevel.checkpoint()
            done.append("in a task")
            await anyio.sleep(60)
            done.append("too late")

        start_task(task)

    with TestClient(working, **options) as client:
        client.get("/")
        client.settle()
        assert done == ["in a thread", "in a task"]


@pytest.mark.filterwarnings("ignore::xapi.testing.TaskLeftRunning")
def test_settle_tells_of_an_app_that_does_not_rest() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        tasks.append(asyncio.create_task(forever()))
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    async def forever() -> None:
        while True:  # noqa: ASYNC110
            await asyncio.sleep(0)

    tasks: list[Any] = []
    with TestClient(app) as client:
        client.get("/")
        with pytest.raises(TimeoutError, match=r"the app was still busy after 0\.01 s"):
            client.settle(0.01)


def test_run_for_lets_timers_run(options: dict[str, Any]) -> None:
    ticks: list[int] = []
    ticking = XAPI()

    @ticking.get("/")
    async def start() -> None:
        async def tick() -> None:
            for number in range(3):
                await anyio.sleep(0.001)
                ticks.append(number)

        start_task(tick)

    with TestClient(ticking, **options) as client:
        client.get("/")
        while len(ticks) < 3:
            client.run_for(0.001)
    assert ticks == [0, 1, 2]


def test_run_runs_a_function_on_the_loop_of_the_app(options: dict[str, Any]) -> None:
    async def double(number: int) -> int:
        await anyio.lowlevel.checkpoint()
        return number * 2

    with TestClient(app, **options) as client:
        assert client.run(double, 21) == 42


def start_task(function: Any) -> None:
    from xapi.tasks import start_task as start

    start(function)


def test_the_resting_threads_of_other_apps_do_not_keep_an_app_from_rest() -> None:
    other = XAPI()
    other.get("/")(lambda: 1)
    never_closed = TestClient(other)
    assert never_closed.get("/").json() == 1

    async def endpoint() -> None: ...

    app = XAPI()
    app.get("/")(endpoint)
    with TestClient(app) as client:
        client.get("/")
        client.settle(5)
