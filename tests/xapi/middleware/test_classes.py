"""Middleware of Starlette's, of classes and of plain ASGI, around operations."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.middleware.base import BaseHTTPMiddleware

from xapi import XAPI, HTTPException, Request, Response, WebSocket, WebSocketDisconnect
from xapi.middleware import Middleware
from xapi.middleware.cors import CORSMiddleware
from xapi.middleware.gzip import GZipMiddleware
from xapi.middleware.httpsredirect import HTTPSRedirectMiddleware
from xapi.middleware.trustedhost import TrustedHostMiddleware
from xapi.responses import PlainTextResponse, StreamingResponse
from xapi.testclient import TestClient


def make_app(*middleware: Middleware) -> XAPI:
    app = XAPI(middleware=middleware)

    @app.get("/")
    async def read(n: int = 1) -> str:
        return "x" * n

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418, "a teapot")

    @app.get("/bug")
    async def bug() -> None:
        raise LookupError("a bug")

    @app.get("/stream")
    async def stream() -> Any:
        async def pieces() -> AsyncIterator[str]:
            for _ in range(3):
                yield "piece " * 100

        return StreamingResponse(pieces())

    @app.websocket("/ws")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(websocket.url.scheme)
        await websocket.close()

    return app


def client_of(app: XAPI, **options: Any) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, **options)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/?n=x", 422),
        ("GET", "/teapot", 418),
        ("GET", "/no", 404),
        ("PUT", "/", 405),
    ],
)
def test_cross_origin_headers_are_on_every_answer(method: str, path: str, status: int) -> None:
    app = make_app(Middleware(CORSMiddleware, allow_origins=["https://a.example"]))
    answer = client_of(app).request(method, path, headers={"origin": "https://a.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (
        status,
        "https://a.example",
    )


def test_a_preflight_request_is_answered_without_the_operation() -> None:
    app = make_app(Middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_methods=["PUT"]))
    asked = {"access-control-request-method": "PUT"}
    allowed = client_of(app).options("/", headers={"origin": "https://a.example", **asked})
    assert (allowed.status_code, allowed.headers["access-control-allow-methods"]) == (200, "PUT")
    refused = client_of(app).options("/", headers={"origin": "https://b.example", **asked})
    assert (refused.status_code, refused.text) == (400, "Disallowed CORS origin")


def test_answers_are_compressed_streams_too() -> None:
    client = client_of(make_app(Middleware(GZipMiddleware, minimum_size=500)))
    small, large = client.get("/?n=10"), client.get("/?n=1000")
    assert ("content-encoding" in small.headers, large.headers["content-encoding"]) == (False, "gzip")
    assert large.json() == "x" * 1000
    assert int(large.headers["content-length"]) < 100
    streamed = client.get("/stream")
    assert (streamed.headers["content-encoding"], streamed.text) == ("gzip", "piece " * 300)
    plain = client.get("/?n=1000", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_plain_connections_are_sent_to_the_secure_scheme() -> None:
    client = client_of(make_app(Middleware(HTTPSRedirectMiddleware)), follow_redirects=False)
    answer = client.get("/?n=2")
    assert (answer.status_code, answer.headers["location"]) == (307, "https://testserver/?n=2")
    assert client.get("https://testserver/").json() == "x"
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/ws"):
        pass
    assert refused.value.headers["location"] == "wss://testserver/ws"  # type: ignore[attr-defined]
    with client.websocket_connect("wss://testserver/ws") as session:
        assert session.receive_text() == "wss"


@pytest.mark.parametrize(("host", "status"), [("a.example", 200), ("sub.a.example", 200), ("b.example", 400)])
def test_only_known_hosts_are_served(host: str, status: int) -> None:
    app = make_app(Middleware(TrustedHostMiddleware, allowed_hosts=["a.example", "*.a.example"]))
    answer = client_of(app).get("/", headers={"host": host})
    assert answer.status_code == status
    assert status == 200 or answer.text == "Invalid host header"


def test_a_session_is_kept_in_a_signed_cookie() -> None:
    from xapi.middleware.sessions import SessionMiddleware

    app = make_app(Middleware(SessionMiddleware, secret_key="secret"))

    @app.get("/count")
    async def count(request: Request) -> int:
        request.session["count"] = request.session.get("count", 0) + 1
        return int(request.session["count"])

    client = client_of(app)
    assert [client.get("/count").json() for _ in range(3)] == [1, 2, 3]
    client.cookies.set("session", "forged." + client.cookies["session"], domain="testserver.local")
    assert client.get("/count").json() == 1


def test_sessions_say_which_package_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("xapi.middleware.sessions", "starlette.middleware.sessions", "itsdangerous"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "itsdangerous", None)
    with pytest.raises(ImportError, match="SessionMiddleware needs the package itsdangerous: pip install"):
        import xapi.middleware.sessions  # noqa: F401


class Named:
    """Plain ASGI: notes when it is entered and left."""

    def __init__(self, app: Any, name: str, events: list[str]) -> None:
        self.app, self.name, self.events = app, name, events

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.events.append(f"{self.name} in")
        try:
            await self.app(scope, receive, send)
        finally:
            self.events.append(f"{self.name} out")


def test_the_list_goes_from_outside_in_and_what_is_added_later_lies_around_it() -> None:
    events: list[str] = []
    app = make_app(Middleware(Named, name="a", events=events), Middleware(Named, name="b", events=events))
    app.add_middleware(Named, name="c", events=events)
    assert client_of(app).get("/").status_code == 200
    assert events == ["c in", "a in", "b in", "b out", "a out", "c out"]
    events.clear()
    with client_of(app).websocket_connect("/ws") as session:
        assert session.receive_text() == "ws"
    assert events == ["c in", "a in", "b in", "b out", "a out", "c out"]


def test_a_middleware_of_a_class_sees_answers_and_errors() -> None:
    caught: list[str] = []

    class Catching(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Response:
            try:
                response: Response = await call_next(request)
            except LookupError as error:
                caught.append(str(error))
                return PlainTextResponse("rescued", status_code=502)
            response.headers["x-status"] = str(response.status_code)
            return response

    client = client_of(make_app(Middleware(Catching)))
    assert client.get("/").headers["x-status"] == "200"
    assert client.get("/teapot").headers["x-status"] == "418"
    assert client.get("/no").headers["x-status"] == "404"
    assert (client.get("/bug").text, caught) == ("rescued", ["a bug"])


def test_an_error_inside_a_middleware_is_answered_outside_all_others() -> None:
    class Failing:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            raise LookupError("in the middleware")

    events: list[str] = []
    app = make_app(Middleware(Named, name="a", events=events), Middleware(Failing))

    @app.exception_handler(Exception)
    async def on_error(request: Request, error: Exception) -> Response:
        return PlainTextResponse(f"sorry: {error}", status_code=500)

    answer = client_of(app).get("/")
    assert (answer.status_code, answer.text) == (500, "sorry: in the middleware")
    assert events == ["a in", "a out"]
    with pytest.raises(LookupError, match="in the middleware"):
        TestClient(app).get("/")
