"""Routes of another class: code around an operation, requests of another class."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any

import pytest
from starlette.routing import Router

from xapi import (
    XAPI,
    APIRouter,
    BackgroundTasks,
    Body,
    Depends,
    File,
    Form,
    Header,
    HTTPException,
    Request,
    Response,
    WebSocket,
)
from xapi.exceptions import RequestValidationError
from xapi.responses import JSONResponse, PlainTextResponse
from xapi.routing import APIRoute
from xapi.testing import TestClient

Handler = Callable[[Request], Awaitable[Response]]
events: list[Any] = []


@pytest.fixture(autouse=True)
def _no_events() -> None:
    events.clear()


class GzipRequest(Request):
    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            body = await super().body()
            packed = "gzip" in self.headers.getlist("content-encoding")
            self._body = gzip.decompress(body) if packed else body
        return self._body


class GzipRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await answer(GzipRequest(request.scope, request.receive))

        return handler


class WatchedRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                response = await answer(request)
            except RequestValidationError as error:
                sent = (await request.body()).decode()
                raise HTTPException(422, {"errors": len(error.errors()), "sent": sent}) from error
            events.append(("answered", bytes(response.body)))
            response.headers["x-watched"] = self.path
            return response

        return handler


def client_of(route_class: type[APIRoute]) -> tuple[APIRouter, XAPI, TestClient]:
    app = XAPI()
    router = APIRouter(route_class=route_class, prefix="/r")
    return router, app, TestClient(app)


def test_an_operation_reads_the_body_that_the_custom_request_gives() -> None:
    router, app, client = client_of(GzipRoute)

    @router.post("/sum")
    async def total(numbers: Annotated[list[int], Body()], request: Request) -> list[Any]:
        return [sum(numbers), type(request).__name__, (await request.body()).decode()]

    app.include_router(router)
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    packed = client.post("/r/sum", content=gzip.compress(b"[1, 2]"), headers=headers)
    plain = client.post("/r/sum", json=[3])

    assert packed.json() == [3, "GzipRequest", "[1, 2]"]
    assert plain.json() == [3, "GzipRequest", "[3]"]


def test_a_custom_handler_sees_and_changes_the_response() -> None:
    router, app, client = client_of(WatchedRoute)

    @router.get("/plain", status_code=202)
    async def plain(response: Response) -> dict[str, int]:
        response.headers["x-own"] = "yes"
        return {"x": 1}

    @router.get("/text", response_class=PlainTextResponse)
    async def text() -> str:
        return "hello"

    @router.get("/response")
    async def response() -> Any:
        return JSONResponse([1], status_code=203)

    app.include_router(router)
    answers = [client.get(f"/r/{name}") for name in ("plain", "text", "response")]

    assert [(answer.status_code, answer.text) for answer in answers] == [
        (202, '{"x":1}'), (200, "hello"), (203, "[1]"),
    ]  # fmt: skip
    assert [answer.headers["x-watched"] for answer in answers] == ["/r/plain", "/r/text", "/r/response"]
    assert answers[0].headers["x-own"] == "yes"
    assert answers[0].headers["content-type"] == "application/json"
    assert events == [("answered", b'{"x":1}'), ("answered", b"hello"), ("answered", b"[1]")]


def test_a_custom_handler_catches_validation_errors_and_reads_the_body_again() -> None:
    router, app, client = client_of(WatchedRoute)

    @router.post("/items")
    async def items(numbers: list[int]) -> None: ...

    app.include_router(router)
    answer = client.post("/r/items", json=["x", 1, "y"])

    assert answer.status_code == 422
    assert answer.json() == {"detail": {"errors": 2, "sent": '["x",1,"y"]'}}


def test_background_tasks_and_teardown_follow_the_response() -> None:
    router, app, client = client_of(WatchedRoute)

    def dependency() -> Iterator[str]:
        events.append("set up")
        yield "value"
        events.append("torn down")

    @router.get("/")
    async def endpoint(tasks: BackgroundTasks, value: Annotated[str, Depends(dependency)]) -> str:
        tasks.add_task(events.append, "background")
        return value

    app.include_router(router)

    assert client.get("/r/").json() == "value"
    assert events == ["set up", ("answered", b'"value"'), "background", "torn down"]


def test_an_exception_reaches_the_dependency_and_then_the_client() -> None:
    router, app, client = client_of(WatchedRoute)

    def dependency() -> Iterator[None]:
        try:
            yield
        except HTTPException as error:
            events.append(error.detail)
            raise

    @router.get("/", dependencies=[Depends(dependency)])
    async def endpoint() -> None:
        raise HTTPException(418, "teapot")

    app.include_router(router)

    assert client.get("/r/").status_code == 418
    assert events == ["teapot"]


def test_a_form_stays_open_until_the_response_is_sent() -> None:
    router, app, client = client_of(WatchedRoute)

    @router.post("/")
    async def endpoint(name: Annotated[str, Form()], file: Annotated[bytes, File()]) -> list[Any]:
        return [name, len(file)]

    app.include_router(router)

    assert client.post("/r/", data={"name": "a"}, files={"file": b"abc"}).json() == ["a", 3]


def test_dependencies_of_custom_routes_can_be_overridden() -> None:
    router, app, client = client_of(WatchedRoute)

    def dependency() -> str:
        return "own"

    @router.get("/")
    async def endpoint(value: Annotated[str, Depends(dependency)]) -> str:
        return value

    app.include_router(router)
    assert client.get("/r/").json() == "own"
    with app.overrides(dependency, "replaced"):
        assert client.get("/r/").json() == "replaced"
    assert client.get("/r/").json() == "own"


def test_the_constructor_of_the_route_class_runs_once_and_what_it_sets_holds_for_copies() -> None:
    class Counted(APIRoute):
        def __init__(self, path: str, *, endpoint: Callable[..., Any], tags: Any, **keywords: Any) -> None:
            super().__init__(path, endpoint, tags=tags, **keywords)
            self.label = f"route of {self.path}"
            events.append(path)

        def get_route_handler(self) -> Handler:
            answer = super().get_route_handler()

            async def handler(request: Request) -> Response:
                response = await answer(request)
                response.headers["x-label"] = self.label
                return response

            return handler

    router, app, client = client_of(Counted)
    router.get("/")(lambda: None)
    app.include_router(router, prefix="/outer")

    assert client.get("/outer/r/").headers["x-label"] == "route of /r/"
    assert events == ["/r/"]


def test_the_route_class_of_an_app_is_that_of_its_router() -> None:
    app = XAPI()
    app.router.route_class = WatchedRoute
    app.get("/")(lambda: 1)

    assert TestClient(app).get("/").headers["x-watched"] == "/"


class TestRequestsMadeLater:
    """Whoever makes a `Request` after the body was read finds it there."""

    def test_an_exception_handler_reads_what_the_endpoint_has_read(self) -> None:
        app = XAPI()

        @app.exception_handler(ValueError)
        async def on_error(request: Request, error: ValueError) -> Response:
            return PlainTextResponse(await request.body())

        @app.post("/")
        async def endpoint(request: Request) -> None:
            await request.body()
            raise ValueError

        assert TestClient(app).post("/", content=b"what was sent").text == "what was sent"

    def test_an_exception_handler_reads_the_form_that_the_endpoint_has_read(self) -> None:
        app = XAPI()

        @app.exception_handler(ValueError)
        async def on_error(request: Request, error: ValueError) -> Response:
            return JSONResponse(dict(await request.form()))

        @app.post("/declared")
        async def declared(name: Annotated[str, Form()]) -> None:
            raise ValueError

        @app.post("/by-hand")
        async def by_hand(request: Request) -> None:
            await request.form()
            raise ValueError

        client = TestClient(app)
        assert client.post("/declared", data={"name": "a"}).json() == {"name": "a"}
        assert client.post("/by-hand", data={"name": "b"}).json() == {"name": "b"}

    def test_a_plain_request_of_the_same_scope_and_channel_reads_it_too(self) -> None:
        app = XAPI()

        @app.post("/")
        async def endpoint(request: Request, body: Annotated[list[int], Body()]) -> str:
            return (await Request(request.scope, request.receive).body()).decode()

        assert TestClient(app).post("/", json=[1]).json() == "[1]"

    def test_a_body_that_nobody_has_read_is_streamed(self) -> None:
        app = XAPI()

        @app.post("/")
        async def endpoint(request: Request, x: Annotated[int, Header()] = 0) -> list[int]:
            return [len(piece) async for piece in request.stream()]

        def pieces() -> Iterator[bytes]:
            yield b"one"
            yield b"three"

        assert TestClient(app).post("/", content=pieces()).json()[:2] == [3, 5]

    def test_a_body_that_was_streamed_is_gone_and_that_is_said(self) -> None:
        app = XAPI()

        @app.exception_handler(ValueError)
        async def on_error(request: Request, error: ValueError) -> Response:
            with pytest.raises(RuntimeError, match="Stream consumed"):
                await request.body()
            return PlainTextResponse("gone")

        @app.post("/")
        async def endpoint(request: Request) -> None:
            async for _ in request.stream():
                pass
            raise ValueError

        assert TestClient(app).post("/", content=b"x").text == "gone"


def test_what_a_route_asks_for_can_be_walked() -> None:
    app = XAPI()

    def dependency(x_key: Annotated[str, Header()] = "") -> None: ...

    @app.post("/items/{item_id}")
    async def endpoint(
        item_id: int,
        request: Request,
        body: dict[str, int],
        value: Annotated[None, Depends(dependency)],
        q: str = "",
    ) -> None: ...

    route = app.routes[-1]
    assert isinstance(route, APIRoute)
    dependant = route.dependant

    assert dependant.call is endpoint
    assert [(item.name, item.required) for item in dependant.path_params] == [("item_id", True)]
    assert [(item.name, item.default) for item in dependant.query_params] == [("q", "")]
    assert [item.alias for item in dependant.dependencies[0].header_params] == ["x-key"]
    assert dependant.dependencies[0].call is dependency
    assert dependant.request_param_name == "request"
    assert dependant.response_param_name is None
    assert route.body_field is not None
    assert (route.body_field.name, route.body_field.type_) == ("body", dict[str, int])
    assert dependant.cookie_params == []


def test_several_parts_of_a_body_are_one_field_with_a_model() -> None:
    app = XAPI()

    @app.post("/")
    async def endpoint(a: Annotated[int, Body()], b: Annotated[str, Body()] = "") -> None: ...

    @app.get("/")
    async def without() -> None: ...

    with_body, bare = (route for route in app.routes if isinstance(route, APIRoute))
    assert with_body.body_field is not None
    assert with_body.body_field.name == "body"
    assert list(with_body.body_field.type_.model_fields) == ["a", "b"]
    assert bare.body_field is None


@pytest.mark.parametrize("kind", ["custom", "plain", "overridden"])
def test_what_serves_a_route_is_made_once_whoever_asks_first(kind: str) -> None:
    from threading import Barrier, Thread

    from xapi import Depends
    from xapi.overrides import layer_of

    made: list[object] = []

    class Counted(APIRoute):
        def get_route_handler(self) -> Any:
            made.append(self)
            return super().get_route_handler()

    def dependency() -> int:
        return 1

    app = XAPI()
    app.router.route_class = Counted if kind == "custom" else APIRoute

    @app.get("/")
    async def endpoint(value: int = Depends(dependency)) -> int:
        return value

    route: Any = app.routes[-1]
    barrier, runners = Barrier(8), set()
    layer = layer_of(dependency, lambda q=2: q)

    def ask() -> None:
        barrier.wait()
        runners.add(route.overridden_runner(layer, {}) if kind == "overridden" else route.runner())

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runners) == 1
    assert len(made) == (1 if kind == "custom" else 0)


def test_what_matches_is_in_the_scope_of_a_router_of_starlette() -> None:
    app = XAPI()

    @app.get("/a/{x}")
    def read(x: int, request: Request) -> list[object]:
        return [x, request.scope["route"].path]

    @app.websocket("/w")
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(websocket.scope["route"].path)

    routes = [route for route in app.routes if route.path in ("/a/{x}", "/w")]  # type: ignore[attr-defined]
    client = TestClient(Router(routes=routes))
    assert client.get("/a/7").json() == [7, "/a/{x}"]
    with client.websocket_connect("/w") as session:
        assert session.receive_text() == "/w"
    assert [client.get(path).status_code for path in ("/w", "/b")] == [404, 404]
