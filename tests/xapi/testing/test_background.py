"""What the app does after its response: waited for, left to go on, or held."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from starlette.background import BackgroundTask, BackgroundTasks
from starlette.responses import PlainTextResponse

from xapi import XAPI
from xapi import BackgroundTasks as XAPIBackgroundTasks
from xapi.testing import AsyncClient, TestClient

done: list[str] = []
app = XAPI()


def note(name: str, times: int = 1) -> None:
    done.extend([name] * times)


async def note_later(name: str) -> None:
    await anyio.lowlevel.checkpoint()
    done.append(name)


async def fail() -> None:
    raise LookupError("in the background")


@app.post("/mail")
async def mail(tasks: XAPIBackgroundTasks) -> str:
    tasks.add_task(note, "mail", times=2)
    tasks.add_task(note_later, "log")
    return "sent"


@app.post("/broken")
async def broken(tasks: XAPIBackgroundTasks) -> str:
    tasks.add_task(note, "too late")
    raise LookupError("before the response")


@app.post("/failing")
async def failing() -> PlainTextResponse:
    return PlainTextResponse("sent", background=BackgroundTask(fail))


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


@pytest.fixture(params=["auto", "portal", "trio"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"backend": "trio"} if request.param == "trio" else {"driver": request.param}


def test_by_default_the_client_waits(options: dict[str, Any]) -> None:
    with TestClient(app, **options) as client:
        client.post("/mail")
        assert (done, client.background.policy) == (["mail", "mail", "log"], "wait")
        assert client.background.pending == []


@pytest.mark.parametrize("limit", [{}, {"timeout": 60}])
def test_work_can_be_held_looked_at_and_run(options: dict[str, Any], limit: dict[str, Any]) -> None:
    with TestClient(app, **options) as client:
        client.background.policy = "hold"
        assert client.post("/mail", **limit).json() == "sent"
        client.settle()
        (work,) = client.background.pending
        assert done == []
        assert work.request == "POST /mail (mail)"
        assert [(task.func, task.args, task.kwargs) for task in work.tasks] == [
            (note, ("mail",), {"times": 2}),
            (note_later, ("log",), {}),
        ]
        assert repr(work) == "<background work of POST /mail (mail): note, note_later>"
        client.background.run()
        assert (done, work.ended, client.background.pending) == (["mail", "mail", "log"], True, [])


def test_work_that_is_no_background_task_is_held_without_a_name(options: dict[str, Any]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("sent")(scope, receive, send)
        await note_later("bare")

    with TestClient(app, **options) as client, client.background.held():
        client.get("/bare")
        (work,) = client.background.pending
        assert repr(work) == "<background work of GET /bare: no tasks known>"
        assert (done, work.tasks) == ([], [])
    assert done == ["bare"]


def test_work_is_held_in_a_block_and_run_at_its_end(options: dict[str, Any]) -> None:
    with TestClient(app, **options) as client:
        with client.background.held() as background:
            client.post("/mail")
            assert (done, len(background.pending)) == ([], 1)
        assert done == ["mail", "mail", "log"]
        client.post("/mail")
        assert len(done) == 6


def test_held_work_is_dropped_when_the_block_fails() -> None:
    with TestClient(app) as client:
        with pytest.raises(LookupError), client.background.held():
            client.post("/broken")
        client.settle()
        assert (done, client.background.policy) == ([], "wait")


def test_work_can_go_on_by_itself(options: dict[str, Any]) -> None:
    with TestClient(app, **options) as client:
        client.background.policy = "go_on"
        client.post("/mail")
        client.settle()
        assert done == ["mail", "mail", "log"]
        assert client.background.pending == []


def test_what_work_raises_is_raised_by_run() -> None:
    with TestClient(app) as client:
        with pytest.raises(LookupError, match="in the background"):
            client.post("/failing")
        client.background.policy = "hold"
        client.post("/failing")
        (work,) = client.background.pending
        with pytest.raises(LookupError, match="in the background"):
            client.background.run()
        assert isinstance(work.exception, LookupError)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.background.policy = "hold"
        assert client.post("/failing").text == "sent"
        client.background.run()


def test_pending_work_is_cancelled_when_the_client_closes() -> None:
    with TestClient(app) as client:
        client.background.policy = "hold"
        client.post("/mail")
    assert done == []


def test_an_exception_before_the_response_is_raised_once() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("before")

    client = TestClient(broken)
    client.background.policy = "go_on"
    with pytest.raises(LookupError, match="before"):
        client.get("/")
    client.background.run()
    assert client.background.pending == []


def test_a_policy_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="policy='never' is not known"):
        TestClient(app).background.policy = "never"  # type: ignore[assignment]


@pytest.mark.anyio
async def test_the_asynchronous_client_holds_work_too() -> None:
    async with AsyncClient(app) as client:
        async with client.background.held() as background:
            assert (await client.post("/mail")).json() == "sent"
            assert (done, len(background.pending)) == ([], 1)
        assert done == ["mail", "mail", "log"]
        client.background.policy = "hold"
        await client.post("/mail", timeout=60)
        await client.background.drop()
        assert (len(done), client.background.pending) == (3, [])


def test_one_task_and_several_are_found() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        tasks = BackgroundTasks([BackgroundTask(note, "one")]) if scope["path"] == "/many" else None
        response = PlainTextResponse("", background=tasks or BackgroundTask(note, "single"))
        await response(scope, receive, send)

    client = TestClient(answer)
    client.background.policy = "hold"
    client.get("/many")
    client.get("/one")
    assert [[task.args for task in work.tasks] for work in client.background.pending] == [
        [("one",)],
        [("single",)],
    ]
    client.background.run()
    assert done == ["one", "single"]
