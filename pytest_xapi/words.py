"""What every text of the plugin may need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus


def counted(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str], most: int) -> str:
    """The names, separated by commas; of more than `most` the first ones, and how many others there are."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} others"


def printable(text: str) -> str:
    """`text` without what cannot be encoded: lone surrogates, which generated strings may hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def phrase(status: int) -> str:
    """The reason phrase of a status (RFC 9110, section 15); empty for one that is not registered."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def wildcard(text: str) -> re.Pattern[str]:
    """A pattern for what a user writes with `*` for anything."""
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)
