"""From ASGI scope and messages to raw values, by location. Nothing is converted or validated here."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from xapi.operation.limits import MAX_COOKIE_SIZE, MAX_PARAMETERS, MAX_QUERY_SIZE
from xapi.pipeline.gone import DISCONNECT, GONE, heard
from xapi.pipeline.limits import (
    BODY,
    Headers,
    LimitExceeded,
    check_count,
    check_query,
    exceeds,
    refuse_body,
)

CONSUMED: Any = object()
"""Stands there for a body that went by as a stream and was not kept."""

_QUOTED = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL)
"""What a backslash stands for in a quoted cookie: an octal number, or the character after it."""


def query_pairs(query: bytes) -> list[tuple[str, str]]:
    """The pairs of a query string, in order (WHATWG URL, application/x-www-form-urlencoded)."""
    text = query.decode("latin-1")
    if "%" in text or "+" in text:
        return parse_qsl(text, keep_blank_values=True)
    pairs = []
    for piece in text.split("&"):
        name, _, value = piece.partition("=")
        if piece:
            pairs.append((name, value))
    return pairs


def query_values(query: bytes, most: int = MAX_PARAMETERS) -> dict[str, str]:
    """The values of a query string by name; the last one wins."""
    if not query:
        return {}
    if len(query) >= most or len(query) > MAX_QUERY_SIZE:
        check_query(query, most)
    text = query.decode("latin-1")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    values = {}
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            values[name] = value
    return values


def query_lists(query: bytes, most: int = MAX_PARAMETERS) -> dict[str, list[str]]:
    """All values of a query string by name, in order."""
    lists: dict[str, list[str]] = {}
    if query:
        if len(query) >= most or len(query) > MAX_QUERY_SIZE:
            check_query(query, most)
        for name, value in query_pairs(query):
            lists.setdefault(name, []).append(value)
    return lists


def cookie_values(headers: Headers, most: int = MAX_PARAMETERS) -> dict[str, str]:
    """The cookies of a request by name (RFC 6265, section 5.4)."""
    sent = [value for key, value in headers if key == b"cookie"]
    if not sent:
        return {}
    text = b"; ".join(sent).decode("latin-1")
    if len(text) > MAX_COOKIE_SIZE:
        raise LimitExceeded(431, f"Cookies too long. Maximum length of cookies is {MAX_COOKIE_SIZE} bytes.")
    check_count(text.count(";") + 1, most, "cookies", 431)
    cookies = {}
    for piece in text.split(";"):
        name, equals, value = piece.partition("=")
        if not equals:
            name, value = "", name
        name, value = name.strip(), value.strip()
        if name or value:
            cookies[name] = _unquoted(value) if value[:1] == '"' else value
    return cookies


def _unquoted(text: str) -> str:
    """A quoted cookie's text. `http.cookies` takes quadratic time for it in some versions of Python."""
    if len(text) < 2 or text[-1] != '"':
        return text
    return _QUOTED.sub(lambda found: chr(int(found[1], 8)) if found[1] else found[2], text[1:-1])


def header_value(headers: Headers, name: bytes) -> bytes | None:
    """The value of the first header that is called `name`, in lower case."""
    for key, value in headers:
        if key == name:
            return value
    return None


def header_lists(headers: list[tuple[bytes, bytes]], most: int = MAX_PARAMETERS) -> dict[str, list[str]]:
    """All headers by name, in lower case."""
    check_count(len(headers), most, "header fields", 431)
    lists: dict[str, list[str]] = {}
    for name, value in headers:
        lists.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return lists


def cookie_lists(headers: Headers, most: int = MAX_PARAMETERS) -> dict[str, list[str]]:
    """The cookies by name, each a list of one."""
    return {name: [value] for name, value in cookie_values(headers, most).items()}


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body, of at most `limit` bytes. It stays in the scope for whoever comes later.

    One that is declared longer is not asked for: clients that wait for 100 send nothing (RFC 9110, 10.1.1).

    Raises ContentTooLarge, HTTPException if the client goes away before the end, and RuntimeError if
    somebody streamed the body.
    """
    if BODY in scope:
        body = _known(scope[BODY])
    else:
        for name, value in scope["headers"]:
            if name == b"content-length":
                # Most are so short that they need not be read.
                if (len(value) > 6 or limit < 1_000_000) and exceeds(value, limit):
                    raise refuse_body(scope)
                break
        try:
            message = await receive()
        except GONE as gone:
            raise incomplete() from gone
        body = message.get("body", b"")
        if message.get("more_body") or message["type"] == DISCONNECT:
            body = await _read_on(message, scope, receive, limit)
    if len(body) > limit:
        raise refuse_body(scope)
    scope[BODY] = body
    return body


def _known(body: bytes) -> bytes:
    if body is CONSUMED:
        raise RuntimeError(
            "the body was streamed before the operation could read it: read it with `await request.body()`, "
            "which keeps it"
        )
    return body


def incomplete() -> HTTPException:
    """What is raised when the client disconnects while it sends. Nobody reads it; the app is not at fault."""
    return HTTPException(400, "The client disconnected before the end of the body")


async def _read_on(message: Message, scope: Scope, receive: Receive, limit: int) -> bytes:
    gathered = BytesIO()  # it gives what it has gathered without a copy
    while True:
        if message["type"] == DISCONNECT:
            raise incomplete()
        gathered.write(message.get("body", b""))
        if gathered.tell() > limit:
            raise refuse_body(scope)
        if not message.get("more_body"):
            return gathered.getvalue()
        message = await heard(receive)


def replaying(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that gives a body again that was read, and then what comes after it."""
    if scope.get(BODY, CONSUMED) is CONSUMED:
        return receive
    replayed = False

    async def receive_again() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": scope[BODY], "more_body": False}

    return receive_again


def json_check(*, strict: bool) -> Callable[[Headers], bool]:
    """The function that says whether a body counts as JSON; unless strict, one without content type does."""
    return is_json if strict else _is_json_or_unnamed


def is_json(headers: Headers) -> bool:
    """Whether the content type says JSON (RFC 8259, or a `+json` suffix of RFC 6839)."""
    for name, value in headers:
        if name == b"content-type":
            return value == b"application/json" or _names_json(value)
    return False


def _is_json_or_unnamed(headers: Headers) -> bool:
    for name, value in headers:
        if name == b"content-type":
            return not value or value == b"application/json" or _names_json(value)
    return True


def _names_json(content_type: bytes) -> bool:
    kind, _, subtype = content_type.partition(b";")[0].strip().lower().partition(b"/")
    return kind == b"application" and (subtype == b"json" or subtype.endswith(b"+json"))
