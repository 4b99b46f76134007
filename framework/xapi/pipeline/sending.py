"""Sending responses that an endpoint, a handler or a middleware has returned."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Any

from starlette.background import BackgroundTasks
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from xapi.pipeline.captured_response import CapturedResponse, run_after
from xapi.pipeline.gone import GONE, note_gone
from xapi.pipeline.items import Items, close_generator, items_of
from xapi.pipeline.render import STARTED
from xapi.pipeline.shield import shielded


async def send_response(
    response: Response, tasks: BackgroundTasks | None, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a finished response, or hand it over.

    The operation's background tasks run after it, unless it brings its own. They are not put on it: one
    response may be returned for many requests.
    """
    if type(send) is CapturedResponse:
        send.response = response
    else:
        await respond(response, scope, receive, tracked(scope, send))
    if tasks is not None and response.background is None:
        await run_after(tasks, send)


def tracked(scope: Scope, send: Send) -> Send:
    """A `send` that notes in the scope that the answer has begun, and what says that the client has gone."""

    async def tracked_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            scope[STARTED] = True
        try:
            await send(message)
        except GONE as error:
            note_gone(scope, error)
            raise

    return tracked_send


async def respond(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Call a response. Where it breaks off a generator of pieces, that is closed before this ends."""
    pieces = getattr(response, "body_iterator", None)
    if not isinstance(pieces, AsyncGenerator):
        await response(scope, receive, send)
        return
    from anyio.lowlevel import checkpoint

    closing = _items(response, pieces)

    async def closing_send(message: Message) -> None:
        try:
            await send(message)
            if message.get("more_body"):
                # Neither generator nor server needs to wait for anything: then nobody else would have a turn.
                await checkpoint()
        except BaseException:
            # Here, since this is the task in which the pieces are made.
            await (shielded(close_generator(pieces)) if closing is None else closing.aclose())
            raise

    await response(scope, receive, closing_send)


def _items(response: Any, pieces: Any) -> Items | None:
    """Give a response whose pieces Starlette iterates, in one task and to their end, items in their place."""
    if getattr(type(response), "stream_response", None) is not StreamingResponse.stream_response:
        return None
    threaded = None
    if getattr(pieces, "ag_code", None) is iterate_in_threadpool.__code__ and pieces.ag_frame is not None:
        threaded = pieces.ag_frame.f_locals.get("iterator")
    response.body_iterator = items = items_of(threaded if isinstance(threaded, Generator) else pieces)
    return items
