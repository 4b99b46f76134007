"""Starlette's responses, and JSON by faster encoders."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

from starlette.background import BackgroundTask
from starlette.responses import ContentStream
from starlette.responses import FileResponse as FileResponse
from starlette.responses import HTMLResponse as HTMLResponse
from starlette.responses import JSONResponse as JSONResponse
from starlette.responses import PlainTextResponse as PlainTextResponse
from starlette.responses import RedirectResponse as RedirectResponse
from starlette.responses import Response as Response
from starlette.responses import StreamingResponse as StreamingResponse

__all__ = [
    "EventSourceResponse",
    "FileResponse",
    "HTMLResponse",
    "JSONResponse",
    "ORJSONResponse",
    "PlainTextResponse",
    "RedirectResponse",
    "Response",
    "StreamingResponse",
    "UJSONResponse",
]


class EventSourceResponse(StreamingResponse):
    """Server-Sent Events (WHATWG HTML, section 9.2): the response class of endpoints that yield them.

    Caches and proxies are told to pass events on at once. `ping_seconds` is how long a stream may be silent
    before a comment is sent, which keeps connections open that somebody between server and client would
    close; a subclass can have its own.
    """

    media_type = "text/event-stream"
    ping_seconds: ClassVar[float] = 15.0

    def __init__(
        self,
        content: ContentStream,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type, background)
        self.headers.setdefault("cache-control", "no-cache")
        self.headers.setdefault("x-accel-buffering", "no")


class ORJSONResponse(JSONResponse):
    """JSON by the package `orjson`, which must be installed. Plain JSON is fast without it."""

    def render(self, content: Any) -> bytes:
        orjson = _encoder("orjson", type(self))
        encoded: bytes = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
        return encoded


class UJSONResponse(JSONResponse):
    """JSON by the package `ujson`, which must be installed."""

    def render(self, content: Any) -> bytes:
        text: str = _encoder("ujson", type(self)).dumps(content, ensure_ascii=False)
        return text.encode()


def _encoder(package: str, needed_by: type) -> Any:
    try:
        return import_module(package)
    except ImportError as error:
        raise ImportError(
            f"{needed_by.__name__} needs the package {package}: pip install {package}"
        ) from error


def body_allowed(status_code: int) -> bool:
    """Whether an answer of this status can have a body (RFC 9110, section 6.4.1)."""
    return status_code >= 200 and status_code not in (204, 205, 304)
