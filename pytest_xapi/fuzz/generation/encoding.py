"""From the values of a case to the request on the wire: styles of parameters, media types of bodies.

Parameters are serialised as OpenAPI says ("Style Values"; RFC 6570 for `simple`, `label` and `matrix`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, quote_plus

from pytest_xapi.fuzz.generation.model import Body, Raw, RequestParameter, Style
from xapi.openapi.reader.media_types import essence, is_json, is_xml_or_yaml

Pairs = list[tuple[str, str]]

_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_IN_COOKIES = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '",;\\%')
FORM, MULTIPART = FORMS = "application/x-www-form-urlencoded", "multipart/form-data"
_NOT_IN_HEADERS = frozenset("\r\n\0")


class Unsendable(Exception):
    """HTTP has no way to say it, or the case's serialiser none to write it."""


class Foreign(Exception):
    """A media type that is not written here."""


def text(value: Any) -> str:
    """A value as text; what has items, as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return json.dumps(value) if isinstance(value, dict | list) else repr(value)


_JSON = json.JSONEncoder(default=text, check_circular=False)
"""Writes bodies; what JSON has no type for as `text` does."""


def is_sent(parameter: RequestParameter, value: Any) -> bool:
    """Whether anything is sent of a value: not of null, nor of what has no items in queries and cookies."""
    is_text = parameter.media_type is not None and essence(parameter.media_type) != FORM
    if parameter.location == "path" or is_text:
        return True
    return value is not None and (parameter.location == "header" or value not in ([], {}))


def query_pairs(parameter: RequestParameter, value: Any) -> Pairs:
    """What a query parameter is sent as; nothing for null, and for what has no items."""
    name = parameter.name
    if parameter.is_whole:
        return form_pairs(value, {}) if isinstance(value, dict) else []
    if parameter.media_type is not None:
        return [(name, content_text(parameter.media_type, value))]
    if isinstance(value, list):
        texts = [text(item) for item in value]
        if parameter.explode and parameter.style == "form":
            return [(name, item) for item in texts]
        return [(name, _DELIMITERS.get(parameter.style, ",").join(texts))] if texts else []
    if isinstance(value, dict):
        if parameter.style == "deepObject":
            return [(f"{name}[{key}]", text(item)) for key, item in value.items() if item is not None]
        if parameter.explode:
            return [(key, text(item)) for key, item in value.items() if item is not None]
        return [(name, _DELIMITERS.get(parameter.style, ",").join(_flat(value)))] if value else []
    return [] if value is None else [(name, text(value))]


def content_text(media_type: str, value: Any) -> str:
    """What a parameter is sent as that is described by `content`: JSON, or its text."""
    return _JSON.encode(value) if is_json(media_type) else text(value)


def _flat(value: dict[str, Any]) -> list[str]:
    return [part for key, item in value.items() for part in (key, text(item))]


def path_text(parameter: RequestParameter, value: Any, slashes: bool = False) -> str:
    """What a path parameter is sent as, percent-encoded.

    Args:
        parameter: The parameter.
        value: Its value.
        slashes: Whether text may have slashes in it, as they are.

    Raises:
        Unsendable: it would be another path.
    """
    if parameter.media_type is not None:
        value = content_text(parameter.media_type, value)
    is_list, is_object = isinstance(value, list), isinstance(value, dict)
    name = parameter.name
    delimiter = {"label": ".", "matrix": ";"}.get(parameter.style, ",") if parameter.explode else ","
    if is_list:
        parts = [_quoted(item) for item in value]
        if parameter.style == "matrix" and parameter.explode:
            parts = [f"{name}={part}" for part in parts]
    elif is_object and parameter.explode:
        parts = [f"{quote(key, safe='')}={_quoted(item)}" for key, item in value.items()]
    elif is_object:
        parts = [quote(part, safe="") for part in _flat(value)]
    else:
        parts = [_quoted(value)]
    joined = delimiter.join(parts)
    if parameter.style == "label":
        return f".{joined}"
    if parameter.style == "matrix":
        return f";{joined}" if parameter.explode and (is_list or is_object) else f";{name}={joined}"
    # Servers decode a path before they route, and take dots for folders.
    if slashes and isinstance(value, str):
        joined = joined.replace("%2F", "/")
    if joined in ("", ".", "..") or "%2F" in joined:
        raise Unsendable(f"path parameter {name}")
    return joined


def _quoted(value: Any) -> str:
    try:
        return quote(text(value), safe="")
    except UnicodeEncodeError as error:
        raise Unsendable(str(error)) from error


def header_text(parameter: RequestParameter, value: Any) -> str:
    """What a header or a cookie is sent as (style `simple`)."""
    if parameter.media_type is not None:
        return content_text(parameter.media_type, value)
    if isinstance(value, list):
        return ",".join(text(item) for item in value)
    if isinstance(value, dict):
        if parameter.explode:
            return ",".join(f"{key}={text(item)}" for key, item in value.items())
        return ",".join(_flat(value))
    return text(value)


def cookie_pairs(parameter: RequestParameter, value: Any) -> Pairs:
    """What a cookie parameter is sent as: what is exploded, as cookies of their own."""
    if isinstance(value, list) and parameter.explode and parameter.media_type is None:
        return [(parameter.name, text(item)) for item in value]
    if isinstance(value, dict) and parameter.explode and parameter.media_type is None:
        return [(name, text(item)) for name, item in value.items()]
    return [(parameter.name, header_text(parameter, value))]


def checked_header(name: str, value: str) -> tuple[str, str]:
    """A header.

    Raises:
        Unsendable: it has characters that HTTP cannot say (RFC 9110, section 5.5).
    """
    if _NOT_IN_HEADERS.intersection(value) or not value.isascii():
        try:
            value.encode("latin-1")
        except UnicodeEncodeError as error:
            raise Unsendable(name) from error
        if _NOT_IN_HEADERS.intersection(value):
            raise Unsendable(name)
    return name, value.strip(" \t")


def query_string(pairs: Pairs) -> str:
    """Pairs as a query.

    Raises:
        Unsendable: there is text that is not Unicode.
    """
    try:
        return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
    except UnicodeEncodeError as error:
        raise Unsendable(str(error)) from error


def cookie_header(pairs: Pairs) -> str:
    """Pairs as the header `Cookie` (RFC 6265, section 4.2); what it has no way to say is percent-encoded."""
    try:
        return "; ".join(f"{name}={quote(value, safe=_IN_COOKIES)}" for name, value in pairs)
    except UnicodeEncodeError as error:
        raise Unsendable(str(error)) from error


def body_bytes(body: Body | None, media_type: str, value: Any) -> tuple[bytes, str]:
    """A body, and the media type that it is sent with.

    Raises:
        Foreign: bodies of that type are not written here.
        Unsendable: the value cannot be said in that type.
    """
    kind = essence(media_type)
    if isinstance(value, Raw):
        return value.content, _bounded(value.content)[1] if kind == MULTIPART else media_type
    try:
        if is_json(kind) or (kind == "*/*" and not isinstance(value, bytes | str)):
            return _JSON.encode(value).encode(), media_type.replace("*/*", "application/json")
        if kind == FORM and isinstance(value, dict):
            return query_string(form_pairs(value, {} if body is None else body.styles)).encode(), media_type
        if kind == MULTIPART and isinstance(value, dict):
            return _multipart(value, {} if body is None else body.content_types)
        is_text = isinstance(value, bytes | str) and kind not in FORMS
        if is_text or kind.startswith("text/") or is_opaque(media_type):
            return value if isinstance(value, bytes) else text(value).encode(), _whole(media_type)
    except (TypeError, UnicodeEncodeError) as error:
        raise Unsendable(str(error)) from error
    raise Foreign(media_type)


def is_opaque(media_type: str) -> bool:
    """Whether nothing writes values of a media type but bytes and texts, which are sent as they are."""
    kind = essence(media_type)
    is_structured = is_json(kind) or kind in FORMS or is_xml_or_yaml(kind)
    return not is_structured and not kind.startswith("text/") and "*" not in kind.partition("/")[0]


def _whole(media_type: str) -> str:
    """A media type of a range, such as `image/*`, that can be sent."""
    if "*" not in media_type:
        return media_type
    kind = media_type.partition("/")[0].strip()
    return {"*": "application/octet-stream", "text": "text/plain", "image": "image/png"}.get(
        kind, f"{kind}/octet-stream"
    )


def form_pairs(value: dict[str, Any], styles: Mapping[str, Style]) -> Pairs:
    """The fields of a form: an array is a field several times, an object is JSON."""
    found: Pairs = []
    for name, item in value.items():
        if name in styles:
            written = RequestParameter(name, "query", False, {}, styles[name].style, styles[name].explode)
            found += query_pairs(written, item)
        else:
            found += [(name, text(part)) for part in (item if isinstance(item, list) else [item])]
    return found


def _multipart(value: dict[str, Any], content_types: Mapping[str, str]) -> tuple[bytes, str]:
    """A form of fields and files (RFC 7578)."""
    pieces = []
    for name, item in value.items():
        for part in item if isinstance(item, list) else [item]:
            pieces.append(_part(name, part, content_types.get(name)))
    boundary, media_type = _bounded(b"".join(pieces))
    line = f"--{boundary}\r\n".encode()
    content = b"".join(line + piece + b"\r\n" for piece in pieces) + f"--{boundary}--\r\n".encode()
    return content, media_type


def _bounded(content: bytes) -> tuple[str, str]:
    """A boundary that follows from what it separates, and the media type that names it."""
    boundary = f"xapi-{blake2b(content, digest_size=8).hexdigest()}"
    return boundary, f"multipart/form-data; boundary={boundary}"


def _part(name: str, value: Any, content_type: str | None) -> bytes:
    escaped = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = f'Content-Disposition: form-data; name="{escaped}"'
    if isinstance(value, bytes):
        kind = content_type or "application/octet-stream"
        head += f'; filename="{escaped}"\r\nContent-Type: {kind}'
        return f"{head}\r\n\r\n".encode() + value
    if content_type is None and isinstance(value, dict):
        content_type = "application/json"  # OpenAPI 3.1, section 4.8.15
    if content_type is not None:
        head += f"\r\nContent-Type: {content_type}"
    return f"{head}\r\n\r\n{text(value)}".encode()
