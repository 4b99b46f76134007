"""Endpoints that yield: JSON Lines and raw streams, their errors and dependencies."""

from __future__ import annotations

import contextvars
import json
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from typing import Annotated, Any

import anyio
import pytest
from pydantic import BaseModel

from xapi import XAPI, APIRouter, BackgroundTasks, Depends, File, HTTPException, Request, Response, UploadFile
from xapi.exceptions import ResponseValidationError
from xapi.responses import StreamingResponse
from xapi.routing import APIRoute
from xapi.testclient import TestClient
from xapi.testing import AsyncClient


class Item(BaseModel):
    name: str
    price: float = 1.5


class Secret(Item):
    password: str = "1234"


def serve(endpoint: Callable[..., Any], **options: Any) -> TestClient:
    """A client of an app whose only endpoint this is."""
    app = XAPI()
    app.add_api_route("/", endpoint, **options)
    return TestClient(app)


def lines(text: str) -> list[Any]:
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


# What is sent


async def of_async_iterable() -> AsyncIterable[Item]:
    yield Item(name="a")


async def of_async_iterator() -> AsyncIterator[Item]:
    yield Item(name="a")


async def of_async_generator() -> AsyncGenerator[Item, None]:
    yield Item(name="a")


def of_iterable() -> Iterable[Item]:
    yield Item(name="a")


def of_iterator() -> Iterator[Item]:
    yield Item(name="a")


def of_generator() -> Generator[Item, None, None]:
    yield Item(name="a")


def of_annotated() -> Annotated[Iterable[Item], "lines"]:
    yield Item(name="a")


@pytest.mark.parametrize(
    "endpoint",
    [
        of_async_iterable,
        of_async_iterator,
        of_async_generator,
        of_iterable,
        of_iterator,
        of_generator,
        of_annotated,
    ],
)
def test_items_are_sent_as_json_lines(endpoint: Any) -> None:
    answer = serve(endpoint).get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.text == '{"name":"a","price":1.5}\n'


def test_items_are_converted_and_filtered_by_their_type() -> None:
    def endpoint() -> Iterable[Item]:
        yield Secret(name="a")
        yield {"name": "b", "price": "2"}

    assert lines(serve(endpoint).get("/").text) == [{"name": "a", "price": 1.5}, {"name": "b", "price": 2.0}]


def test_items_without_a_type_are_sent_as_they_are() -> None:
    async def endpoint():  # type: ignore[no-untyped-def]
        yield Secret(name="é")
        yield {"when": float("nan")}
        yield "two\nlines"
        yield None

    assert lines(serve(endpoint).get("/").text) == [
        {"name": "é", "price": 1.5, "password": "1234"},
        {"when": None},
        "two\nlines",
        None,
    ]


def test_a_response_model_is_the_type_of_an_item() -> None:
    def endpoint() -> Iterable[Any]:
        yield Secret(name="a")

    assert lines(serve(endpoint, response_model=Item).get("/").text) == [{"name": "a", "price": 1.5}]
    assert "password" in serve(endpoint, response_model=None).get("/").text


def test_the_options_of_response_models_hold_for_items() -> None:
    def endpoint() -> Iterable[Item]:
        yield Item(name="a")

    assert serve(endpoint, response_model_exclude_unset=True).get("/").text == '{"name":"a"}\n'
    assert serve(endpoint, response_model_include={"price"}).get("/").text == '{"price":1.5}\n'


def test_no_items_make_an_empty_answer() -> None:
    def endpoint() -> Iterable[Item]:
        yield from ()

    answer = serve(endpoint).get("/")
    assert (answer.status_code, answer.content) == (200, b"")


class Table(StreamingResponse):
    media_type = "text/csv"


def test_a_streaming_response_class_takes_text_and_bytes() -> None:
    async def endpoint() -> AsyncIterable[str | bytes]:
        yield "é,"
        yield b"1\n"
        yield bytearray(b"a,2\n")

    answer = serve(endpoint, response_class=Table, status_code=203).get("/")
    assert (answer.status_code, answer.text) == (203, "é,1\na,2\n")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "content-type" not in serve(endpoint, response_class=StreamingResponse).get("/").headers


def test_a_raw_stream_of_something_else_is_told() -> None:
    def endpoint() -> Iterable[Any]:
        yield 3

    with pytest.raises(TypeError, match=r"endpoint\(\) yielded 3: a raw stream must yield str or bytes"):
        serve(endpoint, response_class=StreamingResponse).get("/")


