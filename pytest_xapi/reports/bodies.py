"""The bytes of requests and answers in JSON: as text where they are text, else in base64 (RFC 4648)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TypeAlias

Body: TypeAlias = str | Mapping[str, str]


def encoded(body: bytes) -> Body:
    """`body` as text, or as `{"base64": ...}`."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


def decoded(body: Body) -> bytes:
    """What `encoded` was given."""
    return body.encode() if isinstance(body, str) else b64decode(body["base64"])
