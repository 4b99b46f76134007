"""A client that has gone, as servers and middleware tell it by what `receive` and `send` raise."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request as StarletteRequest
from starlette.routing import Route, WebSocketRoute

from xapi import (
    XAPI,
    APIRouter,
    Body,
    Depends,
    File,
    Form,
    HTTPException,
    Request,
    Response,
    UploadFile,
    WebSocket,
)
from xapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from xapi.routing import APIRoute
from xapi.websockets import WebSocketDisconnect

ERRORS = [
    OSError("the socket is closed"),
    ConnectionResetError(104, "reset by peer"),
    BrokenPipeError(32, "broken pipe"),
    EOFError("the stream has ended"),
    anyio.EndOfStream(),
    anyio.ClosedResourceError(),
    anyio.BrokenResourceError(),
]
errors = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
some_errors = pytest.mark.parametrize(
    "error", [ERRORS[0], ERRORS[3], ERRORS[4]], ids=lambda error: type(error).__name__
)

FORM = b"application/x-www-form-urlencoded"
FILES = b"multipart/form-data; boundary=x"
UPLOAD = b'--x\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n' + b"content" * 9


class Losing:
    """What a server gives an app whose client sends `pieces`, and is lost then."""

    def __init__(self, error: Exception, *pieces: bytes, content_type: bytes = b"application/json") -> None:
        self.error = error
        self.pieces = list(pieces)
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/",
            "raw_path": b"/",
            "root_path": "",
            "query_string": b"",
            "headers": [(b"content-type", content_type)],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        self.statuses: list[int] = []

    async def receive(self) -> Any:
        await anyio.lowlevel.checkpoint()
        if self.pieces:
            return {"type": "http.request", "body": self.pieces.pop(0), "more_body": True}
        raise self.error

    async def send(self, message: Any) -> None:
        await anyio.lowlevel.checkpoint()
        self.statuses += [message["status"]] if "status" in message else []

    def call(self, app: Any, backend: str = "asyncio") -> list[int]:
        async def run() -> None:
            with anyio.fail_after(10):
                await app(self.scope, self.receive, self.send)

        anyio.run(run, backend=backend)
        return self.statuses


class Gone(Losing):
    """What a server gives an app whose client has sent all, and takes the first `taken` messages only."""

    def __init__(self, error: Exception, taken: int) -> None:
        super().__init__(error)
        self.taken = taken
        self.sent = 0
        self.is_asked = False

    async def receive(self) -> Any:
        if self.is_asked:
            await anyio.sleep_forever()
        self.is_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Any) -> None:
        await super().send(message)
        self.sent += 1
        if self.sent > self.taken:
            raise self.error


@pytest.fixture
def failures(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What was logged as a failure."""
    return lambda: [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def app_of(
    declare: Callable[[APIRouter], Any], closed: list[str], route_class: type[APIRoute] = APIRoute
) -> XAPI:
    async def resource() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await anyio.lowlevel.checkpoint()
            closed.append("async")

    def sync_resource() -> Iterator[None]:
        try:
            yield
        finally:
            closed.append("sync")

    router = APIRouter(dependencies=[Depends(resource), Depends(sync_resource)], route_class=route_class)
    declare(router)
    app = XAPI()
    app.include_router(router)
    return app


async def by_body(request: Request) -> Any:
    return await request.body()


async def by_json(request: Request) -> Any:
    return await request.json()


async def by_form(request: Request) -> Any:
    return await request.form()


async def by_stream(request: Request) -> Any:
    return [piece async for piece in request.stream()]


async def by_receive(request: Request) -> Any:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return "gone"


async def by_a_request_of_its_own(request: Request) -> Any:
    return await StarletteRequest(request.scope, request.receive).body()


READERS = [by_body, by_json, by_form, by_stream, by_receive, by_a_request_of_its_own]
readers = pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)


def takes_json(router: APIRouter) -> None:
    @router.post("/")
    async def endpoint(body: Annotated[dict[str, int], Body()]) -> None: ...


def takes_members(router: APIRouter) -> None:
    @router.post("/")
    def endpoint(a: Annotated[int, Body()], b: Annotated[int, Body()]) -> None: ...


def takes_text(router: APIRouter) -> None:
    @router.post("/")
    async def endpoint(name: Annotated[str, Form()]) -> None: ...


def takes_file(router: APIRouter) -> None:
    @router.post("/")
    async def endpoint(file: UploadFile) -> None: ...


def takes_bytes(router: APIRouter) -> None:
    @router.post("/")
    def endpoint(file: Annotated[bytes, File()]) -> None: ...


