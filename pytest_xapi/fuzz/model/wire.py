"""Requests and answers as they go over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from starlette.types import Scope

from xapi.testing.exchange.told import Told
from xapi.testing.scopes import Scopes

HOST = "testserver"
BASE_URL = f"http://{HOST}"

_MOST_REDIRECTS = 10
NO_ANSWER = "no_answer"

_scopes = Scopes(root_path="", client=("testclient", 50000), state={})


@dataclass(frozen=True)
class WireRequest:
    """One HTTP request, every byte decided."""

    method: str
    target: str
    """Path and query, percent-encoded: the request target in origin form (RFC 9112, section 3.2.1)."""
    headers: tuple[tuple[str, str], ...] = ()
    """Without `Host` and `Content-Length`, which follow from the rest."""
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, percent-encoded, without the question mark."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def scope(self) -> Scope:
        """The ASGI scope of the request (ASGI specification, "HTTP Connection Scope")."""
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        if self.header("host") is None:
            headers.insert(0, (b"host", HOST.encode()))
        if self.body or self.method in ("POST", "PUT", "PATCH"):
            headers.append((b"content-length", str(len(self.body)).encode()))
        raw_path, query = self.path.encode("ascii"), self.query.encode("ascii")
        return _scopes.http(self.method, "http", (HOST, 80), unquote(self.path), raw_path, query, headers)


@dataclass(frozen=True)
class Observed:
    """A fault that no answer shows, and that was seen while the request was served."""

    check: str
    title: str
    message: str
    cause: str


@dataclass(frozen=True)
class WireResponse:
    """What an app sent back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    exception: BaseException | None = None
    """What left the app, beside or instead of a response."""
    seconds: float = 0.0
    observed: tuple[Observed, ...] = ()
    told: Told | None = None
    """What the app has told of the route that answered."""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self, most: int) -> Any:
        """The JSON in its body; `None` if that is none, or longer than so many bytes."""
        if not 0 < len(self.body) <= most or "json" not in (self.header("content-type") or ""):
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def is_success(self) -> bool:
        """Whether the request was accepted (RFC 9110, section 15.3)."""
        return 200 <= self.status < 300

    @property
    def is_missing(self) -> bool:
        """Whether there was no answer within the limit of time."""
        return any(seen.check == NO_ANSWER for seen in self.observed)


Send = Callable[[WireRequest], WireResponse]


def following_redirects(
    request: WireRequest, answer: WireResponse, send: Send
) -> tuple[WireRequest, WireResponse]:
    """The last request and answer of a chain of redirects inside the app.

    The method changes as clients do it (RFC 9110, section 15.4). A redirect to another host, and one too
    many, are answers like any other.
    """
    for _ in range(_MOST_REDIRECTS):
        location = answer.header("location")
        if answer.status not in (301, 302, 303, 307, 308) or location is None:
            break
        url = urlsplit(urljoin(BASE_URL + request.target, location))
        if url.netloc != HOST:
            break
        request = _redirected(request, answer.status, f"{url.path}?{url.query}" if url.query else url.path)
        answer = send(request)
    return request, answer


def _redirected(request: WireRequest, status: int, target: str) -> WireRequest:
    keeps_method = status in (307, 308) or request.method in ("GET", "HEAD")
    if keeps_method or (status in (301, 302) and request.method != "POST"):
        return WireRequest(request.method, target, request.headers, request.body)
    about_body = ("content-type", "content-encoding")
    headers = tuple(item for item in request.headers if item[0].lower() not in about_body)
    return WireRequest("GET", target, headers)
