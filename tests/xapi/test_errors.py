"""Exceptions as answers: the built-in handlers, the user's own, and what nobody handles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.exceptions import HTTPException as StarletteHTTPException

from xapi import XAPI, HTTPException, Request
from xapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from xapi.exceptions import RequestValidationError
from xapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from xapi.testclient import TestClient


def failing(error: Exception, **keywords: Any) -> XAPI:
    app = XAPI(**keywords)

    @app.get("/")
    async def endpoint() -> None:
        raise error

    return app


def test_an_http_exception_is_its_answer() -> None:
    error = HTTPException(404, {"code": 7, "list": [1]}, headers={"X-Error": "yes"})
    answer = TestClient(failing(error)).get("/")
    assert (answer.status_code, answer.json()) == (404, {"detail": {"code": 7, "list": [1]}})
    assert answer.headers["x-error"] == "yes"


@pytest.mark.parametrize(("code", "content"), [(418, b'{"detail":"I\'m a Teapot"}'), (204, b""), (304, b"")])
def test_an_http_exception_without_detail_says_its_phrase(code: int, content: bytes) -> None:
    answer = TestClient(failing(HTTPException(code))).get("/")
    assert (answer.status_code, answer.content) == (code, content)


def test_unknown_paths_and_methods_are_json_too() -> None:
    client = TestClient(failing(HTTPException(500)))
    assert client.get("/nowhere").json() == {"detail": "Not Found"}
    answer = client.delete("/")
    assert (answer.status_code, answer.json(), answer.headers["allow"]) == (
        405, {"detail": "Method Not Allowed"}, "GET",
    )  # fmt: skip


def test_handlers_for_classes_status_codes_and_the_built_in_ones_can_be_replaced() -> None:
    class Base(Exception): ...

    class Derived(Base): ...

    app = XAPI()

    @app.exception_handler(Base)
    def on_base(request: Request, error: Base) -> PlainTextResponse:
        return PlainTextResponse(f"{request.url.path} {type(error).__name__}", status_code=418)

    @app.exception_handler(404)
    async def on_404(request: Request, error: HTTPException) -> PlainTextResponse:
        return PlainTextResponse("nothing here", status_code=404)

    @app.exception_handler(StarletteHTTPException)
    async def on_http(request: Request, error: StarletteHTTPException) -> JSONResponse:
        answer = await http_exception_handler(request, error)
        answer.headers["x-handled"] = "yes"
        return answer  # type: ignore[return-value]

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Any:
        assert "query.n" in str(error)
        answer = await request_validation_exception_handler(request, error)
        answer.status_code = 400
        return answer

    @app.get("/derived")
    def derived() -> None:
        raise Derived

    @app.get("/number")
    def number(n: int) -> int:
        if n:
            raise HTTPException(409)
        return n

    client = TestClient(app)
    assert (client.get("/derived").status_code, client.get("/derived").text) == (418, "/derived Derived")
    assert client.get("/none").text == "nothing here"
    assert client.get("/number?n=1").headers["x-handled"] == "yes"
    assert client.post("/number").headers["x-handled"] == "yes"
    assert client.get("/number?n=x").status_code == 400


def test_a_validation_error_carries_what_was_sent() -> None:
    app = XAPI()

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"body": error.body, "places": [item["loc"] for item in error.errors()]})

    @app.post("/")
    async def endpoint(number: dict[str, int]) -> None: ...

    assert TestClient(app).post("/", json={"a": "x"}).json() == {
        "body": {"a": "x"},
        "places": [["body", "a"]],
    }
    assert TestClient(app).post("/").json() == {"body": None, "places": [["body"]]}


@pytest.mark.parametrize("key", [500, Exception])
def test_what_nobody_handles_is_500_and_raised(key: Any) -> None:
    plain = TestClient(failing(KeyError("lost")), raise_server_exceptions=False).get("/")
    assert (plain.status_code, plain.text) == (500, "Internal Server Error")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    with pytest.raises(KeyError, match="lost"):
        TestClient(failing(KeyError("lost"))).get("/")

    def own(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(repr(error), status_code=500)

    handled = failing(KeyError("lost"), exception_handlers={key: own})
    assert TestClient(handled, raise_server_exceptions=False).get("/").text == "KeyError('lost')"


def test_a_handler_that_fails_is_a_500_too() -> None:
    def broken(request: Request, error: Exception) -> None:
        raise OSError("handler")

    client = TestClient(
        failing(KeyError(), exception_handlers={KeyError: broken}), raise_server_exceptions=False
    )
    assert (client.get("/").status_code, client.get("/").text) == (500, "Internal Server Error")


def test_a_validation_error_shows_what_json_can_carry() -> None:
    app = XAPI()

    @app.post("/")
    async def endpoint(numbers: list[int]) -> None: ...

    client = TestClient(app, raise_server_exceptions=False)
    for content in (b"[NaN]", b"[1e999]", b'["\\ud800"]'):
        answer = client.post("/", content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body", 0]


def test_debug_shows_the_traceback() -> None:
    client = TestClient(failing(KeyError("lost"), debug=True), raise_server_exceptions=False)
    answer = client.get("/", headers={"accept": "text/plain"})
    assert "KeyError: 'lost'" in answer.text
    assert "raise error" in answer.text


def test_middleware_sees_answers_of_handlers_and_exceptions_that_nobody_handles() -> None:
    seen: list[str] = []

    def app_with(error: Exception) -> XAPI:
        app = failing(error)

        @app.middleware("http")
        async def watch(request: Request, call_next: Any) -> Any:
            try:
                response = await call_next(request)
            except Exception as error:
                seen.append(type(error).__name__)
                raise
            seen.append(str(response.status_code))
            return response

        return app

    assert TestClient(app_with(HTTPException(404))).get("/").status_code == 404
    answer = TestClient(app_with(KeyError()), raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert seen == ["404", "KeyError"]


def test_an_exception_after_the_answer_has_begun_can_not_be_answered() -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"a"
            raise HTTPException(404)

        return StreamingResponse(pieces())

    with pytest.raises(
        RuntimeError, match="HTTPException has a handler, but the response had already started"
    ):
        TestClient(app).get("/")


def test_a_traceback_shows_the_generated_code_and_names_the_operation() -> None:
    with pytest.raises(KeyError) as raised:
        TestClient(failing(KeyError())).get("/")
    shown = str(raised.getrepr(style="short"))
    assert "GET / -> failing.<locals>.endpoint>" in shown
    assert "result = await call0()" in shown
