"""An operation as a function from request to response, for routes that wrap it in code of their own.

A subclass of `APIRoute` that overrides `get_route_handler` gets such a function, may give it a request of
another class, catch what it raises and change the response. The answer is then built as a `Response` and sent
afterwards, which costs more than the straight path of `pipeline.source`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from xapi.instrumentation import HANDLERS
from xapi.operation.model import Injected
from xapi.pipeline.codegen.builder import number
from xapi.pipeline.codegen.operation import OperationWriter, compile_source
from xapi.pipeline.disconnect import SharedReceive
from xapi.pipeline.held import Open
from xapi.pipeline.incoming import IncomingRequest
from xapi.pipeline.limits import BODY, refuse_body
from xapi.pipeline.plan import Plan, Step
from xapi.pipeline.read import incomplete
from xapi.pipeline.render import build_json, with_tasks
from xapi.pipeline.resolve import enter_loosely, leave, leave_with
from xapi.pipeline.sending import send_response
from xapi.pipeline.stream import StreamedResponse, Streaming

RouteHandler = Callable[[Request], Awaitable[Response]]

EXITS = "xapi.exits"
"""The scope's key for the generators that are closed after the response is sent."""
_KEPT = "xapi.exception_handlers"
"""The scope's key for the handlers, while Starlette must not find any."""


def compile_handler(plan: Plan) -> RouteHandler:
    """Compile a plan to a function that answers a request; `serve` has to call it, in the end."""
    handler: RouteHandler = compile_source(RouteHandlerWriter(plan))
    return handler


async def serve(handler: RouteHandler, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what `handler` returns; what follows the `yield` of dependencies runs after that."""
    receive = SharedReceive(receive)

    async def answer() -> None:
        response = await handler(IncomingRequest(scope, receive, send))
        await send_response(response, None, scope, receive, send)

    await leaving_after(answer, scope)


async def leaving_after(answer: Callable[[], Awaitable[None]], scope: Scope) -> None:
    """Answer, and then leave what was put among the exits of the scope meanwhile."""
    exits: list[Open] = []
    scope[EXITS] = exits
    try:
        await answer()
    except BaseException as error:
        # The same exception, or one that says where it comes from.
        raise await leave_with(exits, error)  # noqa: B904
    await leave(exits)


def enter(make: Callable[[Any], ASGIApp], handler: RouteHandler) -> ASGIApp:
    """What `make`, Starlette's `request_response` with all that was put around it, makes of `handler`.

    Its exceptions go on to the boundary, as they do elsewhere: dependencies see them before a handler does.
    """

    async def answer(request: Request) -> ASGIApp:
        request.scope[HANDLERS] = request.scope.pop(_KEPT)
        response = await handler(request)
        return partial(send_response, response, None)

    entered = make(answer)

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        incoming = IncomingRequest(scope, SharedReceive(receive), send)
        scope[_KEPT], scope[HANDLERS] = scope.get(HANDLERS), ({}, {})
        try:
            await leaving_after(partial(entered, scope, incoming.receive, send), scope)
        finally:
            if _KEPT in scope:
                scope[HANDLERS] = scope.pop(_KEPT)

    return run


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


class RouteHandlerWriter(OperationWriter):
    """Writes the function `run(request)`, which returns the response instead of sending it."""

    objects = {kind: pair for kind, pair in OperationWriter.objects.items() if kind is not Injected.REQUEST}  # noqa: RUF012
    body = "await body_of(request, {limit})"

    def write(self) -> None:
        self.names.update(
            StreamedResponse=StreamedResponse,
            body_of=body_of,
            build_json=build_json,
            enter_loosely=enter_loosely,
            exits=EXITS,
            with_tasks=with_tasks,
        )
        with self.block("async def run(request):"):
            self.line("scope = request.scope")
            self.line("request_exits = scope[exits]")
            with self.context_told():
                self.read_request()
                if self.has_form:
                    self.line("form = await read_form(request, form_limits)")
                if first := self.held_first():
                    self.line(f"request_exits += {first},")
                self.answer()

    def enter(self, step: Step) -> str:
        """What ends with the request is left by `serve`: outside of the function that has entered it."""
        name = super().enter(step)
        return "enter_loosely" if name == "enter_waiting" and step.exit == "request" else name

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
