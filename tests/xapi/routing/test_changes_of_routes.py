"""What is changed of a route after it was declared takes effect, at whatever time, on its copies too."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.routing import Match, compile_path
from starlette.types import Receive, Scope, Send

from xapi import XAPI, APIRouter, Depends, HTTPException, Request, WebSocket, WebSocketDisconnect
from xapi.exceptions import DeclarationError
from xapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from xapi.routing import APIRoute
from xapi.testing import TestClient

events: list[str] = []


@pytest.fixture(autouse=True)
def _no_events() -> None:
    events.clear()


class Small(BaseModel):
    a: int = 0


def deny() -> None:
    raise HTTPException(401, "denied")


def note() -> None:
    events.append("noted")


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("plain")(scope, receive, send)


def declare(router: Any) -> APIRoute:
    def endpoint(q: int = 1) -> Any:
        return {"a": q, "b": 2}

    router.get("/x")(endpoint)
    route = router.routes[-1]
    assert isinstance(route, APIRoute)
    return route


Change = Callable[[APIRoute], object]
Built = tuple[TestClient, str]


def on_the_app(change: Change) -> Built:
    app = XAPI()
    change(declare(app))
    return TestClient(app), "/x"


def after_a_request(change: Change) -> Built:
    app = XAPI()
    route = declare(app)
    client = TestClient(app)
    assert client.get("/x").json() == {"a": 1, "b": 2}
    assert app.openapi()["paths"]["/x"]["get"]["operationId"] == "endpoint_x_get"
    change(route)
    return client, "/x"


def before_inclusion(change: Change) -> Built:
    app, router = XAPI(), APIRouter()
    change(declare(router))
    app.include_router(router, prefix="/p")
    return TestClient(app), "/p/x"


def after_inclusion(change: Change) -> Built:
    app, middle, router = XAPI(), APIRouter(), APIRouter()
    route = declare(router)
    middle.include_router(router, prefix="/q")
    app.include_router(middle, prefix="/p")
    client = TestClient(app)
    assert client.get("/p/q/x").status_code == 200
    app.openapi()
    change(route)
    return client, "/p/q/x"


def on_the_copy(change: Change) -> Built:
    app, router = XAPI(), APIRouter()
    declare(router)
    app.include_router(router, prefix="/p")
    client = TestClient(app)
    assert client.get("/p/x").status_code == 200
    change(app.routes[-1])  # type: ignore[arg-type]
    return client, "/p/x"


def appended(change: Change) -> Built:
    app, router = XAPI(), APIRouter()
    route = declare(router)
    app.router.routes.append(route)
    change(route)
    return TestClient(app), "/x"


moments = pytest.mark.parametrize(
    "at", [on_the_app, after_a_request, before_inclusion, after_inclusion, on_the_copy, appended]
)
At = Callable[[Change], Built]


def set_to(**attributes: Any) -> Change:
    def change(route: APIRoute) -> None:
        for name, value in attributes.items():
            setattr(route, name, value)

    return change


def operation(client: TestClient, path: str) -> dict[str, Any]:
    described: dict[str, Any] = client.app.openapi()["paths"][path]["get"]
    return described


@moments
@pytest.mark.parametrize(
    "change",
    [
        lambda route: route.dependencies.append(Depends(deny)),
        lambda route: route.dependencies.insert(0, Depends(deny)),
        lambda route: route.dependencies.extend([Depends(note), Depends(deny)]),
        lambda route: route.dependencies.__iadd__([Depends(deny)]),
        lambda route: route.dependencies.__setitem__(slice(0, 0), [Depends(deny)]),
        set_to(dependencies=[Depends(deny)]),
        set_to(dependencies=(Depends(deny),)),
    ],
)
def test_a_dependency_that_is_added_to_a_route_runs(at: At, change: Change) -> None:
    client, path = at(change)
    assert client.get(path).status_code == 401


@moments
def test_a_dependency_that_is_taken_from_a_route_does_not_run(at: At) -> None:
    def change(route: APIRoute) -> None:
        route.dependencies.append(Depends(deny))
        route.dependencies.clear()

    client, path = at(change)
    assert client.get(path).status_code == 200


@moments
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (set_to(summary="S"), {"summary": "S"}),
        (set_to(description="D"), {"description": "D"}),
        (set_to(deprecated=True), {"deprecated": True}),
        (set_to(operation_id="O"), {"operationId": "O"}),
        (set_to(unique_id="U"), {"operationId": "U"}),
        (set_to(generate_unique_id_function=lambda route: f"G {route.name}"), {"operationId": "G endpoint"}),
        (set_to(openapi_extra={"x-a": 1}), {"x-a": 1}),
        (set_to(tags=["T"]), {"tags": ["T"]}),
        (lambda route: route.tags.append("T"), {"tags": ["T"]}),
        (set_to(name="renamed"), {"summary": "Renamed"}),
    ],
)
def test_what_the_document_says_of_a_route_follows(at: At, change: Change, expected: dict[str, Any]) -> None:
    client, path = at(change)
    described = operation(client, path)
    assert {name: described.get(name) for name in expected} == expected


@moments
def test_responses_and_callbacks_of_a_route_can_be_added(at: At) -> None:
    hooks = APIRouter()
    hooks.post("/hook", name="hook")(lambda: None)

    def change(route: APIRoute) -> None:
        route.responses[404] = {"description": "gone", "model": Small}
        route.callbacks.append(hooks.routes[0])
        route.response_description = "fine"

    client, path = at(change)
    described = operation(client, path)
    assert described["responses"]["404"]["description"] == "gone"
    assert described["responses"]["200"]["description"] == "fine"
    assert list(described["callbacks"]) == ["hook"]


@moments
def test_a_route_that_is_hidden_leaves_the_document(at: At) -> None:
    client, path = at(set_to(include_in_schema=False))
    assert client.app.openapi()["paths"] == {}
    assert client.get(path).status_code == 200


@moments
@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        (set_to(response_model=Small), 200, '{"a":1}'),
        (set_to(response_model=dict[str, int], response_model_exclude={"a"}), 200, '{"b":2}'),
        (set_to(response_model=dict[str, int], response_model_include={"a"}), 200, '{"a":1}'),
        (set_to(status_code=202), 202, '{"a":1,"b":2}'),
        (set_to(response_class=JSONResponse), 200, '{"a":1,"b":2}'),
    ],
)
def test_how_a_route_answers_follows(at: At, change: Change, status: int, text: str) -> None:
    client, path = at(change)
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (status, text)


@moments
def test_the_response_class_of_a_route_can_be_set(at: At) -> None:
    def change(route: APIRoute) -> None:
        route.endpoint = lambda: "text"
        route.response_class = HTMLResponse

    client, path = at(change)
    answer = client.get(path)
    assert (answer.text, answer.headers["content-type"]) == ("text", "text/html; charset=utf-8")
    assert list(operation(client, path)["responses"]["200"]["content"]) == ["text/html"]


@moments
def test_the_endpoint_of_a_route_can_be_set(at: At) -> None:
    def other(z: int) -> int:
        return z + 1

    client, path = at(set_to(endpoint=other))
    assert client.get(f"{path}?z=4").json() == 5
    assert [item["name"] for item in operation(client, path)["parameters"]] == ["z"]


@moments
@pytest.mark.parametrize(
    "change", [set_to(methods={"POST"}), set_to(methods=["post"]), lambda route: route.methods.add("POST")]
)
def test_the_methods_of_a_route_can_be_changed(at: At, change: Change) -> None:
    client, path = at(change)
    assert client.post(path).json() == {"a": 1, "b": 2}
    assert "post" in client.app.openapi()["paths"][path]


@moments
def test_the_path_of_a_route_can_be_set(at: At) -> None:
    client, path = at(set_to(path="/new"))
    moved = path if at is on_the_copy else path.replace("/x", "/new")
    moved = "/new" if at is on_the_copy else moved
    assert client.get(moved).json() == {"a": 1, "b": 2}
    assert client.get(path).status_code == 404
    assert list(client.app.openapi()["paths"]) == [moved]


@moments
def test_a_path_may_be_set_with_what_is_compiled_from_it(at: At) -> None:
    def change(route: APIRoute) -> None:
        route.path = "/n/{q}"
        route.path_regex, route.path_format, route.param_convertors = compile_path(route.path)

    client, path = at(change)
    moved = "/n/{q}" if at is on_the_copy else path.replace("/x", "/n/{q}")
    assert client.get(moved.format(q=7)).json() == {"a": 7, "b": 2}


@pytest.mark.parametrize("at", [on_the_app, after_a_request, on_the_copy, appended])
def test_what_a_route_matches_can_be_set(at: At) -> None:
    def change(route: APIRoute) -> None:
        route.path_regex, route.path_format, route.param_convertors = compile_path("/o/{q:int}")

    client, _ = at(change)
    assert client.get("/o/7").json() == {"a": 7, "b": 2}


def test_a_regex_of_its_own_cannot_stand_below_a_prefix() -> None:
    with pytest.raises(DeclarationError, match=r"set route\.path"):
        before_inclusion(lambda route: setattr(route, "path_regex", compile_path("/o")[0]))
    with pytest.raises(DeclarationError, match=r"set route\.path"):
        after_inclusion(lambda route: setattr(route, "path_regex", compile_path("/o")[0]))


@moments
@pytest.mark.parametrize("name", ["app", "handle"])
def test_what_is_set_as_app_or_handle_is_what_runs(at: At, name: str) -> None:
    client, path = at(set_to(**{name: plain}))
    assert client.get(path).text == "plain"
    assert client.post(path).status_code == (405 if name == "app" else 200)


@moments
@pytest.mark.parametrize("name", ["app", "handle"])
def test_what_wraps_app_or_handle_goes_on_to_the_operation(at: At, name: str) -> None:
    def change(route: APIRoute) -> None:
        inner = getattr(route, name)

        async def around(scope: Scope, receive: Receive, send: Send) -> None:
            events.append(scope["method"])
            await inner(scope, receive, send)

        route.dependencies.append(Depends(note))
        setattr(route, name, around)

    client, path = at(change)
    assert client.get(path).json() == {"a": 1, "b": 2}
    assert events == ["GET", "noted"]
    client.app.dependency_overrides[note] = lambda: events.append("replaced")
    assert client.get(path).status_code == 200
    assert events[2:] == ["GET", "replaced"]
    assert client.post(path).status_code == 405


def test_a_class_may_handle_requests_itself() -> None:
    class Watched(APIRoute):
        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
            events.append(scope["method"])
            await super().handle(scope, receive, send)

    app = XAPI()
    app.router.route_class = Watched
    declare(app)
    client = TestClient(app)
    assert client.get("/x").status_code == 200
    assert client.post("/x").status_code == 405
    assert events == ["GET", "POST"]


@moments
def test_a_route_handler_can_be_set_on_a_route(at: At) -> None:
    def change(route: APIRoute) -> None:
        inner = route.get_route_handler()

        async def handler(request: Request) -> Any:
            events.append("handled")
            return await inner(request)

        route.get_route_handler = lambda: handler  # type: ignore[method-assign]

    client, path = at(change)
    assert client.get(path).json() == {"a": 1, "b": 2}
    assert events == ["handled"]


def test_what_a_route_matches_can_be_replaced_and_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    app = XAPI()
    route = declare(app)
    client = TestClient(app)
    with monkeypatch.context() as patched:
        patched.setattr(route, "matches", lambda scope: (Match.NONE, {}))
        assert client.get("/x").status_code == 404
    assert client.get("/x").status_code == 200


@moments
def test_limits_of_a_route_can_be_set(at: At) -> None:
    client, path = at(set_to(max_parameters=0))
    assert client.get(f"{path}?q=1").status_code == 400
    with pytest.raises(ValueError, match="max_parameters must be"):
        client.app.routes[-1].max_parameters = "many"


def test_what_can_not_be_done_is_told_when_the_route_is_used() -> None:
    app = XAPI()
    route = declare(app)
    route.dependencies.append(deny)
    with pytest.raises(DeclarationError, match=r"write Depends\(function\)"):
        app.openapi()
    assert TestClient(app, raise_server_exceptions=False).get("/x").status_code == 500


def test_a_copy_has_what_others_have_put_on_the_original() -> None:
    app, router = XAPI(), APIRouter()
    route: Any = declare(router)
    route.limit = 3
    app.include_router(router, prefix="/p")
    route.later = 4
    copied: Any = app.routes[-1]
    assert (copied.limit, copied.later) == (3, 4)
    with pytest.raises(AttributeError, match="unheard"):
        _ = copied.unheard


def test_what_was_changed_on_a_copy_stays_when_the_original_changes() -> None:
    app, router = XAPI(tags=["app"]), APIRouter(tags=["router"])
    route = declare(router)
    app.include_router(router, tags=["inclusion"])
    copied = app.routes[-1]
    assert isinstance(copied, APIRoute)
    copied.tags.append("copy")
    copied.summary = "of the copy"
    route.tags.append("own")
    route.tags.insert(0, "first")
    route.description = "of both"
    assert copied.tags == ["app", "inclusion", "first", "router", "own", "copy"]
    assert (copied.summary, copied.description) == ("of the copy", "of both")
    assert route.tags == ["first", "router", "own"]
    route.tags.remove("router")
    assert copied.tags == ["app", "inclusion", "first", "own", "copy"]


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_duplicate_of_a_route_is_a_route_of_its_own(duplicate: Callable[[Any], Any]) -> None:
    app = XAPI()
    route = declare(app)
    other = duplicate(route)
    other.path = "/other"
    other.dependencies.append(Depends(deny))
    app.router.routes.append(other)
    client = TestClient(app)
    assert client.get("/x").status_code == 200
    assert client.get("/other").status_code == 401


def test_the_attributes_of_a_route_make_another_one() -> None:
    import inspect

    app, router = XAPI(), APIRouter(prefix="/r", dependencies=[Depends(note)], tags=["r"])
    router.get("/x", summary="S", status_code=201, response_model=Small)(lambda: {"a": 1})
    names = inspect.signature(app.add_api_route).parameters
    app.add_api_route(**{name: value for name, value in vars(router.routes[0]).items() if name in names})
    answer = TestClient(app).get("/r/x")
    assert (answer.status_code, answer.json(), events) == (201, {"a": 1}, ["noted"])
    described = app.openapi()["paths"]["/r/x"]["get"]
    assert (described["summary"], described["tags"]) == ("S", ["r"])


# WebSockets


async def echo(websocket: WebSocket, q: int = 1) -> None:
    await websocket.accept()
    await websocket.send_json({"q": q})
    await websocket.close()


@pytest.mark.parametrize("included", ["no", "before", "after"])
@pytest.mark.parametrize(
    "change",
    [
        lambda route: route.dependencies.append(Depends(deny)),
        set_to(dependencies=[Depends(deny)]),
        lambda route: route.dependant.dependencies.append(
            _dependency_of(deny),
        ),
    ],
)
def test_a_dependency_that_is_added_to_the_route_of_a_websocket_runs(included: str, change: Any) -> None:
    app, router = XAPI(), APIRouter()
    (app if included == "no" else router).websocket("/ws")(echo)
    route = app.routes[-1] if included == "no" else router.routes[-1]
    if included == "after":
        app.include_router(router)
    change(route)
    if included == "before":
        app.include_router(router)
    with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect("/ws"):
        pass


def _dependency_of(call: Callable[..., Any]) -> Any:
    app = XAPI()
    app.get("/", dependencies=[Depends(call)])(lambda: None)
    route = app.routes[-1]
    assert isinstance(route, APIRoute)
    return route.dependant.dependencies[0]


def test_path_endpoint_and_app_of_a_websocket_can_be_set() -> None:
    async def other(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json("other")
        await websocket.close()

    app = XAPI()
    app.websocket("/ws")(echo)
    route: Any = app.routes[-1]
    client = TestClient(app)
    with client.websocket_connect("/ws") as session:
        assert session.receive_json() == {"q": 1}
    route.path, route.endpoint = "/moved", other
    inner = route.app

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        events.append("around")
        await inner(scope, receive, send)

    route.app = around
    with client.websocket_connect("/moved") as session:
        assert session.receive_json() == "other"
    assert events == ["around"]


def test_a_change_made_while_serving_ends_where_it_is_taken_back() -> None:
    app = XAPI()
    route = declare(app)
    client = TestClient(app)
    for status, change in ((401, True), (200, False), (401, True)):
        route.dependencies[:] = [Depends(deny)] if change else []
        assert client.get("/x").status_code == status