def test_callables_of_every_kind_can_yield() -> None:
    class Words:
        def __call__(self, word: str = "a") -> Iterable[str]:
            yield word

        def method(self, word: str = "b") -> Iterable[str]:
            yield word

    app = XAPI()
    app.get("/instance")(Words())
    app.get("/method")(Words().method)
    client = TestClient(app)
    assert client.get("/instance").text == '"a"\n'
    assert client.get("/method?word=c").text == '"c"\n'


# Status and headers


def test_a_dependency_sets_status_headers_and_cookies() -> None:
    def stamp(response: Response) -> None:
        response.status_code = 202
        response.headers["x-stamp"] = "1"
        response.set_cookie("c", "d")

    def endpoint() -> Iterable[int]:
        yield 1

    answer = serve(endpoint, dependencies=[Depends(stamp)]).get("/")
    assert (answer.status_code, answer.headers["x-stamp"], answer.cookies["c"]) == (202, "1", "d")
    assert answer.headers.get_list("content-type") == ["application/jsonl"]


def test_an_endpoint_sets_them_before_its_first_yield() -> None:
    async def endpoint(response: Response) -> AsyncIterable[int]:
        response.headers["x-total"] = "1"
        yield 1

    assert serve(endpoint, status_code=201).get("/").headers["x-total"] == "1"


def test_a_status_without_body_sends_no_items() -> None:
    def endpoint(response: Response) -> Iterable[int]:
        started.append(1)
        yield 1

    def nothing_new(response: Response) -> None:
        response.status_code = 304

    started: list[int] = []
    answer = serve(endpoint, dependencies=[Depends(nothing_new)]).get("/")
    assert (answer.status_code, answer.content, started) == (304, b"", [])


def test_head_starts_no_generator() -> None:
    async def endpoint() -> AsyncIterable[int]:
        started.append(1)
        yield 1

    started: list[int] = []
    answer = serve(endpoint, methods=["GET", "HEAD"]).head("/")
    assert (answer.status_code, answer.headers["content-type"], started) == (200, "application/jsonl", [])


# Errors


def test_what_is_raised_before_the_first_item_is_answered() -> None:
    def endpoint(number: int) -> Iterable[int]:
        if number == 0:
            raise HTTPException(404, "no such list")
        yield number

    client = serve(endpoint)
    assert client.get("/?number=1").text == "1\n"
    assert client.get("/?number=x").status_code == 422
    answer = client.get("/?number=0")
    assert (answer.status_code, answer.json()) == (404, {"detail": "no such list"})


def test_an_error_in_the_middle_breaks_the_answer_off() -> None:
    async def endpoint() -> AsyncIterable[Item]:
        yield Item(name="a")
        yield {"name": 3}  # type: ignore[misc]

    read: list[str] = []
    with (
        pytest.raises(ResponseValidationError, match="GET /"),
        serve(endpoint).stream("GET", "/") as response,
    ):
        read.extend(response.iter_lines())
    assert read == ['{"name":"a","price":1.5}']


def test_an_http_exception_in_the_middle_is_no_answer_any_more() -> None:
    def endpoint() -> Iterable[int]:
        yield 1
        raise HTTPException(404)

    with pytest.raises(
        RuntimeError, match="HTTPException has a handler, but the response had already started"
    ):
        serve(endpoint).get("/")


@pytest.mark.anyio
async def test_a_broken_answer_has_no_end(connect: Any) -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        yield 1
        raise LookupError("in the middle")

    connection = connect()
    with pytest.raises(LookupError, match="in the middle"):
        await connection.call(app)
    assert connection.pieces == [b"1\n"]
    assert not connection.is_complete


# Dependencies


def test_dependencies_close_in_the_order_of_their_scopes() -> None:
    order: list[str] = []

    async def of_request() -> AsyncIterator[None]:
        yield
        order.append("request closed")

    def of_function() -> Iterator[None]:
        yield
        order.append("function closed")

    async def endpoint(
        tasks: BackgroundTasks,
        a: Annotated[None, Depends(of_request)],
        b: Annotated[None, Depends(of_function, scope="function")],
    ) -> AsyncIterable[int]:
        tasks.add_task(order.append, "task")
        order.append("endpoint begins")
        yield 1
        order.append("endpoint ends")

    serve(endpoint).get("/")
    assert order == ["function closed", "endpoint begins", "endpoint ends", "task", "request closed"]


