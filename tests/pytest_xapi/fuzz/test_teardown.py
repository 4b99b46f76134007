"""Dependencies whose teardown is left out when a request fails."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from pytest_xapi.fuzz.monitors.teardown import skipped_line

pool: list[object] = []
registry: dict[str, int] = {}
open_sessions = 0


def print_all(lines: list[str]) -> None: ...


class Session:
    def close(self) -> None: ...

    def commit(self) -> None: ...


def closes() -> Iterator[Session]:
    session = Session()
    yield session
    session.close()


async def can_capture_response() -> AsyncIterator[object]:
    connection = object()
    pool.append(connection)
    yield connection
    pool.remove(connection)


def gives_back_to_what_is_global() -> Iterator[None]:
    pool.append(1)
    yield
    pool.pop()


def counts() -> Iterator[None]:
    global open_sessions
    open_sessions += 1
    yield
    open_sessions -= 1


def deletes() -> Iterator[None]:
    registry["key"] = 1
    yield
    del registry["key"]


def in_finally() -> Iterator[Session]:
    session = Session()
    try:
        yield session
    finally:
        session.close()


def in_with() -> Iterator[Session]:
    with contextlib.closing(Session()) as session:
        yield session
        session.commit()


def with_nothing_after() -> Iterator[Session]:
    session = Session()
    yield session


def after_success(session: Session) -> Iterator[Session]:
    yield session
    session.commit()


def that_measures() -> Iterator[None]:
    start = len(pool)
    yield
    pool.insert(0, len(pool) - start)


def that_logs() -> Iterator[None]:
    pool.append("begin")
    yield
    pool.append("end")


def that_binds() -> Iterator[list[str]]:
    log = list[str]()
    yield log
    log.append("done")
    print_all(log)


def of_a_parameter(request: Any) -> Iterator[Session]:
    session = request.state.session
    yield session
    session.commit()


@pytest.mark.parametrize(
    "dependency",
    [closes, can_capture_response, gives_back_to_what_is_global, counts, deletes],
    ids=lambda one: one.__name__,
)
def test_what_gives_back_is_skipped(dependency: Callable[..., Any]) -> None:
    line = skipped_line(dependency.__code__)
    assert line is not None
    with open(__file__, encoding="utf-8") as file:
        text = file.read().splitlines()[line - 1]
    assert text.strip() in {
        "session.close()",
        "pool.remove(connection)",
        "pool.pop()",
        "open_sessions -= 1",
        'del registry["key"]',
    }


@pytest.mark.parametrize(
    "dependency",
    [
        in_finally,
        in_with,
        with_nothing_after,
        after_success,
        that_measures,
        that_logs,
        that_binds,
        of_a_parameter,
    ],
    ids=lambda one: one.__name__,
)
def test_nothing_is_skipped_that_has_to_run(dependency: Callable[..., Any]) -> None:
    assert skipped_line(dependency.__code__) is None


def test_without_source_nothing_is_said() -> None:
    scope: dict[str, Any] = {}
    exec("def dependency():\n    taken = []\n    yield taken\n    taken.clear()\n", scope)
    assert skipped_line(scope["dependency"].__code__) is None


APP = """
    from typing import Annotated
    from xapi import XAPI, Depends, HTTPException

    app = XAPI(document_errors="exact")
    taken = []

    KIND connection():
        connection = object()
        taken.append(connection)
        BODY

    @app.get("/stock", responses={404: {}})
    def stock(given: Annotated[object, Depends(connection)], missing: bool = False) -> int:
        if missing:
            raise HTTPException(404)
        return 1
"""
UNPROTECTED = "yield connection\n        taken.remove(connection)"
PROTECTED = "try:\n            yield connection\n        finally:\n            taken.remove(connection)"


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(
    ("body", "findings"), [(UNPROTECTED, {("GET /stock", "dependency_not_closed")}), (PROTECTED, set())]
)
def test_a_request_that_fails_shows_it(
    kind: str, body: str, findings: set[tuple[str, str]], app_module, fuzz
) -> None:
    app_module(APP.replace("KIND", kind).replace("BODY", body))
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.findings == findings, run.output
    if findings:
        assert "1. GET /stock: Dependency not closed [dependency_not_closed, XF106, error]" in run.output
        assert (
            "An exception was raised at the yield of connection (shop.py), and the code after it"
            in run.output
        )


def test_a_dependency_whose_request_succeeds_is_not_blamed(app_module, fuzz) -> None:
    app = APP.replace("KIND", "def").replace("BODY", UNPROTECTED)
    app_module(app.replace(", missing: bool = False", "").replace("if missing:", "if False:"))
    run = fuzz("--xapi-fuzz-phase=random")
    assert (run.findings, run.exit_code) == (set(), 0)
