"""The memory that one form request can take: its budget, what counts, and that it holds for the process."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest

from xapi import XAPI, APIRouter, Depends, File, Form, Request, UploadFile
from xapi.operation.limits import MAX_FORM_MEMORY
from xapi.responses import JSONResponse
from xapi.routing.route import APIRoute

Ask = Callable[..., Any]
Pieces = Callable[[], Iterator[bytes]]

BUDGET = 1_000_000
SENT = 20_000_000
"""Bytes that each of the forms has at least, so that one that is held is seen."""
PIECES = 600_000
"""Bytes for what is on its way: a message, the piece of it that is parsed, and one part that is decoded."""
MULTIPART = b"multipart/form-data; boundary=b"
URLENCODED = b"application/x-www-form-urlencoded"
TOO_MUCH = {"detail": f"Form exceeded maximum size in memory of {BUDGET} bytes."}


def part(
    size: int, *, file: bool = False, name: bytes = b"x", fill: bytes = b"x", head: bytes = b""
) -> Pieces:
    """One part of a multipart form, in pieces as a server gives them."""

    def pieces() -> Iterator[bytes]:
        filename = b'; filename="f"' if file else b""
        yield b'--b\r\ncontent-disposition: form-data; name="%s"%s\r\n%s\r\n' % (name, filename, head)
        for start in range(0, size, 65536):
            yield fill * (min(65536, size - start) // len(fill))
        yield b"\r\n"

    return pieces


def form_of(*parts: tuple[int, Pieces]) -> Pieces:
    def pieces() -> Iterator[bytes]:
        for times, piece in parts:
            for _ in range(times):
                yield from piece()
        yield b"--b--\r\n"

    return pieces


def repeated(piece: bytes, times: int) -> Pieces:
    return lambda: (piece for _ in range(times))


async def by_hand(request: Request) -> int:
    async with request.form(max_fields=10**6, max_files=10**6, max_part_size=200_000) as form:
        return len(form.multi_items())


async def declared(
    request: Request,
    x: Annotated[list[str], Form()] = [],  # noqa: B006
    y: list[UploadFile] = [],  # noqa: B006
    z: Annotated[list[bytes], File()] = [],  # noqa: B006
) -> int:
    return len(x) + len(y) + len(z)


class Refined(Request):
    """A request of a route with code around it."""


class RefinedRoute(APIRoute):
    def get_route_handler(self) -> Any:
        answer = super().get_route_handler()
        return lambda request: answer(Refined(request.scope, request.receive))


LIMITS: Any = {"max_memory_size": BUDGET, "max_fields": 10**6, "max_files": 10**6, "max_part_size": 200_000}
app = XAPI(form_limits=LIMITS, max_body_size=None)
app.post("/declared")(declared)
app.post("/by-hand")(by_hand)
around = APIRouter(route_class=RefinedRoute)
around.post("/around")(declared)
app.include_router(around)


async def exchange(path: str, kind: bytes, pieces: Iterator[bytes]) -> tuple[int, bytes, int]:
    """The status, the body, and the peak of what was allocated meanwhile."""
    sent: list[Any] = []

    async def receive() -> Any:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"test"), (b"content-type", kind), (b"transfer-encoding", b"chunked")],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }
    gc.collect()
    tracemalloc.start()
    try:
        await app(scope, receive, send)
        return sent[0]["status"], sent[1]["body"], tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measured(path: str, kind: bytes, pieces: Pieces) -> tuple[int, bytes, int]:
    async def run() -> tuple[int, bytes, int]:
        # What is made once is made before.
        await exchange(path, MULTIPART, form_of((1, part(10)), (1, part(100_000, file=True, name=b"y")))())
        return await exchange(path, kind, pieces())

    return asyncio.run(run())


long_headers = b"".join(b"x-%d: %s\r\n" % (number, b"h" * 4000) for number in range(5))
wide = "\U0001f600".encode()
REFUSED: dict[str, tuple[bytes, Pieces]] = {
    "texts": (MULTIPART, form_of((200, part(100_000)))),
    "many tiny texts": (MULTIPART, form_of((300_000, part(1)))),
    "texts with one wide character": (MULTIPART, form_of((200, part(100_000, fill=wide + b"x" * 65532)))),
    "texts that are no utf-8": (MULTIPART, form_of((200, part(100_000, fill=b"\xff")))),
    "texts of another character set": (MULTIPART + b"; charset=gb18030", form_of((200, part(100_000)))),
    "long names": (MULTIPART, form_of((6000, part(1, name=b"n" * 3900)))),
    "long file names": (
        MULTIPART,
        form_of((6000, part(1, file=True, head=b"x-a: " + b"h" * 4000 + b"\r\n"))),
    ),
    "long headers": (MULTIPART, form_of((1000, part(1, file=True, head=long_headers)))),
    "many small files": (MULTIPART, form_of((2000, part(10_000, file=True, name=b"y")))),
    "many empty files": (MULTIPART, form_of((200_000, part(0, file=True, name=b"y")))),
    "more files than can be open": (MULTIPART, form_of((400, part(50_000, file=True, name=b"y")))),
    "urlencoded texts": (URLENCODED, repeated(b"x=" + b"y" * 65530 + b"&", 320)),
    "urlencoded escapes": (URLENCODED, repeated(b"x=" + b"%41" * 21_840 + b"&", 320)),
    "urlencoded names": (URLENCODED, repeated(b"x" * 65530 + b"=&", 320)),
    "many tiny urlencoded fields": (URLENCODED, repeated(b"x&" * 32_768, 320)),
}


@pytest.mark.parametrize("path", ["/declared", "/by-hand", "/around"])
@pytest.mark.parametrize(("kind", "pieces"), REFUSED.values(), ids=list(REFUSED))
def test_what_has_to_stay_in_memory_is_refused_at_the_budget(path: str, kind: bytes, pieces: Pieces) -> None:
    status, body, peak = measured(path, kind, pieces)
    assert (status, body.decode()) == (413, JSONResponse(TOO_MUCH).body.decode())
    assert peak < BUDGET + PIECES


ON_DISK: dict[str, Pieces] = {
    "large files": form_of((8, part(3_000_000, file=True, name=b"y"))),
    "files below the size that goes to disk by itself": form_of((40, part(500_000, file=True, name=b"y"))),
    "files of all sizes": form_of(
        (10, part(20_000, file=True, name=b"y")),
        (10, part(2_000_000, file=True, name=b"y")),
        (10, part(60_000, file=True, name=b"y")),
    ),
    "files, and texts for which they make room": form_of(
        (9, part(90_000, file=True, name=b"y")),
        (8, part(90_000)),
        (10, part(2_000_000, file=True, name=b"y")),
    ),
}


@pytest.mark.parametrize("path", ["/declared", "/by-hand", "/around"])
@pytest.mark.parametrize("pieces", ON_DISK.values(), ids=list(ON_DISK))
def test_files_go_to_disk_to_keep_within_the_budget(path: str, pieces: Pieces) -> None:
    status, body, peak = measured(path, MULTIPART, pieces)
    assert status == 200, body
    assert peak < BUDGET + PIECES


@pytest.mark.parametrize("path", ["/declared", "/around"])
@pytest.mark.parametrize(
    "pieces",
    [
        form_of((1, part(SENT, file=True, name=b"z"))),
        form_of((40, part(500_000, file=True, name=b"z"))),
        form_of((9, part(100_000, file=True, name=b"z")), (1, part(700_000, file=True, name=b"z"))),
    ],
    ids=["one", "many", "together"],
)
def test_files_that_are_read_as_bytes_count(path: str, pieces: Pieces) -> None:
    status, body, peak = measured(path, MULTIPART, pieces)
    assert (status, body.decode()) == (413, JSONResponse(TOO_MUCH).body.decode())
    assert peak < BUDGET + PIECES


def test_a_file_that_is_read_as_bytes_may_take_the_budget() -> None:
    status, body, peak = measured("/declared", MULTIPART, form_of((1, part(900_000, file=True, name=b"z"))))
    assert (status, body) == (200, b"1")
    assert peak < BUDGET + PIECES


def multipart(*parts: Pieces) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    return b"".join(form_of(*((1, one) for one in parts))()), [(b"content-type", MULTIPART)]


@pytest.mark.parametrize(
    "endpoint",
    [
        pytest.param(lambda x: len(x), id="texts"),
        pytest.param(lambda x: len(x), id="bytes"),
    ],
)
def test_there_is_a_budget_by_default(endpoint: Any, ask: Ask, request: pytest.FixtureRequest) -> None:
    async def texts(x: Annotated[list[str], Form()], y: UploadFile | None = None) -> int:
        return len(x)

    async def contents(x: Annotated[list[bytes], File()]) -> int:
        return len(x)

    is_text = "texts" in request.node.name
    served = XAPI()
    served.post("/")(texts if is_text else contents)
    few, headers = multipart(*[part(1_000_000, file=not is_text)] * 15)
    assert ask(served, "POST /", few, headers=headers).json() == 15
    many, headers = multipart(*[part(1_000_000, file=not is_text)] * 17)
    answer = ask(served, "POST /", many, headers=headers)
    assert (answer.status, answer.json()) == (
        413,
        {"detail": f"Form exceeded maximum size in memory of {MAX_FORM_MEMORY} bytes."},
    )


def test_it_can_be_said_for_app_router_inclusion_and_operation(ask: Ask) -> None:
    served = XAPI(form_limits={"max_memory_size": 10_000})
    router = APIRouter(form_limits={"max_memory_size": 20_000})
    router.post("/router")(by_hand)
    router.post("/operation", form_limits={"max_memory_size": 50_000})(declared)
    served.post("/app")(declared)
    served.include_router(router)
    served.include_router(router, prefix="/again", form_limits={"max_memory_size": 30_000})
    plain = APIRouter()
    plain.post("/plain")(declared)
    served.include_router(plain, prefix="/included", form_limits={"max_memory_size": 40_000})
    budgets = {
        "/app": 10_000,
        "/router": 20_000,
        "/again/router": 20_000,
        "/again/operation": 50_000,
        "/included/plain": 40_000,
        "/operation": 50_000,
    }
    for path, budget in budgets.items():
        for size, status in ((budget - 1000, 200), (budget, 413)):
            body, headers = multipart(part(size))
            assert ask(served, f"POST {path}", body, headers=headers).status == status, (path, size)


def test_a_part_that_may_be_larger_has_room(ask: Ask) -> None:
    served = XAPI(form_limits={"max_part_size": 20_000_000}, max_body_size=None)
    served.post("/")(declared)
    body, headers = multipart(part(MAX_FORM_MEMORY + 100))
    assert ask(served, "POST /", body, headers=headers).json() == 1


def test_a_handler_that_reads_what_was_refused_finds_nothing(ask: Ask) -> None:
    served = XAPI(form_limits={"max_memory_size": 1000})
    served.post("/")(declared)

    @served.exception_handler(413)
    async def on_too_large(request: Request, exc: Exception) -> JSONResponse:
        return JSONResponse({"read": (await request.body()).decode()}, 413)

    body, headers = multipart(part(2000))
    answer = ask(served, "POST /", body, headers=headers)
    assert (answer.status, answer.json()) == (413, {"read": ""})


def test_a_file_that_is_read_as_bytes_in_two_places_is_the_same_in_both(ask: Ask) -> None:
    async def first(x: Annotated[bytes, File()]) -> bytes:
        return x

    async def begun(x: UploadFile) -> bytes:
        return await x.read(1)

    served = XAPI()

    @served.post("/")
    async def last(
        before: Annotated[bytes, Depends(first)],
        start: Annotated[bytes, Depends(begun)],
        x: Annotated[bytes, File()],
    ) -> Any:
        return [before, start, x]

    body, headers = multipart(part(3, file=True))
    assert ask(served, "POST /", body, headers=headers).json() == ["xxx", "x", "xxx"]


@pytest.mark.parametrize("size", [300, 2_000_000])
def test_the_content_is_what_was_sent_wherever_it_was_kept(size: int, ask: Ask) -> None:
    served = XAPI(form_limits={"max_memory_size": 3_000_000})

    @served.post("/")
    async def read(
        a: UploadFile, b: UploadFile, c: Annotated[bytes, File()], d: Annotated[str, Form()]
    ) -> Any:
        contents = [await a.read(), await b.read(), c]
        return [len(set(content)) == 1 and len(content) == size for content in contents] + [a.size, len(d)]

    body, headers = multipart(
        *(part(size, file=True, name=name, fill=name) for name in (b"a", b"b", b"c")), part(1000, name=b"d")
    )
    pieces = [body[start : start + 50_000] for start in range(0, len(body), 50_000)]
    for sent in ([body], pieces):
        assert ask(served, "POST /", *sent, headers=headers).json() == [True, True, True, size, 1000]
