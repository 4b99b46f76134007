"""One HTTP exchange: the messages of the ASGI specification, in order and out of order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from xapi.overrides import active_layers, layer_of
from xapi.testing import ASGIProtocolError, HTTPExchange, RawResponse
from xapi.testing.exchange import ClientDisconnected

pytestmark = pytest.mark.anyio

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
MORE = {"type": "http.response.body", "body": b"some ", "more_body": True}
LAST = {"type": "http.response.body", "body": b"text"}
TRAILERS = {"type": "http.response.trailers", "headers": [(b"checksum", b"1")]}


def scope(method: str = "GET") -> dict[str, Any]:
    return {"type": "http", "method": method, "path": "/notes", "headers": [], "query_string": b""}


def app_that_sends(*messages: dict[str, Any]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    return app


async def answer_to(*messages: dict[str, Any], method: str = "GET") -> RawResponse:
    return await HTTPExchange(app_that_sends(*messages), scope(method)).complete()


async def test_an_answer_is_what_the_app_sent() -> None:
    assert await answer_to(START, MORE, LAST) == RawResponse(
        200, [(b"content-type", b"text/plain")], b"some text", exception=None
    )


async def test_a_message_without_headers_and_body_is_legal() -> None:
    answer = await answer_to({"type": "http.response.start", "status": 204}, {"type": "http.response.body"})
    assert (answer.status, answer.headers, answer.body, answer.exception) == (204, [], b"", None)


@pytest.mark.parametrize("body", [bytearray(b"text"), memoryview(b"text")])
async def test_any_kind_of_bytes_is_a_body(body: Any) -> None:
    assert (await answer_to(START, {**LAST, "body": body})).body == b"text"


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ([LAST], "sent 'http.response.body', but now only 'http.response.start' may come"),
        ([START, START], "sent 'http.response.start', but now only 'http.response.body' may come"),
        ([START, LAST, LAST], "sent 'http.response.body', but now only no further message may come"),
        ([START, LAST, TRAILERS], "sent 'http.response.trailers', but now only no further message may come"),
        (
            [{**START, "trailers": True}, TRAILERS],
            "sent 'http.response.trailers', but now only 'http.response.body'",
        ),
        (
            [{"type": "websocket.accept"}],
            "sent 'websocket.accept', but now only 'http.response.start' may come",
        ),
        ([START, {**LAST, "body": "text"}], "the body of 'http.response.body' must be bytes, not 'text'"),
        ([{**START, "status": "200"}], "the status of 'http.response.start' must be an integer, not '200'"),
        (
            [{**START, "headers": [("content-type", "text/plain")]}],
            "the headers of 'http.response.start' must be pairs of byte strings, "
            "not ('content-type', 'text/plain')",
        ),
        ([], "the app ended without sending 'http.response.start'"),
        ([START], "the app ended without sending 'http.response.body' with more_body false"),
        ([START, MORE], "the app ended without sending 'http.response.body' with more_body false"),
        ([{**START, "trailers": True}, LAST], "the app ended without sending 'http.response.trailers'"),
    ],
)
async def test_a_message_against_the_specification_is_named(messages: list[Any], text: str) -> None:
    answer = await answer_to(*messages)
    assert isinstance(answer.exception, ASGIProtocolError)
    assert str(answer.exception).startswith("GET /notes: ")
    assert text in str(answer.exception)


async def test_the_exception_of_the_app_is_part_of_the_answer() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        raise LookupError("no such note")

    answer = await HTTPExchange(app, scope()).complete()
    assert isinstance(answer.exception, LookupError)
    assert (answer.status, answer.body) == (200, b"")


async def test_no_body_answers_a_head_request() -> None:
    assert (await answer_to(START, MORE, LAST, method="HEAD")).body == b""


async def test_trailers_are_kept() -> None:
    answer = await answer_to({**START, "trailers": True}, LAST, {**TRAILERS, "more_trailers": True}, TRAILERS)
    assert (answer.has_trailers, answer.trailers) == (True, [(b"checksum", b"1")] * 2)
    assert answer.exception is None


async def test_debug_information_is_kept() -> None:
    debug = {"type": "http.response.debug", "info": {"template": "page"}}
    assert (await answer_to(debug, START, LAST)).debug == {"template": "page"}


async def pieces() -> AsyncIterator[bytes]:
    yield b"one"
    yield b"two"


@pytest.mark.parametrize(
    ("body", "received"),
    [
        (lambda: b"all", [(b"all", False)]),
        (lambda: iter([b"one", b"two"]), [(b"one", True), (b"two", True), (b"", False)]),
        (pieces, [(b"one", True), (b"two", True), (b"", False)]),
    ],
    ids=["bytes", "iterator", "async iterator"],
)
async def test_the_app_receives_the_body(body: Any, received: list[Any]) -> None:
    messages = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            more = message["more_body"]
            messages.append((message["body"], more))

    await HTTPExchange(app, scope(), body()).complete()
    assert messages == received


async def test_the_client_goes_when_the_response_is_complete() -> None:
    order = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def listen() -> None:
            message = await receive()
            order.append(message["type"])

        await receive()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            await anyio.wait_all_tasks_blocked()
            await send(START)
            order.append("last")
            await send(LAST)

    assert (await HTTPExchange(app, scope()).complete()).exception is None
    assert order == ["last", "http.disconnect"]


async def test_pieces_come_as_they_are_sent_and_the_app_does_not_run_ahead() -> None:
    sent = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        for number in range(1000):
            await send({**MORE, "body": b"%d" % number})
            sent.append(number)

    exchange = HTTPExchange(app, scope())
    await exchange.begin()
    assert [await exchange.next_piece() for _ in range(3)] == [b"0", b"1", b"2"]
    await anyio.wait_all_tasks_blocked()
    assert len(sent) < 6
    await exchange.leave()
    assert exchange.ended


async def test_the_end_of_a_body_in_pieces_is_seen() -> None:
    exchange = HTTPExchange(app_that_sends(START, MORE, LAST), scope())
    await exchange.begin()
    assert [await exchange.next_piece() for _ in range(4)] == [b"some ", b"text", None, None]
    await exchange.finish()
    assert exchange.exception is None


async def test_an_app_that_ends_early_is_seen_by_the_reader_of_pieces() -> None:
    exchange = HTTPExchange(app_that_sends(START, MORE), scope())
    await exchange.begin()
    assert [await exchange.next_piece() for _ in range(2)] == [b"some ", None]
    assert isinstance(exchange.exception, ASGIProtocolError)


async def test_waiting_for_the_start_and_for_a_piece_can_be_limited() -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        await anyio.sleep_forever()

    exchange = HTTPExchange(silent, scope())
    with pytest.raises(TimeoutError):
        await exchange.begin(0.01)
    with pytest.raises(TimeoutError):
        await exchange.next_piece(0.01)
    await exchange.leave()


async def test_an_app_hears_by_receive_that_the_client_has_gone() -> None:
    heard = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(START)
        heard.append(await receive())

    exchange = HTTPExchange(app, scope())
    await exchange.begin()
    await exchange.leave()
    assert heard == [{"type": "http.disconnect"}]
    assert exchange.exception is None


async def test_an_app_hears_by_send_that_the_client_has_gone() -> None:
    heard = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        try:
            while True:
                await send(MORE)
        except OSError as error:
            heard.append(error)
            raise

    exchange = HTTPExchange(app, scope())
    await exchange.begin()
    await exchange.leave()
    assert [str(error) for error in heard] == ["GET /notes: the client has disconnected"]
    assert isinstance(exchange.exception, ClientDisconnected)


async def test_an_app_that_does_not_look_for_the_client_is_cancelled() -> None:
    ends = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        try:
            await anyio.sleep_forever()
        finally:
            ends.append("cancelled")

    exchange = HTTPExchange(app, scope())
    await exchange.begin()
    await exchange.leave()
    assert ends == ["cancelled"]
    assert exchange.ended


async def test_an_app_that_works_on_after_its_response_is_waited_for() -> None:
    done = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send(LAST)
        await anyio.wait_all_tasks_blocked()
        done.append(True)

    exchange = HTTPExchange(app, scope())
    await exchange.begin()
    await exchange.finish()
    assert done == [True]


async def test_overrides_of_the_exchange_lie_below_those_of_the_callers_context() -> None:
    below, above = layer_of({}), layer_of({})
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(active_layers.get())

    active_layers.set((above,))
    exchange = HTTPExchange(app, scope(), layers=(below,))
    exchange.start()
    await exchange.until_ended()
    assert [[layer is below, layer is above] for layer in seen[0]] == [[True, False], [False, True]]
    assert active_layers.get() == (above,)
