"""`route.dependant` is live: what libraries set there, at any depth, is what runs, on copies too."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from xapi import XAPI, APIRouter, BackgroundTasks, Depends, HTTPException, Request, Response, Security
from xapi.exceptions import DeclarationError
from xapi.operation.dependant import Dependant
from xapi.routing import APIRoute
from xapi.security import SecurityScopes
from xapi.testing import TestClient

events: list[Any] = []


@pytest.fixture(autouse=True)
def _no_events() -> None:
    events.clear()


def deny() -> None:
    raise HTTPException(401, "denied")


def value(x: str = "x") -> str:
    return x


Endpoint = Callable[..., Any]
At = Callable[[Endpoint, Callable[[APIRoute], object]], TestClient]


def route_of(router: Any) -> APIRoute:
    route = router.routes[-1]
    assert isinstance(route, APIRoute)
    return route


def on_the_app(endpoint: Endpoint, change: Callable[[APIRoute], object]) -> TestClient:
    app = XAPI()
    app.get("/x")(endpoint)
    change(route_of(app))
    return TestClient(app)


def after_a_request(endpoint: Endpoint, change: Callable[[APIRoute], object]) -> TestClient:
    app = XAPI()
    app.get("/x")(endpoint)
    client = TestClient(app)
    assert client.get("/x").status_code == 200
    app.openapi()
    events.clear()
    change(route_of(app))
    return client


def before_inclusion(endpoint: Endpoint, change: Callable[[APIRoute], object]) -> TestClient:
    app, router = XAPI(), APIRouter()
    router.get("/x")(endpoint)
    change(route_of(router))
    app.include_router(router)
    return TestClient(app)


def after_inclusion(endpoint: Endpoint, change: Callable[[APIRoute], object]) -> TestClient:
    app, router = XAPI(), APIRouter()
    router.get("/x")(endpoint)
    app.include_router(router)
    client = TestClient(app)
    assert client.get("/x").status_code == 200
    events.clear()
    change(route_of(router))
    return client


moments = pytest.mark.parametrize("at", [on_the_app, after_a_request, before_inclusion, after_inclusion])


def plain(q: int = 1) -> Any:
    return q


async def coroutine(q: int = 1) -> Any:
    return q


def uses_value(v: str = Depends(value)) -> Any:
    return v


def dependant_of(call: Callable[..., Any], **keywords: Any) -> Dependant:
    """The dependant of a dependency, as a library's own route would have it."""
    app = XAPI()
    app.get("/", dependencies=[Depends(call, **keywords)])(lambda: None)
    return route_of(app).dependant.dependencies[0]


@moments
@pytest.mark.parametrize(
    "change",
    [
        lambda route: route.dependant.dependencies.insert(0, dependant_of(deny)),
        lambda route: route.dependant.dependencies.append(dependant_of(deny)),
        lambda route: setattr(route.dependant, "dependencies", [dependant_of(deny)]),
        lambda route: route.dependant.dependencies.__iadd__([dependant_of(deny)]),
    ],
)
def test_a_dependency_that_is_added_to_the_dependant_runs(at: At, change: Any) -> None:
    assert at(plain, change).get("/x").status_code == 401


@moments
@pytest.mark.parametrize("endpoint", [plain, coroutine])
@pytest.mark.parametrize("kind", ["plain", "async", "passing on", "wraps"])
def test_what_is_set_as_call_is_called(at: At, endpoint: Endpoint, kind: str) -> None:
    def change(route: APIRoute) -> None:
        inner: Any = route.dependant.call

        async def asynchronous(**arguments: Any) -> Any:
            events.append("called")
            result = inner(**arguments)
            return await result if endpoint is coroutine else result

        def passing_on(**arguments: Any) -> Any:
            events.append("called")
            return inner(**arguments)

        def without(**arguments: Any) -> Any:
            events.append("called")
            return arguments["q"]

        wrappers: dict[str, Callable[..., Any]] = {
            "plain": without,
            "async": asynchronous,
            "passing on": passing_on,
            "wraps": functools.wraps(inner)(passing_on),
        }
        route.dependant.call = wrappers[kind]

    assert at(endpoint, change).get("/x?q=5").json() == 5
    assert events == ["called"]


