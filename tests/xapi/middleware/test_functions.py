"""Middleware that is written as a function."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from typing import Annotated, Any, Literal

import anyio
import pytest
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from xapi import XAPI, BackgroundTasks, Depends, File, HTTPException, Request, Response
from xapi.background import BackgroundTask
from xapi.exceptions import DeclarationError
from xapi.responses import FileResponse, JSONResponse, PlainTextResponse, StreamingResponse
from xapi.testclient import TestClient

CallNext = Callable[[Request], Awaitable[Any]]
pytestmark = pytest.mark.parametrize("backend", ["asyncio", "trio"])
Backend = Literal["asyncio", "trio"]

current: ContextVar[str] = ContextVar("current", default="nothing")


async def resource() -> AsyncIterator[str]:
    yield "resource"


Held = Annotated[str, Depends(resource)]
"""A dependency that is open when the answer begins: with it, an operation runs in a task of its own."""


async def plain_page(request: Request) -> Response:
    return PlainTextResponse(f"{(await request.body()).decode()} of a page")


def make_app() -> XAPI:
    """An app with operations that hold nothing open, one that does, and routes that are not operations."""
    app = XAPI()
    page = Route("/page", plain_page, methods=["GET", "POST"])
    app.router.routes.append(page)
    app.mount("/mounted", Starlette(routes=[page]))

    @app.post("/plain")
    async def plain(text: Annotated[Any, Depends(body_text)]) -> Any:
        return f"{text} of plain"

    @app.post("/held")
    async def held(text: Annotated[Any, Depends(body_text)], resource: Held) -> Any:
        return f"{text} of held"

    return app


async def body_text(request: Request) -> str:
    return (await request.body()).decode()


EVERYWHERE = pytest.mark.parametrize("path", ["/plain", "/held", "/page", "/mounted/page"])


def text_of(answer: Any) -> str:
    return str(answer.text).strip('"')


@EVERYWHERE
def test_the_last_added_is_the_outermost(backend: Backend, path: str) -> None:
    app, events = make_app(), list[str]()

    def add(name: str) -> None:
        @app.middleware("http")
        async def named(request: Request, call_next: CallNext) -> Any:
            events.append(f"{name} in")
            response = await call_next(request)
            response.headers["x-order"] = response.headers.get("x-order", "") + name
            events.append(f"{name} out")
            return response

    for name in "abc":
        add(name)
    answer = TestClient(app, backend=backend).post(path, content="text")
    assert answer.headers["x-order"] == "abc"
    assert events == ["c in", "b in", "a in", "a out", "b out", "c out"]
    assert text_of(answer) == f"text of {path.rpartition('/')[2].replace('page', 'a page')}"


@EVERYWHERE
@pytest.mark.parametrize("how", ["body", "stream", "form", "twice"])
def test_a_body_that_a_middleware_reads_is_still_there(backend: Backend, path: str, how: str) -> None:
    app, seen = make_app(), list[bytes]()

    @app.middleware("http")
    async def read_again(request: Request, call_next: CallNext) -> Any:
        seen.append(await request.body())
        return await call_next(request)

    @app.middleware("http")
    async def read(request: Request, call_next: CallNext) -> Any:
        if how == "form":
            assert dict(await request.form()) == {"a": "1"}
        elif how == "stream":
            seen.append(b"".join([piece async for piece in request.stream()]))
        else:
            seen.append(await request.body())
        if how == "twice":
            await call_next(request)
        return await call_next(request)

    headers = {"content-type": "application/x-www-form-urlencoded"} if how == "form" else {}
    answer = TestClient(app, backend=backend).post(path, content="a=1", headers=headers)
    assert text_of(answer).startswith("a=1 of")
    assert set(seen) == {b"a=1"}


def test_a_body_is_there_after_the_operation_has_read_it(backend: Backend) -> None:
    app, seen = make_app(), list[bytes]()

    @app.post("/declared")
    async def declared(body: dict[str, int]) -> Any:
        return body

    @app.middleware("http")
    async def log(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        seen.append(await request.body())
        return response

    client = TestClient(app, backend=backend)
    assert client.post("/declared", json={"a": 1}).json() == {"a": 1}
    assert client.post("/held", content="text").status_code == 200
    assert seen == [b'{"a":1}', b"text"]


@EVERYWHERE
def test_a_middleware_may_read_replace_and_change_the_answer(backend: Backend, path: str) -> None:
    app = make_app()

    @app.middleware("http")
    async def replace(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        read = b"".join([piece async for piece in response.body_iterator])
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return Response(read.upper(), response.status_code, headers)

    @app.middleware("http")
    async def change(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        body = response.body_iterator

        async def doubled() -> AsyncIterator[bytes | str]:
            async for piece in body:
                yield piece
                yield piece.decode()

        response.body_iterator = doubled()
        del response.headers["content-length"]
        response.status_code = 202
        return response

    answer = TestClient(app, backend=backend).post(path, content="text")
    assert answer.status_code == 202
    half = answer.text[: len(answer.text) // 2]
    assert answer.text == half + half
    assert half.strip('"').startswith("TEXT OF")


def test_a_middleware_may_answer_itself(backend: Backend) -> None:
    app, called = make_app(), list[str]()

    @app.middleware("http")
    async def maintenance(request: Request, call_next: CallNext) -> Any:
        called.append(request.url.path)
        return JSONResponse({"detail": "closed"}, status_code=503)

    @app.middleware("http")
    async def mark(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        response.headers["x-marked"] = "1"
        return response

    answer = TestClient(app, backend=backend).post("/plain")
    assert (answer.status_code, answer.json(), answer.headers["x-marked"]) == (503, {"detail": "closed"}, "1")
    assert called == ["/plain"]


def test_an_answer_that_is_whole_is_sent_in_one_piece(backend: Backend) -> None:
    app = make_app()

    @app.middleware("http")
    async def marking(request: Request, call_next: CallNext) -> Response:
        response: Response = await call_next(request)
        response.headers["x-mark"] = "1"
        return response

    bodies: list[Message] = []

    async def observed(scope: Scope, receive: Receive, send: Send) -> None:
        async def observing_send(message: Message) -> None:
            if message["type"] == "http.response.body":
                bodies.append(message)
            await send(message)

        await app(scope, receive, observing_send)

    with TestClient(observed, backend=backend) as client:
        answer = client.post("/plain", content="text")
    assert (answer.text, answer.headers["x-mark"]) == ('"text of plain"', "1")
    assert [(message["body"], message.get("more_body", False)) for message in bodies] == [
        (b'"text of plain"', False)
    ]


def test_a_response_that_is_returned_for_many_requests_is_not_changed(backend: Backend) -> None:
    app, shared, ran = make_app(), PlainTextResponse("shared"), list[int]()

    @app.get("/shared")
    async def endpoint(n: int, tasks: BackgroundTasks) -> Any:
        tasks.add_task(ran.append, n)
        return shared

    @app.middleware("http")
    async def mark(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        response.headers["x-marked"] = "1"
        return response

    client = TestClient(app, backend=backend)
    assert [client.get(f"/shared?n={n}").text for n in (1, 2)] == ["shared", "shared"]
    assert "x-marked" not in shared.headers
    assert (ran, shared.background) == ([1, 2], None)


def failing_app(held: bool) -> XAPI:
    app = XAPI()

    async def nothing() -> None: ...

    @app.get("/{kind}", dependencies=[Depends(resource if held else nothing)])
    async def fail(kind: Literal["lookup", "http"]) -> Any:
        if kind == "lookup":
            async with anyio.create_task_group():
                pass
            raise LookupError("no such thing")
        raise HTTPException(418, "a teapot", headers={"x-pot": "tea"})

    return app


@pytest.mark.parametrize("held", [False, True])
def test_exceptions_come_out_of_call_next_as_they_are(backend: Backend, held: bool) -> None:
    app, caught = failing_app(held), list[str]()

    @app.middleware("http")
    async def catch(request: Request, call_next: CallNext) -> Any:
        try:
            return await call_next(request)
        except LookupError as error:
            caught.append(str(error))
            return PlainTextResponse("rescued", status_code=502)

    client = TestClient(app, backend=backend)
    answer = client.get("/lookup")
    assert (answer.status_code, answer.text, caught) == (502, "rescued", ["no such thing"])
    answer = client.get("/http")
    assert (answer.status_code, answer.json(), answer.headers["x-pot"]) == (
        418,
        {"detail": "a teapot"},
        "tea",
    )
    assert client.get("/other").status_code == 422
    assert client.get("/not/known").json() == {"detail": "Not Found"}
    assert client.post("/http").headers["allow"] == "GET"
    assert client.get("/http/", follow_redirects=False).status_code == 307


@pytest.mark.parametrize("held", [False, True])
def test_what_nobody_catches_is_a_500(backend: Backend, held: bool) -> None:
    app = failing_app(held)

    @app.middleware("http")
    async def pass_on(request: Request, call_next: CallNext) -> Any:
        return await call_next(request)

    with pytest.raises(LookupError, match="no such thing"):
        TestClient(app, backend=backend).get("/lookup")
    answer = TestClient(app, backend=backend, raise_server_exceptions=False).get("/lookup")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_an_exception_of_a_middleware_is_a_500_and_one_outside_may_catch_it(backend: Backend) -> None:
    app = make_app()

    @app.middleware("http")
    async def fail(request: Request, call_next: CallNext) -> Any:
        await call_next(request)
        raise ValueError("after the answer was made")

    client = TestClient(app, backend=backend, raise_server_exceptions=False)
    assert [client.post(path).status_code for path in ("/plain", "/held", "/page")] == [500, 500, 500]

    app = make_app()
    app.middleware("http")(fail)

    @app.middleware("http")
    async def catch(request: Request, call_next: CallNext) -> Any:
        try:
            return await call_next(request)
        except ValueError as error:
            return PlainTextResponse(str(error))

    client = TestClient(app, backend=backend)
    assert [client.post(path).text for path in ("/plain", "/held")] == 2 * ["after the answer was made"]


@pytest.mark.parametrize("dropped", [False, True])
@pytest.mark.parametrize("held", [False, True])
def test_background_tasks_run_after_the_answer_the_innermost_first(
    backend: Backend, held: bool, dropped: bool
) -> None:
    app, events = XAPI(), list[str]()

    async def closing() -> AsyncIterator[None]:
        yield
        events.append("closed")

    async def note(event: str) -> None:
        events.append(event)

    @app.get("/", dependencies=[Depends(closing)] if held else [])
    async def endpoint(tasks: BackgroundTasks) -> Any:
        tasks.add_task(note, "task of the operation")
        return "answer"

    @app.middleware("http")
    async def inner(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        response.background = BackgroundTask(events.append, "task of the inner one")
        events.append("answered")
        return response

    @app.middleware("http")
    async def outer(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        return PlainTextResponse("another") if dropped else response

    async def sending(scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            if scope["type"] == "http":
                events.append(message["type"].removeprefix("http.response."))
            await send(message)

        await app(scope, receive, noted)

    assert TestClient(sending, backend=backend).get("/").text == ("another" if dropped else '"answer"')
    last_body = len(events) - events[::-1].index("body")
    assert events[:3] == ["answered", "start", "body"]
    assert events[last_body:] == [
        "task of the operation",
        *(["closed"] if held else []),
        "task of the inner one",
    ]


@EVERYWHERE
def test_context_variables_reach_the_operation_and_come_back(backend: Backend, path: str) -> None:
    app, seen = make_app(), list[str]()

    def set_current() -> None:
        seen.append(current.get())
        current.set("changed inside")

    async def change() -> AsyncIterator[None]:
        set_current()
        yield

    async def page(request: Request) -> Response:
        set_current()
        return PlainTextResponse("")

    for scope, route in (("function", "/plain"), ("request", "/held")):
        app.post(f"/vars{route}", dependencies=[Depends(change, scope=scope)])(lambda: None)  # type: ignore[arg-type]
    app.router.routes.append(Route("/vars/page", page, methods=["POST"]))
    app.mount("/vars/mounted", Starlette(routes=[Route("/page", page, methods=["POST"])]))

    @app.middleware("http")
    async def set_it(request: Request, call_next: CallNext) -> Any:
        current.set("set by the middleware")
        response = await call_next(request)
        seen.append(current.get())
        return response

    assert TestClient(app, backend=backend).post(f"/vars{path}").status_code == 200
    assert seen == ["set by the middleware", "changed inside"]


def test_streams_go_through_piece_by_piece(backend: Backend, tmp_path: Any) -> None:
    app, events = XAPI(), list[str]()
    (tmp_path / "file.txt").write_text("content")

    async def pieces() -> AsyncIterator[str]:
        for piece in ("a", "b"):
            events.append(f"made {piece}")
            yield piece

    @app.get("/stream")
    async def stream() -> Any:
        return StreamingResponse(pieces(), background=BackgroundTask(events.append, "task"))

    @app.get("/file")
    async def file() -> Any:
        return FileResponse(tmp_path / "file.txt")

    @app.middleware("http")
    async def watch(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        body = response.body_iterator

        async def watched() -> AsyncIterator[bytes]:
            async for piece in body:
                events.append(f"saw {piece.decode()}")
                yield piece

        response.body_iterator = watched()
        return response

    client = TestClient(app, backend=backend)
    assert client.get("/stream").text == "ab"
    assert events == ["made a", "saw a", "made b", "saw b", "task"]
    assert client.get("/file").text == "content"


@pytest.mark.parametrize("started", [False, True])
def test_a_stream_that_a_middleware_does_not_want_is_ended(backend: Backend, started: bool) -> None:
    app, events = XAPI(), list[str]()

    async def endless() -> AsyncIterator[str]:
        try:
            yield "first"
            await anyio.sleep_forever()
        finally:
            events.append("ended")

    @app.get("/")
    async def stream() -> Any:
        return StreamingResponse(endless(), background=BackgroundTask(events.append, "task"))

    @app.middleware("http")
    async def refuse(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        if started:
            assert await anext(aiter(response.body_iterator)) == b"first"
        return PlainTextResponse("enough")

    assert TestClient(app, backend=backend).get("/").text == "enough"
    assert events == (["ended", "task"] if started else events)
    assert events[-1] == "task"


def test_an_exception_in_a_stream_reaches_the_middleware_and_the_server(backend: Backend) -> None:
    app, seen = XAPI(), list[str]()

    async def breaking() -> AsyncIterator[str]:
        yield "begun"
        raise LookupError("broke")

    @app.get("/")
    async def stream() -> Any:
        return StreamingResponse(breaking())

    @app.middleware("http")
    async def watch(request: Request, call_next: CallNext) -> Any:
        response = await call_next(request)
        body = response.body_iterator

        async def watched() -> AsyncIterator[bytes]:
            try:
                async for piece in body:
                    yield piece
            except LookupError as error:
                seen.append(str(error))
                raise

        response.body_iterator = watched()
        return response

    with pytest.raises(LookupError, match="broke"):
        TestClient(app, backend=backend).get("/")
    assert seen == ["broke"]


@pytest.mark.filterwarnings("ignore::xapi.testing.UnseenFailure")
def test_an_exception_after_yield_reaches_the_server_when_the_answer_is_sent(backend: Backend) -> None:
    app = XAPI()

    async def breaking() -> AsyncIterator[None]:
        yield
        raise LookupError("too late")

    @app.get("/", dependencies=[Depends(breaking)])
    async def endpoint() -> str:
        return "sent"

    @app.middleware("http")
    async def pass_on(request: Request, call_next: CallNext) -> Any:
        return await call_next(request)

    with pytest.raises(LookupError, match="too late"):
        TestClient(app, backend=backend).get("/")
    assert TestClient(app, backend=backend, raise_server_exceptions=False).get("/").json() == "sent"


def test_a_client_that_goes_away_ends_what_runs_beside(backend: Backend) -> None:
    app, events = XAPI(), list[str]()

    async def closing() -> AsyncIterator[None]:
        try:
            yield
        finally:
            events.append("closed")

    @app.get("/", dependencies=[Depends(closing)])
    async def endpoint() -> str:
        return "answer"

    @app.middleware("http")
    async def pass_on(request: Request, call_next: CallNext) -> Any:
        return await call_next(request)

    async def gone(message: Any) -> None:
        raise OSError("the client has gone")

    async def serve() -> None:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        await app(scope, None, gone)  # type: ignore[arg-type]

    anyio.run(serve, backend=backend)  # that the client has gone is not a failure
    assert events == ["closed"]


def test_uploads_can_be_read_while_the_answer_is_sent(backend: Backend) -> None:
    app = XAPI()

    @app.post("/")
    async def echo(upload: Annotated[Any, File()]) -> Any:
        return StreamingResponse(iter([upload.file.read()]))

    @app.middleware("http")
    async def pass_on(request: Request, call_next: CallNext) -> Any:
        return await call_next(request)

    answer = TestClient(app, backend=backend).post("/", files={"upload": b"content"})
    assert answer.text == "content"


def test_a_middleware_may_rewrite_the_path_and_leave_a_note_in_the_state(backend: Backend) -> None:
    app = make_app()

    @app.get("/new")
    async def endpoint(request: Request, resource: Held) -> Any:
        return request.state.note

    @app.middleware("http")
    async def rewrite(request: Request, call_next: CallNext) -> Any:
        request.scope["path"] = "/new"
        request.state.note = "rewritten"
        return await call_next(request)

    assert TestClient(app, backend=backend).get("/old").json() == "rewritten"


def test_middleware_of_other_kinds_lies_between(backend: Backend) -> None:
    app, events = make_app(), list[str]()

    def function(name: str) -> None:
        @app.middleware("http")
        async def run(request: Request, call_next: CallNext) -> Any:
            events.append(name)
            response = await call_next(request)
            response.headers[f"x-{name}"] = "1"
            return response

    class ByClass(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: CallNext) -> Any:
            events.append("class")
            return await call_next(request)

    class Pure:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            events.append("pure")
            with anyio.CancelScope():
                await self.app(scope, receive, send)

    function("inner")
    app.add_middleware(ByClass)
    function("middle")
    app.add_middleware(Pure)
    function("outer")
    for path in ("/plain", "/held"):
        events.clear()
        answer = TestClient(app, backend=backend).post(path, content="text")
        assert events == ["outer", "pure", "middle", "class", "inner"]
        assert {"x-inner", "x-middle", "x-outer"} <= set(answer.headers)
        assert text_of(answer) == f"text of {path[1:]}"


def test_mistakes_are_told(backend: Backend) -> None:
    app = make_app()
    with pytest.raises(ValueError, match='only "http" is known'):
        app.middleware("websocket")

    def not_async(request: Request, call_next: CallNext) -> Any: ...

    with pytest.raises(DeclarationError, match=r"test_functions.py:\d+, in .*not_async\(\): .*`async def`"):
        app.middleware("http")(not_async)

    @app.middleware("http")
    async def forgetful(request: Request, call_next: CallNext) -> Any:
        await call_next(request)

    client = TestClient(app, backend=backend)
    with pytest.raises(RuntimeError, match=r"forgetful\(\): the middleware returned None"):
        client.post("/plain")
    with pytest.raises(RuntimeError, match=r"add_middleware\(GZip\): .* before the first request"):
        app.add_middleware(type("GZip", (), {}))
