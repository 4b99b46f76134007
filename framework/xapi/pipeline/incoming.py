"""The request as the framework hands it out: its body is there for whoever comes later."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from xapi.pipeline.read import BODY, CONSUMED, replaying

FORM = "xapi.form"
"""The scope's key for a form that was parsed."""


class IncomingRequest(Request):
    """A request that shares what is read of it with every other request made for the same exchange.

    A body that `body()` or the pipeline has read is given again, by `stream()` too, also to a plain `Request`
    made from this one's scope and `receive`; so is a form. Only `stream()` keeps nothing: a body that went
    through it is gone, and asking for it raises RuntimeError instead of waiting for it for ever.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._form: FormData | None = scope.get(FORM)

    @property
    def receive(self) -> Receive:
        return replaying(self.scope, self._receive)

    async def stream(self) -> AsyncGenerator[bytes, None]:
        known = self.scope.get(BODY)
        if known is CONSUMED:
            raise RuntimeError("Stream consumed")
        if known is None:
            self.scope[BODY] = CONSUMED
        else:
            self._body: bytes = known
        async with aclosing(super().stream()) as pieces:
            async for piece in pieces:
                yield piece

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._body = await super().body()
            self.scope[BODY] = self._body
        return self._body

    async def _get_form(self, **limits: Any) -> FormData:
        form = await super()._get_form(**limits)
        self.scope[FORM] = form
        return form
