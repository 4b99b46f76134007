"""Strings from outside (requests, exceptions, documents), made safe for terminals and log files."""

from __future__ import annotations

import re

_UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""Characters that a terminal obeys instead of showing them, that end a line, or that turn the text around."""
_LONGEST_EXCERPT = 60
_HIDDEN = f"[{_UNSEEN}]"
_HIDDEN_OR_BREAK = f"[\t\n{_UNSEEN}]"


def visible(text: str) -> str:
    """`text` with escapes of Python for what a terminal would not show; its lines stay."""
    return _escaped(_HIDDEN, text)


def visible_line(text: str) -> str:
    """The same in one line: with escapes for line breaks and tabulators, too."""
    return _escaped(_HIDDEN_OR_BREAK, text)


def excerpt(value: object) -> str:
    """The beginning of how Python writes a value, for messages."""
    text = repr(value)
    return text if len(text) <= _LONGEST_EXCERPT else f"{text[: _LONGEST_EXCERPT - 3]}..."


def _escaped(characters: str, text: str) -> str:
    # None of them is printable. `re` keeps what it has compiled, so that an import does not pay for it.
    return text if text.isprintable() else re.sub(characters, _escape, text)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
