"""Programs that open things and close them, for a harness that cancels them at every step.

Whatever is opened is written down, and so is its end, after the last thing that it waits for. Where a program
undoes by itself what it has done, before its `yield` or after its last item, it waits for nothing: there a
cancellation may come.

They run on xapi and on the reference.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

import anyio
from anyio.lowlevel import checkpoint
from starlette.middleware.base import BaseHTTPMiddleware

from xapi import (
    XAPI,
    APIRouter,
    BackgroundTasks,
    Body,
    Depends,
    File,
    HTTPException,
    Request,
    UploadFile,
    WebSocket,
)
from xapi.responses import PlainTextResponse, StreamingResponse
from xapi.routing import APIRoute


class Ledger:
    """What was opened and closed, in order."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []
        self.scope: anyio.CancelScope | None = None
        """The cancel scope that a program has entered to be cut by."""

    def open(self, name: str) -> None:
        self.entries.append(("open", name))

    def close(self, name: str) -> None:
        self.entries.append(("close", name))

    def faults(self) -> list[str]:
        """What was not closed, or not once."""
        counts: dict[str, list[int]] = {}
        for kind, name in self.entries:
            counts.setdefault(name, [0, 0])[kind == "close"] += 1
        return [
            f"{name}: opened {opened} times, closed {closed} times"
            for name, (opened, closed) in counts.items()
            if opened != closed
        ]


ledger = Ledger()


def begin() -> Ledger:
    """A new ledger, for one request."""
    global ledger
    ledger = Ledger()
    return ledger


@contextmanager
def cut_here() -> Iterator[anyio.CancelScope]:
    """A block that the harness cancels."""
    with anyio.CancelScope() as scope:
        ledger.scope = scope
        yield scope


def resource(name: str, *, fails: str = "", **options: Any) -> Any:
    """A dependency that waits before, within and after everything that it does."""

    async def opened() -> AsyncIterator[str]:
        await checkpoint()
        if fails == "in set-up":
            raise ValueError(name)
        ledger.open(name)
        try:
            await checkpoint()
            yield name
            await checkpoint()
            if fails == "in teardown":
                raise ValueError(name)
        finally:
            await checkpoint()
            await checkpoint()
            ledger.close(name)

    return Depends(opened, **options)


def sync_resource(name: str, *, fails: str = "", **options: Any) -> Any:
    """The same in worker threads. What is closed elsewhere counts as not closed."""

    def opened() -> Iterator[str]:
        ledger.open(name)
        try:
            if fails == "in set-up":
                raise ValueError(name)
            yield name
            if fails == "in teardown":
                raise ValueError(name)
        finally:
            if threading.current_thread() is not threading.main_thread():
                ledger.close(name)

    return Depends(opened, **options)


def grouped(name: str) -> Any:
    """A dependency with a task group around its `yield`."""

    async def opened() -> AsyncIterator[str]:
        ledger.open(name)
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(anyio.sleep_forever)
                await checkpoint()
                yield name
                await checkpoint()
                group.cancel_scope.cancel()
        finally:
            await checkpoint()
            ledger.close(name)

    return Depends(opened)


async def limit() -> AsyncIterator[None]:
    """A time limit as a dependency."""
    with cut_here():
        yield


async def async_pieces(name: str) -> AsyncGenerator[bytes, None]:
    ledger.open(name)
    try:
        for _ in range(3):
            await checkpoint()
            yield b"piece"
    except BaseException:
        await checkpoint()
        await checkpoint()
        raise
    finally:
        ledger.close(name)


def pieces(name: str) -> Generator[bytes, None, None]:
    ledger.open(name)
    try:
        for _ in range(3):
            yield b"piece"
    finally:
        if threading.current_thread() is not threading.main_thread():
            ledger.close(name)


@dataclass
class Program:
    """What is declared, and the request that is made of it."""

    name: str
    declare: Callable[[APIRouter], None]
    method: str = "GET"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: list[bytes] = field(default_factory=lambda: [b""])

    def fits(self, place: str) -> bool:
        """Whether something can lie at a place: most are for HTTP alone, and what a dependency of the request
        enters cannot be left after what a route has entered before it.
        """
        if self.method == "WebSocket":
            return place in ("ASGI middleware", "dependency")
        return self.name != "a task group" or place != "route"


PROGRAMS: list[Program] = []


def program(
    name: str, **request: Any
) -> Callable[[Callable[[APIRouter], None]], Callable[[APIRouter], None]]:
    def register(declare: Callable[[APIRouter], None]) -> Callable[[APIRouter], None]:
        PROGRAMS.append(Program(name, declare, **request))
        return declare

    return register


def _nested(name: str, dependencies: list[Any], error: Exception | None = None) -> None:
    @program(name)
    def declare(router: APIRouter) -> None:
        @router.get("/", dependencies=dependencies)
        async def endpoint() -> str:
            await checkpoint()
            if error is not None:
                raise error
            return "done"


