"""Server-Sent Events: how they are written, when they are sent, and what keeps the connection open."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import Annotated, Any, ClassVar

import anyio
import pytest
from pydantic import BaseModel, ValidationError

from xapi import XAPI, Depends, Header, HTTPException, Response
from xapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, ServerSentEvent, format_sse_event
from xapi.testclient import TestClient


class Item(BaseModel):
    name: str
    price: float = 1.5


def serve(endpoint: Any, **options: Any) -> TestClient:
    app = XAPI()
    app.add_api_route("/", endpoint, response_class=EventSourceResponse, **options)
    return TestClient(app)


def sent(*events: Any) -> str:
    """What an endpoint that yields these sends."""

    async def endpoint():  # type: ignore[no-untyped-def]
        for event in events:
            yield event

    return serve(endpoint).get("/").text


# How events are written


@pytest.mark.parametrize(
    ("event", "written"),
    [
        (ServerSentEvent(data={"a": 1}), 'data: {"a": 1}\n\n'),
        (ServerSentEvent(data="text"), 'data: "text"\n\n'),
        (ServerSentEvent(data="two\nlines"), 'data: "two\\nlines"\n\n'),
        (ServerSentEvent(data=Item(name="a")), 'data: {"name":"a","price":1.5}\n\n'),
        (ServerSentEvent(data=[Item(name="a")]), 'data: [{"name": "a", "price": 1.5}]\n\n'),
        (ServerSentEvent(raw_data="text"), "data: text\n\n"),
        (ServerSentEvent(raw_data=""), "data: \n\n"),
        (ServerSentEvent(raw_data="a\nb\r\nc\rd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
        (ServerSentEvent(raw_data="\u2028\x85\x0b"), "data: \u2028\x85\x0b\n\n"),
        (ServerSentEvent(data=1, event="tick"), "event: tick\ndata: 1\n\n"),
        (ServerSentEvent(data=1, id="7"), "data: 1\nid: 7\n\n"),
        (ServerSentEvent(id=""), "id: \n\n"),
        (ServerSentEvent(retry=3000), "retry: 3000\n\n"),
        (ServerSentEvent(comment="one\ntwo"), ": one\n: two\n\n"),
        (
            ServerSentEvent(data=1, event="tick", id="7", retry=0, comment="all"),
            ": all\nevent: tick\ndata: 1\nid: 7\nretry: 0\n\n",
        ),
        (ServerSentEvent(), "\n"),
    ],
)
def test_an_event_is_written_as_the_standard_says(event: ServerSentEvent, written: str) -> None:
    assert sent(event) == written


def test_what_is_no_event_is_the_data_of_one() -> None:
    assert sent(Item(name="a"), "text", None) == (
        'data: {"name": "a", "price": 1.5}\n\ndata: "text"\n\ndata: null\n\n'
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"data": 1, "raw_data": "1"}, "data and raw_data both set the payload"),
        ({"event": "a\nb"}, "event\n.*a line break would end the field"),
        ({"event": "a\rb"}, "event\n.*a line break would end the field"),
        ({"id": "a\nb"}, "id\n.*a line break would end the field"),
        ({"id": "a\0b"}, "id\n.*clients ignore an id with a NUL"),
        ({"retry": -1}, "retry\n.*greater than or equal to 0"),
        ({"retry": 1.5}, "retry\n.*valid integer"),
    ],
)
def test_an_event_that_can_not_be_written_is_refused(fields: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ServerSentEvent(**fields)


def test_an_event_can_be_written_by_hand() -> None:
    assert format_sse_event(data_str="a\nb", id="1", event="e") == b"event: e\ndata: a\ndata: b\nid: 1\n\n"
    with pytest.raises(ValueError, match="a line break would end the field"):
        format_sse_event(id="1\ndata: injected")


# Endpoints


def test_items_are_converted_by_their_type_and_events_are_not() -> None:
    def endpoint() -> Iterable[Item]:
        yield {"name": "a", "price": "2", "password": "x"}  # type: ignore[misc]
        yield ServerSentEvent(data={"free": True}, event="end")  # type: ignore[misc]

    answer = serve(endpoint, response_model_exclude_unset=True).get("/")
    assert answer.text == 'data: {"name":"a","price":2.0}\n\nevent: end\ndata: {"free": true}\n\n'


def test_caches_and_proxies_are_told_to_pass_events_on() -> None:
    async def endpoint() -> AsyncIterable[ServerSentEvent]:
        yield ServerSentEvent(data=1)

    answer = serve(endpoint, methods=["POST"], status_code=201).post("/")
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"


def test_a_dependency_can_tell_them_otherwise() -> None:
    def keep(response: Response) -> None:
        response.headers["cache-control"] = "max-age=3"

    async def endpoint() -> AsyncIterable[int]:
        yield 1

    answer = serve(endpoint, dependencies=[Depends(keep)]).get("/")
    assert answer.headers.get_list("cache-control") == ["max-age=3"]


def test_a_client_goes_on_after_the_last_event_that_it_has_seen() -> None:
    def endpoint(last_event_id: Annotated[int, Header()] = 0) -> Iterable[ServerSentEvent]:
        for number in range(last_event_id + 1, 4):
            yield ServerSentEvent(data=number, id=str(number))

    answer = serve(endpoint).get("/", headers={"last-event-id": "2"})
    assert answer.text == "data: 3\nid: 3\n\n"


def test_events_of_an_own_generator_can_be_returned() -> None:
    app = XAPI()

    @app.get("/")
    async def endpoint() -> EventSourceResponse:
        return EventSourceResponse(format_sse_event(data_str=word) for word in ("a", "b"))

    answer = TestClient(app).get("/")
    assert answer.text == "data: a\n\ndata: b\n\n"
    assert answer.headers["cache-control"] == "no-cache"


def test_a_dependency_can_refuse_before_the_stream_begins() -> None:
    def no() -> None:
        raise HTTPException(204)

    def endpoint() -> Iterable[int]:
        yield 1

    assert serve(endpoint, dependencies=[Depends(no)]).get("/").status_code == 204


@pytest.mark.anyio
async def test_a_stream_of_events_begins_before_its_first_event(connect: Any) -> None:
    begun = anyio.Event()
    app = XAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[int]:
        await begun.wait()
        yield 1

    connection = connect(on_send=lambda message: begun.set())
    await connection.call(app)
    assert connection.pieces == [b"data: 1\n\n"]
    assert connection.is_complete


@pytest.mark.anyio
async def test_a_client_that_goes_away_ends_the_endpoint(connect: Any) -> None:
    events: list[str] = []
    app = XAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[int]:
        try:
            yield 1
            connection.gone.set()
            await anyio.sleep_forever()
        finally:
            events.append("closed")

    connection = connect()
    await connection.call(app)
    assert events == ["closed"]


# Keep-alive


class Impatient(EventSourceResponse):
    ping_seconds: ClassVar[float] = 0


@pytest.mark.anyio
@pytest.mark.parametrize("sync", [False, True], ids=["async", "sync"])
async def test_a_silent_stream_is_kept_open_and_its_endpoint_does_not_notice(
    connect: Any, sync: bool
) -> None:
    def on_send(message: Any) -> None:
        if message.get("body") == KEEPALIVE_COMMENT and connection.pieces.count(KEEPALIVE_COMMENT) == 3:
            pinged.set()

    async def endpoint() -> AsyncIterable[str]:
        yield "before"
        await pinged.wait()
        yield "after"

    def sync_endpoint() -> Iterable[str]:
        yield "before"
        anyio.from_thread.run(pinged.wait)
        yield "after"

    pinged = anyio.Event()
    app = XAPI()
    app.add_api_route("/", sync_endpoint if sync else endpoint, response_class=Impatient)
    connection = connect(on_send=on_send)
    await connection.call(app)
    pieces = connection.pieces
    assert [piece for piece in pieces if piece != KEEPALIVE_COMMENT] == [
        b'data: "before"\n\n',
        b'data: "after"\n\n',
    ]
    after = pieces.index(b'data: "after"\n\n')
    assert pieces[:after].count(KEEPALIVE_COMMENT) >= 3
    assert connection.is_complete


@pytest.mark.anyio
async def test_a_comment_waits_for_a_slow_client(connect: Any) -> None:
    sending: list[Any] = []
    app = XAPI()

    @app.get("/", response_class=Impatient)
    async def endpoint() -> AsyncIterable[int]:
        yield 1
        yield 2

    async def send_slowly(message: Any) -> None:
        assert sending == [], "two messages at once"
        sending.append(message)
        for _ in range(10):
            await anyio.lowlevel.checkpoint()
        sending.clear()

    connection = connect(on_send=send_slowly)
    await connection.call(app)
    assert connection.is_complete
    assert [piece for piece in connection.pieces if piece != KEEPALIVE_COMMENT] == [
        b"data: 1\n\n",
        b"data: 2\n\n",
    ]


@pytest.mark.anyio
async def test_a_comment_that_can_not_be_sent_ends_the_endpoint(connect: Any) -> None:
    def on_send(message: Any) -> None:
        if message.get("body") == KEEPALIVE_COMMENT:
            raise OSError("the connection is lost")

    closed: list[int] = []
    app = XAPI()

    @app.get("/", response_class=Impatient)
    async def endpoint() -> AsyncIterable[int]:
        try:
            await anyio.sleep_forever()
            yield 1
        finally:
            closed.append(1)

    await connect(on_send=on_send).call(app)
    assert closed == [1]


def test_a_comment_is_due_after_fifteen_seconds() -> None:
    assert EventSourceResponse.ping_seconds == 15
