"""Texts that fit a screen: what is longer is cut, and says how long it was. Reports have the whole."""

from __future__ import annotations

MOST_WIDE = 200
"""How many characters of a line are shown."""


def cut(text: str, lines: int, width: int = MOST_WIDE) -> str:
    """The first lines of a text, none of them wider than `width`."""
    found = text.splitlines()
    shown = [line if len(line) <= width else f"{line[:width]}... ({len(line)} characters)" for line in found]
    if len(shown) > lines + 1:
        shown = [*shown[:lines], f"... ({len(found)} lines)"]
    return "\n".join(shown)


def fits(text: str, lines: int, characters: int) -> bool:
    """Whether a text is short enough to be shown as it is: what is to be copied is of no use in parts."""
    return len(text) <= characters and len(text.splitlines()) <= lines
