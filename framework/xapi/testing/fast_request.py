"""The fast path of a request: from the arguments of `client.get` directly to the scope.

It is taken where the outcome is the same as httpx's and can be told at a glance: a plain path, a body of
bytes or JSON. `tests/xapi/testing/test_fast_path.py` sends requests over both paths and compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING

from xapi.testing.exchange import Scope
from xapi.testing.exchange.base import Headers
from xapi.testing.http_library import httpx
from xapi.testing.scopes import DEFAULT_PORTS, Scopes

if TYPE_CHECKING:
    from httpx._client import BaseClient
    from httpx._types import HeaderTypes, QueryParamTypes

# Characters that httpx leaves as they are, in the path and in the query (RFC 3986, section 3.3 and 3.4).
_PLAIN = r"A-Za-z0-9\-._~!$&'()*+,;=:@"
_plain_url = re.compile(rf"(/(?:[{_PLAIN}][{_PLAIN}/]*)?)(?:\?((?:[{_PLAIN}/?]|%[0-9A-Fa-f]{{2}})*))?")
_LONGEST_URL = 32_768


@dataclass(slots=True)
class Target:
    """What the base URL of a client gives to every request."""

    url: str
    scheme: str
    server: tuple[str, int]
    host_header: bytes
    path: str
    raw_path: bytes

    @classmethod
    def of(cls, base_url: httpx.URL) -> Target | None:
        """None for a base URL with credentials or a query: those take httpx's path."""
        if base_url.userinfo or base_url.query or base_url.scheme not in ("http", "https"):
            return None
        return cls(
            url=f"{base_url}".rstrip("/") + "/",
            scheme=base_url.scheme,
            server=(base_url.raw_host.decode("ascii"), base_url.port or DEFAULT_PORTS[base_url.scheme]),
            host_header=base_url.netloc,
            path=base_url.path,
            raw_path=base_url.raw_path,
        )


@dataclass(slots=True)
class Prepared:
    """A request that is ready to be sent, and can be made an `httpx.Request` when one is asked for."""

    method: str
    url: str
    headers: Headers
    body: bytes
    timeout: httpx.Timeout

    def request(self) -> httpx.Request:
        """The request as httpx would have built it."""
        return httpx.Request(
            self.method,
            self.url,
            headers=self.headers,
            content=self.body,
            extensions={"timeout": self.timeout.as_dict()},
        )


def prepare(
    client: BaseClient,
    scopes: Scopes,
    target: Target,
    method: str,
    url: object,
    headers: HeaderTypes | None,
    params: QueryParamTypes | None,
    content: object,
    json: object,
    timeout: httpx.Timeout,
) -> tuple[Prepared, Scope] | None:
    """The prepared request and its scope, or None if the request has to take httpx's path."""
    if not isinstance(url, str) or len(url) > _LONGEST_URL or "/." in url:
        return None
    match = _plain_url.fullmatch(url)
    if match is None:
        return None
    path, query = match.groups()
    if params or client.params:
        query = str(client.params.merge(params))
    elif params is not None:
        query = None

    body, content_headers = _encode(content, json)
    if body is None:
        return None
    method = method.upper()
    rest = path[1:]
    whole_url = f"{target.url}{rest}" if query is None else f"{target.url}{rest}?{query}"
    cookies = _cookies(client.cookies, whole_url) if client.cookies else []
    sent = _headers(target, method, client.headers, headers, cookies + content_headers)
    scope = scopes.http(
        method,
        target.scheme,
        target.server,
        target.path + rest,
        target.raw_path + rest.encode("ascii"),
        query.encode("ascii") if query else b"",
        [(name.lower(), value) for name, value in sent],
    )
    return Prepared(method, whole_url, sent, body, timeout), scope


def _encode(content: object, json: object) -> tuple[bytes | None, Headers]:
    """Body and its headers; the body is None if httpx has to encode it."""
    if content is None and json is None:
        return b"", []
    if content is None:
        text = dumps(json, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        body = text.encode("utf-8")
        return body, [(b"Content-Length", b"%d" % len(body)), (b"Content-Type", b"application/json")]
    if isinstance(content, str):
        content = content.encode("utf-8")
    if not isinstance(content, bytes):
        return None, []
    return content, [(b"Content-Length", b"%d" % len(content))] if content else []


def _cookies(cookies: httpx.Cookies, url: str) -> Headers:
    """The header with the cookies that belong to a URL, if there are any (RFC 6265, section 5.4)."""
    probe = httpx.Request("GET", url)
    cookies.set_cookie_header(probe)
    return [header for header in probe.headers.raw if header[0] == b"Cookie"]


def _headers(
    target: Target,
    method: str,
    client_headers: httpx.Headers,
    headers: HeaderTypes | None,
    defaults: Headers,
) -> Headers:
    """All headers in httpx's order: what it adds by itself, the client's, the request's, the defaults."""
    if headers:
        merged = httpx.Headers(client_headers)
        merged.update(headers)
        raw = merged.raw
    else:
        raw = client_headers.raw
    present = {name.lower() for name, _ in raw}
    for header in defaults:
        name = header[0].lower()
        if name not in present:
            raw.append(header)
            present.add(name)
    has_length = b"content-length" in present or b"transfer-encoding" in present
    if not has_length and method in ("POST", "PUT", "PATCH"):
        raw.insert(0, (b"Content-Length", b"0"))
    if b"host" not in present:
        raw.insert(0, (b"Host", target.host_header))
    return raw