@moments
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("request_param_name", Request),
        ("response_param_name", Response),
        ("background_tasks_param_name", BackgroundTasks),
        ("security_scopes_param_name", SecurityScopes),
        ("http_connection_param_name", object),
    ],
)
def test_what_is_asked_for_by_name_is_given_to_the_call(at: At, name: str, kind: type) -> None:
    def change(route: APIRoute) -> None:
        inner: Any = route.dependant.call

        def call(*, taken: Any, **arguments: Any) -> Any:
            events.append(isinstance(taken, kind))
            return inner(**arguments)

        route.dependant.call = call
        setattr(route.dependant, name, "taken")

    assert at(plain, change).get("/x?q=5").json() == 5
    assert events == [True]


@moments
def test_what_is_asked_for_by_name_may_be_taken_away(at: At) -> None:
    def endpoint(request: Any = None, req: Request = None) -> Any:  # type: ignore[assignment]
        return req is None

    client = at(endpoint, lambda route: setattr(route.dependant, "request_param_name", None))
    assert client.get("/x").json() is True


@moments
@pytest.mark.parametrize("kind", ["plain", "coroutine", "generator", "async generator"])
def test_the_call_of_a_dependency_can_be_set(at: At, kind: str) -> None:
    async def coroutine_call(x: str) -> str:
        return f"set {x}"

    def generator_call(x: str) -> Iterator[str]:
        yield f"set {x}"
        events.append("closed")

    async def async_generator_call(x: str) -> AsyncIterator[str]:
        yield f"set {x}"
        events.append("closed")

    calls: dict[str, Any] = {
        "plain": lambda x: f"set {x}",
        "coroutine": coroutine_call,
        "generator": generator_call,
        "async generator": async_generator_call,
    }
    client = at(uses_value, lambda route: setattr(route.dependant.dependencies[0], "call", calls[kind]))
    assert client.get("/x?x=1").json() == "set 1"
    assert events == (["closed"] if "generator" in kind else [])


@moments
def test_dependencies_can_be_taken_away(at: At) -> None:
    def endpoint(v: str = "own") -> Any:
        return v

    def change(route: APIRoute) -> None:
        route.dependencies.append(Depends(deny))
        assert [below.call for below in route.dependant.dependencies] == [deny]
        route.dependant.dependencies.clear()

    assert at(endpoint, change).get("/x").json() == "own"


@moments
def test_parameters_can_be_added_and_taken_away(at: At) -> None:
    other = XAPI()
    other.get("/")(lambda z=4: z)

    def change(route: APIRoute) -> None:
        route.dependant.query_params.extend(route_of(other).dependant.query_params)
        route.dependant.query_params.pop(0)
        route.dependant.call = lambda **arguments: arguments

    client = at(plain, change)
    assert client.get("/x?q=1&z=2").json() == {"z": "2"}
    described = client.app.openapi()["paths"]["/x"]["get"]["parameters"]
    assert [parameter["name"] for parameter in described] == ["z"]


@moments
def test_a_dependant_may_be_set_as_a_whole(at: At) -> None:
    def other(z: int) -> Any:
        return {"z": z}

    def change(route: APIRoute) -> None:
        donor = XAPI()
        donor.get("/x")(other)
        route.dependant = taken = route_of(donor).dependant
        assert route.dependant is taken
        taken.dependencies.append(dependant_of(lambda: events.append("added")))

    client = at(plain, change)
    assert client.get("/x?z=3").json() == {"z": 3}
    assert events == ["added"]


def test_what_was_done_by_hand_stays_when_the_route_changes() -> None:
    app = XAPI()
    app.get("/x")(plain)
    route = route_of(app)
    dependant, below = route.dependant, route.dependant.dependencies
    inner: Any = dependant.call
    dependant.call = lambda **arguments: {"wrapped": inner(**arguments)}
    route.dependencies.append(Depends(lambda: events.append("of the route")))
    below.append(dependant_of(lambda: events.append("of the dependant")))
    route.tags.append("t")
    assert TestClient(app).get("/x").json() == {"wrapped": 1}
    assert sorted(events) == ["of the dependant", "of the route"]
    assert route.dependant is dependant
    assert dependant.dependencies is below
    route.endpoint = lambda: "another"
    assert TestClient(app).get("/x").json() == "another"
    assert sorted(events[2:]) == ["of the dependant", "of the route"]