DECLARED = [
    (takes_json, b"application/json", b'{"a'),
    (takes_members, b"application/json", b'{"a": 1,'),
    (takes_text, FORM, b"na"),
    (takes_file, FILES, UPLOAD),
    (takes_bytes, FILES, UPLOAD),
]


class TestReceive:
    @errors
    @pytest.mark.parametrize("backend", ["asyncio", "trio"])
    @pytest.mark.parametrize(("declare", "content_type", "piece"), DECLARED)
    def test_the_body_that_is_declared(
        self, error: Exception, backend: str, declare: Any, content_type: bytes, piece: bytes, failures: Any
    ) -> None:
        for pieces in ((), (piece,)):
            closed: list[str] = []
            losing = Losing(error, *pieces, content_type=content_type)
            assert losing.call(app_of(declare, closed), backend) == [400]
            assert failures() == []
            assert closed in ([], ["sync", "async"])

    @some_errors
    @readers
    @pytest.mark.parametrize("where", ["endpoint", "dependency", "dependency with yield"])
    def test_the_body_that_is_read_by_hand(
        self, error: Exception, read: Any, where: str, failures: Any
    ) -> None:
        async def yielding(request: Request) -> AsyncIterator[Any]:
            yield await read(request)

        def declare(router: APIRouter) -> None:
            if where == "endpoint":
                router.post("/", response_model=None)(read)
            else:
                used = read if where == "dependency" else yielding
                router.post("/", dependencies=[Depends(used)])(lambda: None)

        closed: list[str] = []
        content_type = FORM if read is by_form else b"application/json"
        statuses = Losing(error, b"{", content_type=content_type).call(app_of(declare, closed))
        assert statuses == [200 if read is by_receive else 400]
        assert failures() == []
        assert closed == ["sync", "async"]

    @some_errors
    @pytest.mark.parametrize("way", ["route", "function middleware", "class middleware", "ASGI middleware"])
    @pytest.mark.parametrize("reads", [False, True], ids=["passes on", "reads"])
    def test_the_body_that_passes_through_code_around(
        self, error: Exception, way: str, reads: bool, failures: Any
    ) -> None:
        closed: list[str] = []
        app = app_of(takes_json, closed, route_class=route_that(reads) if way == "route" else APIRoute)
        if way != "route":
            add_middleware(app, way, reads)
        assert set(Losing(error, b'{"a').call(app)) <= {400}
        assert failures() == []

    @some_errors
    @pytest.mark.parametrize("place", ["route of Starlette", "app"])
    def test_the_body_that_is_read_by_what_is_no_operation(
        self, error: Exception, place: str, failures: Any
    ) -> None:
        statuses = Losing(error, b'{"a').call(app_of_others(place))
        assert set(statuses) <= {400}
        assert failures() == []

    @errors
    def test_whether_the_client_has_gone_is_asked(self, error: Exception, failures: Any) -> None:
        asked: list[bool] = []

        def declare(router: APIRouter) -> None:
            @router.post("/")
            async def endpoint(request: Request) -> None:
                for _ in range(3):
                    asked.append(await request.is_disconnected())

        closed: list[str] = []
        losing = Losing(error)

        async def receive() -> Any:  # at once, as it is asked for
            raise error

        losing.receive = receive  # type: ignore[method-assign]
        assert losing.call(app_of(declare, closed)) == [200]
        assert asked == [True, True, True]
        assert failures() == []
        assert closed == ["sync", "async"]


def route_that(reads: bool) -> type[APIRoute]:
    class Around(APIRoute):
        def get_route_handler(self) -> Any:
            answer = super().get_route_handler()

            async def around(request: Request) -> Any:
                if reads:
                    await request.body()
                return await answer(request)

            return around

    return Around


def add_middleware(app: XAPI, way: str, reads: bool) -> None:
    async def dispatch(request: Request, call_next: Any) -> Any:
        if reads:
            await request.body()
        return await call_next(request)

    class Around:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def passed() -> Any:
                return await receive()

            if reads:
                await StarletteRequest(scope, receive).body()
            await self.app(scope, passed, send)

    if way == "function middleware":
        app.middleware("http")(dispatch)
    elif way == "class middleware":
        app.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)
    else:
        app.add_middleware(Around)


def app_of_others(place: str) -> XAPI:
    """An app with something that is not an operation of its own."""

    async def respond(request: Any) -> Any:
        await request.body()
        return PlainTextResponse("answer")

    app = XAPI()
    if place == "route of Starlette":
        app.router.routes.append(Route("/", respond, methods=["POST"]))
    elif place == "app of Starlette":
        app.mount("/", Starlette(routes=[Route("/", respond, methods=["POST"])]))
    elif place == "app":
        inner = XAPI()
        inner.post("/", response_model=None)(by_body)
        app.mount("/", inner)
    return app


