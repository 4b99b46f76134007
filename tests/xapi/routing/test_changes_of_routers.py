"""What is changed of a router or an app takes effect, at whatever time, on what is there already too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.responses import PlainTextResponse as StarletteText
from starlette.routing import BaseRoute, Host, Match, Mount, Route
from starlette.types import Receive, Scope, Send

from xapi import XAPI, APIRouter, Depends, Form, HTTPException, WebSocket
from xapi.exceptions import DeclarationError
from xapi.responses import HTMLResponse, PlainTextResponse
from xapi.routing import APIRoute
from xapi.testing import TestClient


class Body(BaseModel):
    a: int = 0


def deny() -> None:
    raise HTTPException(401, "denied")


def declare(router: Any) -> None:
    def get(q: int = 1) -> Any:
        return str(q)

    def post(body: Body) -> Any:
        return str(body.a)

    def form(f: str = Form()) -> str:
        return f

    router.get("/x")(get)
    router.post("/x")(post)
    router.post("/f")(form)


def declare_late(router: Any) -> None:
    router.get("/late")(lambda: "late")


Change = Callable[[Any], object]


def asked(app: XAPI) -> TestClient:
    """A client of an app that has answered, and been documented, before."""
    client = TestClient(app)
    client.get("/x")
    app.openapi()
    return client


def on_an_app(change: Change) -> tuple[TestClient, str]:
    app = XAPI()
    change(app)
    declare(app)
    declare_late(app)
    return TestClient(app), ""


def on_an_app_between(change: Change) -> tuple[TestClient, str]:
    app = XAPI()
    declare(app)
    change(app)
    declare_late(app)
    return TestClient(app), ""


def on_an_app_that_serves(change: Change) -> tuple[TestClient, str]:
    app = XAPI()
    declare(app)
    client = asked(app)
    change(app.router)
    declare_late(app)
    return client, ""


def before_routes(change: Change) -> tuple[TestClient, str]:
    app, router = XAPI(), APIRouter()
    change(router)
    declare(router)
    app.include_router(router, prefix="/p")
    declare_late(router)
    return TestClient(app), "/p"


def before_inclusion(change: Change) -> tuple[TestClient, str]:
    app, router = XAPI(), APIRouter()
    declare(router)
    change(router)
    app.include_router(router, prefix="/p")
    declare_late(router)
    return TestClient(app), "/p"


def after_inclusion(change: Change) -> tuple[TestClient, str]:
    app, router = XAPI(), APIRouter()
    declare(router)
    app.include_router(router, prefix="/p")
    client = asked(app)
    change(router)
    declare_late(router)
    return client, "/p"


def around_the_inclusion(change: Change) -> tuple[TestClient, str]:
    """On the router in the middle of three."""
    app, middle, router = XAPI(), APIRouter(), APIRouter()
    declare(router)
    middle.include_router(router, prefix="/q")
    app.include_router(middle, prefix="/p")
    client = asked(app)
    change(middle)
    declare_late(router)
    return client, "/p/q"


moments = pytest.mark.parametrize(
    "at",
    [
        on_an_app,
        on_an_app_between,
        on_an_app_that_serves,
        before_routes,
        before_inclusion,
        after_inclusion,
        around_the_inclusion,
    ],
)
At = Callable[[Change], tuple[TestClient, str]]


def set_to(**attributes: Any) -> Change:
    def change(router: Any) -> None:
        for name, value in attributes.items():
            setattr(router, name, value)

    return change


@moments
@pytest.mark.parametrize(
    "change",
    [
        lambda router: router.dependencies.append(Depends(deny)),
        lambda router: router.dependencies.insert(0, Depends(deny)),
        set_to(dependencies=[Depends(deny)]),
    ],
)
def test_a_dependency_of_a_router_holds_for_all_its_routes(at: At, change: Change) -> None:
    client, prefix = at(change)
    answers = [
        client.get(f"{prefix}/x"),
        client.post(f"{prefix}/f", data={"f": "1"}),
        client.get(f"{prefix}/late"),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]


def test_a_dependency_that_a_route_was_declared_under_stays() -> None:
    """Routes are declared under one, then others without it: those before must not be open after that."""
    app, router = XAPI(), APIRouter(dependencies=[Depends(deny)])
    router.get("/first")(lambda: 1)
    router.dependencies = []
    router.get("/second")(lambda: 2)
    app.include_router(router)
    client = TestClient(app)
    assert [client.get(path).status_code for path in ("/first", "/second")] == [401, 200]
    app.routes[-2].dependencies.clear()  # type: ignore[attr-defined]
    assert client.get("/first").status_code == 200


@moments
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (set_to(tags=["T"]), {"tags": ["T"]}),
        (lambda router: router.tags.append("T"), {"tags": ["T"]}),
        (set_to(deprecated=True), {"deprecated": True}),
        (set_to(generate_unique_id_function=lambda route: f"id {route.name}"), {"operationId": "id get"}),
    ],
)
def test_what_the_document_says_follows_the_router(at: At, change: Change, expected: dict[str, Any]) -> None:
    client, prefix = at(change)
    paths = client.app.openapi()["paths"]
    assert {name: paths[f"{prefix}/x"]["get"].get(name) for name in expected} == expected
    late = {**expected, "operationId": "id <lambda>"} if "operationId" in expected else expected
    assert {name: paths[f"{prefix}/late"]["get"].get(name) for name in late} == late


@moments
@pytest.mark.parametrize(
    "change",
    [
        set_to(responses={404: {"description": "gone", "model": Body}}),
        lambda router: router.responses.update({404: {"description": "gone", "model": Body}}),
        lambda router: router.responses.__setitem__(404, {"description": "gone", "model": Body}),
    ],
)
def test_responses_of_a_router_are_documented(at: At, change: Change) -> None:
    client, prefix = at(change)
    paths = client.app.openapi()["paths"]
    for path in (f"{prefix}/x", f"{prefix}/late"):
        answer = paths[path]["get"]["responses"]["404"]
        assert answer["description"] == "gone"
        assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Body"}


@moments
def test_callbacks_of_a_router_are_documented(at: At) -> None:
    hooks = APIRouter()
    hooks.post("/hook", name="hook")(lambda: None)
    client, prefix = at(lambda router: router.callbacks.append(hooks.routes[0]))
    paths = client.app.openapi()["paths"]
    assert [list(paths[f"{prefix}{path}"]["get"]["callbacks"]) for path in ("/x", "/late")] == [
        ["hook"],
        ["hook"],
    ]


@moments
def test_a_hidden_router_leaves_the_document(at: At) -> None:
    client, prefix = at(set_to(include_in_schema=False))
    assert client.app.openapi()["paths"] == {}
    assert client.get(f"{prefix}/x").status_code == 200


@moments
@pytest.mark.parametrize("response_class", [HTMLResponse, PlainTextResponse])
def test_the_default_response_class_follows(at: At, response_class: Any) -> None:
    client, prefix = at(set_to(default_response_class=response_class))
    for path in ("/x", "/late"):
        assert client.get(prefix + path).headers["content-type"].startswith(response_class.media_type)


@moments
@pytest.mark.parametrize(
    ("change", "statuses"),
    [
        (set_to(max_body_size=1), [413, 413, 200, 413]),
        (set_to(form_limits={"max_fields": 0}), [200, 400, 200, 422]),
        (lambda router: router.form_limits.update(max_fields=0), [200, 400, 200, 422]),
        (set_to(max_parameters=0), [200, 200, 400, 422]),
        (set_to(strict_content_type=False), [200, 200, 200, 200]),
    ],
)
def test_limits_of_a_router_follow(at: At, change: Change, statuses: list[int]) -> None:
    client, prefix = at(change)
    answers = [
        client.post(f"{prefix}/x", json={"a": 1}),
        client.post(f"{prefix}/f", data={"f": "1"}),
        client.get(f"{prefix}/x?q=2"),
        client.post(f"{prefix}/x", content=b"{}"),
    ]
    assert [answer.status_code for answer in answers] == statuses


@pytest.mark.parametrize(
    ("name", "value"), [("max_body_size", "1MB"), ("max_parameters", -1), ("form_limits", {"max_field": 1})]
)
def test_a_limit_that_is_none_is_refused_where_it_is_set(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        setattr(APIRouter(), name, value)
    with pytest.raises(ValueError, match=name):
        setattr(XAPI(), name, value)


# Prefixes


def test_a_prefix_holds_for_the_routes_that_come_after_it() -> None:
    app, router = XAPI(), APIRouter()
    router.prefix = "/a"
    router.get("/x")(lambda: "a")
    router.prefix = "/b"
    router.get("/x")(lambda: "b")
    app.include_router(router, prefix="/p")
    client = TestClient(app)
    assert [client.get(f"/p/{part}/x").json() for part in "ab"] == ["a", "b"]
    router.prefix = "/c"
    router.get("/x")(lambda: "c")
    assert client.get("/p/c/x").json() == "c"


@pytest.mark.parametrize("prefix", ["x", "/x/", "/"])
def test_a_prefix_that_is_none_is_refused_where_it_is_set(prefix: str) -> None:
    with pytest.raises(DeclarationError, match="A path prefix must"):
        APIRouter().prefix = prefix


def test_a_prefix_that_no_route_has_is_told_where_the_router_is_included() -> None:
    router = APIRouter()
    declare(router)
    router.prefix = "/late"
    with pytest.raises(DeclarationError, match=r"set to '/late' after its routes"):
        XAPI().include_router(router)
    router.prefix = ""
    XAPI().include_router(router)


# What is included


def test_what_comes_to_a_router_later_is_served_where_it_is_included() -> None:
    async def text(request: Any) -> StarletteText:
        return StarletteText("text")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    app, router, inner = XAPI(), APIRouter(), APIRouter()
    app.include_router(router, prefix="/p")
    client = TestClient(app)
    assert client.get("/p/x").status_code == 404
    router.get("/x")(lambda: "x")
    router.add_route("/text", text)
    router.websocket("/ws")(socket)
    router.mount("/m", StarletteText("mounted"))
    router.include_router(inner, prefix="/q")
    inner.get("/deep")(lambda: "deep")
    router.routes.append(APIRoute("/appended", lambda: "appended"))
    paths = ["/x", "/text", "/m/", "/q/deep", "/appended"]
    assert [client.get(f"/p{path}").text.strip('"') for path in paths] == [
        "x",
        "text",
        "mounted",
        "deep",
        "appended",
    ]
    with client.websocket_connect("/p/ws") as session:
        assert session.receive_text() == "hello"
    assert {"/p/x", "/p/q/deep", "/p/appended"} == app.openapi()["paths"].keys()


def test_what_leaves_a_router_is_served_no_more() -> None:
    app, router = XAPI(), APIRouter()
    declare(router)
    app.include_router(router, prefix="/p")
    client = asked(app)
    assert client.get("/p/x").status_code == 200
    del router.routes[0]
    assert client.get("/p/x").status_code == 405
    router.routes.clear()
    assert client.get("/p/x").status_code == 404
    assert app.openapi()["paths"] == {}


def test_later_routes_stand_where_their_router_was_included() -> None:
    app, router = XAPI(), APIRouter()
    app.include_router(router)
    app.get("/{anything}")(lambda anything: "anything")
    router.get("/late")(lambda: "late")
    router.routes.insert(0, APIRoute("/{early}", lambda early: f"early {early}"))
    client = TestClient(app)
    assert client.get("/late").json() == "early late"
    router.routes.reverse()
    assert client.get("/late").json() == "late"
    assert client.get("/other").json() == "early other"


def test_the_routes_of_a_router_may_be_replaced_as_a_whole() -> None:
    app = XAPI(openapi_url=None)
    declare(app)
    app.router.routes = [route for route in app.routes if "POST" in route.methods]  # type: ignore[attr-defined]
    client = TestClient(app)
    assert client.get("/x").status_code == 405
    assert client.post("/x", json={}).status_code == 200


class Own(BaseRoute):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return (Match.FULL if path == "/own" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await StarletteText("own")(scope, receive, send)


class Loud(Route):
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await StarletteText("loud")(scope, receive, send)


@pytest.mark.parametrize("prefix", ["", "/p", "/p/{part}"])
@pytest.mark.parametrize(
    ("route", "path", "expected"),
    [
        (Own(), "/own", "own"),
        (Loud("/loud", lambda request: StarletteText("quiet")), "/loud", "loud"),
        (Host("h.test", app=StarletteText("host")), "/any", "host"),
        (Mount("/m", app=StarletteText("mount")), "/m/x", "mount"),
    ],
    ids=["own", "loud", "host", "mount"],
)
def test_no_route_of_another_kind_is_left_out(
    prefix: str, route: BaseRoute, path: str, expected: str
) -> None:
    app = XAPI()
    app.include_router(APIRouter(routes=[route]), prefix=prefix)
    app.get("/p/last")(lambda: "last")
    client = TestClient(app, base_url="http://h.test")
    assert client.get(prefix.format(part="1") + path).text == expected
    if expected != "host":
        assert client.get("/p/last").json() == "last"


def test_routers_do_not_include_each_other() -> None:
    one, two = APIRouter(), APIRouter()
    one.include_router(two)
    with pytest.raises(DeclarationError, match="already includes this router"):
        two.include_router(one)
    with pytest.raises(DeclarationError, match="into itself"):
        one.include_router(one)


# The document


def test_the_document_is_made_again_when_something_that_it_tells_has_changed() -> None:
    app = XAPI()
    declare(app)
    first = app.openapi()
    assert app.openapi() is first
    app.get("/more")(lambda: None)
    assert "/more" in app.openapi()["paths"]
    app.title = "Other"
    assert app.openapi()["info"]["title"] == "Other"
    app.servers = [{"url": "https://a.test"}]
    app.openapi()
    app.servers[0]["url"] = "https://b.test"  # type: ignore[index]
    assert app.openapi()["servers"] == [{"url": "https://b.test"}]
    app.webhooks.post("hook")(lambda: None)
    assert list(app.openapi()["webhooks"]) == ["hook"]


def test_a_document_that_was_set_stays() -> None:
    app = XAPI()
    app.openapi_schema = {"mine": 1}
    declare(app)
    assert app.openapi() == {"mine": 1}
    app.openapi_schema = None
    assert "/x" in app.openapi()["paths"]
    app.openapi()["x-mine"] = 2
    assert app.openapi()["x-mine"] == 2
