"""What large declarations cost: steps and calls grow with what is declared, not with the ways through it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from xapi import XAPI, Depends, Response, Security, WebSocket
from xapi.operation.limits import MAX_ERRORS
from xapi.overrides import Layer
from xapi.pipeline.plan import Repeat, make_plan
from xapi.security import OAuth2PasswordBearer, SecurityScopes
from xapi.testclient import TestClient

LEVELS = 14
LENGTH = 1000


def doubled(levels: int, leaf: Any, **keywords: Any) -> Any:
    """A dependency with so many levels below it, of which each has two uses of the next."""

    def above(inner: Any) -> Any:
        def level(a: Any = Depends(inner, **keywords), b: Any = Depends(inner, **keywords)) -> Any:
            return a + b

        return level

    call = leaf
    for _ in range(levels):
        call = above(call)
    return call


def chained(length: int, leaf: Any, *, yields: bool = False) -> Any:
    """A dependency with so many below it, each needing the next."""

    def above(inner: Any) -> Any:
        async def link(value: Any = Depends(inner)) -> Any:
            return value + 1

        async def generator(value: Any = Depends(inner)) -> Any:
            yield value + 1

        return generator if yields else link

    call = leaf
    for _ in range(length):
        call = above(call)
    return call


def leaf(q: int) -> int:
    return q


def app_of(call: Any) -> XAPI:
    app = XAPI()

    @app.get("/")
    async def endpoint(value: Any = Depends(call)) -> Any:
        return value

    @app.websocket("/ws")
    async def socket(websocket: WebSocket, value: Any = Depends(call)) -> None:
        await websocket.accept()
        await websocket.send_json(value)
        await websocket.close()

    return app


def steps_of(app: XAPI) -> int:
    operation = app.routes[-2].operation  # type: ignore[attr-defined]
    return len(make_plan(operation, Layer()).steps)


def test_each_level_of_doubled_dependencies_adds_as_many_steps_as_the_last() -> None:
    counts = [steps_of(app_of(doubled(levels, leaf))) for levels in (LEVELS, 2 * LEVELS, 3 * LEVELS)]
    assert counts[1] - counts[0] == counts[2] - counts[1] == 2 * LEVELS


@pytest.mark.parametrize("levels", [LEVELS, 60])
def test_doubled_dependencies_are_registered_documented_replaced_and_served(levels: int) -> None:
    call = doubled(levels, leaf)
    app = app_of(call)
    operation = app.routes[-2].operation  # type: ignore[attr-defined]
    assert len(list(operation.endpoint.walk())) == levels + 2
    assert len(list(operation.endpoint.all_parameters())) == 1
    assert len(app.openapi()["paths"]["/"]["get"]["parameters"]) == 1
    with TestClient(app) as client:
        assert client.get("/?q=1").json() == 2**levels
        assert len(client.get("/").json()["detail"]) <= 2 * MAX_ERRORS
        with client.override(leaf, 2):
            assert client.get("/").json() == 2 ** (levels + 1)
        with client.override(leaf, lambda p=3: p):
            assert client.get("/").json() == 3 * 2**levels
        with client.websocket_connect("/ws?q=1") as session:
            assert session.receive_json() == 2**levels


@pytest.mark.parametrize("yields", [False, True])
def test_a_chain_may_be_longer_than_the_stack(yields: bool) -> None:
    app = app_of(chained(LENGTH, leaf, yields=yields))
    assert steps_of(app) == LENGTH + 2
    assert len(app.openapi()["paths"]["/"]["get"]["parameters"]) == 1
    with TestClient(app) as client:
        assert client.get("/?q=1").json() == LENGTH + 1
        assert client.get("/").status_code == 422
        with client.override(leaf, 2):
            assert client.get("/").json() == LENGTH + 2
        with client.override(leaf, chained(LENGTH, lambda p=3: p)):
            assert client.get("/").json() == 2 * LENGTH + 3
        with client.websocket_connect("/ws?q=1") as session:
            assert session.receive_json() == LENGTH + 1


def test_errors_of_what_is_used_again_come_as_often_as_it_is_used() -> None:
    def other(r: int) -> int:
        return r

    def middle(a: int = Depends(other), b: int = Depends(leaf)) -> int:
        return a + b

    app = app_of(doubled(2, middle))
    with TestClient(app) as client:
        found = [error["loc"][1] for error in client.get("/").json()["detail"]]
        assert found == ["r", "q"] * 4
        assert [error["loc"][1] for error in client.get("/?q=1").json()["detail"]] == ["r"] * 4


def test_what_is_to_be_called_for_each_use_is_called_for_each() -> None:
    calls: list[int] = []

    def counted(q: int) -> int:
        calls.append(q)
        return len(calls)

    def middle(value: int = Depends(counted, use_cache=False)) -> int:
        return value

    app = app_of(doubled(2, middle))
    with TestClient(app) as client:
        assert client.get("/?q=1").json() == 4
        assert len(calls) == 4
        assert len(client.get("/").json()["detail"]) == 4


def test_scopes_keep_uses_apart_at_every_level() -> None:
    def scoped(scopes: SecurityScopes) -> list[str]:
        return [scopes.scope_str]

    def one(a: Any = Security(scoped, scopes=["a"]), b: Any = Security(scoped, scopes=["b"])) -> Any:
        return a + b

    app = XAPI()

    @app.get("/")
    async def endpoint(x: Any = Security(one, scopes=["x"]), y: Any = Security(one, scopes=["y"])) -> Any:
        return x + y

    with TestClient(app) as client:
        assert client.get("/").json() == ["x a", "x b", "y a", "y b"]


def test_a_dependency_inside_a_replacement_is_not_the_one_outside() -> None:
    """Inside its replacement `b` is itself, so what `a` gives there is not what it gives outside."""

    def b() -> str:
        return "real"

    def a(value: str = Depends(b)) -> str:
        return f"a of {value}"

    def fake(value: str = Depends(a)) -> str:
        return f"fake of {value}"

    app = XAPI()

    @app.get("/")
    async def endpoint(first: str = Depends(b), second: str = Depends(a)) -> list[str]:
        return [first, second]

    with TestClient(app) as client, client.override(b, fake):
        assert client.get("/").json() == ["fake of a of real", "a of fake of a of real"]


def test_security_and_responses_of_doubled_dependencies_are_documented_once() -> None:
    scheme = OAuth2PasswordBearer("token")
    call = doubled(LEVELS, scheme, responses={409: {"description": "Busy"}})
    app = XAPI()

    @app.get("/")
    async def endpoint(value: Any = Security(call, scopes=["a"])) -> None: ...

    described = app.openapi()["paths"]["/"]["get"]
    assert described["security"] == [{"OAuth2PasswordBearer": ["a"]}]
    assert described["responses"]["409"] == {"description": "Busy"}


def _random_tree(seed: int) -> Callable[[], XAPI]:
    """An app of dependencies that use each other by chance, some of them replaced by values in the end."""
    chance = random.Random(seed)

    def make() -> XAPI:
        calls: list[Any] = []
        for number in range(6):
            below = chance.choices(calls, k=chance.choice((1, 2, 2))) if calls else []
            arguments = [f"below{place}=Depends(below[{place}])" for place in range(len(below))]
            name = f"p{number}"
            declared = [f"{name}: int"] if chance.random() < 0.6 else []
            shown = [f"below{place}" for place in range(len(below))] + ([name] if declared else [])
            source = f"def call({', '.join(declared + arguments)}): return [{', '.join(shown)}]"
            namespace: dict[str, Any] = {"Depends": Depends, "below": below}
            exec(source, namespace)
            calls.append(namespace["call"])
        return app_of(calls[-1])

    return make


@pytest.mark.parametrize("seed", range(30))
def test_values_in_the_place_of_dependencies_change_no_other_report(seed: int) -> None:
    """The code that is compiled already does for values what code of its own does for functions."""
    app = _random_tree(seed)()
    queries = ["", "?p0=1&p1=1", "?p0=1&p1=1&p2=1&p3=1&p4=1&p5=1", "?p2=1&p4=1"]
    with TestClient(app) as client:
        for replaced in app.routes[-2].replaceable.values():  # type: ignore[attr-defined]
            with client.override(replaced, [7]):
                by_value = [client.get(f"/{query}").json() for query in queries]

            def function(unused: str = "") -> list[int]:
                return [7]

            with client.override(replaced, function):
                assert [client.get(f"/{query}").json() for query in queries] == by_value


def test_repeats_of_what_has_nothing_to_report_write_nothing() -> None:
    def silent(response: Response) -> list[int]:
        return [1]

    app = app_of(doubled(3, silent))
    operation = app.routes[-2].operation  # type: ignore[attr-defined]
    assert sum(isinstance(step, Repeat) for step in make_plan(operation, Layer()).steps) == 3
    with TestClient(app) as client:
        assert client.get("/").json() == [1] * 8
