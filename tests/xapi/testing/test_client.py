"""The synchronous client: httpx's interface, exceptions, streams, timeouts."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import httpx
import pytest
from anyio.lowlevel import checkpoint
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from xapi import testclient
from xapi.testing import (
    ASGIProtocolError,
    TestClient,
    UnseenFailure,
    WebSocketDenialResponse,
    WebSocketSession,
)

events: list[Any] = []


async def mirror(request: Request) -> JSONResponse:
    body = await request.body()
    return JSONResponse(
        {
            "method": request.method,
            "query": request.url.query,
            "headers": dict(request.headers),
            "cookies": request.cookies,
            "body": body.decode(),
        }
    )


async def upload(request: Request) -> JSONResponse:
    async with request.form() as form:
        texts = {
            name: item if isinstance(item, str) else (await item.read()).decode()
            for name, item in form.items()
        }
    return JSONResponse(texts)


def in_thread(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(threading.get_ident() != threading.main_thread().ident))


async def boom(request: Request) -> Response:
    raise LookupError("boom")


async def numbers() -> AsyncIterator[str]:
    for number in range(3):
        yield f"{number}\n"
        await checkpoint()


async def stream(request: Request) -> StreamingResponse:
    return StreamingResponse(numbers())


class Ticks(StreamingResponse):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            events.append("stream ended")


async def ticks() -> AsyncIterator[bytes]:
    while True:
        yield b"data: tick\n\n"


async def endless(request: Request) -> StreamingResponse:
    return Ticks(ticks(), media_type="text/event-stream")


async def breaks(request: Request) -> StreamingResponse:
    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        raise LookupError("the other half")

    return StreamingResponse(half())


async def background(request: Request) -> PlainTextResponse:
    async def work() -> None:
        await checkpoint()
        events.append("worked")

    return PlainTextResponse("answered", background=BackgroundTask(work))


async def slow(request: Request) -> Response:
    try:
        await anyio.sleep_forever()
    finally:
        events.append("cancelled")


async def asks_for_disconnect(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(await request.is_disconnected()))


app = Starlette(
    routes=[
        Route("/mirror", mirror, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        Route("/upload", upload, methods=["POST"]),
        Route("/thread", in_thread),
        Route("/boom", boom),
        Route("/stream", stream),
        Route("/endless", endless),
        Route("/breaks", breaks),
        Route("/background", background),
        Route("/slow", slow),
        Route("/disconnected", asks_for_disconnect),
    ]
)


@pytest.fixture(params=["auto", "portal", "trio"])
def client(request: pytest.FixtureRequest) -> Iterator[TestClient]:
    events.clear()
    options = {"backend": "trio"} if request.param == "trio" else {"driver": request.param}
    with TestClient(app, **options) as client:
        yield client


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
def test_each_method_has_its_function(client: TestClient, method: str) -> None:
    assert getattr(client, method)("/mirror").json()["method"] == method.upper()


def test_head_has_no_body(client: TestClient) -> None:
    response = client.head("/mirror")
    assert (response.status_code, response.content) == (200, b"")


def test_all_that_a_request_can_have_is_sent(client: TestClient) -> None:
    sent = client.post("/mirror", params={"q": "a b"}, headers={"x-a": "1"}, json={"k": "v"}).json()
    assert (sent["query"], sent["headers"]["x-a"], sent["body"]) == ("q=a+b", "1", '{"k":"v"}')
    assert client.post("/mirror", data={"k": ["v", "w"]}).json()["body"] == "k=v&k=w"
    assert client.post("/mirror", content="text").json()["body"] == "text"
    assert client.get("/mirror", auth=("a", "b")).json()["headers"]["authorization"] == "Basic YTpi"
    client.cookies.set("c", "d")
    assert client.get("/mirror").json()["cookies"] == {"c": "d"}


def test_files_are_sent(client: TestClient) -> None:
    sent = client.post("/upload", data={"title": "notes"}, files={"file": ("n.txt", b"x" * 100_000)}).json()
    assert sent == {"title": "notes", "file": "x" * 100_000}


def test_a_body_in_pieces_is_sent(client: TestClient) -> None:
    sent = client.post("/mirror", content=iter([b"one ", b"two"])).json()
    assert sent["body"] == "one two"
    assert sent["headers"]["transfer-encoding"] == "chunked"


def test_cookies_of_one_request_are_deprecated_as_in_httpx(client: TestClient) -> None:
    with pytest.warns(DeprecationWarning, match="per-request cookies"):
        assert client.get("/mirror", cookies={"a": "1"}).json()["cookies"] == {"a": "1"}


def test_sync_endpoints_run_in_worker_threads(client: TestClient) -> None:
    assert client.get("/thread").text == "True"


def test_the_defaults_are_those_of_starlettes_client() -> None:
    client = TestClient(app)
    sent = client.get("/mirror").json()["headers"]
    assert (sent["host"], sent["user-agent"]) == ("testserver", "testclient")
    assert (client.follow_redirects, client.trust_env, client.base_url) == (True, False, "http://testserver")


def test_a_user_agent_in_any_case_replaces_the_default() -> None:
    client = TestClient(app, headers={"User-Agent": "mine"})
    assert client.get("/mirror").request.headers.get_list("user-agent") == ["mine"]


def test_the_scope_has_what_the_client_was_given() -> None:
    scopes = []

    async def note(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)
        await PlainTextResponse("")(scope, receive, send)

    client = TestClient(note, base_url="https://example.org", root_path="/api", client=("1.2.3.4", 5))
    client.get("/x")
    scope = scopes[0]
    assert (scope["scheme"], scope["server"], scope["client"]) == (
        "https",
        ("example.org", 443),
        ("1.2.3.4", 5),
    )
    assert (scope["root_path"], scope["http_version"], scope["state"]) == ("/api", "1.1", {})
    assert scope["asgi"] == {"version": "3.0", "spec_version": "2.3"}


def test_the_exception_of_the_app_is_raised(client: TestClient) -> None:
    for _ in range(2):
        with pytest.raises(LookupError, match="boom"):
            client.get("/boom")


def test_the_exception_of_the_app_can_be_answered() -> None:
    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/boom").status_code == 500
    assert client.get("/boom").text == "Internal Server Error"
    with pytest.warns(UnseenFailure, match=r"GET /breaks .*begun, with status 200: LookupError"):
        assert client.get("/breaks").content == b"half"


def test_an_app_without_response_is_an_error_or_a_500() -> None:
    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        return

    with pytest.raises(
        ASGIProtocolError, match=r"GET /x: the app ended without sending 'http\.response\.start'"
    ):
        TestClient(nothing).get("/x")
    with pytest.raises(ASGIProtocolError, match="the app ended"), TestClient(nothing).stream("GET", "/x"):
        pytest.fail("there was no response")
    client = TestClient(nothing, raise_server_exceptions=False)
    assert (client.get("/").status_code, client.get("/").content) == (500, b"")
    with client.stream("GET", "/") as response:
        assert (response.status_code, response.read()) == (500, b"")


def test_a_stream_can_be_read_as_it_comes(client: TestClient) -> None:
    with client.stream("GET", "/stream") as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(3)] == ["0", "1", "2"]
        assert list(lines) == []
    assert client.get("/stream").text == "0\n1\n2\n"


def test_an_endless_stream_can_be_left(client: TestClient) -> None:
    with client.stream("GET", "/endless") as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(4)] == ["data: tick", "", "data: tick", ""]
        assert events == []
    assert events == ["stream ended"]


def test_an_exception_in_a_stream_is_raised_where_it_happens(client: TestClient) -> None:
    with pytest.raises(LookupError, match="the other half"), client.stream("GET", "/breaks") as response:
        assert [*response.iter_raw()] == [b"half"]


def test_an_exception_before_a_stream_is_raised(client: TestClient) -> None:
    with pytest.raises(LookupError, match="boom"), client.stream("GET", "/boom"):
        pytest.fail("there was no response")


def test_a_redirect_in_a_stream_is_followed() -> None:
    async def redirecting(scope: Any, receive: Any, send: Any) -> None:
        to_end = scope["path"] == "/"
        headers = [(b"location", b"/end")] if to_end else []
        await send({"type": "http.response.start", "status": 302 if to_end else 200, "headers": headers})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    with TestClient(redirecting).stream("GET", "/") as response:
        assert (response.read(), len(response.history)) == (b"/end", 1)


def test_background_tasks_are_done_when_the_response_is_there(client: TestClient) -> None:
    assert client.get("/background").text == "answered"
    assert events == ["worked"]


def test_background_tasks_are_done_when_a_stream_is_left(client: TestClient) -> None:
    with client.stream("GET", "/background") as response:
        response.read()
    assert events == ["worked"]


def test_a_request_can_be_limited(client: TestClient) -> None:
    with pytest.raises(httpx.ReadTimeout) as caught:
        client.get("/slow", timeout=0.01)
    message = str(caught.value)
    assert message.startswith("GET /slow (slow): no answer from the app after 0.01 s; it waited in slow (")
    assert message.endswith("): await anyio.sleep_forever()")
    assert caught.value.request.url.path == "/slow"
    assert events == ["cancelled"]


@pytest.mark.parametrize(
    "send", [lambda c: c.get("/slow"), lambda c: c.send(c.build_request("GET", "/slow"))]
)
def test_the_client_can_limit_each_request(client: TestClient, send: Any) -> None:
    client.timeout = 0.01  # type: ignore[assignment]
    with pytest.raises(httpx.ReadTimeout):
        send(client)
    assert events == ["cancelled"]
    assert client.get("/mirror").status_code == 200


def test_a_stream_can_be_limited(client: TestClient) -> None:
    with pytest.raises(httpx.ReadTimeout), client.stream("GET", "/slow", timeout=0.01):
        pytest.fail("there was no response")
    assert events == ["cancelled"]


def test_a_piece_of_a_stream_can_be_limited() -> None:
    async def stops(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await receive()
        await receive()

    with TestClient(stops).stream("GET", "/", timeout=0.01) as response:
        pieces = response.iter_raw()
        assert next(pieces) == b"one"
        with pytest.raises(httpx.ReadTimeout):
            next(pieces)


def test_while_a_request_lasts_its_client_is_there(client: TestClient) -> None:
    assert client.get("/disconnected").text == "False"


def test_an_app_that_raises_because_the_client_went_is_no_failure() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await receive()
        await receive()
        raise ExceptionGroup("from a task group", [ClientDisconnect()])

    with TestClient(app).stream("GET", "/") as response:
        assert response.status_code == 200


def test_an_app_that_fails_after_the_client_went_fails_the_test() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await receive()
        await receive()
        raise LookupError("while cleaning up")

    with pytest.raises(LookupError, match="while cleaning up"), TestClient(app).stream("GET", "/"):
        pass


def test_function_middleware_and_streams_go_together() -> None:
    async def stamp(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["x-stamp"] = "1"
        return response

    stamped = Starlette(routes=app.routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=stamp)])
    with TestClient(stamped) as client:
        assert client.get("/stream").headers["x-stamp"] == "1"
        with client.stream("GET", "/endless") as response:
            assert next(response.iter_lines()) == "data: tick"


def test_template_and_context_are_on_the_response() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        info = {"template": "page.html", "context": {"a": 1}}
        await send({"type": "http.response.debug", "info": info})
        await PlainTextResponse("page")(scope, receive, send)

    client = TestClient(app)
    with client.stream("GET", "/") as streamed:
        streamed.read()
    for response in (client.get("/"), client.get("/", auth=("a", "b")), streamed):
        assert (response.template, response.context) == ("page.html", {"a": 1})  # type: ignore[attr-defined]
        assert response.extensions["http.response.debug"]["template"] == "page.html"


def test_trailers_are_on_the_response() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "trailers": True})
        await send({"type": "http.response.body", "body": b"x"})
        await send({"type": "http.response.trailers", "headers": [(b"checksum", b"1")]})

    client = TestClient(app)
    with client.stream("GET", "/") as streamed:
        streamed.read()
    for response in (client.get("/"), streamed):
        assert response.extensions["http.response.trailers"] == [(b"checksum", b"1")]


def test_an_answer_can_be_had_without_httpx() -> None:
    with TestClient(app) as client:
        scope = {"type": "http", "method": "GET", "path": "/boom", "headers": [], "query_string": b""}
        answer = client.answer(scope)
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert isinstance(answer.exception, LookupError)
    assert scope["state"] == {}


def test_testclient_has_the_names_that_are_looked_for() -> None:
    assert testclient.TestClient is TestClient
    assert testclient.WebSocketDenialResponse is WebSocketDenialResponse
    assert testclient.WebSocketTestSession is WebSocketSession


def test_a_sample_leaves_a_body_that_does_not_end() -> None:
    left = []

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
                if scope["path"] == "/silent":
                    await anyio.sleep_forever()
                await anyio.lowlevel.checkpoint()
        finally:
            left.append(scope["path"])

    client = TestClient(endless)
    many = client.sample(_scope("/many"), seconds=5, most_pieces=5, most_seconds=60)
    silent = client.sample(_scope("/silent"), seconds=5, most_pieces=5, most_seconds=0.01)

    assert (many.body, many.exception) == (b"xxxxx", None)
    assert (silent.body, silent.exception) == (b"x", None)
    assert left == ["/many", "/silent"]


def test_a_sample_of_a_body_that_ends_is_all_of_it_with_what_the_app_does_afterwards() -> None:
    done = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all"})
        await anyio.sleep(0.05)
        done.append(True)

    answer = TestClient(app).sample(_scope("/"), seconds=5, most_pieces=5, most_seconds=0.001)

    assert (answer.body, answer.exception, done) == (b"all", None, [True])


def test_a_sample_does_not_wait_for_ever() -> None:
    proceed = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/thread":
            await anyio.to_thread.run_sync(proceed.wait, abandon_on_cancel=True)
        if scope["path"] == "/afterwards":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"all"})
        await anyio.sleep_forever()

    client = TestClient(app)
    for path in ("/awaits", "/thread", "/afterwards"):
        with pytest.raises(TimeoutError) as caught:
            client.sample(_scope(path), seconds=0.05, most_pieces=5, most_seconds=60)
        assert str(caught.value).startswith(
            f"GET {path}: no answer from the app after 0.05 s; it waited in app ("
        )
    proceed.set()


@pytest.mark.parametrize("error", [LookupError("gone"), SystemExit(3)])
def test_a_sample_has_what_an_app_raises_before_it_answers(error: BaseException) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise error

    answer = TestClient(app).sample(_scope("/"), seconds=5, most_pieces=5, most_seconds=60)
    assert (answer.status, answer.exception) == (None, error)


def test_a_sample_is_interrupted_where_the_app_blocks_the_loop() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        while True:
            pass

    with pytest.raises(TimeoutError) as caught:
        TestClient(app).sample(_scope("/"), seconds=0.05, most_pieces=5, most_seconds=60)
    assert "GET /: no answer from the app after 0.05 s; its code blocks the event loop here:" in str(
        caught.value
    )
    assert "while True:" in str(caught.value)


def _scope(path: str) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
