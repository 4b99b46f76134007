"""What a run has sent, and what an app may read in it: texts of its own making, which are no secrets."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, unquote_plus

from pytest_xapi.fuzz.model.wire import WireRequest

_MOST_REQUESTS = 500
_LONGEST = 20_000
_DEEPEST = 2
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


class SentTexts:
    """The last requests, and whether a text is in one of them: as it is, decoded, or as a part of that."""

    def __init__(self) -> None:
        self._unread: list[WireRequest] = []
        self._read: deque[str] = deque(maxlen=_MOST_REQUESTS)

    def add(self, request: WireRequest) -> None:
        """Remember a request; it is read once somebody asks."""
        self._unread.append(request)
        if len(self._unread) > 2 * _MOST_REQUESTS:
            del self._unread[:-_MOST_REQUESTS]

    def __contains__(self, text: str) -> bool:
        self._read.extend("\n".join(_readings(request)) for request in self._unread[-_MOST_REQUESTS:])
        self._unread.clear()
        wanted = {text, unquote(text)}
        return any(word in read for read in self._read for word in wanted)


def _readings(request: WireRequest) -> Iterator[str]:
    """The texts in a request, and what they encode."""
    body = request.body[:_LONGEST].decode("utf-8", "replace")
    texts = [request.target[:_LONGEST], *(value for _, value in request.headers), body]
    with suppress(ValueError, RecursionError):
        texts += _leaves(json.loads(request.body)) if len(request.body) <= _LONGEST else ()
    for text in texts:
        yield text
        if "%" in text or "+" in text:
            yield from (decoded for decoded in (unquote(text), unquote_plus(text)))
    for text in dict.fromkeys(map(unquote, texts)):
        yield from _decoded(text, 0)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)


def _decoded(text: str, depth: int) -> Iterator[str]:
    """What the words of a text are in base64 (RFC 4648) and hexadecimal."""
    if depth == _DEEPEST:
        return
    for word in dict.fromkeys(_ENCODED.findall(text)):
        plain = word.rstrip("=").replace("+", "-").replace("/", "_")
        padded = plain + "=" * (-len(plain) % 4)
        for decode, given in ((bytes.fromhex, word), (urlsafe_b64decode, padded)):
            with suppress(ValueError):
                found = decode(given).decode()
                yield found
                yield from _decoded(found, depth + 1)
