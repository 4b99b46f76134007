"""Dependency overrides of clients, and of any app."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from xapi import XAPI, Depends, WebSocket
from xapi.overrides import layer_of
from xapi.testing import AsyncClient, OverrideError, TestClient, override

Dependency = Callable[..., Any]


def name() -> str:
    return "real"


def other() -> str:
    return "other"


def fake() -> str:
    return "fake"


def make_app() -> XAPI:
    app = XAPI()
    app.router.lifespan_context = lambda app: _Nothing()

    @app.get("/")
    async def read(name: str = Depends(name), other: str = Depends(other)) -> list[Any]:
        return [name, other]

    @app.get("/thread")
    def read_in_thread(name: str = Depends(name)) -> list[str]:
        return [name]

    @app.websocket("/ws")
    async def talk(websocket: WebSocket, name: str = Depends(name)) -> None:
        await websocket.accept()
        await websocket.send_text(name)

    return app


class _Nothing:
    async def __aenter__(self) -> None: ...
    async def __aexit__(self, *arguments: object) -> None: ...


class DictApp:
    """An app of another framework: it has a dict of overrides and no layers."""

    def __init__(self) -> None:
        self.dependency_overrides: dict[Dependency, Dependency] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        values = [self.dependency_overrides.get(dependency, dependency)() for dependency in (name, other)]
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": repr(values).replace("'", '"').encode()})


class Wrapped:
    """Middleware, which keeps the app under the usual name."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(params=[make_app, DictApp, lambda: Wrapped(make_app()), lambda: Wrapped(Wrapped(DictApp()))])
