"""Replacing dependencies: by the app's dictionary, and by layers that nest and end in any order."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import anyio.lowlevel
import pytest
from coverage import Coverage
from garbage import collect

from xapi import XAPI, APIRouter, Depends, HTTPException, WebSocket, WebSocketDisconnect
from xapi.overrides import MOST_CALLS, OverrideError
from xapi.pipeline.codegen import operation
from xapi.security import APIKeyHeader, OAuth2PasswordBearer
from xapi.testclient import TestClient
from xapi.testing import AsyncClient


def settings() -> str:
    return "real settings"


def database(s: Annotated[str, Depends(settings)]) -> str:
    return f"database with {s}"


def other(q: str = "?") -> str:
    return f"other {q}"


def make_app() -> XAPI:
    app = XAPI()

    @app.get("/")
    async def endpoint(d: Annotated[str, Depends(database)]) -> str:
        return d

    @app.get("/plain")
    async def plain() -> str:
        return "plain"

    @app.websocket("/ws")
    async def socket(websocket: WebSocket, d: Annotated[str, Depends(database)]) -> None:
        await websocket.accept()
        await websocket.send_text(d)
        await websocket.close()

    return app


def test_the_dictionary_replaces_at_every_level_and_may_be_replaced_itself() -> None:
    app = make_app()
    client = TestClient(app)
    assert client.get("/").json() == "database with real settings"
    app.dependency_overrides[settings] = lambda: "fake settings"
    assert client.get("/").json() == "database with fake settings"
    app.dependency_overrides[database] = other
    assert client.get("/?q=asked").json() == "other asked"
    assert client.get("/plain").json() == "plain"
    with client.websocket_connect("/ws?q=socket") as session:
        assert session.receive_text() == "other socket"
    app.dependency_overrides = {}
    assert client.get("/").json() == "database with real settings"


def test_a_replacement_may_yield_and_wrap_what_it_replaces() -> None:
    app = make_app()
    closed = []

    def wrapped(d: str = Depends(database)) -> Iterator[str]:
        yield f"wrapped {d}"
        closed.append(d)

    app.dependency_overrides = {settings: lambda: "fake", database: wrapped}
    assert TestClient(app).get("/").json() == "wrapped database with fake"
    assert closed == ["database with fake"]


def test_a_dependency_that_is_used_twice_is_wrapped_once() -> None:
    app = XAPI()
    calls = []

    def doubled(d: Annotated[str, Depends(database)]) -> str:
        calls.append(d)
        return f"{d}, {d}"

    def other_user(d: Annotated[str, Depends(database)]) -> str:
        return d

    @app.get("/")
    async def endpoint(d: Annotated[str, Depends(database)], o: Annotated[str, Depends(other_user)]) -> bool:
        return d is o

    app.dependency_overrides = {database: doubled}
    assert TestClient(app).get("/").json() is True
    assert calls == ["database with real settings"]


def test_layers_nest_and_the_innermost_wins() -> None:
    app = make_app()
    client = TestClient(app)
    app.dependency_overrides[settings] = lambda: "dictionary"

    def answer() -> Any:
        return client.get("/").json()

    with app.overrides(settings, "outer"):
        assert answer() == "database with outer"
        with app.overrides({settings: lambda: "inner"}):
            assert answer() == "database with inner"
        assert answer() == "database with outer"
    assert answer() == "database with dictionary"


def test_layers_may_end_in_another_order_than_they_began() -> None:
    app = make_app()
    client = TestClient(app)
    first, second = app.overrides(settings, "first"), app.overrides(settings, "second")
    first.__enter__()
    second.__enter__()
    assert client.get("/").json() == "database with second"
    first.__exit__(None, None, None)
    assert client.get("/").json() == "database with second"
    second.__exit__(None, None, None)
    assert client.get("/").json() == "database with real settings"


@pytest.mark.skipif(Coverage.current() is not None, reason="coverage keeps memory of its own while it traces")
@pytest.mark.parametrize(
    ("make", "rounds"),
    [
        (lambda number: number, 1_000),
        (lambda number: lambda: number, 10_000),
        (lambda number: lambda q=number: q, 500),  # each of these is compiled
    ],
    ids=["values", "functions", "functions with parameters"],
)
def test_many_different_replacements_leave_no_growth(make: Callable[[int], Any], rounds: int) -> None:
    app = make_app()
    client = TestClient(app)

    def replace(rounds: int) -> tuple[int, int]:
        for number in range(rounds):
            with app.overrides(settings, make(number)):
                assert client.get("/").json() == f"database with {number}"
        collect()
        return len(gc.get_objects()), sys.getallocatedblocks()

    with client:
        objects_before, blocks_before = replace(50)  # more than the plans that a route keeps
        objects, blocks = replace(rounds)
    assert objects - objects_before < 100
    assert blocks - blocks_before < 400


def test_replacements_of_one_shape_share_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    client = TestClient(app)
    compiled = []
    compile_plan = operation.compile_plan
    monkeypatch.setattr(operation, "compile_plan", lambda plan: compiled.append(plan) or compile_plan(plan))
    for number in range(5):
        with app.overrides(settings, number):
            assert client.get("/").json() == f"database with {number}"
        with app.overrides(settings, lambda number=str(number): number):
            client.get("/")
        with app.overrides(settings, lambda: len(compiled)):
            client.get("/")
    assert len(compiled) == 1 + 1 + 5


def test_one_function_in_two_places_is_called_once_and_two_functions_twice() -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint(one: int = Depends(settings), two: int = Depends(other)) -> list[Any]:
        return [one, two]

    client = TestClient(app)
    numbers = count()

    def both() -> int:
        return next(numbers)

    with app.overrides({settings: both, other: both}):
        assert client.get("/").json() == [0, 0]
    with app.overrides({settings: lambda: 7, other: lambda: 8}):
        assert client.get("/").json() == [7, 8]
    with app.overrides({settings: other}):
        assert client.get("/?q=a").json() == ["other a", "other a"]


def test_a_replacement_may_depend_on_what_is_replaced_in_its_turn() -> None:
    app = make_app()
    client = TestClient(app)

    def inner() -> str:
        return "inner"

    def outer(value: Annotated[str, Depends(inner)]) -> str:
        return f"outer {value}"

    with app.overrides({settings: outer, inner: "replaced"}):
        assert client.get("/").json() == "database with outer replaced"
        with app.overrides(inner, lambda: "again"):
            assert client.get("/").json() == "database with outer again"
    with app.overrides(settings, outer):
        assert client.get("/").json() == "database with outer inner"


def test_a_class_and_a_security_scheme_are_replaced() -> None:
    app = XAPI()
    scheme = OAuth2PasswordBearer("token")

    class Filter:
        def __init__(self, q: str = "none") -> None:
            self.q = q

    class Everything(Filter):
        def __init__(self, all: str = "all") -> None:
            self.q = all

    @app.get("/")
    async def endpoint(token: Annotated[str, Depends(scheme)], filter: Annotated[Filter, Depends()]) -> str:
        return f"{token} {filter.q}"

    client = TestClient(app)
    assert client.get("/").status_code == 401
    with app.overrides({scheme: "secret", Filter: Everything}):
        assert client.get("/?q=a&all=b").json() == "secret b"


def test_mounted_apps_see_the_layers() -> None:
    app, inner = XAPI(), make_app()
    app.mount("/inner", inner)
    client = TestClient(app)
    with app.overrides(settings, "fake"):
        assert client.get("/inner/").json() == "database with fake"
        with client.websocket_connect("/inner/ws") as session:
            assert session.receive_text() == "database with fake"


def test_dependencies_of_frontends_are_replaced(tmp_path: Path) -> None:
    tmp_path.joinpath("index.html").write_text("page")

    def refuse() -> None:
        raise HTTPException(401)

    app = XAPI(dependencies=[Depends(refuse)], openapi_url=None)
    app.frontend("/", directory=tmp_path)
    client = TestClient(app)
    assert client.get("/index.html").status_code == 401
    with app.overrides(refuse, None) as handle:
        assert client.get("/index.html").text == "page"
        assert handle.count(refuse) == 1


def test_code_outside_of_operations_can_ask_for_the_replacement() -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[None]:
        seen.append(app.overridden(settings)())
        yield

    app = XAPI(lifespan=lifespan)

    @app.get("/")
    async def endpoint(value: str = Depends(settings)) -> str:
        return value

    for overrides in ({}, {settings: "client"}, {settings: lambda: "function"}):
        with TestClient(app, overrides=overrides):
            pass
    app.dependency_overrides[settings] = lambda: "dictionary"
    assert app.overridden(settings)() == "dictionary"
    assert seen == ["real settings", "client", "function"]


def test_what_alone_is_replaced_need_not_be_named() -> None:
    app = make_app()
    with app.overrides(settings, lambda: "s") as handle:
        TestClient(app).get("/?q=1")
        assert (handle.count(), handle.calls()) == (1, [{}])


def test_calls_are_counted_and_recorded() -> None:
    app = make_app()
    client = TestClient(app)

    async def fake(q: str, s: Annotated[str, Depends(settings)]) -> str:
        return f"{q} {s}"

    with app.overrides({database: fake, settings: "s"}) as handle:
        assert handle.unused() == [database, settings]
        client.get("/?q=1")
        client.get("/?q=2")
        client.get("/?wrong=3")
        client.get("/plain")
        assert handle.count(database) == 2
        assert handle.calls(database) == [{"q": "1", "s": "s"}, {"q": "2", "s": "s"}]
        assert (handle.count(settings), handle.calls(settings)) == (3, [{}, {}, {}])
        assert handle.unused() == []
        with pytest.raises(KeyError, match="this override replaces several: name one of database, settings"):
            handle.count()
        with pytest.raises(KeyError, match="other is not replaced by this override, which replaces database"):
            handle.count(other)


@pytest.mark.parametrize("kind", ["async def", "def", "async generator", "generator", "class"])
def test_every_kind_of_replacement_is_recorded(kind: str) -> None:
    app = make_app()

    async def coroutine(q: str) -> str:
        return q

    def function(q: str) -> str:
        return q

    async def stream(q: str) -> AsyncIterator[str]:
        yield q

    def generator(q: str) -> Iterator[str]:
        yield q

    class Text(str):
        def __new__(cls, q: str) -> Text:
            return super().__new__(cls, q)

    kinds = dict(
        zip(
            ["async def", "def", "async generator", "generator", "class"],
            [coroutine, function, stream, generator, Text],
            strict=True,
        )
    )
    with app.overrides(database, kinds[kind]) as handle:
        assert TestClient(app).get("/?q=asked").json() == "asked"
        assert handle.calls(database) == [{"q": "asked"}]


def test_a_thousand_calls_are_kept_and_all_are_counted() -> None:
    app = make_app()
    client = TestClient(app)
    with app.overrides(settings, "s") as handle, client:
        for _ in range(MOST_CALLS + 1):
            client.get("/")
        assert (handle.count(settings), len(handle.calls(settings))) == (MOST_CALLS + 1, MOST_CALLS)


def test_what_no_operation_depends_on_is_told_with_the_nearest_name() -> None:
    app = XAPI()
    app.mount("/inner", make_app())

    def databas() -> None: ...

    databas.__qualname__ = "databas"
    with pytest.raises(
        OverrideError, match=r"no operation of the app depends on databas \(did you mean database\?\)"
    ):
        app.overrides(databas, 1)
    databas.__qualname__ = "test_of_something.<locals>.databas"
    with pytest.raises(OverrideError, match=r"<locals>\.databas \(did you mean database\?\)"):
        app.overrides(databas, 1)
    databas.__qualname__ = "zzz"
    with pytest.raises(OverrideError, match=r"no operation of the app depends on zzz$"):
        app.overrides({settings: 1, databas: 1})
    databas.__qualname__ = "settings"
    databas.__module__ = "src.shop"
    with pytest.raises(
        OverrideError,
        match=r"settings, but on another object of that name: yours is from 'src.shop', the app's ",
    ):
        app.overrides(databas, 1)


def test_concurrent_requests_do_not_see_each_other_s_overrides() -> None:
    app = make_app()

    async def ask(client: AsyncClient, value: int) -> Any:
        with app.overrides(settings, value):
            await anyio.lowlevel.checkpoint()
            return (await client.get("/")).json()

    async def main() -> list[Any]:
        async with AsyncClient(app) as client:
            return await asyncio.gather(*[ask(client, number) for number in range(10)])

    assert asyncio.run(main()) == [f"database with {number}" for number in range(10)]


LEVELS = ["app", "inclusion", "router", "operation", "parameter", "below a parameter", "scheme"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_dependency_is_replaced_wherever_it_is_declared(level: str, kind: str) -> None:
    events: list[str] = []

    def replaced() -> None:
        raise AssertionError("the original ran")

    def replacement(q: str) -> Iterator[str]:
        events.append(f"enter {q}")
        yield q
        events.append(f"exit {q}")

    scheme = APIKeyHeader(name="x-key")
    original: Any = scheme if level == "scheme" else replaced

    def below(value: Annotated[Any, Depends(original)]) -> Any:
        return value

    def at(*levels: str) -> list[Any]:
        return [Depends(original)] if level in levels else []

    app = XAPI(dependencies=at("app"))
    router = APIRouter(dependencies=at("router"))

    def of_parameter() -> Any:
        if level in ("parameter", "scheme"):
            return original
        return below if level == "below a parameter" else lambda: None

    @router.get("/", dependencies=at("operation"))
    async def endpoint(value: Annotated[Any, Depends(of_parameter())]) -> None:
        events.append("endpoint")

    @router.websocket("/", dependencies=at("operation"))
    async def socket(websocket: WebSocket, value: Annotated[Any, Depends(of_parameter())]) -> None:
        await websocket.accept()
        events.append("endpoint")
        await websocket.close()

    app.include_router(router, prefix="/in", dependencies=at("inclusion"))
    app.dependency_overrides[original] = replacement
    client = TestClient(app)
    if kind == "http":
        assert client.get("/in/?q=a").status_code == 200
        assert client.get("/in/").json()["detail"][0]["loc"] == ["query", "q"]
    else:
        with client.websocket_connect("/in/?q=a") as session, pytest.raises(WebSocketDisconnect):
            session.receive_text()
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/in/") as session:
            session.receive_text()
    assert events == ["enter a", "endpoint", "exit a"]


def test_what_is_changed_in_the_dictionary_counts_from_then_on() -> None:
    app = make_app()
    client = TestClient(app)
    app.dependency_overrides[settings] = lambda: "first"
    assert client.get("/").json() == "database with first"
    app.dependency_overrides[settings] = lambda: "second"
    assert client.get("/").json() == "database with second"
    app.dependency_overrides = {settings: lambda: "third"}
    assert client.get("/").json() == "database with third"
    app.dependency_overrides.clear()
    assert client.get("/").json() == "database with real settings"


def test_a_route_that_changes_under_an_override_answers_as_it_is_then() -> None:
    app = XAPI()

    @app.get("/settings")
    def read(value: Annotated[str, Depends(settings)]) -> str:
        return value

    client = TestClient(app)
    app.dependency_overrides[settings] = lambda: "other settings"
    assert client.get("/settings").status_code == 200
    app.routes[-1].status_code = 202
    answer = client.get("/settings")
    assert (answer.status_code, answer.json()) == (202, "other settings")


def test_two_dictionaries_of_one_router_do_not_answer_for_each_other() -> None:
    router = APIRouter()

    @router.get("/settings")
    def read(value: Annotated[str, Depends(settings)]) -> str:
        return value

    apps = [XAPI(), XAPI()]
    for number, app in enumerate(apps):
        app.include_router(router)
        app.dependency_overrides[settings] = lambda number=number: f"settings {number}"
    clients = [TestClient(app) for app in apps]
    for _ in range(3):
        assert [client.get("/settings").json() for client in clients] == ["settings 0", "settings 1"]
    apps[0].dependency_overrides = {settings: lambda: "a plain dictionary"}
    assert [client.get("/settings").json() for client in clients] == ["a plain dictionary", "settings 1"]
    apps[0].dependency_overrides.clear()
    assert clients[0].get("/settings").json() == "real settings"