LATE: Any = {"scope": "function"}
_nested("two of a request", [resource("a"), resource("b")])
_nested("two of a function", [resource("a", **LATE), resource("b", **LATE)])
_nested("both scopes", [resource("a"), resource("b"), resource("c", **LATE), resource("d", **LATE)])
_nested("sync", [sync_resource("a"), sync_resource("b", **LATE)])
_nested(
    "sync and async", [resource("a"), sync_resource("b"), resource("c", **LATE), sync_resource("d", **LATE)]
)
_nested("an error in the endpoint", [resource("a"), resource("b", **LATE)], ValueError("endpoint"))
_nested("an answer in the endpoint", [resource("a"), sync_resource("b")], HTTPException(404))
_nested("an error in a set-up", [resource("a"), sync_resource("b"), resource("c", fails="in set-up")])
_nested("an error in a sync set-up", [resource("a"), sync_resource("b", fails="in set-up")])
_nested("an error in a teardown", [resource("a"), resource("b", fails="in teardown"), resource("c", **LATE)])
_nested("an error in a sync teardown", [resource("a"), sync_resource("b", fails="in teardown", **LATE)])
_nested("a task group", [resource("a"), grouped("b"), resource("c")])
_nested("places", [resource("a", max_concurrency=1), resource("b", max_concurrency=1, **LATE)])


@program("a sync endpoint")
def _(router: APIRouter) -> None:
    @router.get("/", dependencies=[resource("a"), sync_resource("b", **LATE)])
    def endpoint() -> str:
        ledger.open("endpoint")
        ledger.close("endpoint")
        return "done"


@program(
    "a body in pieces",
    method="POST",
    headers=[(b"content-type", b"application/json")],
    body=[b"[1", b",2", b"]"],
)
def _(router: APIRouter) -> None:
    @router.post("/", dependencies=[resource("a")])
    async def endpoint(body: Annotated[list[int], Body()]) -> list[int]:
        return body


_FILE = (
    b'--x\r\ncontent-disposition: form-data; name="%s"; filename="f"\r\n\r\n'
    + b"content of the file" * 9
    + b"\r\n"
)
_UPLOADS = [_FILE % b"first", _FILE % b"second", b"--x--\r\n"]
_FORM = [(b"content-type", b"multipart/form-data; boundary=x")]


@program("a form with files", method="POST", headers=_FORM, body=_UPLOADS)
def _(router: APIRouter) -> None:
    @router.post("/", dependencies=[resource("a"), resource("b", **LATE)])
    async def endpoint(first: UploadFile, second: Annotated[bytes, File()]) -> int:
        return len(await first.read()) + len(second)


@program("a form for a sync endpoint", method="POST", headers=_FORM, body=_UPLOADS)
def _(router: APIRouter) -> None:
    @router.post("/")
    def endpoint(first: UploadFile, second: UploadFile) -> int:
        return len(first.file.read())


@program("an endpoint that yields")
def _(router: APIRouter) -> None:
    @router.get("/", dependencies=[resource("a"), resource("b", **LATE)])
    async def endpoint() -> AsyncIterator[str]:
        async with aclosing(async_pieces("endpoint")) as made:
            async for piece in made:
                yield piece.decode()


@program("a sync endpoint that yields")
def _(router: APIRouter) -> None:
    @router.get("/", dependencies=[resource("a"), sync_resource("b")])
    def endpoint() -> Iterator[str]:
        with closing(pieces("endpoint")) as made:
            for piece in made:
                yield piece.decode()


@program("a stream that is returned")
def _(router: APIRouter) -> None:
    @router.get("/", dependencies=[resource("a"), resource("b", **LATE)])
    async def endpoint() -> Any:
        return StreamingResponse(async_pieces("pieces"))


@program("a sync stream that is returned")
def _(router: APIRouter) -> None:
    @router.get("/", dependencies=[resource("a"), sync_resource("b")])
    async def endpoint() -> Any:
        return StreamingResponse(pieces("pieces"))


@program("background tasks")
def _(router: APIRouter) -> None:
    @router.get("/", dependencies=[resource("a"), resource("b", **LATE)])
    async def endpoint(tasks: BackgroundTasks) -> str:
        tasks.add_task(checkpoint)
        tasks.add_task(len, "in a thread")
        return "done"


@program("a WebSocket", method="WebSocket")
def _(router: APIRouter) -> None:
    @router.websocket("/", dependencies=[resource("a"), sync_resource("b"), resource("c", **LATE)])
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()


class LimitedRoute(APIRoute):
    """A route that ends what takes too long."""

    def get_route_handler(self) -> Any:
        answer = super().get_route_handler()

        async def limited(request: Request) -> Any:
            with cut_here():
                return await answer(request)
            return PlainTextResponse("too late", status_code=504)

        return limited


async def _cut_around(request: Request, call_next: Any) -> Any:
    with cut_here():
        return await call_next(request)
    return PlainTextResponse("too late", status_code=504)


class _ByClass(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: Any) -> Any:
        return await _cut_around(request, call_next)


class _Pure:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with cut_here():
            await self.app(scope, receive, send)


PLACES = ("ASGI middleware", "class middleware", "function middleware", "route", "dependency")
"""Where a cancel scope lies that the harness cancels."""


def ways(backend: str) -> Iterator[tuple[str, str]]:
    """What cancels, and what lies around the operations meanwhile."""
    yield from (("scope", place) for place in PLACES)
    for cut in ("task", "task, again and again", "client", "server"):
        if backend == "asyncio" or cut in ("task", "client"):
            yield from ((cut, place) for place in ("ASGI middleware", "function middleware", "route"))


def build(program: Program, place: str) -> XAPI:
    """An app with one program, and a cancel scope at a place."""
    router = APIRouter(
        dependencies=[Depends(limit)] if place == "dependency" else [],
        route_class=LimitedRoute if place == "route" else APIRoute,
    )
    program.declare(router)
    app = XAPI()
    app.include_router(router)
    if place == "function middleware":
        app.middleware("http")(_cut_around)
    elif place == "class middleware":
        app.add_middleware(_ByClass)
    elif place == "ASGI middleware":
        app.add_middleware(_Pure)
    return app