async def numbers() -> AsyncIterator[bytes]:
    for _ in range(3):
        yield b"1"


def answers() -> dict[str, Callable[[APIRouter], Any]]:
    """Operations by what they answer with."""

    async def yields() -> AsyncIterator[int]:
        for number in range(3):
            yield number

    def raises() -> None:
        raise HTTPException(404)

    def wrong(a: int) -> None: ...

    results: dict[str, Any] = {
        "JSON": lambda: {"a": 1},
        "a response": lambda: Response(b"a"),
        "a stream": lambda: StreamingResponse(numbers()),
        "a sync stream": lambda: StreamingResponse(iter([b"1", b"2"])),
        "a file": lambda: FileResponse(Path(__file__)),
        "an exception": raises,
        "a 422": wrong,
        "items": yields,
    }
    return {name: (lambda router, call=call: router.post("/")(call)) for name, call in results.items()}


class TestSend:
    @some_errors
    @pytest.mark.parametrize("backend", ["asyncio", "trio"])
    @pytest.mark.parametrize("taken", [0, 1])
    @pytest.mark.parametrize("answer", answers())
    def test_the_answer_of_an_operation(
        self, error: Exception, backend: str, taken: int, answer: str, failures: Any
    ) -> None:
        closed: list[str] = []
        statuses = Gone(error, taken).call(app_of(answers()[answer], closed), backend)
        assert len(statuses) == 1
        assert 500 not in statuses
        assert failures() == []
        assert closed == ["sync", "async"]

    @some_errors
    @pytest.mark.parametrize("way", ["function middleware", "class middleware", "ASGI middleware"])
    @pytest.mark.parametrize("taken", [0, 1])
    @pytest.mark.parametrize("answer", answers())
    def test_the_answer_through_middleware(
        self, error: Exception, way: str, taken: int, answer: str, failures: Any
    ) -> None:
        closed: list[str] = []
        app = app_of(answers()[answer], closed)
        add_middleware(app, way, reads=False)
        statuses = Gone(error, taken).call(app)
        assert len(statuses) == 1
        assert 500 not in statuses
        assert failures() == []
        assert sorted(closed) == ["async", "sync"]

    @some_errors
    @pytest.mark.parametrize("place", ["route of Starlette", "app of Starlette", "app", "no route"])
    @pytest.mark.parametrize("middleware", [False, True])
    def test_the_answer_of_what_is_no_operation(
        self, error: Exception, place: str, middleware: bool, failures: Any
    ) -> None:
        app = app_of_others(place)
        if middleware:
            add_middleware(app, "ASGI middleware", reads=False)
        statuses = Gone(error, 0).call(app)
        assert len(statuses) == 1
        assert failures() == []

    @errors
    def test_an_error_of_the_endpoint_that_looks_the_same_is_one(
        self, error: Exception, failures: Any
    ) -> None:
        def declare(router: APIRouter) -> None:
            @router.post("/")
            async def endpoint() -> None:
                raise error

        closed: list[str] = []
        gone = Gone(error, 99)
        with pytest.raises(type(error)):
            gone.call(app_of(declare, closed))
        assert gone.statuses == [500]
        assert len(failures()) == 1
        assert closed == ["sync", "async"]

    @some_errors
    @pytest.mark.parametrize("middleware", [False, True])
    def test_an_endpoint_that_fails_beside_it_is_told(
        self, error: Exception, middleware: bool, failures: Any
    ) -> None:
        def declare(router: APIRouter) -> None:
            @router.post("/")
            async def endpoint() -> None:
                raise LookupError("of the endpoint")

        app = app_of(declare, [])
        if middleware:
            add_middleware(app, "ASGI middleware", reads=False)
        with suppress(LookupError):
            Gone(error, 0).call(app)
        assert failures() == ["POST / (endpoint) failed: LookupError: of the endpoint"]


