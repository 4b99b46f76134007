"""Building Python source, and the names that it uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from keyword import iskeyword
from typing import Any


def literal(text: str) -> str:
    """Text as source: a plain literal in ASCII, whatever class the text is of. Nothing of the text is run."""
    return ascii(str.__str__(text))


def number(value: int) -> str:
    """A number as source, whatever class it is of."""
    return int.__repr__(value)


def comment(text: str) -> str:
    """Text as a comment, which ends where the text does."""
    return f"# {literal(text)[1:-1]}"


def keyword(name: str, value: str) -> str:
    """The argument `name` of a call: by its name, or, where the source could not name it, unpacked."""
    name = str.__str__(name)
    if name.isascii() and name.isidentifier() and not iskeyword(name) and name != "__debug__":
        return f"{name}={value}"
    return f"**{{{literal(name)}: {value}}}"


class SourceBuilder:
    """Source that is being written; `names` are the global names that it finds when it runs."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.lines: list[str] = []
        self.depth = 0

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        self.line(header)
        self.depth += 1
        yield
        self.depth -= 1

    def bind(self, name: str, value: Any) -> str:
        self.names[name] = value
        return name
