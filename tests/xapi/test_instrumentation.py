"""Tools that observe apps put code around Starlette's parts: it is entered, and the app answers as before."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import pytest
from starlette import routing
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request as StarletteRequest
from starlette.routing import Router

from xapi import XAPI, BackgroundTasks, Depends, HTTPException, Request, WebSocket
from xapi.error_boundary import ErrorBoundary
from xapi.responses import PlainTextResponse, StreamingResponse
from xapi.testclient import TestClient

Patch = Callable[[pytest.MonkeyPatch, list[str]], Callable[[XAPI], None]]


def around(owner: Any, name: str) -> Patch:
    """Puts a function around one of Starlette's that is called for each request."""

    def patch(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> Callable[[XAPI], None]:
        original = getattr(owner, name)

        async def observed(self: Any, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "lifespan":
                seen.append(scope["path"])
            await original(self, scope, receive, send)

        monkeypatch.setattr(owner, name, observed)
        return lambda app: None

    return patch


class Layer:
    """A layer of a tool, that notes what goes through."""

    def __init__(self, app: Any, seen: list[str]) -> None:
        self.app = app
        self.seen = seen

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            self.seen.append(scope["path"])
        await self.app(scope, receive, send)


def around_all_layers(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> Callable[[XAPI], None]:
    original = Starlette.build_middleware_stack

    def build(self: Starlette) -> Any:
        stack = original(self)

        async def observed(scope: Any, receive: Any, send: Any) -> None:
            await Layer(stack, seen)(scope, receive, send)

        return observed

    monkeypatch.setattr(Starlette, "build_middleware_stack", build)
    return lambda app: None


def among_all_layers(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> Callable[[XAPI], None]:
    original = Starlette.build_middleware_stack

    def build(self: Starlette) -> Any:
        self.user_middleware.insert(0, Middleware(Layer, seen=seen))
        return original(self)

    monkeypatch.setattr(Starlette, "build_middleware_stack", build)
    return lambda app: None


def inside_the_outermost(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> Callable[[XAPI], None]:
    """What OpenTelemetry does with one app: its outermost layer is taken apart."""

    def instrument(app: XAPI) -> None:
        original = app.build_middleware_stack

        def build() -> Any:
            outermost = original()
            assert isinstance(outermost, ServerErrorMiddleware)
            inside = Layer(outermost.app, seen)
            return ServerErrorMiddleware(inside, handler=outermost.handler, debug=outermost.debug)

        app.build_middleware_stack = build  # type: ignore[method-assign]

    return instrument


def as_layers_are_made(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> Callable[[XAPI], None]:
    """What Sentry does: each class of which a layer is made gets a function around its call."""
    original = Middleware.__init__

    def make(self: Middleware, cls: Any, *args: Any, **kwargs: Any) -> None:
        original(self, cls, *args, **kwargs)
        if cls is ExceptionMiddleware:
            around(cls, "__call__")(monkeypatch, seen)

    monkeypatch.setattr(Middleware, "__init__", make)
    return lambda app: None


def inside_the_outermost_of_all(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> Callable[[XAPI], None]:
    original = XAPI.build_middleware_stack

    def build(self: XAPI) -> Any:
        outermost = original(self)
        assert isinstance(outermost, ServerErrorMiddleware)
        outermost.app = Layer(outermost.app, seen)
        return outermost

    monkeypatch.setattr(XAPI, "build_middleware_stack", build)
    return lambda app: None


PATCHES: dict[str, Patch] = {
    "the app": around(Starlette, "__call__"),
    "server errors": around(ServerErrorMiddleware, "__call__"),
    "exceptions": around(ExceptionMiddleware, "__call__"),
    "the router": around(Router, "__call__"),
    "all layers": around_all_layers,
    "a layer of middleware": among_all_layers,
    "the layers of one app": inside_the_outermost,
    "the layers of all apps": inside_the_outermost_of_all,
    "layers as they are made": as_layers_are_made,
}


def make_app(closed: list[str], with_middleware: bool = False) -> XAPI:
    """An app of all that could be answered in another way when it is observed."""
    app = XAPI(root_path="/api", max_body_size=100)

    async def resource() -> AsyncIterator[str]:
        try:
            yield "open"
        except Exception as error:
            closed.append(type(error).__name__)
            raise
        else:
            closed.append("well")

    opened = Annotated[str, Depends(resource)]

    @app.exception_handler(KeyError)
    async def missing(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("missing", 410)

    @app.exception_handler(429)
    def too_many(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("slowly", 429)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(f"failed: {error}", 500)

    @app.get("/items/{number}")
    async def read(number: int, resource: opened, request: Request) -> dict[str, Any]:
        return {"share": 12 // number, "root": request.scope["root_path"], "url": str(request.url)}

    @app.post("/items")
    def write(item: dict[str, str], resource: opened) -> str:
        return item["name"]

    @app.put("/items")
    async def raw(request: Request, tasks: BackgroundTasks) -> str:
        tasks.add_task(closed.append, "task")
        return (await request.body()).decode()

    @app.get("/refused")
    async def refused(resource: opened) -> None:
        raise HTTPException(429)

    @app.get("/pieces")
    async def pieces(resource: opened) -> StreamingResponse:
        return StreamingResponse(iter(["a", "b"]))

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    if with_middleware:

        @app.middleware("http")
        async def mark(request: Request, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["x-mark"] = "1"
            return response

    return app


REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/items/3", {}),
    ("GET", "/items/0", {}),
    ("GET", "/items/x", {}),
    ("GET", "/refused", {}),
    ("GET", "/pieces", {}),
    ("GET", "/nowhere", {}),
    ("DELETE", "/items", {}),
    ("POST", "/items", {"json": {"name": "x"}}),
    ("POST", "/items", {"json": {}}),
    ("POST", "/items", {"content": b"{"}),
    ("POST", "/items", {"json": {"name": "x" * 200}}),
    ("PUT", "/items", {"content": b"raw"}),
    ("GET", "/openapi.json", {}),
)


def answered(app: XAPI) -> list[Any]:
    with TestClient(app, raise_server_exceptions=False) as client:
        answers = [client.request(method, path, **more) for method, path, more in REQUESTS]
        with client.websocket_connect("/socket") as websocket:
            said = websocket.receive_text()
    return [*((one.status_code, dict(one.headers), one.text) for one in answers), said]


@pytest.mark.parametrize("with_middleware", [False, True], ids=["without middleware", "with middleware"])
@pytest.mark.parametrize("kind", PATCHES)
def test_what_is_put_around_a_part_is_entered_and_changes_no_answer(
    kind: str, with_middleware: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_closed: list[str] = []
    expected = answered(make_app(expected_closed, with_middleware))
    seen: list[str] = []
    closed: list[str] = []
    instrument = PATCHES[kind](monkeypatch, seen)
    app = make_app(closed, with_middleware)
    instrument(app)
    assert answered(app) == expected
    assert closed == expected_closed
    assert {path.removeprefix("/api") for path in seen} == {path for _, path, _ in REQUESTS} | {"/socket"}


@pytest.mark.parametrize("with_middleware", [False, True], ids=["without middleware", "with middleware"])
def test_what_is_put_around_responses_sees_request_and_response(
    with_middleware: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_closed: list[str] = []
    expected = answered(make_app(expected_closed, with_middleware))
    original, seen = routing.request_response, []

    def observed(function: Any) -> Any:
        async def answer(request: StarletteRequest) -> Any:
            seen.append((request.scope["route"].path, await request.body()))
            return await function(request)

        return original(answer)

    monkeypatch.setattr(routing, "request_response", observed)
    closed: list[str] = []
    assert answered(make_app(closed, with_middleware)) == expected
    assert closed == expected_closed
    assert ("/items/{number}", b"") in seen
    assert ("/items", b'{"name":"x"}') in seen


def test_what_is_put_around_routes_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answered(make_app([]))
    seen: list[str] = []
    around(routing.Route, "handle")(monkeypatch, seen)
    assert answered(make_app([])) == expected
    assert seen.count("/items/3") == 1


def test_handlers_that_are_wrapped_in_the_layer_of_exceptions_are_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original, handled = ExceptionMiddleware.__init__, []

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        for key, handler in list(self._exception_handlers.items()):

            async def wrapped(request: Any, error: Any, handler: Any = handler) -> Any:
                handled.append(type(error).__name__)
                return await handler(request, error)

            self._exception_handlers[key] = wrapped

    monkeypatch.setattr(ExceptionMiddleware, "__init__", init)
    client = TestClient(make_app([]))
    assert client.post("/items", json={}).status_code == 410
    assert client.get("/items/x").status_code == 422
    assert client.get("/nowhere").status_code == 404
    assert handled == ["KeyError", "RequestValidationError", "HTTPException"]


def test_an_error_is_seen_before_it_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    original, order = Starlette.__call__, []

    async def observed(self: Any, scope: Any, receive: Any, send: Any) -> None:
        try:
            await original(self, scope, receive, send)
        except LookupError as error:
            order.append((error, len(caplog.records)))
            raise

    monkeypatch.setattr(Starlette, "__call__", observed)
    app, inner = XAPI(), XAPI()

    @app.get("/outer")
    @inner.get("/inner")
    async def fail() -> None:
        raise LookupError("no such thing")

    app.mount("/mounted", inner)
    client = TestClient(app, raise_server_exceptions=False)
    for number, path in enumerate(("/outer", "/mounted/inner")):
        assert client.get(path).status_code == 500
        errors = {id(error) for error, _ in order[number:]}
        assert len(errors) == 1
        assert order[number][1] == number
        logged = [record.exc_info for record in caplog.records if record.name == "xapi"]
        assert len(logged) == number + 1
        assert logged[-1] is not None
        assert id(logged[-1][1]) in errors


def layers(app: XAPI) -> Iterator[Any]:
    """What whoever looks for a layer finds."""
    layer: Any = app.middleware_stack
    while not isinstance(layer, Router):
        yield layer
        layer = layer.app
    assert layer is app.router


def test_the_layers_can_be_walked_to_the_router() -> None:
    app = make_app([], with_middleware=True)
    app.add_middleware(Layer, seen=[])
    TestClient(app).get("/items/3")
    assert [type(layer) for layer in layers(app) if type(layer) in (Layer, ErrorBoundary)] == [
        Layer,
        ErrorBoundary,
    ]
    assert isinstance(app.middleware_stack, ServerErrorMiddleware)


def test_an_app_that_nobody_observes_has_one_layer() -> None:
    app = make_app([])
    TestClient(app).get("/items/3")
    assert [type(layer) for layer in layers(app)] == [ErrorBoundary]


def test_a_subclass_that_looks_at_the_layers_finds_those_of_starlette() -> None:
    class Observed(XAPI):
        def build_middleware_stack(self) -> Any:
            stack = super().build_middleware_stack()
            assert isinstance(stack, ServerErrorMiddleware)
            return Layer(stack, seen)

    seen: list[str] = []
    app = Observed()
    assert TestClient(app).get("/openapi.json").status_code == 200
    assert seen == ["/openapi.json"]
    assert ExceptionMiddleware in map(type, layers(app))


@pytest.mark.parametrize("is_set_up", [True, False], ids=["logging set up", "logging not set up"])
def test_a_failure_is_logged_with_its_exception(
    is_set_up: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = XAPI()

    @app.get("/")
    async def fail() -> None:
        raise LookupError("no such\nthing")

    records: list[logging.LogRecord] = []
    logger = logging.getLogger("xapi")
    monkeypatch.setattr(logger, "handle", records.append)
    monkeypatch.setattr(logger, "hasHandlers", lambda: is_set_up)
    TestClient(app, raise_server_exceptions=False).get("/")
    (record,) = records
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)
    first, *others = logging.Formatter().format(record).splitlines()
    assert first == "GET / (fail) failed: LookupError: no such"
    assert ("Traceback (most recent call last):" in "\n".join(others)) is is_set_up
    assert all(line.startswith("  ") or line.startswith("Traceback") for line in others)
    assert any("in fail" in line and __file__ in line for line in others)
