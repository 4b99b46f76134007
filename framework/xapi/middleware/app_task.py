"""Running an app in a task of its own, while another task takes its response chunk by chunk."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any, Self

from anyio import CancelScope, Event, get_cancelled_exc_class
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xapi.exceptions import XAPIError
from xapi.pipeline.shield import shielded
from xapi.tasks import start_task

START, BODY, HINT = "http.response.start", "http.response.body", "http.response.early_hint"
_MISSING: Any = object()


class AppTask:
    """Runs `app` beside the task that takes its answer.

    What the app opens around its answer (cancel scopes, task groups) is opened and closed in the app's task,
    so it cannot cross what the other task opens and closes. The two go in step: the app goes on when what it
    sent was sent on. The task belongs to no task group, since one would have to be open around every request
    that might need it; whoever makes an `AppTask` calls `finish` or `cancel`, which wait for its end.
    """

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self.app = app
        self.arguments = scope, receive
        self.send = send
        self.start: Message | None = None
        self.before: list[Message] = []
        """What was sent before the start: the debug information of an ASGI extension."""
        self._error: BaseException | None = None
        self._message: Message | None = None
        self._complete = self._all_taken = self._finished = False
        self._arrived, self._taken, self._ended = Event(), Event(), Event()
        self._cancel_scope = CancelScope()

    async def begin(self) -> Message:
        """Start the app, and return the start of its answer. Raises what the app raises before that.

        The context variables that the app sets until then are set here too.
        """
        context = copy_context()
        self._task = start_task(self._run, context, self._end)
        try:
            await self._arrived.wait()
        except BaseException:
            await self.cancel()
            raise
        if self.start is None:
            await self.finish()
            raise XAPIError("the app inside the middleware ended without a response")
        for variable, value in context.items():
            if variable.get(_MISSING) is not value:
                variable.set(value)
        return self.start

    async def _run(self) -> None:
        try:
            with self._cancel_scope:
                await self.app(*self.arguments, self._put)
        except get_cancelled_exc_class():
            raise
        except BaseException as error:
            self._error = error

    def _end(self) -> None:
        self._ended.set()
        self._arrived.set()

    async def _put(self, message: Message) -> None:
        """The app's `send`: returns when the message was sent on."""
        kind = message["type"]
        if self._finished:
            return
        if kind == HINT:
            await self.send(message)
        elif kind == START:
            # No waiting here: what is not a stream gets as far as its last message before anyone looks.
            self.start = message
            self._arrived.set()
        elif self.start is None:
            self.before.append(message)
        else:
            self._complete = kind != BODY or not message.get("more_body", False)
            self._message = message
            self._arrived.set()
            await self._taken.wait()

    async def _next(self) -> Message | None:
        """The next message after the start, or None at the end; the one before it was sent on."""
        self._let_go_on()
        while self._message is None and not self._ended.is_set():
            self._arrived = Event()
            await self._arrived.wait()
        message, self._message = self._message, None
        return message

    def _let_go_on(self) -> None:
        if self._message is None:
            taken, self._taken = self._taken, Event()
            taken.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes | Message:
        """The next piece of the body; a message of another kind, which ends the answer, as it is.

        Raises what the app raises meanwhile.
        """
        while not self._all_taken and (message := await self._next()) is not None:
            self._all_taken = message["type"] != BODY or not message.get("more_body", False)
            if message["type"] != BODY:
                return message
            piece: bytes = message.get("body", b"")
            if piece:
                return piece
        if not self._all_taken:
            self._raise_error()
        raise StopAsyncIteration

    async def finish(self) -> None:
        """Let the app come to its end, and raise what it raised that nobody was told.

        If its last message has not come yet, nobody wants the rest of its answer: it is cancelled.
        """
        self._finished = True
        if not self._complete:
            self._cancel_scope.cancel()
        self._message = None
        self._let_go_on()
        await self._ended.wait()
        self._raise_error()

    async def cancel(self) -> None:
        """Cancel the app and wait for its end."""
        self._cancel_scope.cancel()
        await shielded(self._ended.wait())

    def _raise_error(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            raise error