def test_a_dependency_that_was_added_is_read_for_the_path_of_each_copy() -> None:
    def org_of(org_id: int) -> int:
        return org_id

    def member(org: int = Depends(org_of)) -> None:
        if org != 1:
            raise HTTPException(403)

    app, router = XAPI(), APIRouter()
    router.get("/secrets")(lambda: "secrets")
    route_of(router).dependant.dependencies.insert(0, dependant_of(member))
    app.include_router(router, prefix="/orgs/{org_id}")
    client = TestClient(app)
    assert client.get("/orgs/2/secrets?org_id=1").status_code == 403
    assert client.get("/orgs/1/secrets?org_id=2").status_code == 200


def test_a_dependency_that_was_added_can_be_overridden() -> None:
    app = XAPI()
    app.get("/x")(plain)
    route_of(app).dependant.dependencies.append(dependant_of(deny))
    with app.overrides(deny, lambda: None):
        assert TestClient(app).get("/x").status_code == 200
    assert TestClient(app).get("/x").status_code == 401


def test_what_is_no_dependant_is_refused() -> None:
    app = XAPI()
    app.get("/x")(plain)
    route: Any = route_of(app)
    with pytest.raises(DeclarationError, match=r"dependant\.dependencies got"):
        route.dependant.dependencies.append(Depends(deny))
    assert TestClient(app).get("/x").status_code == 200
    with pytest.raises(DeclarationError, match=r"route\.dependant got"):
        route.dependant = object()
    with pytest.raises(DeclarationError, match=r"dependant\.path"):
        route.dependant.path = "/other"
    with pytest.raises(TypeError, match="takes no keyword calls"):
        Dependant(calls=deny)


def test_a_dependant_of_ones_own_says_what_is_called() -> None:
    def scoped(scopes: SecurityScopes) -> str:
        return scopes.scope_str

    app = XAPI()
    app.get("/x")(plain)
    own = Dependant(call=scoped, security_scopes_param_name="scopes", own_oauth_scopes=["a", "b"], name="q")
    route = route_of(app)
    route.dependant.query_params.clear()
    route.dependant.dependencies.append(own)
    assert TestClient(app).get("/x").json() == "a b"


def test_a_dependant_says_what_a_use_says() -> None:
    app = XAPI()
    app.get("/x", dependencies=[Security(value, scopes=["a"], use_cache=False)])(uses_value)
    first, second = route_of(app).dependant.dependencies
    assert (first.call, first.name, first.own_oauth_scopes, first.use_cache) == (value, None, ["a"], False)
    assert (second.name, second.own_oauth_scopes, second.use_cache, second.path) == ("v", [], True, "/x")


def test_what_follows_from_the_operation_can_be_read() -> None:
    app = XAPI()

    @app.post("/x", responses={404: {"model": int}})
    def endpoint(body: dict[str, int], q: int = 3) -> list[int]:
        """Text."""
        return [q]

    route = route_of(app)
    field, query = route.response_field, route.dependant.query_params[0]
    assert (route.response_model, route.description, route.unique_id) == (
        list[int],
        "Text.",
        "endpoint_x_post",
    )
    assert field is not None
    assert (field.name, field.mode, field.type_) == ("Response_endpoint_x_post", "serialization", list[int])
    assert route.response_fields[404].type_ is int
    assert route.body_field is not None
    assert (route.body_field.alias, route.body_field.required) == ("body", True)
    assert (query.get_default(), query.validate("4"), query.serialize(4)) == (3, (4, []), 4)
    assert query.validate("x", loc=("query", "q"))[1][0]["loc"] == ("query", "q")
    assert (route.is_sse_stream, route.is_json_stream, route.stream_item_type) == (False, False, None)
    route.body_field = route.body_field
    with pytest.raises(DeclarationError, match=r"change route\.dependant\.body_params"):
        route.body_field = None
    route.response_field = None
    assert route.response_model is None


def test_what_a_stream_says_can_be_read() -> None:
    app = XAPI()

    @app.get("/x")
    async def endpoint() -> AsyncIterator[int]:
        yield 1

    route = route_of(app)
    assert (route.is_json_stream, route.stream_item_type, route.response_field) == (True, int, None)
