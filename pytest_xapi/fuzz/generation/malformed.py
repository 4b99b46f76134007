"""Bodies of JSON that no serialiser writes: broken ones, and such as not all programs can read (RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pytest_xapi.fuzz.generation.encoding import text

MALFORMED = "malformed body"
HALF_PAIR = "half of a surrogate pair"
"""The kind of the flaw that a text has no bytes in UTF-8: JSON all the same, which few frameworks answer."""
BROKEN = (b"", b"{", b"[1,", b'{"a": }', b"nul", b"\xff\xfe", b"{}{}")
"""What is not JSON."""

_HALF_OF_A_PAIR = "\ud800"
_MOST_TEXTS = 10


def bodies(value: Any) -> Iterator[tuple[str, bytes]]:
    """Bodies that break JSON, or its rules about Unicode (section 8.2), each with the kind of its flaw.

    Args:
        value: What the body would hold. Its texts are replaced, one by one, by half of a surrogate pair; that
            has no bytes in UTF-8, but an escape in JSON.
    """
    yield from ((MALFORMED, content) for content in BROKEN)
    for count, changed in enumerate(_with_half_pairs(value)):
        if count >= _MOST_TEXTS:
            return
        yield HALF_PAIR, json.dumps(changed, default=text).encode()


def _with_half_pairs(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield _HALF_OF_A_PAIR
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from ({**value, name: changed} for changed in _with_half_pairs(item))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from ([*value[:index], changed, *value[index + 1 :]] for changed in _with_half_pairs(item))
