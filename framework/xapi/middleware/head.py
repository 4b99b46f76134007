"""Responses to HEAD requests."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HeadMiddleware"]


class HeadMiddleware:
    """Answers HEAD where an app answers GET alone, as RFC 9110, section 9.1, asks of every server.

    What declares HEAD itself is called as it is; in the place of others, GET is called, and what it sends
    after its headers is dropped. Where GET is allowed on a 405, HEAD is, too. The document stays as it is.

    Args:
        app: The ASGI application to wrap.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        refusal = _Refusal(send, held_back=is_head)
        await self.app(dict(scope) if is_head else scope, receive, refusal.send)
        if refusal.was_held_back:
            answer = _WithoutBody(receive, send)
            await self.app(dict(scope, method="GET"), answer.receive, answer.send)


class _Refusal:
    """A `send` that adds HEAD to what a 405 allows, or holds such a 405 back."""

    def __init__(self, send: Send, *, held_back: bool) -> None:
        self._send = send
        self._holds_back = held_back
        self.was_held_back = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 405:
            headers = [_with_head(*header) for header in message["headers"]]
            if headers != list(message["headers"]):
                message = {**message, "headers": headers}
                self.was_held_back = self._holds_back
        if not self.was_held_back:
            await self._send(message)


def _with_head(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header; HEAD is added to those of `Allow` if GET is among them and HEAD is not."""
    if name.lower() == b"allow":
        methods = [method.strip() for method in value.split(b",")]
        if b"GET" in methods and b"HEAD" not in methods:
            place = methods.index(b"GET") + 1
            return name, b", ".join([*methods[:place], b"HEAD", *methods[place:]])
    return name, value


class _WithoutBody:
    """Takes an answer and sends its headers. To what goes on sending, the client has then gone."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._ended = False

    async def receive(self) -> Message:
        return {"type": "http.disconnect"} if self._ended else await self._receive()

    async def send(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
        elif not self._ended:
            self._ended = True
            end: dict[str, Any] = {"type": "http.response.body", "body": b"", "more_body": False}
            await self._send(end)
