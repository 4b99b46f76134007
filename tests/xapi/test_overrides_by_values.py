"""Values in the place of dependencies: they run the code that an operation has already."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest

from xapi import XAPI, APIRouter, Depends, Header, Query, Request, Response
from xapi.pipeline.codegen import operation
from xapi.routing import APIRoute
from xapi.testing import TestClient


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the operations that were compiled, in order."""
    paths: list[str] = []
    compile_source = operation.compile_source

    def watched(writer: Any) -> Any:
        paths.append(writer.plan.operation.path)
        return compile_source(writer)

    monkeypatch.setattr(operation, "compile_source", watched)
    return paths


log: list[str] = []


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    log.clear()


def settings() -> str:
    log.append("settings")
    return "settings"


async def session(s: Annotated[str, Depends(settings)]) -> AsyncIterator[str]:
    log.append("session")
    yield f"session of {s}"
    log.append("session closed")


def sync(x_token: Annotated[str, Header()], s: Annotated[str, Depends(session)]) -> str:
    log.append("user")
    return x_token


async def asynchronous(x_token: Annotated[str, Header()], s: Annotated[str, Depends(session)]) -> str:
    log.append("user")
    return x_token


def generator(x_token: Annotated[str, Header()], s: Annotated[str, Depends(session)]) -> Iterator[str]:
    log.append("user")
    yield x_token
    log.append("user closed")


async def async_generator(
    x_token: Annotated[str, Header()], s: Annotated[str, Depends(session)]
) -> AsyncIterator[str]:
    log.append("user")
    yield x_token
    log.append("user closed")


KINDS = [sync, asynchronous, generator, async_generator]


@pytest.mark.parametrize("user", KINDS)
def test_nothing_is_compiled_and_nothing_called_for_what_a_value_replaces(
    user: Any, compiled: list[str]
) -> None:
    app = XAPI()

    @app.get("/")
    async def read(name: Annotated[Any, Depends(user)]) -> Any:
        return name

    with TestClient(app) as client:
        assert client.get("/", headers={"x-token": "anna"}).json() == "anna"
        before = list(log)
        with client.override(user, "ben") as handle:
            assert client.get("/").json() == "ben"
            assert handle.count(user) == 1
        with client.override(user, None):
            assert client.get("/").json() is None
        assert log == before
        assert client.get("/").status_code == 422
    assert compiled == ["/"]


@pytest.mark.parametrize("user", KINDS)
def test_what_others_need_is_called_all_the_same(user: Any, compiled: list[str]) -> None:
    app = XAPI()

    @app.get("/")
    async def read(name: Annotated[str, Depends(user)], s: Annotated[str, Depends(session)]) -> str:
        return f"{name}, {s}"

    with TestClient(app) as client, client.override({user: "ben"}):
        assert client.get("/").json() == "ben, session of settings"
    assert log == ["settings", "session", "session closed"]
    assert compiled == ["/"]


def test_a_replaced_dependency_of_a_replaced_one_is_not_called() -> None:
    app = XAPI()

    @app.get("/")
    async def read(name: Annotated[str, Depends(sync)]) -> str:
        return name

    with TestClient(app) as client, client.override({sync: "ben", session: "unused"}) as handle:
        assert client.get("/").json() == "ben"
        assert handle.unused() == [session]
    assert log == []


def wanted(size: int) -> int:
    return size


def test_what_is_wrong_for_others_is_reported_as_often_as_they_ask() -> None:
    app = XAPI()

    def user(size: Annotated[int, Depends(wanted)]) -> str:
        return "anna"

    @app.get("/")
    async def read(name: Annotated[str, Depends(user)], size: Annotated[int, Depends(wanted)]) -> str:
        return f"{name} {size}"

    with TestClient(app) as client, client.override({user: "ben"}):
        assert client.get("/?size=3").json() == "ben 3"
        errors = client.get("/?size=x").json()["detail"]
        assert [error["loc"] for error in errors] == [["query", "size"]]


def test_what_only_a_replaced_dependency_reads_may_be_too_much() -> None:
    app = XAPI(max_parameters=2)

    async def words(word: Annotated[list[str], Query()]) -> list[str]:
        return word

    @app.get("/")
    async def read(found: Annotated[Any, Depends(words)]) -> Any:
        return found

    with TestClient(app) as client:
        assert client.get("/?word=a&word=b&word=c").status_code >= 400
        with client.override({words: "none"}):
            assert client.get("/?word=a&word=b&word=c").json() == "none"


class Around(APIRoute):
    """A route with code around it."""

    def get_route_handler(self) -> Any:
        answer = super().get_route_handler()

        async def around(request: Request) -> Response:
            response = await answer(request)
            response.headers["x-around"] = "yes"
            return response

        return around


def _with_body(app: XAPI) -> Any:
    async def body(sent: dict[str, int]) -> Any:
        return sent

    app.post("/")(_answering(Depends(body)))
    return body


def _limited(app: XAPI) -> Any:
    async def limited() -> str:
        return "real"

    app.post("/")(_answering(Depends(limited, max_concurrency=1)))
    return limited


def _twice(app: XAPI) -> Any:
    async def twice() -> str:
        return "real"

    app.post("/", dependencies=[Depends(twice)])(_answering(Depends(twice, use_cache=False)))
    return twice


def _around(app: XAPI) -> Any:
    async def around() -> str:
        return "real"

    router = APIRouter(route_class=Around)
    router.post("/")(_answering(Depends(around)))
    app.include_router(router)
    return around


def _answering(dependency: Any) -> Any:
    async def answer(found: Any = dependency) -> Any:
        return found

    return answer


@pytest.mark.parametrize(("declare", "count"), [(_with_body, 1), (_limited, 1), (_twice, 2), (_around, 1)])
def test_where_the_code_cannot_do_it_other_code_does(declare: Any, count: int) -> None:
    app = XAPI()
    dependency = declare(app)
    with TestClient(app) as client, client.override({dependency: "value"}) as handle:
        answer = client.post("/", json={"a": 1})
        assert answer.json() == "value"
        assert ("x-around" in answer.headers) == (declare is _around)
        assert handle.count(dependency) == count


def test_an_app_that_is_called_inside_a_dependency_has_its_own_values() -> None:
    inner = XAPI()

    @inner.get("/")
    async def read_inner(s: Annotated[str, Depends(settings)]) -> str:
        return s

    async def caller() -> str:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request"}

        with inner.overrides({settings: "inner"}):
            await inner(scope, receive, send)
        return sent[1]["body"].decode()

    outer = XAPI()

    @outer.get("/")
    async def read(called: Annotated[str, Depends(caller)], s: Annotated[str, Depends(settings)]) -> Any:
        return [called, s]

    with TestClient(outer) as client, client.override({settings: "outer"}):
        assert client.get("/").json() == ['"inner"', "outer"]
