"""What fails is logged with its operation, goes on to the server, and does not touch the next request."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import anyio
import pytest
from coverage import Coverage
from garbage import collect

from xapi import XAPI, BackgroundTasks, Depends, Header, HTTPException, Request, Response, WebSocket
from xapi.background import BackgroundTask
from xapi.logger import logger
from xapi.responses import PlainTextResponse
from xapi.testclient import TestClient


def add_middleware(app: XAPI) -> None:
    @app.middleware("http")
    async def pass_on(request: Request, call_next: Any) -> Any:
        return await call_next(request)


@pytest.fixture(params=["without middleware", "with middleware"])
def app(request: pytest.FixtureRequest) -> XAPI:
    app = XAPI()
    if request.param == "with middleware":
        add_middleware(app)
    return app


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "xapi"]


def client_of(app: XAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def test_an_endpoint_that_fails(app: XAPI, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/items/{item_id}")
    async def read_item(item_id: int) -> int:
        if item_id < 0:
            raise LookupError("no such item")
        return item_id

    client = client_of(app)
    assert [client.get(f"/items/{n}").status_code for n in (1, -1, 2)] == [200, 500, 200]
    assert logged(caplog) == ["GET /items/{item_id} (read_item) failed: LookupError: no such item"]


@pytest.mark.filterwarnings("ignore::xapi.testing.UnseenFailure")
@pytest.mark.parametrize("synchronous", [False, True])
def test_the_part_after_a_yield_that_fails(
    app: XAPI, caplog: pytest.LogCaptureFixture, synchronous: bool
) -> None:
    closed: list[str] = []

    async def outer() -> AsyncIterator[None]:
        yield
        closed.append("outer")

    async def failing(fail: bool) -> AsyncIterator[None]:
        yield
        if fail:
            raise LookupError("not closed")

    def failing_in_thread(fail: bool) -> Iterator[None]:
        yield
        if fail:
            raise LookupError("not closed")

    dependency = failing_in_thread if synchronous else failing

    @app.get("/", dependencies=[Depends(outer), Depends(dependency)])
    async def read() -> str:
        return "sent"

    client = client_of(app)
    assert [client.get(f"/?fail={fail}").json() for fail in (False, True, False)] == 3 * ["sent"]
    (line,) = logged(caplog)
    assert line.startswith("GET / (read) failed: LookupError: not closed\n  after the yield of ")
    assert line.endswith(f".{dependency.__name__}()")
    assert len(closed) == 2  # the failure went into `outer`, which let it pass


@pytest.mark.filterwarnings("ignore::xapi.testing.UnseenFailure")
def test_a_background_task_that_fails(app: XAPI, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[int] = []

    def work(number: int) -> None:
        if number < 0:
            raise LookupError("lost")
        ran.append(number)

    async def work_async(number: int) -> None:
        work(number)

    @app.post("/jobs/{number}")
    async def start(number: int, tasks: BackgroundTasks) -> str:
        tasks.add_task(work, 1)
        tasks.add_task(work_async, number)
        tasks.add_task(work, 3)
        return "started"

    client = client_of(app)
    assert [client.post(f"/jobs/{number}").json() for number in (2, -1, 2)] == 3 * ["started"]
    assert ran == [1, 2, 3, 1, 1, 2, 3]
    (line,) = logged(caplog)
    assert line.startswith("POST /jobs/{number} (start) failed: LookupError: lost\n  in the background task ")
    assert "work_async(); not run: " in line
    assert line.endswith("work()")
    with pytest.raises(LookupError, match="lost"):
        TestClient(app).post("/jobs/-1")


@pytest.mark.parametrize(
    "path", ["/no\nERROR forged", "/no\x1b[2J", "/no\r\x9b31m\u202e\u2028\x00", "/no\t\x85"]
)
def test_a_path_that_no_route_has_is_one_line_of_the_log(
    path: str, connect: type[Any], caplog: pytest.LogCaptureFixture
) -> None:
    app = XAPI()

    @app.middleware("http")
    async def failing(request: Request, call_next: Any) -> Any:
        raise LookupError("early")

    connection = connect(path)
    with pytest.raises(LookupError):
        anyio.run(connection.call, app)
    (line,) = logged(caplog)
    assert line.isprintable()
    assert line.endswith(" failed: LookupError: early")
    assert path.encode("unicode_escape").decode() in line


def test_the_text_of_an_exception_cannot_write_log_lines_or_speak_to_a_terminal(
    app: XAPI, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/")
    async def read(text: str) -> None:
        error = LookupError(text)
        error.add_note(text)
        raise error

    client_of(app).get("/", params={"text": "a\nERROR forged\x1b[2J\r\x9b1m\u202eb"})
    (line,) = logged(caplog)
    first, *others = line.split("\n")
    assert first == "GET / (read) failed: LookupError: a"
    assert [other[:2] for other in others] == 3 * ["  "]
    assert all(part.isprintable() for part in (first, *others))
    assert others[0] == r"  ERROR forged\x1b[2J\r\x9b1m\u202eb"


@pytest.mark.filterwarnings("ignore::xapi.testing.UnseenFailure")
def test_a_traceback_in_the_log_does_neither(caplog: pytest.LogCaptureFixture) -> None:
    app = XAPI()

    def failing(text: str) -> None:
        raise LookupError(text)

    @app.middleware("http")
    async def first(request: Request, call_next: Any) -> Any:
        return await call_next(request)

    @app.get("/")
    async def read() -> PlainTextResponse:
        tasks = BackgroundTasks()
        tasks.add_task(failing, "one")
        return PlainTextResponse("sent", background=tasks)

    @app.middleware("http")
    async def second(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.background = BackgroundTask(failing, "two\nERROR forged\x1b[2J")
        return response

    client_of(app).get("/")
    formatter = logging.Formatter("%(levelname)s %(message)s")
    lines = "\n".join(map(formatter.format, caplog.records)).split("\n")
    assert r"  ERROR forged\x1b[2J" in lines
    assert all(line.isprintable() for line in lines)
    assert all(line.startswith(("ERROR ", "  ", "Traceback ")) for line in lines)
    assert "ERROR forged" not in lines


def test_an_exception_handler_that_fails(app: XAPI, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/")
    async def read(fail: bool = False) -> str:
        if fail:
            raise KeyError("known")
        return "fine"

    @app.exception_handler(KeyError)
    async def on_key_error(request: Request, error: KeyError) -> Response:
        raise LookupError("the handler is broken")

    client = client_of(app)
    assert [client.get(f"/?fail={fail}").status_code for fail in (True, False)] == [500, 200]
    assert logged(caplog) == ["GET / (read) failed: LookupError: the handler is broken"]


def test_a_handler_for_everything_does_not_hide_the_failure(
    app: XAPI, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/")
    async def read() -> None:
        raise LookupError("no such item")

    @app.exception_handler(Exception)
    async def on_error(request: Request, error: Exception) -> Response:
        return PlainTextResponse("sorry", status_code=500)

    assert client_of(app).get("/").text == "sorry"
    assert logged(caplog) == ["GET / (read) failed: LookupError: no such item"]


def test_a_websocket_and_a_mounted_app_that_fail(app: XAPI, caplog: pytest.LogCaptureFixture) -> None:
    inner = XAPI()

    @inner.get("/read")
    async def read() -> None:
        raise LookupError("inside")

    @app.websocket("/ws")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        raise LookupError("in the socket")

    app.mount("/inner", inner)
    assert client_of(app).get("/inner/read").status_code == 500
    with pytest.raises(LookupError), TestClient(app).websocket_connect("/ws") as session:
        session.receive_text()
    assert logged(caplog) == [
        "GET /read (read) failed: LookupError: inside",
        "WebSocket /ws (socket) failed: LookupError: in the socket",
    ]


def test_what_is_answered_is_not_logged(app: XAPI, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/")
    async def read(n: int) -> None:
        raise HTTPException(404)

    client = client_of(app)
    assert [client.get(path).status_code for path in ("/?n=1", "/", "/no")] == [404, 422, 404]
    assert logged(caplog) == []


async def token(authorization: Annotated[str, Header()] = "") -> AsyncIterator[str]:
    yield authorization


def every_kind_of_operation() -> XAPI:
    app = XAPI()

    @app.get("/plain/{n}")
    async def plain(n: int) -> dict[str, int]:
        return {"n": n}

    @app.post("/body")
    async def body(items: list[int], tasks: BackgroundTasks, request: Request) -> Any:
        tasks.add_task(len, items)
        return items

    @app.get("/held")
    async def held(token: Annotated[str, Depends(token)]) -> str:
        return token

    @app.get("/error")
    async def error() -> None:
        raise HTTPException(404)

    @app.get("/bug")
    async def bug() -> None:
        raise LookupError

    @app.websocket("/ws")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    return app


def make_requests(client: TestClient, app: XAPI, rounds: int) -> Counter[int]:
    """Ten requests a round."""
    statuses: Counter[int] = Counter()
    for _ in range(rounds):
        answers = [client.get(path) for path in ("/plain/1", "/plain/x", "/held", "/error", "/bug", "/no")]
        answers += [client.post("/body", json=[1, 2]), client.put("/body")]
        with app.overrides(token, "replaced"):
            answers.append(client.get("/held"))
        statuses.update(answer.status_code for answer in answers)
        with client.websocket_connect("/ws") as session:
            session.send_text("hello")
            assert session.receive_text() == "hello"
    return statuses


@pytest.mark.skipif(Coverage.current() is not None, reason="coverage keeps memory of its own while it traces")
@pytest.mark.parametrize("middlewares", [0, 2])
def test_ten_thousand_requests_leave_nothing_behind(
    middlewares: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logger, "disabled", True)  # pytest keeps what is logged
    app = every_kind_of_operation()
    for _ in range(middlewares):
        add_middleware(app)
    with client_of(app) as client:
        make_requests(client, app, 50)  # more than the plans with replacements that a route keeps
        statuses, grown = Counter[int](), []
        for _ in range(2):  # what has nothing to do with the requests comes once
            collect()
            before = len(gc.get_objects())
            statuses += make_requests(client, app, 500)
            collect()
            grown.append(len(gc.get_objects()) - before)
    assert statuses == {200: 4000, 404: 2000, 405: 1000, 422: 1000, 500: 1000}
    assert min(grown) < 50
