"""Which route answers: order, convertors, mounts, hosts, methods, slashes, routers."""

from __future__ import annotations

import cProfile
import pstats
import sys
from collections.abc import Iterator
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Host, Match, Mount, Route
from starlette.types import Receive, Scope, Send

from xapi import XAPI, APIRouter, Request
from xapi.routing.route import APIRoute
from xapi.testclient import TestClient


def named(app: Any, *templates: str, method: str = "get") -> None:
    """Add operations that answer with their own path template and what they were given."""
    for template in templates:

        async def endpoint(request: Request, template: str = template) -> Any:
            return [template, request.path_params]

        endpoint.__signature__ = _only_request()  # type: ignore[attr-defined]
        getattr(app, method)(template, response_model=None)(endpoint)


def _only_request() -> Any:
    import inspect

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature([inspect.Parameter("request", kind, annotation=Request)])


@pytest.mark.parametrize(
    ("templates", "path", "expected"),
    [
        (("/users/me", "/users/{id}"), "/users/me", ["/users/me", {}]),
        (("/users/{id}", "/users/me"), "/users/me", ["/users/{id}", {"id": "me"}]),
        (("/users/{id}", "/users/me"), "/users/5", ["/users/{id}", {"id": "5"}]),
        (("/{a}/x", "/users/{b}"), "/users/x", ["/{a}/x", {"a": "users"}]),
        (("/users/{b}", "/{a}/x"), "/users/x", ["/users/{b}", {"b": "x"}]),
        (("/users/me/x", "/users/{b}/y"), "/users/me/y", ["/users/{b}/y", {"b": "me"}]),
        (("/n/{n:int}", "/n/{s}"), "/n/12", ["/n/{n:int}", {"n": 12}]),
        (("/n/{n:int}", "/n/{s}"), "/n/ab", ["/n/{s}", {"s": "ab"}]),
        (("/n/{n:float}", "/n/{s}"), "/n/1.5", ["/n/{n:float}", {"n": 1.5}]),
        (("/f/{p:path}", "/f/x"), "/f/x", ["/f/{p:path}", {"p": "x"}]),
        (("/f/x", "/f/{p:path}"), "/f/x/y/", ["/f/{p:path}", {"p": "x/y/"}]),
        (("/f/{p:path}/meta", "/f/{p:path}"), "/f/a/b/meta", ["/f/{p:path}/meta", {"p": "a/b"}]),
        (("/r/{name}.json", "/r/{name}"), "/r/a.json", ["/r/{name}.json", {"name": "a"}]),
        (("/r/{name}.json", "/r/{name}"), "/r/a.xml", ["/r/{name}", {"name": "a.xml"}]),
        (("/{a}/{b}",), "/x/y", ["/{a}/{b}", {"a": "x", "b": "y"}]),
        (("/",), "/", ["/", {}]),
    ],
)
def test_the_route_registered_first_answers(templates: tuple[str, ...], path: str, expected: Any) -> None:
    app = XAPI()
    named(app, *templates)
    assert TestClient(app).get(path).json() == expected


@pytest.mark.parametrize("path", ["/users/", "/users//", "/users/a/b", "/u", "/n/x", "//", "/users/me/"])
def test_what_matches_no_template_is_not_found(path: str) -> None:
    app = XAPI(redirect_slashes=False)
    named(app, "/users/{id}", "/n/{n:int}")
    assert TestClient(app).get(path).status_code == 404


@pytest.mark.parametrize("seed", range(8))
def test_what_was_asked_before_does_not_change_who_answers(seed: int) -> None:
    random = Random(seed)
    segments = ["a", "b", "", "{x}", "{y:int}", "{z:path}", "a{w}"]
    templates = ["/" + "/".join(random.choices(segments, k=random.randint(0, 3))) for _ in range(12)]
    templates = [template for template in dict.fromkeys(templates) if _has_each_name_once(template)]
    app = XAPI(redirect_slashes=False)
    named(app, *templates)
    client = TestClient(app)
    sent = [
        "/" + "/".join(random.choices(["a", "b", "", "7", "ab"], k=random.randint(0, 4))) for _ in range(60)
    ]

    for path in sent:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        first = next((route for route in app.routes if route.matches(scope)[0] is Match.FULL), None)
        expected = getattr(first, "path", None)

        answered = client.get(f"http://testserver{path}")
        assert (answered.json()[0] if answered.status_code == 200 else None) == expected, (templates, path)


