"""Functions of `fastapi.routing` that libraries exchange. Run by `test_under_the_alias.py`."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Iterator
from functools import wraps
from typing import Annotated, Any
from weakref import ref

import fastapi.routing
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, File, Form, Request, Response, UploadFile, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel

FUNCTIONS = ["get_request_handler", "solve_dependencies", "run_endpoint_function", "serialize_response"]


class Item(BaseModel):
    name: str
    secret: str = "s"


class Shown(BaseModel):
    name: str


def make_app(order: list[str]) -> FastAPI:
    app = FastAPI()

    async def early() -> AsyncIterator[str]:
        order.append("open")
        yield "d"
        order.append("close")

    def late() -> Iterator[str]:
        yield "late"
        order.append("function ends")

    @app.post("/items/{id}", response_model=Shown, status_code=201)
    async def create(
        id: int,
        item: Item,
        response: Response,
        tasks: BackgroundTasks,
        d: str = Depends(early),
        f: str = Depends(late, scope="function"),
    ) -> Any:
        response.headers["x-id"] = str(id)
        tasks.add_task(order.append, "task")
        order.append(f"call {d} {f}")
        return item

    @app.post("/form")
    def form(a: Annotated[int, Form()], file: Annotated[UploadFile, File()]) -> Any:
        return [a, file.filename]

    @app.get("/lines")
    async def lines() -> AsyncIterator[Shown]:
        yield Shown(name="1")
        yield Shown(name="2")

    @app.get("/raw")
    def raw(request: Request) -> StreamingResponse:
        return StreamingResponse(iter("ab"), headers={"x-path": request.url.path})

    @app.get("/bad", response_model=Shown)
    def bad() -> Any:
        return 1

    @app.websocket("/ws")
    async def ws(websocket: WebSocket, n: int) -> None:
        await websocket.accept()
        await websocket.send_json(n)
        await websocket.close()

    return app


def answers(app: FastAPI, order: list[str]) -> list[Any]:
    """What the app answers, and what happened meanwhile."""
    client = TestClient(app, raise_server_exceptions=False)
    files = {"file": ("f.txt", b"x")}
    made = [
        client.post("/items/3", json={"name": "a"}),
        client.post("/items/x", json={"nme": "a"}),
        client.post("/items/3", content=b"{", headers={"content-type": "application/json"}),
        client.post("/form", data={"a": "1"}, files=files),
        client.post("/form", data={"a": "x"}),
        client.get("/lines"),
        client.get("/raw"),
        client.get("/bad"),
    ]
    with client.websocket_connect("/ws?n=3") as socket:
        received = socket.receive_json()
    told = [(answer.status_code, answer.text, answer.headers.get("x-id")) for answer in made]
    return [*told, made[5].headers["content-type"], received, order]


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[dict[str, Any]]]:
    """Exchange a function for one that notes its calls."""

    def exchange(name: str) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []
        original = getattr(fastapi.routing, name)

        @wraps(original)
        def noting(*args: Any, **keywords: Any) -> Any:
            calls.append(keywords)
            return original(*args, **keywords)

        monkeypatch.setattr(fastapi.routing, name, noting)
        return calls

    return exchange


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_app_takes_the_road_and_answers_the_same(
    name: str, exchange: Callable[[str], list[dict[str, Any]]]
) -> None:
    order: list[str] = []
    straight = answers(make_app(order), order)
    calls = exchange(name)
    order = []
    assert answers(make_app(order), order) == straight
    assert calls
    assert order == ["open", "call d late", "function ends", "task", "close"] or order == straight[-1]


def test_what_is_exchanged_later_counts_and_what_is_put_back_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = FastAPI()
    app.get("/")(lambda: 1)
    client = TestClient(app)
    assert client.get("/").json() == 1

    async def other(**keywords: Any) -> Any:
        return "other"

    with monkeypatch.context() as patch:
        patch.setattr(fastapi.routing, "run_endpoint_function", other)
        assert client.get("/").json() == "other"
    assert client.get("/").json() == 1
    assert type(app.routes[-1]).get_route_handler.__module__ == "xapi.routing.route"


def test_an_exchanged_handler_may_wrap_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    original = fastapi.routing.get_request_handler

    def wrapping(*args: Any, **keywords: Any) -> Any:
        dependant = keywords["dependant"]
        call = dependant.call
        dependant.call = wraps(call)(lambda **values: f"wrapped {call(**values)}")
        return original(*args, **keywords)

    monkeypatch.setattr(fastapi.routing, "get_request_handler", wrapping)
    app = FastAPI()

    @app.get("/{n}")
    def endpoint(n: int) -> str:
        return str(n)

    client = TestClient(app)
    assert client.get("/3").json() == "wrapped 3"
    assert client.get("/4").json() == "wrapped 4"


def test_an_app_that_took_the_road_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def calling(values: dict[str, Any], **_: Any) -> str:
        return str(values["request"].url.path)

    monkeypatch.setattr(fastapi.routing, "run_endpoint_function", calling)

    def serve_one() -> ref[Callable[..., Any]]:
        app = FastAPI()

        async def endpoint(request: Request, tasks: BackgroundTasks) -> str:
            return request.url.path

        app.get("/")(endpoint)
        assert TestClient(app).get("/").json() == "/"
        return ref(endpoint)

    served = [serve_one() for _ in range(3)]
    gc.collect()
    assert [one() is None for one in served] == [True, True, True]


def test_overrides_count_on_the_road(exchange: Callable[[str], list[dict[str, Any]]]) -> None:
    exchange("solve_dependencies")
    app = FastAPI()

    def user() -> str:
        return "user"

    app.get("/")(lambda u=Depends(user): u)
    client = TestClient(app)
    assert client.get("/").json() == "user"
    app.dependency_overrides[user] = lambda: "other"
    assert client.get("/").json() == "other"


def test_results_are_as_an_exchanged_function_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    async def shouting(**keywords: Any) -> Any:
        return str(keywords["response_content"]).upper()

    monkeypatch.setattr(fastapi.routing, "serialize_response", shouting)
    app = FastAPI()
    app.get("/")(lambda: "quiet")
    assert TestClient(app).get("/").json() == "QUIET"


def test_a_method_of_the_route_class_that_is_exchanged_counts(
    monkeypatch: pytest.MonkeyPatch, exchange: Callable[[str], list[dict[str, Any]]]
) -> None:
    original = fastapi.routing.APIRoute.get_route_handler

    def noting(self: fastapi.routing.APIRoute) -> Any:
        handler = original(self)

        async def handle(request: Request) -> Response:
            answer = await handler(request)
            answer.headers["x-noted"] = self.path
            return answer

        return handle

    monkeypatch.setattr(fastapi.routing.APIRoute, "get_route_handler", noting)
    app = FastAPI()
    app.get("/a")(lambda: 1)
    assert TestClient(app).get("/a").headers["x-noted"] == "/a"
    own = fastapi.routing.solve_dependencies
    calls = exchange("solve_dependencies")
    assert TestClient(app).get("/a").headers["x-noted"] == "/a"
    assert len(calls) == 1
    monkeypatch.setattr(fastapi.routing, "solve_dependencies", own)
    assert TestClient(app).get("/a").headers["x-noted"] == "/a"
    assert len(calls) == 1
