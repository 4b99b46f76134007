"""What no answer shows: blocked loops, tasks left running, and one user reading what is another's."""

from __future__ import annotations

import threading
from time import perf_counter

import pytest

from pytest_xapi.fuzz.monitors import thread_time

BLOCKED = """
    import time
    from xapi import XAPI

    app = XAPI()

    @app.get("/blocks")
    async def blocks() -> int:
        time.sleep(0.4)
        return 1

    @app.get("/works")
    def works() -> int:
        time.sleep(0.4)
        return 1
"""
LEAKED = """
    import asyncio
    from contextlib import asynccontextmanager
    from xapi import XAPI

    tasks = set()

    async def forever():
        await asyncio.Event().wait()

    async def shortly():
        for _ in range(3):
            await asyncio.sleep(0)

    @asynccontextmanager
    async def lifespan(app):
        task = asyncio.create_task(forever())
        yield
        task.cancel()
        await asyncio.wait([task])

    app = XAPI(lifespan=lifespan)

    @app.get("/leaks")
    async def leaks() -> int:
        tasks.add(asyncio.create_task(forever()))
        return 1

    @app.get("/waits")
    async def waits() -> int:
        tasks.add(asyncio.create_task(asyncio.Event().wait()))
        return 1

    @app.get("/groups")
    async def groups() -> int:
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
        return 1

    @app.get("/ends")
    async def ends() -> int:
        tasks.add(asyncio.create_task(shortly()))
        return 1
"""
SHARED = """
    from typing import Annotated
    from xapi import XAPI, Body, Depends, HTTPException, Security
    from xapi.security import HTTPAuthorizationCredentials, HTTPBearer

    app = XAPI()
    notes = {}
    NAMES = {"t0ken-a": "alice", "t0ken-b": "bob"}

    def user(found: Annotated[HTTPAuthorizationCredentials, Security(HTTPBearer())]) -> str:
        if found.credentials not in NAMES:
            raise HTTPException(401)
        return NAMES[found.credentials]

    @app.post("/notes", status_code=201, responses={401: {}})
    def create(text: str = Body(embed=True), name: str = Depends(user)) -> dict[str, str]:
        notes[f"n{len(notes)}"] = name
        return {"note_id": f"n{len(notes) - 1}"}

    @app.get("/notes/{note_id}", responses={401: {}, 404: {}})
    def read(note_id: str, name: str = Depends(user)) -> dict[str, str]:
        if notes.get(note_id) is None or MAY_NOT_READ:
            raise HTTPException(404)
        return {"owner": notes[note_id]}
"""
USERS = """
    import pytest

    @pytest.fixture
    def xapi_auth():
        return {"HTTPBearer": {"alice": "t0ken-a", "bob": "t0ken-b"}}
"""


def test_code_that_blocks_the_loop_is_found_and_named(app_module, fuzz) -> None:
    app_module(BLOCKED)
    run = fuzz("-o", "xapi_fuzz_loop_limit=50ms", "--xapi-fuzz-phase=random", cases=1)
    assert run.findings == {("GET /blocks", "event_loop_blocked")}
    assert "1. GET /blocks: Event loop blocked [event_loop_blocked, XF105, error]" in run.output
    assert "shop.py:8: in blocks\n       time.sleep(0.4)" in run.output
    assert "It has held the event loop for more than 0.05 s" in run.output


def test_time_in_which_the_machine_is_busy_with_others_does_not_count(
    app_module, fuzz, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_module(BLOCKED)
    # All the time that the app takes is spent waiting for a processor.
    monkeypatch.setattr(thread_time, "_waited", lambda: lambda native_id: perf_counter())
    run = fuzz("-o", "xapi_fuzz_loop_limit=50ms", "--xapi-fuzz-phase=random", cases=1)
    assert run.findings == set()


@pytest.mark.parametrize(
    "native_id", [None, 2**22 + 1, threading.get_native_id()], ids=["unknown", "no thread", "this thread"]
)
def test_the_clock_of_a_thread_does_not_go_faster_than_that_of_the_day(native_id: int | None) -> None:
    first = thread_time.held_seconds(native_id, 10.0)
    second = thread_time.held_seconds(native_id, 20.0)
    assert first <= 10.0
    assert second - first <= 10.0


def test_the_limit_is_half_a_second_unless_set(app_module, fuzz) -> None:
    app_module(BLOCKED)
    assert fuzz("--xapi-fuzz-phase=random", cases=1).findings == set()


@pytest.mark.parametrize("driver", ["auto", "portal"])
def test_a_task_left_running_is_found_and_named(driver: str, app_module, fuzz) -> None:
    app_module(LEAKED)
    run = fuzz("-o", f"xapi_driver={driver}", "--xapi-fuzz-phase=random", cases=1)
    assert run.findings == {("GET /leaks", "leaked_task"), ("GET /waits", "leaked_task")}
    assert "The request started the task of Event.wait, made in waits (shop.py)" in run.output
    assert "1. GET /leaks: Task left running [leaked_task, XF107, error]" in run.output
    assert "The request started the task of forever (shop.py), which still runs 0.2 s after" in run.output


@pytest.mark.parametrize(
    ("condition", "findings"),
    [
        ("False", {("GET /notes/{note_id}", "object_level_authorization")}),
        ("notes[note_id] != name", set()),
    ],
)
def test_reading_what_another_user_created_is_found(
    condition: str, findings: set[tuple[str, str]], app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(SHARED.replace("MAY_NOT_READ", condition))
    pytester.makeconftest(USERS)
    run = fuzz("--xapi-fuzz-phase=stateful")
    assert run.findings == findings, run.output
    assert "t0ken" not in run.output.partition("= FAILURES =")[2]
    if findings:
        assert "`alice` created it, and `bob` got the same answer (200)." in run.output
        assert "'Authorization: Bearer '\"$HTTPBEARER_BOB\"" in run.output
        assert "xapi_auth['HTTPBearer']['bob']" in run.output
        assert "assert response.status_code in (401, 403, 404)" in run.output


def test_the_first_user_sends_the_requests(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SHARED.replace("MAY_NOT_READ", "name != 'alice'"))
    pytester.makeconftest(USERS)
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.exit_code == 0, run.output
    assert "without a 2xx answer: GET /notes/{note_id}" in run.output
