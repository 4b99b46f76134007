"""What follows a `yield` runs, whatever is raised, whoever has gone, and late tasks run after it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import anyio
import pytest

from xapi import XAPI, BackgroundTasks, Depends
from xapi.responses import PlainTextResponse
from xapi.testclient import TestClient

BACKENDS = ["asyncio", "trio"]
backends = pytest.mark.parametrize("backend", BACKENDS)


@dataclass(frozen=True)
class Frozen(Exception):
    code: int = 7


class WithText(Exception):
    __notes__ = "a text"  # type: ignore[assignment]


class WithTuple(Exception):
    def __init__(self) -> None:
        self.__notes__ = ()  # type: ignore[assignment]


class WithNone(Exception):
    __notes__ = None  # type: ignore[assignment]


class WithNumbers(Exception):
    def __init__(self) -> None:
        self.__notes__ = [1, 2]  # type: ignore[list-item]


class WithProperty(Exception):
    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]
        raise LookupError("no notes")


class WithoutMethod(Exception):
    add_note = None  # type: ignore[assignment]


class Refusing(Exception):
    def add_note(self, note: str) -> None:
        raise RuntimeError("no notes")


class Closed(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


UNNOTED = [
    Frozen, WithText, WithTuple, WithNone, WithNumbers, WithProperty, WithoutMethod, Refusing, Closed,
]  # fmt: skip


class TestExceptionsThatTakeNoNotes:
    @pytest.mark.parametrize("error", UNNOTED)
    @pytest.mark.parametrize("scope", ["function", "request"])
    @pytest.mark.parametrize("kind", ["async", "async that waits", "sync"])
    def test_the_other_teardowns_run(self, error: type[Exception], scope: Any, kind: str) -> None:
        closed: list[str] = []

        async def outer() -> AsyncIterator[None]:
            yield
            closed.append("never: an exception goes through")

        def outermost() -> Iterator[None]:
            try:
                yield
            except error:
                closed.append("outermost")
                raise

        async def failing() -> AsyncIterator[None]:
            yield
            raise error()

        async def failing_late() -> AsyncIterator[None]:
            yield
            await anyio.lowlevel.checkpoint()
            raise error()

        def sync_failing() -> Iterator[None]:
            yield
            raise error()

        dependency = {"async": failing, "async that waits": failing_late, "sync": sync_failing}[kind]
        app = XAPI()
        used = [Depends(each, scope=scope) for each in (outermost, outer, dependency)]
        app.get("/", dependencies=used)(lambda: None)
        with pytest.raises(error):
            TestClient(app).get("/")
        assert closed == ["outermost"]

    @pytest.mark.parametrize("error", UNNOTED)
    def test_a_background_task_may_raise_them(
        self, error: type[Exception], caplog: pytest.LogCaptureFixture
    ) -> None:
        closed: list[str] = []

        def resource() -> Iterator[None]:
            try:
                yield
            finally:
                closed.append("resource")

        def fail() -> None:
            raise error()

        app = XAPI()

        @app.get("/", dependencies=[Depends(resource)])
        async def endpoint(tasks: BackgroundTasks) -> None:
            tasks.add_task(fail)

        with pytest.raises(error):
            TestClient(app).get("/")
        assert closed == ["resource"]
        assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


class TestLateTasks:
    @pytest.mark.parametrize("kind", ["async", "async that waits", "sync"])
    @pytest.mark.parametrize("answer", ["value", "response", "items"])
    @pytest.mark.parametrize("before", [0, 2], ids=["alone", "after others"])
    def test_tasks_that_are_added_after_a_yield_run(self, kind: str, answer: str, before: int) -> None:
        ran: list[str] = []

        def sync_task(name: str) -> None:
            ran.append(name)

        async def task(name: str) -> None:
            await anyio.lowlevel.checkpoint()
            ran.append(name)

        async def resource(tasks: BackgroundTasks) -> AsyncIterator[None]:
            yield
            tasks.add_task(task, "late")
            tasks.add_task(sync_task, "later")

        async def waiting(tasks: BackgroundTasks) -> AsyncIterator[None]:
            yield
            await anyio.lowlevel.checkpoint()
            tasks.add_task(task, "late")
            tasks.add_task(sync_task, "later")

        def sync_resource(tasks: BackgroundTasks) -> Iterator[None]:
            yield
            tasks.add_task(task, "late")
            tasks.add_task(sync_task, "later")

        def value(tasks: BackgroundTasks) -> Any:
            for number in range(before):
                tasks.add_task(task, f"{number}")

        def response(tasks: BackgroundTasks) -> Any:
            value(tasks)
            return PlainTextResponse("answer")

        async def items(tasks: BackgroundTasks) -> AsyncIterator[int]:
            value(tasks)
            yield 1

        used = {"async": resource, "async that waits": waiting, "sync": sync_resource}[kind]
        app = XAPI()
        endpoint: Any = {"value": value, "response": response, "items": items}[answer]
        app.add_api_route("/", endpoint, dependencies=[Depends(used)])
        TestClient(app).get("/")
        assert ran == [f"{number}" for number in range(before)] + ["late", "later"]

    def test_a_task_that_was_added_late_may_add_another(self) -> None:
        ran: list[str] = []
        app = XAPI()

        def resource(tasks: BackgroundTasks) -> Iterator[None]:
            def late() -> None:
                ran.append("late")
                tasks.add_task(ran.append, "later")

            yield
            tasks.add_task(late)

        app.get("/", dependencies=[Depends(resource)])(lambda: None)
        TestClient(app).get("/")
        assert ran == ["late", "later"]

    def test_they_run_when_all_is_closed(self) -> None:
        ran: list[str] = []
        app = XAPI()

        def outer() -> Iterator[None]:
            yield
            ran.append("outer")

        def inner(tasks: BackgroundTasks) -> Iterator[None]:
            yield
            tasks.add_task(ran.append, "task")
            ran.append("inner")

        app.get("/", dependencies=[Depends(outer), Depends(inner)])(lambda: None)
        TestClient(app).get("/")
        assert ran == ["inner", "outer", "task"]

    def test_none_run_twice_and_none_after_an_error(self) -> None:
        ran: list[str] = []
        app = XAPI()

        def resource(tasks: BackgroundTasks) -> Iterator[None]:
            yield
            tasks.add_task(ran.append, "late")
            raise LookupError("teardown")

        @app.get("/", dependencies=[Depends(resource)])
        def endpoint(tasks: BackgroundTasks) -> None:
            tasks.add_task(ran.append, "task")

        with pytest.raises(LookupError):
            TestClient(app).get("/")
        assert ran == ["task"]