def test_a_dependency_sees_the_error_of_a_stream() -> None:
    seen: list[str] = []

    async def watching() -> AsyncIterator[None]:
        try:
            yield
        except LookupError as error:
            seen.append(str(error))
            raise

    def endpoint() -> Iterable[int]:
        yield 1
        raise LookupError("in the middle")

    with pytest.raises(LookupError):
        serve(endpoint, dependencies=[Depends(watching)]).get("/")
    assert seen == ["in the middle"]


def test_files_of_a_form_stay_open_while_it_is_streamed() -> None:
    async def endpoint(file: Annotated[UploadFile, File()]) -> AsyncIterable[bytes]:
        while piece := await file.read(2):
            yield piece

    client = serve(endpoint, methods=["POST"], response_class=StreamingResponse)
    assert client.post("/", files={"file": b"abcde"}).text == "abcde"


# Where it runs


def test_a_generator_runs_in_worker_threads_in_one_context() -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable")

    async def set_variable() -> None:
        variable.set(1)

    def endpoint() -> Iterable[bool]:
        for expected in (1, 2, 3):
            found = variable.get()
            variable.set(expected + 1)
            yield found == expected and threading.get_ident() != here

    async def thread() -> int:
        return threading.get_ident()

    app = XAPI()
    app.get("/thread")(thread)
    app.get("/", dependencies=[Depends(set_variable)])(endpoint)
    client = TestClient(app)
    here = client.get("/thread").json()
    assert lines(client.get("/").text) == [True, True, True]


@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")
async def test_a_client_reads_each_item_when_it_is_made() -> None:
    read = anyio.Event()
    app = XAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        yield 1
        await read.wait()
        yield 2

    async with AsyncClient(app).stream("GET", "/", timeout=10) as response:
        items = response.aiter_lines()
        assert await anext(items) == "1"
        read.set()
        assert await anext(items) == "2"


@pytest.mark.anyio
async def test_the_next_item_waits_until_the_one_before_is_sent(connect: Any) -> None:
    async def send_slowly() -> None:
        in_flight.append(len(made))
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        assert len(made) == in_flight[-1], "made while the client was still taking the one before"

    app = XAPI()
    made: list[int] = []
    in_flight: list[int] = []

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        for number in range(5):
            made.append(number)
            yield number

    connection = connect(on_send=lambda message: send_slowly() if message.get("more_body") else None)
    await connection.call(app)
    assert in_flight == [1, 2, 3, 4, 5]


@pytest.mark.anyio
async def test_an_endpoint_reads_the_body_while_it_answers(connect: Any) -> None:
    app = XAPI()

    @app.post("/", response_class=StreamingResponse)
    async def echo(request: Request) -> AsyncIterable[bytes]:
        async for piece in request.stream():
            yield piece.upper()

    connection = connect(method="POST", body=[b"a", b"b", b"c", b"d", b"e"])
    await connection.call(app)
    assert b"".join(connection.pieces) == b"ABCDE"
    assert connection.is_complete


def test_a_custom_route_handler_sees_a_stream_as_a_response() -> None:
    class Stamped(APIRoute):
        def get_route_handler(self) -> Any:
            answer = super().get_route_handler()

            async def stamped(request: Request) -> Response:
                response = await answer(request)
                response.headers["x-stamp"] = "1"
                return response

            return stamped

    router = APIRouter(route_class=Stamped)

    @router.post("/")
    async def echo(request: Request, response: Response, tasks: BackgroundTasks) -> AsyncIterable[str]:
        tasks.add_task(done.append, "task")
        async for piece in request.stream():
            if piece == b"no":
                raise HTTPException(400, "no")
            if piece:
                yield piece.decode()

    done: list[str] = []
    app = XAPI()
    app.include_router(router)
    client = TestClient(app)
    answer = client.post("/", content=iter([b"a", b"b"]))
    assert (answer.text, answer.headers["x-stamp"]) == ('"a"\n"b"\n', "1")
    assert answer.headers["content-type"] == "application/jsonl"
    assert client.post("/", content=b"no").json() == {"detail": "no"}
    assert done == ["task"]