class Session:
    """What a server gives an app for a WebSocket whose client sends `texts`, and is lost then."""

    def __init__(self, error: Exception, *texts: str, path: str = "/", taken: int = 99) -> None:
        self.error = error
        self.taken = taken
        self.sent: list[str] = []
        self.messages: list[Any] = [{"type": "websocket.receive", "text": text} for text in texts]
        self.scope = {**Losing(error).scope, "type": "websocket", "scheme": "ws", "path": path, "headers": []}

    async def receive(self) -> Any:
        await anyio.lowlevel.checkpoint()
        if not self.messages:
            raise self.error
        return self.messages.pop(0)

    async def send(self, message: Any) -> None:
        await anyio.lowlevel.checkpoint()
        if len(self.sent) >= self.taken:
            raise self.error
        self.sent.append(message["type"])

    def call(self, app: Any, backend: str = "asyncio") -> None:
        async def run() -> None:
            with anyio.fail_after(10):
                await app(self.scope, self.receive, self.send)

        anyio.run(run, backend=backend)


def connected(error: Exception, *texts: str, **options: Any) -> Session:
    session = Session(error, *texts, **options)
    session.messages.insert(0, {"type": "websocket.connect"})
    return session


def app_of_websockets(heard: list[Any], closed: list[str]) -> XAPI:
    def declare(router: APIRouter) -> None:
        @router.websocket("/texts")
        async def texts(websocket: WebSocket) -> None:
            await websocket.accept()
            try:
                while True:
                    heard.append(await websocket.receive_text())
            except WebSocketDisconnect as gone:
                heard.append(gone.code)

        @router.websocket("/iterated")
        async def iterated(websocket: WebSocket) -> None:
            await websocket.accept()
            async for text in websocket.iter_text():
                heard.append(text)
            heard.append(1006)

        @router.websocket("/messages")
        async def messages(websocket: WebSocket) -> None:
            await websocket.accept()
            while (message := await websocket.receive())["type"] == "websocket.receive":
                heard.append(message["text"])
            heard.append(message["code"])

        @router.websocket("/unguarded")
        async def unguarded(websocket: WebSocket) -> None:
            await websocket.accept()
            while True:
                heard.append(await websocket.receive_json())

        @router.websocket("/sends")
        async def sends(websocket: WebSocket) -> None:
            await websocket.accept()
            try:
                for text in ("a", "b"):
                    await websocket.send_text(text)
                    heard.append(text)
            except WebSocketDisconnect as gone:
                heard.append(gone.code)

    return app_of(declare, closed)


class TestWebSocket:
    @errors
    @pytest.mark.parametrize("backend", ["asyncio", "trio"])
    @pytest.mark.parametrize("path", ["/texts", "/iterated", "/messages"])
    @pytest.mark.parametrize("middleware", [False, True])
    def test_a_receive_that_fails_is_a_disconnect(
        self, error: Exception, backend: str, path: str, middleware: bool, failures: Any
    ) -> None:
        heard: list[Any] = []
        closed: list[str] = []
        app = app_of_websockets(heard, closed)
        if middleware:
            add_middleware(app, "ASGI middleware", reads=False)
        connected(error, "a", "b", path=path).call(app, backend)
        assert heard == ["a", "b", 1006]
        assert failures() == []
        assert closed == ["sync", "async"]

    @errors
    @pytest.mark.parametrize("connects", [True, False], ids=["connected", "before the handshake"])
    def test_a_disconnect_that_nobody_catches_is_no_failure(
        self, error: Exception, connects: bool, failures: Any
    ) -> None:
        closed: list[str] = []
        session = (connected if connects else Session)(error, path="/unguarded")
        with pytest.raises(WebSocketDisconnect):
            session.call(app_of_websockets([], closed))
        assert failures() == []
        assert closed == ["sync", "async"]

    @errors
    def test_a_send_that_fails_is_a_disconnect(self, error: Exception, failures: Any) -> None:
        heard: list[Any] = []
        closed: list[str] = []
        connected(error, path="/sends", taken=2).call(app_of_websockets(heard, closed))
        assert heard == ["a", 1006]
        assert failures() == []
        assert closed == ["sync", "async"]

    @errors
    def test_an_accept_that_fails_is_a_disconnect(self, error: Exception, failures: Any) -> None:
        closed: list[str] = []
        with pytest.raises(WebSocketDisconnect):
            connected(error, path="/sends", taken=0).call(app_of_websockets([], closed))
        assert failures() == []
        assert closed == ["sync", "async"]

    @some_errors
    def test_a_route_of_starlette_has_the_same(self, error: Exception, failures: Any) -> None:
        heard: list[Any] = []

        async def endpoint(websocket: Any) -> None:
            await websocket.accept()
            async for text in websocket.iter_text():
                heard.append(text)
            heard.append("end")

        app = XAPI()
        app.router.routes.append(WebSocketRoute("/", endpoint))
        connected(error, "a").call(app)
        assert heard == ["a", "end"]
        assert failures() == []
