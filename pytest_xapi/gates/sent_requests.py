"""The request that a problem of a gate shows: the smallest one that has met it, without its secrets."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from pytest_xapi.fuzz.model.sensitive import is_sensitive, without_known_forms
from pytest_xapi.words import printable
from xapi.openapi.reader.media_types import essence, is_json

_HIDDEN = "***"
_FORM = "application/x-www-form-urlencoded"
_MOST_BODY = 1_000
_MOST_IN_LINE = 120


class SentRequest(NamedTuple):
    """A request as it was sent."""

    method: str
    target: str
    """Path and query, percent-encoded."""
    content_type: str
    body: bytes | None
    """None where it was sent piece by piece."""


def shown(request: SentRequest, secret_names: Collection[str]) -> dict[str, str]:
    """A request as plain data for evidence and reports: method, target and body.

    What stands under a name such as `password`, or one of `secret_names` (those of API keys), is hidden.
    """

    def is_secret(name: str) -> bool:
        return name in secret_names or is_sensitive(name)

    path, mark, query = request.target.partition("?")
    if any(is_secret(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        query = _form(query, is_secret)
    body = _body(request, is_secret)
    body = body if len(body) <= _MOST_BODY else f"{body[:_MOST_BODY]}... ({len(body)} characters)"
    target = without_known_forms(f"{path}{mark}{query}")
    return {"method": request.method, "target": printable(target), "body": printable(body)}


def described(request: dict[str, str]) -> str:
    """The same as lines."""
    first = f"{request['method']} {request['target']}\n"
    return first + (f"{request['body']}\n" if request["body"] else "")


def in_line(request: dict[str, str]) -> str:
    """The same in one line, as short as it has to be there."""
    parts = (f"{request['method']} {request['target']}", " ".join(request["body"].split()))
    cut = [part if len(part) <= _MOST_IN_LINE else f"{part[:_MOST_IN_LINE]}..." for part in parts if part]
    return " with ".join(cut)


def smaller(one: dict[str, str] | None, other: dict[str, str] | None) -> dict[str, str] | None:
    """Of two requests the one that is read sooner; the same whatever their order is."""
    known = [request for request in (one, other) if request is not None]
    return min(known, key=lambda request: (sum(map(len, request.values())), str(request)), default=None)


def _body(request: SentRequest, is_secret: Any) -> str:
    if request.body is None:
        return "(a body that was sent piece by piece)"
    kind = essence(request.content_type)
    try:
        text = request.body.decode("utf-8")
        if is_json(kind):
            hidden = _hidden(json.loads(text), is_secret)
            return text if hidden == json.loads(text) else json.dumps(hidden, ensure_ascii=False)
    except (ValueError, RecursionError):
        return f"({len(request.body)} bytes)"
    if kind == _FORM:
        text = _form(text, is_secret)
    elif kind.startswith("multipart/"):
        return f"({len(request.body)} bytes of {kind})"
    return without_known_forms(text)


def _form(text: str, is_secret: Any) -> str:
    fields = parse_qsl(text, keep_blank_values=True)
    if not any(is_secret(name) for name, _ in fields):
        return text
    return urlencode([(name, _HIDDEN if is_secret(name) else value) for name, value in fields], safe="*")


def _hidden(value: Any, is_secret: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _HIDDEN if is_secret(name) and part is not None else _hidden(part, is_secret)
            for name, part in value.items()
        }
    return [_hidden(part, is_secret) for part in value] if isinstance(value, list) else value
