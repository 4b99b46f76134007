"""Dependencies: what they are, when they run, how often, and what follows their `yield`."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest

from xapi import XAPI, APIRouter, BackgroundTasks, Depends, Header, HTTPException, Request, Response, Security
from xapi.exceptions import DeclarationError, DependencyError
from xapi.security import SecurityScopes
from xapi.testclient import TestClient


def test_functions_classes_instances_and_partials_are_dependencies() -> None:
    class Paging:
        def __init__(self, skip: int = 0, limit: int = 10) -> None:
            self.skip, self.limit = skip, limit

    class Checker:
        def __init__(self, word: str) -> None:
            self.word = word

        async def __call__(self, q: str = "") -> bool:
            return self.word in q

    def scaled(factor: int, n: int = 1) -> int:
        return factor * n

    app = XAPI()

    @app.get("/")
    async def endpoint(
        paging: Annotated[Paging, Depends()],
        found: Annotated[bool, Depends(Checker("bar"))],
        product: Annotated[int, Depends(functools.partial(scaled, 3))],
    ) -> Any:
        return [paging.skip, paging.limit, found, product]

    assert TestClient(app).get("/?limit=5&q=rebar&n=4").json() == [0, 5, True, 12]


def test_a_dependency_runs_once_for_a_request_unless_it_is_told_otherwise() -> None:
    calls = []

    def counted() -> int:
        calls.append(1)
        return len(calls)

    def middle(n: Annotated[int, Depends(counted)]) -> int:
        return n

    app = XAPI(dependencies=[Depends(counted)])

    @app.get("/")
    async def endpoint(
        a: Annotated[int, Depends(middle)],
        b: Annotated[int, Depends(counted)],
        c: Annotated[int, Depends(counted, use_cache=False)],
    ) -> Any:
        return [a, b, c]

    assert TestClient(app).get("/").json() == [1, 1, 2]


def test_dependencies_run_from_outside_in() -> None:
    order: list[str] = []

    def note(name: str) -> Any:
        return Depends(lambda: order.append(name))

    app = XAPI(dependencies=[note("app")])
    router = APIRouter(dependencies=[note("router")])

    @router.get("/", dependencies=[note("decorator")])
    def endpoint(parameter: Annotated[None, note("parameter")]) -> None:
        order.append("endpoint")

    app.include_router(router, prefix="/in", dependencies=[note("inclusion")])
    assert TestClient(app).get("/in/").status_code == 200
    assert order == ["app", "inclusion", "router", "decorator", "parameter", "endpoint"]


def test_errors_add_up_and_those_of_a_shared_dependency_are_told_for_each_use() -> None:
    ran = []

    def needs(token: Annotated[int, Header()]) -> int:
        ran.append("needs")
        return token

    def above(n: Annotated[int, Depends(needs)], q: int) -> int:
        ran.append("above")
        return n

    def sibling() -> None:
        ran.append("sibling")

    app = XAPI()

    @app.get("/{p}")
    def endpoint(
        p: int,
        a: Annotated[int, Depends(above)],
        b: Annotated[int, Depends(needs)],
        c: Annotated[None, Depends(sibling)],
    ) -> None:
        ran.append("endpoint")

    errors = TestClient(app).get("/x?q=y").json()["detail"]
    assert [error["loc"] for error in errors] == [
        ["header", "token"],
        ["query", "q"],
        ["header", "token"],
        ["path", "p"],
    ]
    assert ran == ["sibling"]


@pytest.fixture
def events() -> list[str]:
    return []


def _resources(events: list[str]) -> tuple[Any, Any]:
    async def connection() -> AsyncIterator[str]:
        events.append("open connection")
        try:
            yield "connection"
        except BaseException as error:
            events.append(type(error).__name__)
            raise
        finally:
            events.append("close connection")

    def session(connection: str = Depends(connection)) -> Iterator[str]:
        events.append("open session")
        try:
            yield f"session of {connection}"
        finally:
            events.append("close session")

    return connection, session


def test_what_follows_a_yield_runs_in_reverse_after_the_background_tasks(events: list[str]) -> None:
    _, session = _resources(events)
    app = XAPI()

    @app.get("/")
    async def endpoint(s: Annotated[str, Depends(session)], tasks: BackgroundTasks) -> str:
        tasks.add_task(events.append, "task")
        events.append("endpoint")
        return s

    assert TestClient(app).get("/").json() == "session of connection"
    assert events == [
        "open connection", "open session", "endpoint", "task", "close session", "close connection",
    ]  # fmt: skip


@pytest.mark.parametrize(("path", "status"), [("/http", 404), ("/own", 400), ("/422?n=x", 422)])
def test_an_exception_passes_through_the_yields_before_it_is_answered(
    events: list[str], path: str, status: int
) -> None:
    class OwnError(Exception):
        pass

    _, session = _resources(events)
    app = XAPI()

    @app.exception_handler(OwnError)
    async def handle(request: Request, error: OwnError) -> Response:
        events.append("handler")
        return Response(status_code=400)

    @app.get("/{kind}")
    def endpoint(kind: str, s: Annotated[str, Depends(session)], n: int = 0) -> None:
        raise HTTPException(404) if kind == "http" else OwnError

    assert TestClient(app).get(path).status_code == status
    name = {404: "HTTPException", 400: "OwnError", 422: "RequestValidationError"}[status]
    assert events[:5] == ["open connection", "open session", "close session", name, "close connection"]
    assert events[5:] == (["handler"] if status == 400 else [])


def test_a_dependency_may_answer_with_another_exception() -> None:
    def guarded() -> Iterator[None]:
        try:
            yield
        except KeyError as error:
            raise HTTPException(400, f"Owner error: {error.args[0]}") from error

    app = XAPI()

    @app.get("/", dependencies=[Depends(guarded)])
    async def endpoint() -> None:
        raise KeyError("Rick")

    response = TestClient(app).get("/")
    assert (response.status_code, response.json()) == (400, {"detail": "Owner error: Rick"})


def test_a_swallowed_exception_is_told_with_its_dependency() -> None:
    async def swallows() -> AsyncIterator[None]:
        try:
            yield
        except KeyError:
            pass

    app = XAPI()

    @app.get("/", dependencies=[Depends(swallows)])
    async def endpoint() -> None:
        raise KeyError("lost")

    with pytest.raises(DependencyError, match=r"KeyError was raised.*swallows\(\).*write `raise`") as raised:
        TestClient(app).get("/")
    assert isinstance(raised.value.__cause__, KeyError)
    assert TestClient(app, raise_server_exceptions=False).get("/").status_code == 500


@pytest.mark.parametrize("times", [0, 2])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_dependency_that_does_not_yield_once_is_told(times: int, kind: str) -> None:
    def sync_dependency() -> Iterator[int]:
        yield from range(times)

    async def async_dependency() -> AsyncIterator[int]:
        for number in range(times):
            yield number

    app = XAPI()

    @app.get("/", dependencies=[Depends(sync_dependency if kind == "sync" else async_dependency)])
    async def endpoint() -> None: ...

    with pytest.raises(DependencyError, match="must yield once"):
        TestClient(app).get("/")


def test_function_scope_ends_before_the_answer_and_request_scope_after_it(events: list[str]) -> None:
    def resource(name: str) -> Any:
        async def dependency() -> AsyncIterator[None]:
            yield
            events.append(f"close {name}")

        return dependency

    app = XAPI()

    @app.get("/")
    async def endpoint(
        early: Annotated[None, Depends(resource("function"), scope="function")],
        late: Annotated[None, Depends(resource("request"), scope="request")],
        tasks: BackgroundTasks,
    ) -> None:
        tasks.add_task(events.append, "sent")

    assert TestClient(app).get("/").status_code == 200
    assert events == ["close function", "sent", "close request"]


def test_a_dependency_can_not_outlive_what_it_depends_on() -> None:
    def connection() -> Iterator[int]:
        yield 1

    def session(value: Annotated[int, Depends(connection, scope="function")]) -> Iterator[int]:
        yield value

    app = XAPI()
    app.get("/", dependencies=[Depends(session, scope="function")])(lambda: None)
    for use in (Depends(session), Depends(session, scope="request")):
        with pytest.raises(DeclarationError, match=r"session\(\): ends with the request, .*connection\(\)"):
            app.get("/", dependencies=[use])(lambda: None)
    with pytest.raises(DeclarationError, match="scope='app' is unknown: write 'function' or 'request'"):
        app.get("/", dependencies=[Depends(connection, scope="app")])(lambda: None)  # type: ignore[arg-type]


def test_sync_callables_run_in_worker_threads_with_the_context_of_the_request() -> None:
    user: contextvars.ContextVar[str] = contextvars.ContextVar("user")

    async def sets(name: str) -> None:
        user.set(name)

    def sync_dependency() -> tuple[str, str]:
        return user.get(), threading.current_thread().name

    app = XAPI()

    @app.get("/", dependencies=[Depends(sets)])
    async def endpoint(result: Annotated[Any, Depends(sync_dependency)]) -> Any:
        return [result[0], result[1] != threading.current_thread().name]

    assert TestClient(app).get("/?name=me").json() == ["me", True]


def test_objects_are_injected_by_type_and_shared() -> None:
    def sets_header(response: Response, tasks: BackgroundTasks, request: Request) -> str:
        response.headers["x-from"] = "dependency"
        response.set_cookie("seen", "yes")
        return request.headers["user-agent"]

    app = XAPI()

    @app.get("/", status_code=201)
    async def endpoint(agent: Annotated[str, Depends(sets_header)], response: Response) -> str:
        response.headers["x-also"] = "endpoint"
        return agent

    answer = TestClient(app).get("/", headers={"user-agent": "me"})
    assert answer.json() == "me"
    assert answer.status_code == 201
    assert (answer.headers["x-from"], answer.headers["x-also"]) == ("dependency", "endpoint")
    assert answer.cookies["seen"] == "yes"


def test_the_last_status_code_that_was_set_counts() -> None:
    def sets(response: Response) -> None:
        response.status_code = 202

    app = XAPI()

    @app.get("/", dependencies=[Depends(sets)])
    async def endpoint(response: Response, empty: bool = False) -> str:
        if empty:
            response.status_code = 204
        return "text"

    assert TestClient(app).get("/").status_code == 202
    answer = TestClient(app).get("/?empty=1")
    assert (answer.status_code, answer.content) == (204, b"")


def test_security_scopes_are_those_of_everything_above() -> None:
    calls = []

    def user(scopes: SecurityScopes) -> str:
        calls.append(scopes.scope_str)
        return scopes.scope_str

    def active(name: Annotated[str, Security(user, scopes=["me"])]) -> str:
        return name

    app = XAPI()

    @app.get("/")
    def endpoint(
        a: Annotated[str, Security(active, scopes=["items"])], b: Annotated[str, Depends(user)]
    ) -> Any:
        return [a, b]

    assert TestClient(app).get("/").json() == ["items me", ""]
    assert calls == ["items me", ""]


def test_the_body_is_there_for_a_request_that_is_injected() -> None:
    app = XAPI()

    @app.post("/")
    async def endpoint(data: dict[str, int], request: Request) -> Any:
        return [data, (await request.body()).decode()]

    assert TestClient(app).post("/", json={"a": 1}).json() == [{"a": 1}, '{"a":1}']


def test_the_body_is_there_in_an_exception_handler() -> None:
    app = XAPI()

    @app.exception_handler(KeyError)
    async def handle(request: Request, error: KeyError) -> Response:
        return Response(await request.body())

    @app.post("/")
    async def endpoint(data: dict[str, int]) -> None:
        raise KeyError

    assert TestClient(app).post("/", json={"a": 1}).text == '{"a":1}'


def test_only_the_dependency_that_swallowed_an_exception_is_named() -> None:
    def passes() -> Iterator[None]:
        yield

    def swallows() -> Iterator[None]:
        with contextlib.suppress(KeyError):
            yield

    app = XAPI()

    @app.get("/", dependencies=[Depends(passes), Depends(swallows, max_concurrency=1), Depends(passes)])
    async def endpoint() -> None:
        raise KeyError("lost")

    with pytest.raises(DependencyError) as raised:
        TestClient(app).get("/")
    assert "swallows()" in str(raised.value)
    assert "passes" not in str(raised.value)


@pytest.mark.parametrize("scope", ["function", "request"])
def test_an_exception_in_a_teardown_leaves_the_next_request_alone(scope: Any) -> None:
    open_now: list[int] = []
    fail = [True]

    def outer() -> Iterator[None]:
        open_now.append(1)
        try:
            yield
        finally:
            open_now.pop()

    async def failing() -> AsyncIterator[None]:
        yield
        if fail[0]:
            raise RuntimeError("teardown")

    app = XAPI()

    @app.get(
        "/", dependencies=[Depends(outer, scope=scope), Depends(failing, scope=scope, max_concurrency=1)]
    )
    async def endpoint() -> list[int]:
        return open_now

    client = TestClient(app)
    with pytest.raises(RuntimeError, match="teardown"):
        client.get("/")
    assert open_now == []
    fail[0] = False
    assert client.get("/").json() == [1]
    assert open_now == []
