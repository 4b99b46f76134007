"""The request as endpoints get it: its body can be read again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import FormData, QueryParams
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.types import Receive, Scope, Send

from xapi.operation.limits import MAX_BODY_SIZE, UNLIMITED, FormLimits
from xapi.pipeline.forms import parse_form
from xapi.pipeline.gone import DISCONNECT, GONE, heard, hearing
from xapi.pipeline.limits import (
    BODY,
    LimitExceeded,
    check_query,
    configured_limit,
    declares_more,
    form_limit,
    form_limits,
    parameter_limit,
    refuse_body,
    within,
)
from xapi.pipeline.read import CONSUMED, cookie_values, replaying

FORM = "xapi.form"
"""The scope's key for a form that was parsed."""


class IncomingConnection(HTTPConnection):
    """A request's or a WebSocket's head, with the limits of its operation."""

    @property
    def cookies(self) -> dict[str, str]:
        if not hasattr(self, "_cookies"):
            self._cookies = cookie_values(self.scope["headers"], parameter_limit(self.scope))
        return self._cookies

    @property
    def query_params(self) -> QueryParams:
        if not hasattr(self, "_query_params"):
            check_query(self.scope["query_string"], parameter_limit(self.scope))
        return super().query_params


class IncomingRequest(IncomingConnection, Request):
    """A request that shares what is read of it with every other request made for the same exchange.

    A body that `body()` or the pipeline has read is given again, by `stream()` too, also to a plain `Request`
    made from this one's scope and `receive`; so is a form. Only `stream()` keeps nothing: a body that went
    through it is gone, and asking for it raises RuntimeError instead of waiting for it for ever.

    Whichever way it is read, a body that is longer than its operation allows raises ContentTooLarge. Where no
    limit is said there is a default one, but not for `stream()` and for files, which need no memory.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._form: FormData | None = scope.get(FORM)
        self._limit: int | None = None

    @property
    def receive(self) -> Receive:
        limited = "route" in self.scope and configured_limit(self.scope) is not None
        receive = within(self.scope, self._receive, None) if limited else self._receive
        return hearing(self.scope, replaying(self.scope, receive))

    async def stream(self) -> AsyncGenerator[bytes, None]:
        known = self.scope.get(BODY)
        if known is CONSUMED:
            raise RuntimeError("Stream consumed")
        limit = configured_limit(self.scope, self._limit)
        if limit is None:
            limit = UNLIMITED
        if known is None:
            if declares_more(self.scope["headers"], limit):
                raise refuse_body(self.scope)
            self.scope[BODY] = CONSUMED
        else:
            self._body: bytes = known
        # Not with Starlette's generator inside this one: that is a part of what a small form costs.
        more = True
        while more:
            if hasattr(self, "_body"):
                piece, more = self._body, False
            else:
                message = await heard(self._receive)
                if message["type"] == DISCONNECT:
                    self._is_disconnected = True
                    raise ClientDisconnect()
                piece, more = message.get("body", b""), message.get("more_body", False)
            limit -= len(piece)
            if limit < 0:
                raise refuse_body(self.scope)
            if piece:
                yield piece
        yield b""

    async def is_disconnected(self) -> bool:
        try:
            return await super().is_disconnected()
        except GONE:
            self._is_disconnected = True
            return True

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._limit = MAX_BODY_SIZE
            self._body = await super().body()
            self.scope[BODY] = self._body
        return self._body

    async def _get_form(self, **limits: Any) -> FormData:
        # Starlette's `form()` takes some of them itself.
        said: Any = {**form_limits(self.scope), **limits}
        return await form_within(self, said)


async def form_within(request: Request, limits: FormLimits) -> FormData:
    """The form in a request's body, parsed once: requests that are made later have it too.

    Raises MalformedForm, LimitExceeded, and ClientDisconnect if the client goes away before the end.
    """
    if request._form is None:
        multipart = request.headers.get("content-type", "").lower().startswith("multipart/")
        if isinstance(request, IncomingRequest):
            request._limit = form_limit(request.scope, multipart=multipart)
        try:
            request._form = await parse_form(request.headers, request.stream(), limits)
        except LimitExceeded:
            request.scope[BODY] = b""  # for handlers that ask for it
            raise
        request.scope[FORM] = request._form
    return request._form