def _has_each_name_once(template: str) -> bool:
    return all(template.count("{" + name) <= 1 for name in "wxyz") and "//" not in template


def test_the_first_requests_may_come_from_several_threads(quick_turns: None) -> None:
    statics = [f"/a/static{number}{rest}" for number in range(20) for rest in ("", "/{x}")]
    paths = [template.replace("{x}", "7") for template in statics]

    def ask(app: XAPI, start: Barrier, found: list[Any], first: int) -> None:
        client = TestClient(app)
        start.wait()
        found += [(path, client.get(path).json()[0]) for path in paths[first:] + paths[:first]]

    for _ in range(15):
        app, start, found = XAPI(), Barrier(4), list[Any]()
        named(app, *statics, "/a/{x}", "/a/{x}/{y}")
        threads = [Thread(target=ask, args=(app, start, found, first)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == sorted(zip(paths * 4, statics * 4, strict=True))


@pytest.fixture
def quick_turns() -> Iterator[None]:
    """Threads take turns after a microsecond."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_five_hundred_routes_each_answer_for_themselves() -> None:
    app = XAPI()
    named(app, *(f"/r{number}/{{id}}/x" for number in range(500)))
    client = TestClient(app)
    for number in (0, 250, 499):
        assert client.get(f"/r{number}/7/x").json() == [f"/r{number}/{{id}}/x", {"id": "7"}]


def test_allow_lists_every_method_of_the_path() -> None:
    app = XAPI()
    named(app, "/items/{id}")
    named(app, "/items/{other}", method="put")
    named(app, "/items/{id}", method="delete")
    named(app, "/items/special", method="patch")
    app.router.routes.append(Route("/items/{id}", lambda request: PlainTextResponse("x"), methods=["HEAD"]))
    client = TestClient(app)
    answer = client.post("/items/3")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, PUT")
    assert client.post("/items/special").headers["allow"] == "DELETE, GET, HEAD, PATCH, PUT"
    assert client.request("BREW", "/items/3").status_code == 405
    assert client.put("/items/3").json() == ["/items/{other}", {"other": "3"}]


@pytest.mark.parametrize(
    ("declared", "sent"), [("/items", "/items/"), ("/items/", "/items"), ("/a/{x}", "/a/1/")]
)
def test_a_slash_too_many_or_too_few_is_redirected(declared: str, sent: str) -> None:
    app = XAPI()
    named(app, declared)
    answer = TestClient(app).get(sent + "?q=1", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"].endswith(declared.replace("{x}", "1") + "?q=1")
    assert TestClient(app).get(sent).json()[0] == declared


def test_mounts_hosts_and_routes_of_other_classes_answer_in_their_turn() -> None:
    class Suffix(BaseRoute):
        path = "*.txt"

        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            fits = scope["type"] == "http" and scope["path"].endswith(".txt")
            return (Match.FULL if fits else Match.NONE), {"endpoint": self}

        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse("suffix")(scope, receive, send)

    def text(content: str) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse(content))])

    app = XAPI()
    named(app, "/static/first", "/early.txt")
    app.router.routes.append(Suffix())
    app.mount("/static", text("mounted"))
    app.router.routes.append(Host("api.example.org", text("host")))
    named(app, "/static/late", "/late.txt", "/other")
    client = TestClient(app)
    assert client.get("/static/first").json()[0] == "/static/first"
    assert client.get("/static/late").text == "mounted"
    assert client.get("/static/x/y").text == "mounted"
    assert client.get("/early.txt").json()[0] == "/early.txt"
    assert client.get("/late.txt").text == "suffix"
    assert client.get("/other").json()[0] == "/other"
    assert client.get("/other", headers={"host": "api.example.org"}).text == "host"


def test_a_mounted_app_sees_the_path_parameters_of_its_mount() -> None:
    app, inner = XAPI(), XAPI()
    named(inner, "/items/{id}")
    app.mount("/{tenant}/api", inner)
    assert TestClient(app).get("/acme/api/items/3").json() == ["/items/{id}", {"tenant": "acme", "id": "3"}]


def test_routes_are_a_flat_list_that_may_be_changed() -> None:
    app = XAPI(openapi_url=None)
    router = APIRouter(prefix="/a")
    named(router, "/x")
    app.include_router(router)
    assert [route.path for route in app.routes if isinstance(route, APIRoute)] == ["/a/x"]
    client = TestClient(app)
    assert client.get("/a/x").status_code == 200
    app.routes.append(Route("/plain", lambda request: PlainTextResponse("plain")))
    assert client.get("/plain").text == "plain"
    del app.routes[0]
    assert client.get("/a/x").status_code == 404
    app.router.routes = []
    assert client.get("/plain").status_code == 404


def test_included_operations_add_up_what_is_said_around_them() -> None:
    app = XAPI(tags=["app"], responses={500: {"description": "app"}})
    router = APIRouter(prefix="/r", tags=["router"], deprecated=True)

    @router.get("/x", tags=["own"], responses={404: {"description": "own"}})
    async def endpoint() -> None: ...

    app.include_router(router, prefix="/in", tags=["inclusion"])
    app.include_router(router, prefix="/again")
    first, second = (route for route in app.routes if isinstance(route, APIRoute))
    assert (first.path, second.path) == ("/in/r/x", "/again/r/x")
    assert first.tags == ["app", "inclusion", "router", "own"]
    assert second.tags == ["app", "router", "own"]
    assert set(first.responses) == {500, 404}
    assert first.deprecated is True
    assert first.unique_id == "endpoint_in_r_x_get"
    assert [route.path for route in router.routes] == ["/r/x"]  # type: ignore[attr-defined]


def test_operations_added_after_the_inclusion_are_served_in_every_depth() -> None:
    app, outer, inner = XAPI(), APIRouter(prefix="/outer"), APIRouter(prefix="/inner")
    outer.include_router(inner)
    app.include_router(outer)
    client = TestClient(app)
    assert client.get("/outer/inner/late").status_code == 404
    named(inner, "/late")
    assert client.get("/outer/inner/late").status_code == 200


def test_an_option_that_is_set_later_counts() -> None:
    app = XAPI()

    @app.get("/x")
    async def endpoint() -> Any:
        return {}

    client = TestClient(app)
    assert client.get("/x").status_code == 200
    route = next(route for route in app.routes if isinstance(route, APIRoute))
    route.status_code = 202
    route.operation_id = "other"
    assert client.get("/x").status_code == 202
    assert route.operation.operation_id == "other"


def test_the_scope_says_what_was_found() -> None:
    seen: dict[str, Any] = {}
    app = XAPI()

    @app.get("/x/{id}")
    async def endpoint(request: StarletteRequest) -> None:
        seen.update(request.scope)

    TestClient(app).get("/x/1")
    assert seen["app"] is app
    assert seen["router"] is app.router
    assert seen["endpoint"] is endpoint
    assert seen["route"].path == "/x/{id}"
    assert seen["path_params"] == {"id": "1"}


def test_the_root_path_is_not_part_of_the_path() -> None:
    app = XAPI(root_path="/api/v1")

    @app.get("/x")
    def endpoint(request: Request) -> Any:
        return [request.scope["root_path"], str(request.url_for("endpoint"))]

    client = TestClient(app)
    expected = ["/api/v1", "http://testserver/api/v1/x"]
    assert client.get("/x").json() == expected
    assert client.get("/api/v1/x").json() == expected


def test_urls_are_made_from_names() -> None:
    app = XAPI()
    named(app, "/a/{x}/b/{y:int}")
    assert app.url_path_for("endpoint", x="1", y=2) == "/a/1/b/2"


def test_operations_work_inside_a_starlette_app_without_an_app_of_their_own() -> None:
    router = APIRouter()
    named(router, "/x")
    client = TestClient(Starlette(routes=[Mount("/in", app=router)]))
    assert client.get("/in/x").json()[0] == "/x"


def test_no_route_is_asked_where_the_path_alone_decides() -> None:
    app = XAPI()
    for number in range(20):
        app.add_api_route(f"/things/{{name}}/{number}", lambda name: name, methods=["GET", "PUT"])
    profile = cProfile.Profile()
    with TestClient(app) as client, profile:
        assert client.get("/things/a/19").json() == "a"
    called = {name for _, _, name in pstats.Stats(profile).stats}  # type: ignore[attr-defined]
    assert "find" in called
    assert "matches" not in called
