"""Whether the body of a request can be read at all, before anything is asked of what it holds."""

from __future__ import annotations

import json
import re
from email.message import Message

from xapi.openapi.reader.media_types import essence, is_json

_BYTES_OF_NO_TEXT = b"\xff"
"""What is no text in UTF-8, and so no JSON (RFC 8259, section 8.1), and no delimiter of a multipart body."""
_HEADERS = re.compile(rb"\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n]*\r\n)+\r\n")
"""How a part begins, after its delimiter (RFC 2046, section 5.1.1)."""


def unreadable(media_type: str) -> bytes | None:
    """A body that cannot be read as a media type; `None` where any bytes can, or nobody knows."""
    return _BYTES_OF_NO_TEXT if is_json(media_type) or _is_multipart(media_type) else None


def least(media_type: str) -> bytes:
    """A body that can be read as a media type which has unreadable ones, and that says nothing."""
    if is_json(media_type):
        return b"null"
    boundary = _boundary(media_type)
    return b'--%b\r\nContent-Disposition: form-data; name=""\r\n\r\n\r\n--%b--\r\n' % (boundary, boundary)


def is_readable(media_type: str, content: bytes) -> bool:
    """Whether a body is what its media type says, as far as that can be told."""
    if is_json(media_type):
        return _is_json_text(content)
    return not _is_multipart(media_type) or _has_parts(media_type, content)


def _is_multipart(media_type: str) -> bool:
    return essence(media_type).startswith("multipart/")


def _is_json_text(content: bytes) -> bool:
    try:
        json.loads(content.decode())
    except (ValueError, RecursionError):
        return False
    return True


def _has_parts(media_type: str, content: bytes) -> bool:
    boundary = _boundary(media_type)
    _, *parts = (b"\r\n" + content).split(b"\r\n--" + boundary)
    return (
        bool(boundary) and len(parts) > 1 and parts[-1][:2] == b"--" and all(map(_HEADERS.match, parts[:-1]))
    )


def _boundary(media_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = media_type
    return (header.get_boundary() or "").encode()
