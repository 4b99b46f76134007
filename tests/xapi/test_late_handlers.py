"""Exception handlers that come when the app serves already: of the app, and those that libraries add."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial, wraps
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from xapi import XAPI, APIRouter, Depends, HTTPException, Request, WebSocket, WebSocketDisconnect
from xapi.requests import HTTPConnection
from xapi.testclient import TestClient

SCOPE_KEY = "starlette.exception_handlers"


class LibraryError(Exception): ...


class NearerError(LibraryError): ...


def said(how: str) -> Response:
    where = "main" if threading.current_thread() is threading.main_thread() else "worker"
    return PlainTextResponse(f"{how} in {where}", 418)


async def function(request: Request, error: Exception) -> Response:
    return said("async function")


def sync_function(request: Request, error: Exception) -> Response:
    return said("function")


async def with_word(word: str, request: Request, error: Exception) -> Response:
    return said(f"async {word}")


def sync_with_word(word: str, request: Request, error: Exception) -> Response:
    return said(word)


class Handlers:
    async def method(self, request: Request, error: Exception) -> Response:
        return said("async method")

    def sync_method(self, request: Request, error: Exception) -> Response:
        return said("method")


class AsyncCallable:
    async def __call__(self, request: Request, error: Exception) -> Response:
        return said("async object")


class SyncCallable:
    def __call__(self, request: Request, error: Exception) -> Response:
        return said("object")


def decorated(handler: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    @wraps(handler)
    def wrapper(*args: Any) -> Awaitable[Response]:
        return handler(*args)

    return wrapper


KINDS: dict[str, Any] = {
    "async function": function,
    "async partial": partial(with_word, "partial"),
    "async method": Handlers().method,
    "async object": AsyncCallable(),
    "function": sync_function,
    "partial": partial(sync_with_word, "partial"),
    "method": Handlers().sync_method,
    "object": SyncCallable(),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("key", "part"), [(LibraryError, 0), (418, 1)])
def test_a_handler_that_a_request_adds_is_called_as_what_it_is(kind: str, key: Any, part: int) -> None:
    app = XAPI()

    @app.get("/")
    def endpoint(request: Request) -> None:
        request.scope[SCOPE_KEY][part][key] = KINDS[kind]
        raise LibraryError if part == 0 else HTTPException(418)

    where = "main" if kind.startswith("async") else "worker"
    for _ in range(2):
        assert TestClient(app).get("/").text == f"{kind} in {where}"


def test_a_handler_that_wraps_an_asynchronous_one_is_awaited() -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint(request: Request) -> None:
        request.scope[SCOPE_KEY][0][LibraryError] = decorated(function)
        raise NearerError

    assert TestClient(app).get("/").text == "async function in main"


def test_handlers_that_take_the_place_of_others_are_called_as_what_they_are() -> None:
    app = XAPI(exception_handlers={LibraryError: function})

    @app.get("/{word}")
    async def endpoint(request: Request, word: str) -> None:
        handlers = request.scope[SCOPE_KEY][0]
        # Made anew each time: the memory of one that is gone is that of the next.
        made = with_word if word.startswith("a") else sync_with_word
        handlers[LibraryError] = partial(made, word)
        raise LibraryError

    client = TestClient(app)
    for number in range(20):
        assert client.get(f"/a{number}").text == f"async a{number} in main"
        assert client.get(f"/s{number}").text == f"s{number} in worker"


def test_a_dependency_of_a_library_adds_its_handlers_in_routers_too() -> None:
    async def library(request: Request) -> None:
        request.scope[SCOPE_KEY][0].setdefault(LibraryError, function)
        raise NearerError

    router = APIRouter(dependencies=[Depends(library)])
    router.get("/")(lambda: "not reached")
    app = XAPI()
    app.include_router(router, prefix="/in")
    assert TestClient(app).get("/in/").text == "async function in main"


def test_functions_of_middleware_pass_on_what_such_a_handler_answers() -> None:
    app = XAPI()

    @app.middleware("http")
    async def add(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["x-passed"] = "yes"
        return response

    @app.get("/")
    async def endpoint(request: Request) -> None:
        request.scope[SCOPE_KEY][0][LibraryError] = function
        raise LibraryError

    answer = TestClient(app).get("/")
    assert (answer.text, answer.headers["x-passed"]) == ("async function in main", "yes")


def test_a_websocket_adds_its_handler() -> None:
    app = XAPI()

    async def close(websocket: WebSocket, error: Exception) -> None:
        await websocket.close(4000, type(error).__name__)

    @app.websocket("/")
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        websocket.scope[SCOPE_KEY][0][LibraryError] = close
        raise LibraryError

    with TestClient(app).websocket_connect("/") as session, pytest.raises(WebSocketDisconnect) as closed:
        session.receive_text()
    assert (closed.value.code, closed.value.reason) == (4000, "LibraryError")


def adding(connection: HTTPConnection) -> None:
    connection.scope[SCOPE_KEY][0][LibraryError] = function
    raise LibraryError


def test_a_mounted_app_adds_its_own_and_the_outer_one_keeps_its_own() -> None:
    inner, app = XAPI(), XAPI(exception_handlers={LibraryError: lambda *_: PlainTextResponse("outer")})
    inner.get("/")(adding)
    app.mount("/inner", inner)

    @app.get("/")
    async def endpoint() -> None:
        raise LibraryError

    client = TestClient(app)
    assert client.get("/inner/").text == "async function in main"
    assert client.get("/").text == "outer"


def test_a_route_of_starlette_adds_its_handler() -> None:
    async def endpoint(request: Request) -> Response:
        adding(request)
        return Response()

    app = XAPI(routes=[Route("/own", endpoint)])
    app.mount("/starlette", Starlette(routes=[Route("/", endpoint)]))
    client = TestClient(app)
    assert client.get("/own").text == "async function in main"
    assert client.get("/starlette/").text == "async function in main"


@pytest.mark.parametrize(
    "add",
    [
        lambda app, key, handler: app.add_exception_handler(key, handler),
        lambda app, key, handler: app.exception_handler(key)(handler),
        lambda app, key, handler: app.exception_handlers.update({key: handler}),
    ],
    ids=["method", "decorator", "dictionary"],
)
@pytest.mark.parametrize("key", [LibraryError, Exception, 500, 418], ids=str)
@pytest.mark.parametrize("middleware", [False, True], ids=["bare", "with middleware"])
def test_a_handler_that_the_app_gets_after_the_start_counts(add: Any, key: Any, middleware: bool) -> None:
    app = XAPI()
    if middleware:
        app.add_middleware(lambda app: app)  # type: ignore[arg-type]

    @app.get("/")
    async def endpoint() -> None:
        raise HTTPException(418) if key == 418 else LibraryError

    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/").text != "async function in main"
    add(app, key, function)
    assert client.get("/").text == "async function in main"
    add(app, key, sync_function)
    assert client.get("/").text == "function in worker"
    del app.exception_handlers[key]
    assert client.get("/").status_code == (418 if key == 418 else 500)
    assert "function" not in client.get("/").text


def test_a_handler_that_the_lifespan_adds_counts() -> None:
    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[None]:
        app.add_exception_handler(LibraryError, function)
        yield

    app = XAPI(lifespan=lifespan)

    @app.get("/raises")
    async def raises() -> None:
        raise LibraryError

    with TestClient(app) as client:
        assert client.get("/raises").text == "async function in main"
