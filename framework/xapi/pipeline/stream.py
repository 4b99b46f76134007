"""The response of an endpoint that yields: items are sent one by one, as fast as the client reads them.

The next item is asked for when the server has taken the one before. A client that goes away cancels the
endpoint where it waits; the generator is closed, and then its dependencies.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from functools import partial
from typing import Any

from anyio import Lock, create_task_group, current_time, get_cancelled_exc_class, sleep
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint
from pydantic import BaseModel, ValidationError
from starlette.background import BackgroundTasks
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from xapi.operation.model import Operation, StreamFormat
from xapi.pipeline.disconnect import SharedReceive, wait_for_disconnect
from xapi.pipeline.gone import GONE
from xapi.pipeline.held import END
from xapi.pipeline.items import items_of
from xapi.pipeline.render import (
    STARTED,
    dump_options,
    response_validation_error,
    to_loose_json,
    with_injected,
)
from xapi.responses import EventSourceResponse, body_allowed
from xapi.sse import KEEPALIVE_COMMENT, ServerSentEvent, format_sse_event

Items = AsyncGenerator[Any, None] | Generator[Any, None, None]
Encode = Callable[[Any], bytes]
Head = tuple[int, list[tuple[bytes, bytes]]]
Watch = Callable[[], Awaitable[None]]


class Streaming:
    """How an operation streams: decided before its first request."""

    def __init__(self, operation: Operation) -> None:
        response = operation.response
        self.encode = _encoder(operation)
        if response.stream is StreamFormat.JSON_LINES:
            self.status_code = response.status_code or 200
            self.headers = [(b"content-type", StreamFormat.JSON_LINES.value.encode())]
        else:
            status: dict[str, Any] = (
                {} if response.status_code is None else {"status_code": response.status_code}
            )
            model = response.response_class((), **status)
            self.status_code, self.headers = model.status_code, model.raw_headers
        self.ping_seconds: float | None = None
        if issubclass(response.response_class, EventSourceResponse):
            self.ping_seconds = response.response_class.ping_seconds

    async def __call__(
        self,
        items: Items,
        injected: Response | None,
        tasks: BackgroundTasks | None,
        scope: Scope,
        watch: Watch,
        send: Send,
    ) -> None:
        """Send the items, then run the background tasks.

        `watch` returns when the client has gone. Returns then too, as from any other end: that a client
        leaves is not an error of the endpoint.
        """
        await self.send_items(items, partial(self.head, injected), scope, watch, send)
        if tasks is not None:
            await tasks()

    def head(self, injected: Response | None) -> Head:
        """The status and the headers of an answer, with those that somebody put on the injected response."""
        if injected is None:
            return self.status_code, list(self.headers)
        return injected.status_code or self.status_code, with_injected(self.headers, injected)

    async def send_items(
        self, items: Items, head: Callable[[], Head], scope: Scope, watch: Watch, send: Send
    ) -> None:
        """Send the items; `head` is asked when the answer begins."""
        kind = _Answer if self.ping_seconds is None else _EventAnswer
        await kind(self, items, head, scope, send).run(watch)


class StreamedResponse(StreamingResponse):
    """The answer of an endpoint that yields as a response, for those who want to see it before it is sent."""

    def __init__(
        self, streaming: Streaming, items: Items, injected: Response | None, tasks: BackgroundTasks | None
    ) -> None:
        super().__init__((), background=tasks)
        self.status_code, self.raw_headers = streaming.head(injected)
        self._streaming = streaming
        self._items = items

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = (
            receive.wait_for_disconnect
            if isinstance(receive, SharedReceive)
            else partial(wait_for_disconnect, receive)
        )

        def head() -> Head:
            return self.status_code, self.raw_headers

        await self._streaming.send_items(self._items, head, scope, watch, send)
        if self.background is not None:
            await self.background()


class _ClientGone(Exception):
    """The server could not send."""


class _Answer:
    """One answer that is being streamed."""

    def __init__(
        self, streaming: Streaming, items: Items, head: Callable[[], Head], scope: Scope, send: Send
    ) -> None:
        self.streaming = streaming
        self.pieces = items_of(items, streaming.encode)
        self.head = head
        self.scope = scope
        self.asgi_send = send
        self.error: BaseException | None = None

    async def run(self, watch: Watch) -> None:
        async with create_task_group() as group:
            try:
                if self.scope["method"] == "HEAD" or not body_allowed(self.head()[0]):
                    await self.until(group, self.send_head)
                else:
                    group.start_soon(self.until, group, watch)
                    await self.until(group, self.send_all, group)
            finally:
                # In here, because what the generator has opened was opened inside of the group.
                await self.until(group, self.pieces.aclose)
        # Raised here, and not inside, an error is not put into an exception group.
        if self.error is not None:
            raise self.error

    async def until(
        self, group: TaskGroup, function: Callable[..., Awaitable[None]], *arguments: Any
    ) -> None:
        """Call one of the functions whose end is the end of the answer."""
        try:
            await function(*arguments)
        except get_cancelled_exc_class():
            raise
        except _ClientGone:
            pass
        except BaseException as error:
            self.error = error if self.error is None else self.error
        group.cancel_scope.cancel()

    async def send_head(self) -> None:
        await self.start()
        await self.send_body(b"", more=False)

    async def send_all(self, group: TaskGroup) -> None:
        # What is raised before the first item can still be answered, and a status can still be set.
        piece = await self.pieces.next()
        await self.start()
        while piece is not END:
            await self.send_piece(piece)
            piece = await self.pieces.next()
        await self.send_body(b"", more=False)

    async def send_piece(self, piece: bytes) -> None:
        await self.send_body(piece, more=True)
        # Neither the endpoint nor the server needs to wait for anything: then nobody else would have a turn.
        await checkpoint()

    async def start(self) -> None:
        status, headers = self.head()
        self.scope[STARTED] = True
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def send_body(self, body: bytes, more: bool) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": more})

    async def send(self, message: Message) -> None:
        try:
            await self.asgi_send(message)
        except GONE as error:
            raise _ClientGone from error


class _EventAnswer(_Answer):
    """The same for events: it starts at once, as clients want to see it open, and is never silent for
    long.
    """

    sending: Lock
    sent_at: float
    is_complete = False

    async def send_all(self, group: TaskGroup) -> None:
        await self.start()
        self.sending = Lock()
        self.sent_at = current_time()
        group.start_soon(self.until, group, self.ping)
        while (piece := await self.pieces.next()) is not END:
            await self.send_piece(piece)
        async with self.sending:
            self.is_complete = True
            await self.send_body(b"", more=False)

    async def send_piece(self, piece: bytes) -> None:
        async with self.sending:
            await self.send_body(piece, more=True)
            self.sent_at = current_time()

    async def ping(self) -> None:
        """Send a comment whenever nothing has been sent for some time. The endpoint does not notice."""
        seconds = self.streaming.ping_seconds or 0
        while True:
            await sleep(max(0, self.sent_at + seconds - current_time()))
            async with self.sending:
                if self.is_complete:
                    return
                if current_time() - self.sent_at >= seconds:
                    await self.send_body(KEEPALIVE_COMMENT, more=True)
                    self.sent_at = current_time()


def _encoder(operation: Operation) -> Encode:
    """The function that makes an item what is sent of it."""
    response = operation.response
    if response.stream is StreamFormat.RAW:
        return _raw_encoder(operation)
    encode = to_loose_json if response.field is None else _validating_encoder(operation)
    if response.stream is StreamFormat.JSON_LINES:
        return lambda item: encode(item) + b"\n"

    def encode_event(item: Any) -> bytes:
        if isinstance(item, ServerSentEvent):
            return _event(item)
        return b"data: " + encode(item) + b"\n\n"

    return encode_event


def _validating_encoder(operation: Operation) -> Encode:
    field = operation.response.field
    assert field is not None
    validate, dump = field.adapter.validator.validate_python, field.adapter.serializer.to_json
    options = dump_options(operation)

    def encode(item: Any) -> bytes:
        try:
            return dump(validate(item, from_attributes=True), **options)
        except ValidationError as invalid:
            raise response_validation_error(item, invalid) from None

    return encode


def _raw_encoder(operation: Operation) -> Encode:
    charset = operation.response.response_class.charset
    name = operation.endpoint.name

    def encode(item: Any) -> bytes:
        if isinstance(item, bytes):
            return item
        if isinstance(item, str):
            return item.encode(charset)
        if isinstance(item, bytearray | memoryview):
            return bytes(item)
        raise TypeError(f"{name}() yielded {item!r}: a raw stream must yield str or bytes")

    return encode


def _event(event: ServerSentEvent) -> bytes:
    data = event.raw_data
    if isinstance(event.data, BaseModel):
        # As the reference has it, by the names of its fields, unless the model says otherwise.
        data = event.data.model_dump_json()
    elif event.data is not None:
        data = to_loose_json(event.data).decode()
    return format_sse_event(
        data_str=data, event=event.event, id=event.id, retry=event.retry, comment=event.comment
    )
