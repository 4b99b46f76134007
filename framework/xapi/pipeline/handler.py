"""An operation as a function from request to response, for routes that put code of their own around it.

A subclass of `APIRoute` that overrides `get_route_handler` gets such a function, may give it a request of
another class, catch what it raises and change the response. The answer is then built as a `Response` and sent
afterwards, which costs more than the straight road of `pipeline.source`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from xapi.operation.model import Injected
from xapi.pipeline.incoming import IncomingRequest
from xapi.pipeline.limits import BODY, refuse_body
from xapi.pipeline.lines import number
from xapi.pipeline.plan import Plan
from xapi.pipeline.read import incomplete
from xapi.pipeline.render import build_json, tracked, with_tasks
from xapi.pipeline.resolve import Open, leave, leave_with
from xapi.pipeline.source import Writer, compile_source
from xapi.pipeline.stream import StreamedResponse, Streaming
from xapi.pipeline.watch import SharedReceive

RouteHandler = Callable[[Request], Awaitable[Response]]

_EXITS = "xapi.exits"
"""The scope's key for the generators that are closed after the response is sent."""


def compile_handler(plan: Plan) -> RouteHandler:
    """Compile a plan to a function that answers a request; `serve` has to call it, in the end."""
    handler: RouteHandler = compile_source(HandlerWriter(plan))
    return handler


async def serve(handler: RouteHandler, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what `handler` returns; what follows the `yield` of dependencies runs after that."""
    exits: list[Open] = []
    scope[_EXITS] = exits
    receive = SharedReceive(receive)
    try:
        response = await handler(IncomingRequest(scope, receive, send))
        await response(scope, receive, tracked(scope, send))
    except BaseException as error:
        # The same exception, or one that says where it comes from.
        raise await leave_with(exits, error)  # noqa: B904
    await leave(exits)


async def body_of(request: Request, limit: int) -> bytes:
    """The body as `request` gives it, of at most `limit` bytes; requests that are made later give the same.

    Raises ContentTooLarge, and HTTPException if the client goes away before the end.
    """
    try:
        body = await request.body()
    except ClientDisconnect as gone:
        raise incomplete() from gone
    if len(body) > limit:
        raise refuse_body(request.scope)
    request.scope[BODY] = body
    return body


async def _closing(form: FormData) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await form.close()


class HandlerWriter(Writer):
    """Writes the function `run(request)`, which returns the response instead of sending it."""

    objects = {kind: pair for kind, pair in Writer.objects.items() if kind is not Injected.REQUEST}  # noqa: RUF012
    body = "await body_of(request, {limit})"

    def text(self) -> str:
        self.names.update(
            StreamedResponse=StreamedResponse,
            body_of=body_of,
            build_json=build_json,
            closing=_closing,
            exits=_EXITS,
            with_tasks=with_tasks,
        )
        with self.block("async def run(request):"):
            self.line("scope = request.scope")
            self.line("request_exits = scope[exits]")
            self.read_request()
            if self.operation.body is not None and self.operation.body.form:
                self.line("form = await read_form(request, form_limits)")
                self.line("await enter_async(closing(form), request_exits)")
            self.answer()
        return "\n".join(self.lines) + "\n"

    def send(self) -> None:
        tasks = self.injected_or_none(Injected.BACKGROUND_TASKS)
        injected = self.injected_or_none(Injected.RESPONSE)
        if self.operation.response.stream is not None:
            stream = self.bind("stream", Streaming(self.operation))
            self.line(f"return StreamedResponse({stream}, result, {injected}, {tasks})")
            return
        status_code = self.operation.response.status_code or 200
        with self.block("if content is None:"):
            self.line(f"return with_tasks(result, {tasks})")
        self.line(f"return build_json(content, {number(status_code)}, {injected}, {tasks})")
