"""Building `httpx.Response` objects from the responses of an app."""

from __future__ import annotations

from typing import Any

from xapi.testing.exchange import HTTPExchange, RawResponse
from xapi.testing.fast_request import Prepared
from xapi.testing.http_library import httpx

WIRING = "xapi.wiring"
"""Response extension: what belongs to the client that has received the response."""
TOLD = "xapi.told"
"""Response extension: what the app has told of the route that answered."""


class LeanResponse(httpx.Response):
    """An `httpx.Response` whose `request` is built when it is asked for."""

    def __init__(self, answer: RawResponse, prepared: Prepared, wiring: object) -> None:
        extensions = extensions_of(answer)
        extensions[WIRING] = wiring
        super().__init__(
            status_of(answer),
            headers=answer.headers,
            stream=httpx.ByteStream(answer.body),
            extensions=extensions,
        )
        self._prepared: Prepared | None = prepared
        add_template(self, answer.debug)

    @property
    def request(self) -> httpx.Request:
        """The request that was answered."""
        if self._prepared is not None:
            self.request = self._prepared.request()
        return super().request

    @request.setter
    def request(self, value: httpx.Request) -> None:
        self._prepared = None
        httpx.Response.request.__set__(self, value)  # type: ignore[attr-defined]

    def raise_for_status(self) -> httpx.Response:
        """Raise `httpx.HTTPStatusError` unless the status is 2xx; returns the response itself."""
        assert self.request is not None
        return super().raise_for_status()


def response_of(answer: RawResponse, request: httpx.Request) -> httpx.Response:
    """The response for an answer whose request httpx has built."""
    response = httpx.Response(
        status_of(answer),
        headers=answer.headers,
        stream=httpx.ByteStream(answer.body),
        request=request,
        extensions=extensions_of(answer),
    )
    add_template(response, answer.debug)
    return response


def streamed_response(
    exchange: HTTPExchange, stream: httpx.SyncByteStream | httpx.AsyncByteStream, request: httpx.Request
) -> httpx.Response:
    """The response of an exchange that has begun, whose body comes as it is sent."""
    response = httpx.Response(
        status_of(exchange),
        headers=exchange.headers,
        stream=stream,
        request=request,
        extensions=extensions_of(exchange),
    )
    add_template(response, exchange.debug)
    return response


def status_of(answer: RawResponse | HTTPExchange) -> int:
    """The status; where the app sent none, 500, as a server would answer."""
    return 500 if answer.status is None else answer.status


def extensions_of(answer: RawResponse | HTTPExchange) -> dict[str, Any]:
    """Trailers and debug information, under the names of their ASGI extensions; and what the app has told."""
    extensions: dict[str, Any] = {TOLD: answer.told}
    if answer.has_trailers:
        extensions["http.response.trailers"] = answer.trailers
    if answer.debug is not None:
        extensions["http.response.debug"] = answer.debug
    return extensions


def add_template(response: httpx.Response, debug: dict[str, Any] | None) -> None:
    """Set `template` and `context` of a response that Starlette's templating has rendered."""
    if debug is not None:
        for name in ("template", "context"):
            if name in debug:
                setattr(response, name, debug[name])


def needs_httpx(answer: RawResponse) -> bool:
    """Whether httpx has to look at the answer: it sets cookies, or redirects."""
    looked_for = (b"set-cookie", b"location") if 300 <= status_of(answer) < 400 else (b"set-cookie",)
    return any(name.lower() in looked_for for name, _ in answer.headers)
