"""Secrets that nobody has declared: what stands under a name such as `access_token`, and session cookies."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pytest_xapi.fuzz.model.wire import WireResponse

Named = tuple[str, str]
"""The name under which a secret was met, and the secret."""

_STEMS = {
    "pass": "word|wd|phrase", "pwd": "", "secret": "", "token": "", "api": "[_-]?key", "session": "",
    "jwt": "", "private": "[_-]?key", "credential": "", "csrf": "",
}  # fmt: skip
"""How the words begin, and how they go on."""
_WORDS = "|".join(f"{stem}(?:{rest})" for stem, rest in _STEMS.items())
_NAME = re.compile(rf"(?:{_WORDS})|^(?:sid|authorization|proxy-authorization|cookie)$", re.IGNORECASE)
_HARMLESS = re.compile(
    r"(?:type|ur[il]|name|hint|expir\w*|lifetime|count|algorithm)$|page|next|cursor", re.IGNORECASE
)
_MEMBER = re.compile(rf'"([\w.-]*(?:{_WORDS})[\w.-]*)"\s*:\s*("(?:[^"\\]|\\.)*")'.encode(), re.IGNORECASE)
_BYTES = tuple(stem.encode() for stem in _STEMS)
_LARGE = 20_000
"""From so many bytes on it takes longer to search a body than to find it among those that were searched."""
_SHORTEST = 8
"""What is shorter is no secret that an app has made."""
_USER_INFO = re.compile(r"(?<=://)([^\s/:@'\"]*):([^\s/@'\"]+)(?=@)")
_WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*")


def is_sensitive(name: str) -> bool:
    """Whether what stands under a name is secret: of a header, a parameter, a cookie or a property."""
    return bool(_NAME.search(name)) and not _HARMLESS.search(name)


def of_answer(answer: WireResponse) -> Iterator[Named]:
    """What an answer gives under such names, whoever has made it."""
    members = _members_of_large if len(answer.body) > _LARGE else _members
    for name, value in (*_cookies(answer), *members(answer.body)):
        if len(value) >= _SHORTEST:
            yield name, value


def _members(body: bytes) -> tuple[Named, ...]:
    """What stands under such names in a body."""
    lower = body.lower()
    for stem in _BYTES:
        if stem in lower:
            break
    else:
        return ()  # to search takes ten times as long, and each answer of a run is
    members = []
    for found in _MEMBER.finditer(body):
        name = found[1].decode(errors="replace")
        if is_sensitive(name):
            try:
                members.append((name, json.loads(found[2])))
            except ValueError:
                continue
    return tuple(members)


_members_of_large = lru_cache(maxsize=2)(_members)
"""Of a body that is large: a document is, and is served for each item."""


def _cookies(answer: WireResponse) -> Iterator[Named]:
    """The cookies that identify somebody: those that scripts may not read, or with such a name."""
    for header, text in answer.headers:
        if header.lower() == "set-cookie":
            name, _, rest = text.partition("=")
            value, *attributes = (part.strip() for part in rest.split(";"))
            is_hidden = any(attribute.lower() == "httponly" for attribute in attributes)
            if is_hidden or is_sensitive(name.strip()):
                yield f"cookie {name.strip()}", value.strip('"')


def added(before: Any, after: Any, name: str = "") -> Iterator[Named]:
    """The secrets that the values of a request have got: what stands under such a name, and was not there.

    Args:
        before: the values as they were drawn, in mappings and lists.
        after: the same as they are sent.
        name: under which they stand.
    """
    if before == after:
        return
    if isinstance(after, Mapping):
        for key, value in after.items():
            old = before.get(key) if isinstance(before, Mapping) else None
            yield from added(old, value, str(key))
    elif isinstance(after, list):
        for position, value in enumerate(after):
            old = before[position] if isinstance(before, list) and position < len(before) else None
            yield from added(old, value, name)
    elif isinstance(after, str) and is_sensitive(name):
        yield from _parts(name, after)


def _parts(name: str, value: str) -> Iterator[Named]:
    """The secrets in a value: what follows the scheme of a header, the values of several cookies."""
    if name.lower() == "cookie":
        for part in value.split(";"):
            key, _, text = part.partition("=")
            yield f"cookie {key.strip()}", text.strip().strip('"')
        return
    scheme, _, secret = value.rpartition(" ") if name.lower().endswith("authorization") else ("", "", value)
    yield name, secret
    if scheme.lower() == "basic":
        try:
            yield f"{name} password", b64decode(secret).decode().partition(":")[2]
        except (Error, UnicodeDecodeError):
            return


def without_known_forms(text: str) -> str:
    """A text without what is a credential by its form: passwords in URLs, and JSON Web Tokens (RFC 7519)."""
    return _WEB_TOKEN.sub("$JWT", _USER_INFO.sub(r"\1:$PASSWORD", text))
