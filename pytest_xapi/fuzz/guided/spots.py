"""The places in a request that hold values, also inside of texts that encode something, and changing them."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from pytest_xapi.fuzz.generation import model
from pytest_xapi.fuzz.generation.model import GeneratedCase, Raw
from pytest_xapi.fuzz.model.cases import ABSENT

_MOST_SPOTS = 250
_DEEPEST = 8
_LEAST_ENCODED = 4
_LONGEST_BYTES = 128
"""Of texts that stand for bytes, which are looked at one by one."""
PLACES = tuple(model.PLACES.values())
BODY = "body"
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@dataclass(frozen=True)
class View:
    """A text read as something else."""

    kind: str
    """`base64`, `base64url`, `hex`, `json`, `percent`; `base64 bytes` and `hex bytes` as lists of numbers."""

    def read(self, text: Any) -> Any:
        """What the text encodes.

        Raises:
            ValueError: nothing.
        """
        if not isinstance(text, str) or not text:
            raise ValueError(text)
        match self.kind:
            case "json":
                return json.loads(text)
            case "percent":
                return unquote(text, errors="strict")
            case "hex":
                return bytes.fromhex(text).decode()
            case "hex bytes":
                return list(bytes.fromhex(text))
            case "base64 bytes":
                return list(b64decode(_padded(text), altchars=b"-_" if "-" in text or "_" in text else None))
            case "base64":
                return b64decode(_padded(text), validate=True).decode()
            case _:
                return urlsafe_b64decode(_padded(text)).decode()

    def written(self, value: Any, before: Any) -> str:
        """The text that encodes a value, padded as the one before was."""
        text = value if isinstance(value, str) else json.dumps(value)
        match self.kind:
            case "json":
                return json.dumps(value)
            case "hex bytes":
                return _as_bytes(value).hex()
            case "base64 bytes":
                is_url = isinstance(before, str) and ("-" in before or "_" in before)
                written = (urlsafe_b64encode if is_url else b64encode)(_as_bytes(value)).decode()
            case "percent":
                return quote(text, safe="")
            case "hex":
                return text.encode().hex()
            case "base64":
                written = b64encode(text.encode()).decode()
            case _:
                written = urlsafe_b64encode(text.encode()).decode()
        has_padding = not isinstance(before, str) or len(before) % 4 == 0
        return written if has_padding else written.rstrip("=")


@dataclass(frozen=True)
class Key:
    """The name of a member of an object."""

    name: str


Token = str | int | View | Key


@dataclass(frozen=True)
class Spot:
    """One place of a request."""

    place: str
    """The attribute of `Parts`."""
    path: tuple[Token, ...]

    @property
    def name(self) -> str:
        """What its value is called."""
        return next((item for item in reversed(self.path) if isinstance(item, str)), "")


def plain_name(name: str) -> str:
    """A name without what tells ways of writing apart."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def each(drawn: GeneratedCase) -> Iterator[tuple[Spot, Any]]:
    """The places of a request, with what is in them: the whole before its parts."""
    count = 0
    for place in (*PLACES, BODY):
        value = getattr(drawn.parts, place)
        if value is ABSENT or isinstance(value, Raw):
            continue
        for path, found in _below(value, (), 0):
            if path or place == BODY:
                yield Spot(place, path), found
                count += 1
            if count >= _MOST_SPOTS:
                return


def _below(value: Any, path: tuple[Token, ...], depth: int) -> Iterator[tuple[tuple[Token, ...], Any]]:
    yield path, value
    if depth >= _DEEPEST:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _below(item, (*path, name), depth + 1)
        for name in value:
            if path:
                yield (*path, Key(name)), name
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(item, (*path, index), depth + 1)
    elif isinstance(value, str):
        for view, inner in views(value):
            yield from _below(inner, (*path, view), depth + 1)


def views(text: str) -> Iterator[tuple[View, Any]]:
    """What a text can be read as, in the order in which that is likely."""
    if len(text) < _LEAST_ENCODED:
        return
    kinds = []
    is_read = False
    if text[0] in "{[":
        kinds.append("json")
    if "%" in text:
        kinds.append("percent")
    if _BASE64.fullmatch(text):
        kinds += ["base64url"] if "-" in text or "_" in text else ["base64"]
        if len(text) % 2 == 0 and len(text) <= _LONGEST_BYTES and re.fullmatch(r"[0-9a-fA-F]+", text):
            kinds += ["hex", "hex bytes"]
    for kind in kinds:
        try:
            inner = View(kind).read(text)
        except (ValueError, UnicodeDecodeError):
            continue
        if not isinstance(inner, str) or (inner.isprintable() and inner != text):
            yield View(kind), inner
            is_read = True
    if not is_read and len(text) <= _LONGEST_BYTES and text.endswith("=") and _BASE64.fullmatch(text):
        with suppress(ValueError):
            yield View("base64 bytes"), View("base64 bytes").read(text)


def value_at(drawn: GeneratedCase, spot: Spot) -> Any:
    """What is in a place.

    Raises:
        LookupError: there is no such place.
    """
    value = getattr(drawn.parts, spot.place)
    for token in spot.path:
        value = _step(value, token)
    return value


def _step(value: Any, token: Token) -> Any:
    if isinstance(token, View):
        try:
            return token.read(value)
        except (ValueError, UnicodeDecodeError) as error:
            raise LookupError(token) from error
    if isinstance(token, Key):
        if isinstance(value, dict) and token.name in value:
            return token.name
        raise LookupError(token)
    if not isinstance(value, dict | list):
        raise LookupError(token)
    try:
        return value[token]  # type: ignore[index]
    except TypeError as error:
        raise LookupError(token) from error


def changed(drawn: GeneratedCase, spot: Spot, value: Any) -> GeneratedCase:
    """The same request with another value in a place; `ABSENT` takes away what is there.

    Raises:
        LookupError: there is no such place any more.
    """
    before = getattr(drawn.parts, spot.place)
    after = _put(before, spot.path, value)
    parts = replace(drawn.parts, **{spot.place: after})
    return replace(drawn, parts=parts, flaws=(), is_changed=True)


def _put(value: Any, path: tuple[Token, ...], new: Any) -> Any:
    if not path:
        return new
    token, rest = path[0], path[1:]
    if isinstance(token, View):
        return token.written(_put(_step(value, token), rest, new), value)
    if isinstance(token, Key):
        _step(value, token)
        return {(str(new) if name == token.name else name): item for name, item in value.items()}
    if isinstance(value, dict):
        kept = dict(value)
        if not rest and new is ABSENT:
            kept.pop(str(token), None)
            return kept
        kept[str(token)] = _put(kept.get(str(token)), rest, new)
        return kept
    if isinstance(value, list) and isinstance(token, int) and token < len(value):
        items = list(value)
        if not rest and new is ABSENT:
            del items[token]
            return items
        items[token] = _put(items[token], rest, new)
        return items
    raise LookupError(token)


def _as_bytes(value: Any) -> bytes:
    """The bytes of a list of numbers; those that are none are cut to eight bits."""
    if isinstance(value, str):
        return value.encode("latin-1", "replace")
    numbers = value if isinstance(value, list) else [value]
    return bytes(int(item) & 0xFF for item in numbers if isinstance(item, int | float))


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)
