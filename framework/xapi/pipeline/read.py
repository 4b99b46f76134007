"""From ASGI scope and messages to raw values, by location. Nothing is converted or judged here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, cookie_parser
from starlette.types import Message, Receive, Scope

Headers = Iterable[tuple[bytes, bytes]]

BODY = "xapi.body"
"""The scope's key for a body that was read: whoever makes a `Request` later finds it there."""

CONSUMED: Any = object()
"""Stands there for a body that went by as a stream and was not kept."""


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


def query_values(query: bytes) -> dict[str, str]:
    """The values of a query string by name; the last one wins."""
    if not query:
        return {}
    text = query.decode("latin-1")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    values = {}
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            values[name] = value
    return values


def query_lists(query: bytes) -> dict[str, list[str]]:
    """All values of a query string by name, in order."""
    lists: dict[str, list[str]] = {}
    if query:
        for name, value in query_pairs(query):
            lists.setdefault(name, []).append(value)
    return lists


def cookie_values(headers: Headers) -> dict[str, str]:
    """The cookies of a request by name (RFC 6265, section 5.4)."""
    sent = [value.decode("latin-1") for key, value in headers if key == b"cookie"]
    return cookie_parser("; ".join(sent)) if sent else {}


def header_lists(headers: Headers) -> dict[str, list[str]]:
    """All headers by name, in lower case."""
    lists: dict[str, list[str]] = {}
    for name, value in headers:
        lists.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return lists


def cookie_lists(headers: Headers) -> dict[str, list[str]]:
    """The cookies by name, each a list of one."""
    return {name: [value] for name, value in cookie_values(headers).items()}


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. It stays in the scope for whoever comes later.

    Raises ClientDisconnect if the client goes away before the end, and RuntimeError if somebody streamed it.
    """
    if BODY in scope:
        return _known(scope[BODY])
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body") or message["type"] == "http.disconnect":
        body = await _read_on(message, receive)
    scope[BODY] = body
    return body


def _known(body: bytes) -> bytes:
    if body is CONSUMED:
        raise RuntimeError(
            "the body was streamed before the operation could read it: read it with `await request.body()`, "
            "which keeps it"
        )
    return body


async def _read_on(message: Message, receive: Receive) -> bytes:
    pieces = []
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)
        message = await receive()


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


def is_json(headers: Headers) -> bool:
    """Whether the content type says JSON (RFC 8259, or a `+json` suffix of RFC 6839)."""
    for name, value in headers:
        if name == b"content-type":
            return value == b"application/json" or _names_json(value)
    return False


def _names_json(content_type: bytes) -> bool:
    kind, _, subtype = content_type.partition(b";")[0].strip().lower().partition(b"/")
    return kind == b"application" and (subtype == b"json" or subtype.endswith(b"+json"))
