"""Responses that are handed to a middleware instead of being sent.

An app that holds nothing open when its answer begins (no generator, no stream, no file of a form) may end
before the answer is sent. So it can be run in the task of the middleware around it: whatever cancel scope or
task group it opens is closed again when the middleware goes on. Such apps are marked by
`can_capture_response`, and may be called with a `CapturedResponse` for their `send`.
"""

from __future__ import annotations

from typing import Any, TypeVar

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.types import Message, Send

T = TypeVar("T")


def can_capture_response(app: T) -> T:
    """Mark an ASGI app as one that may be called with a `CapturedResponse`."""
    marked: Any = app
    marked.can_capture_response = True
    return app


class CapturedResponse:
    """A `send` that keeps the one answer it is given: a response that was not sent, or else the messages."""

    __slots__ = ("content", "headers", "response", "status", "tasks")

    def __init__(self) -> None:
        self.response: Response | None = None
        self.tasks: BackgroundTask | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status: int = message["status"]
            self.headers: list[tuple[bytes, bytes]] = message["headers"]
        else:
            self.content: bytes = message["body"]


async def run_after(tasks: BackgroundTask, send: Send) -> None:
    """Run background tasks now that the answer is sent; if it was handed over, they go with it."""
    if type(send) is CapturedResponse:
        send.tasks = tasks
    else:
        await tasks()