def app(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.fixture(params=["auto", "portal"])
def client(app: Any, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    with TestClient(app, driver=request.param) as client:
        yield client


def read(client: TestClient) -> Any:
    return client.get("/").json()


def test_an_override_lasts_until_it_is_removed(client: TestClient) -> None:
    handle = client.override(name, fake)
    assert read(client) == ["fake", "other"]
    handle.remove()
    assert read(client) == ["real", "other"]
    handle.remove()
    assert read(client) == ["real", "other"]


def test_an_override_lasts_until_the_client_is_left(app: Any) -> None:
    client = TestClient(app)
    with client:
        client.override(name, fake)
        assert read(client) == ["fake", "other"]
    assert read(client) == ["real", "other"]
    client.override(name, fake)
    client.close()
    assert read(TestClient(app)) == ["real", "other"]


def test_an_override_lasts_for_a_block_and_blocks_nest(client: TestClient) -> None:
    with client.override(name, fake):
        with client.override({name: "inner", other: "inner"}):
            assert read(client) == ["inner", "inner"]
        assert read(client) == ["fake", "other"]
    assert read(client) == ["real", "other"]


def test_overrides_can_be_removed_in_any_order(client: TestClient) -> None:
    first = client.override(name, "first")
    second = client.override(name, "second")
    third = client.override(name, "third")
    second.remove()
    assert read(client) == ["third", "other"]
    third.remove()
    assert read(client) == ["first", "other"]
    first.remove()
    assert read(client) == ["real", "other"]


def test_the_same_override_can_be_made_twice(client: TestClient) -> None:
    with client.override(name, fake):
        with client.override(name, fake):
            assert read(client) == ["fake", "other"]
        assert read(client) == ["fake", "other"]
    assert read(client) == ["real", "other"]


def test_a_client_can_have_overrides_from_its_making(app: Any) -> None:
    client = TestClient(app, overrides={name: fake})
    assert read(client) == ["fake", "other"]
    for _ in range(2):
        with client:
            assert read(client) == ["fake", "other"]
    assert read(TestClient(app)) == ["real", "other"]


@pytest.mark.anyio
async def test_the_asynchronous_client_overrides_alike(app: Any) -> None:
    async with AsyncClient(app, overrides={other: fake}) as client:
        with client.override(name, fake):
            assert (await client.get("/")).json() == ["fake", "fake"]
        assert (await client.get("/")).json() == ["real", "fake"]
    assert (await client.get("/")).json() == ["real", "other"]


@pytest.mark.parametrize("driver", ["auto", "portal"])
def test_overrides_reach_worker_threads_streams_and_websockets(driver: Any) -> None:
    client = TestClient(make_app(), driver=driver, overrides={name: fake})
    assert client.get("/thread").json() == ["fake"]
    assert client.get("/thread", auth=("a", "b")).json() == ["fake"]
    with client.stream("GET", "/thread") as response:
        assert response.read() == b'["fake"]'
    with client.websocket_connect("/ws") as websocket:
        assert websocket.receive_text() == "fake"
    assert client.answer(_scope()).body == b'["fake"]'


def _scope() -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": "/thread", "headers": [], "query_string": b""}


def test_overrides_of_one_client_are_not_seen_by_another() -> None:
    app = make_app()
    one, two = TestClient(app), TestClient(app)
    one.override(name, "one")
    two.override(name, "two")
    assert (read(one), read(two), read(TestClient(app))) == (
        ["one", "other"],
        ["two", "other"],
        ["real", "other"],
    )


def test_layers_of_the_context_lie_above_those_of_the_client_and_the_dict_below() -> None:
    app = make_app()
    client = TestClient(app)
    app.dependency_overrides[name] = lambda: "dict"
    assert read(client) == ["dict", "other"]
    client.override(name, "client")
    assert read(client) == ["client", "other"]
    with app.overrides(name, "context"):
        assert read(client) == ["context", "other"]


def test_override_works_on_any_app(app: Any) -> None:
    client = TestClient(app)
    with override(app, name, fake):
        with override(app, {name: "inner", other: "inner"}):
            assert read(client) == ["inner", "inner"]
        assert read(client) == ["fake", "other"]
    assert read(client) == ["real", "other"]


def test_override_ends_though_the_block_fails(app: Any) -> None:
    with pytest.raises(ZeroDivisionError), override(app, name, fake):
        raise ZeroDivisionError
    assert read(TestClient(app)) == ["real", "other"]


def test_override_blocks_may_end_in_any_order(app: Any) -> None:
    client = TestClient(app)
    one, two = override(app, name, "one"), override(app, {name: "two", other: "two"})
    one.__enter__()
    two.__enter__()
    one.__exit__(None, None, None)
    assert read(client) == ["two", "two"]
    two.__exit__(None, None, None)
    assert read(client) == ["real", "other"]


def test_a_dict_has_its_own_entries_back_and_keeps_what_was_written_meanwhile() -> None:
    app = DictApp()
    app.dependency_overrides[name] = fake
    with override(app, name, "block"):
        assert app.dependency_overrides[name]() == "block"
    assert app.dependency_overrides == {name: fake}
    with override(app, name, "block"):
        app.dependency_overrides[name] = other
    assert app.dependency_overrides == {name: other}


def _lasting(app: Any) -> None:
    TestClient(app, overrides={name: fake})


def _added(app: Any) -> None:
    client = TestClient(app)
    client.override(name, fake)
    client.override(name, "above")


def _asynchronous(app: Any) -> None:
    AsyncClient(app, overrides={name: fake})


@pytest.mark.parametrize("replace", [_lasting, _added, _asynchronous])
def test_a_dict_has_its_own_entries_back_after_a_client_that_nobody_has_closed(replace: Any) -> None:
    app = DictApp()
    app.dependency_overrides[name] = other
    replace(app)
    gc.collect()
    TestClient(plain)  # what was abandoned is freed when the next client is made
    assert app.dependency_overrides == {name: other}


def test_an_override_in_a_thread_reaches_a_dict_app_everywhere() -> None:
    app = DictApp()
    with override(app, name, fake):
        results: list[Any] = []
        thread = threading.Thread(target=lambda: results.append(read(TestClient(app))))
        thread.start()
        thread.join()
    assert results == [["fake", "other"]]


async def plain(scope: Any, receive: Any, send: Any) -> None: ...


def test_an_app_without_dependencies_is_named() -> None:
    message = r"<function plain at .*> has no dependencies to override: an XAPI app has"
    with pytest.raises(OverrideError, match=message):
        TestClient(plain).override(name, fake)
    with pytest.raises(OverrideError, match=message), override(plain, name, fake):
        pytest.fail("nothing was overridden")
    with pytest.raises(OverrideError, match=message):
        TestClient(plain, overrides={name: fake})


def test_a_replacement_that_is_missing_or_too_many_is_named() -> None:
    client = TestClient(make_app())
    with pytest.raises(
        TypeError, match=r"override\(name\) has no replacement: give one as the second argument"
    ):
        client.override(name)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"override\({\.\.\.}\) takes no second argument"):
        client.override({name: fake}, fake)  # type: ignore[call-overload]
    with client.override(name, None):
        assert read(client) == [None, "other"]


@pytest.mark.parametrize("replaced_by", ["value", "def", "async def", "generator", "async generator"])
def test_calls_of_a_dict_app_are_recorded_and_its_replacements_look_as_before(replaced_by: str) -> None:
    ends: list[str] = []

    def function(q: int) -> int:
        return q

    async def coroutine(q: int) -> int:
        return q

    def generator(q: int) -> Iterator[int]:
        try:
            yield q
        finally:
            ends.append("generator")

    async def stream(q: int) -> AsyncIterator[int]:
        try:
            yield q
        finally:
            ends.append("async generator")

    app = DictApp()
    kinds = {"value": 3, "def": function, "async def": coroutine, "generator": generator}
    with override(app, name, kinds.get(replaced_by, stream)) as handle:
        written = app.dependency_overrides[name]
        if replaced_by == "value":
            assert (written(), handle.calls(name)) == (3, [{}])
            return
        assert inspect.signature(written).parameters["q"].annotation is int
        if replaced_by == "def":
            assert written(q=1) == 1
        elif replaced_by == "async def":
            assert asyncio.run(written(q=1)) == 1
        elif replaced_by == "generator":
            with pytest.raises(ValueError, match="inside"), contextmanager(written)(q=1):
                raise ValueError("inside")
            assert ends == [replaced_by]
        else:
            asyncio.run(_fail_inside(asynccontextmanager(written)))
            assert ends == [replaced_by]
        assert handle.calls(name) == [{"q": 1}]


async def _fail_inside(made: Any) -> None:
    with pytest.raises(ValueError, match="inside"):
        async with made(q=1):
            raise ValueError("inside")


def test_apps_that_are_mounted_have_their_dicts_written_too() -> None:
    app: Any = DictApp()
    mounted: Any = DictApp()
    behind_middleware = SimpleNamespace(app=mounted)
    app.routes = [Told(name), SimpleNamespace(app=behind_middleware), SimpleNamespace(app=behind_middleware)]
    mounted.routes = [Told(other)]
    with override(app, other, "block"):
        assert read(TestClient(mounted)) == ["real", "block"]
    client = TestClient(app)
    handle = client.override(name, fake)
    assert read(client) == read(TestClient(mounted)) == ["fake", "other"]
    assert handle.count() == handle.count(name) == 2
    handle.remove()
    assert app.dependency_overrides == mounted.dependency_overrides == {}


def test_an_app_of_another_framework_that_is_mounted_in_ours_has_its_dict_written() -> None:
    app = XAPI()
    mounted: Any = DictApp()
    mounted.routes = [Told(name)]
    app.mount("/mounted", mounted)
    with override(app, name, "block") as handle:
        assert read(TestClient(mounted)) == ["block", "other"]
    with TestClient(app) as client:
        client.override(name, fake)
        assert read(TestClient(mounted)) == ["fake", "other"]
    assert handle.count(name) == 1
    assert mounted.dependency_overrides == {}


def test_the_same_layer_may_be_written_for_two_clients() -> None:
    app = DictApp()
    layer = layer_of({name: "layer"})
    first, second = TestClient(app).override(layer), TestClient(app).override(layer)
    first.remove()
    assert read(TestClient(app)) == ["layer", "other"]
    second.remove()
    assert app.dependency_overrides == {}


class Told:
    """A route of another framework, which tells its dependencies."""

    def __init__(self, *calls: Dependency, **attributes: Any) -> None:
        self.dependant = SimpleNamespace(dependencies=[SimpleNamespace(call=call) for call in calls])
        self.endpoint = read
        vars(self).update(attributes)


def test_a_key_is_checked_where_another_framework_tells_all_dependencies() -> None:
    app: Any = DictApp()
    app.routes = [Told(name)]
    with pytest.raises(OverrideError, match="no operation of the app depends on other"):
        TestClient(app).override(other, fake)
    app.routes.append(object())
    with override(app, other, fake):
        assert read(TestClient(app)) == ["real", "fake"]


class Included:
    """An included router as FastAPI lists it from 0.165 on: its routes are behind methods."""

    def __init__(self, *routes: Any, frontends: tuple[Any, ...] = ()) -> None:
        self._routes = routes
        self._frontends = frontends

    def effective_route_contexts(self) -> Iterator[Any]:
        return map(self._context, self._routes)

    def effective_low_priority_routes(self) -> Iterator[Any]:
        return map(self._context, self._frontends)

    def _context(self, route: Any) -> Any:
        dependant = getattr(route, "dependant", None)
        return SimpleNamespace(dependant=dependant, endpoint=None, starlette_route=route)


def test_a_key_is_checked_in_included_routers_of_another_framework() -> None:
    app: Any = DictApp()
    mounted: Any = DictApp()
    mounted.routes = [Told(other)]
    app.routes = [Included(Told(name), SimpleNamespace(app=mounted), frontends=(Told(make_app),))]
    with override(app, {name: fake, other: fake, make_app: fake}):
        assert read(TestClient(app)) == ["fake", "fake"]
    with pytest.raises(OverrideError, match="no operation of the app depends on fake"):
        TestClient(app).override(fake, other)
