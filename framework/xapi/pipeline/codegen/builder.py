"""Building Python source, and the names that it uses."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from functools import lru_cache
from keyword import iskeyword
from types import CodeType
from typing import Any, Self

_MOST_SHAPES = 128
"""For how many sources the code is kept. Those of operations of one shape are the same but for comments."""


def literal(text: str) -> str:
    """Text as source: a plain literal in ASCII, whatever class the text is of. Nothing of the text is run."""
    return ascii(str.__str__(text))


def number(value: int) -> str:
    """A number as source, whatever class it is of."""
    return int.__repr__(value)


def keyword(name: str, value: str) -> str:
    """The argument `name` of a call: by its name, or, where the source could not name it, unpacked."""
    name = str.__str__(name)
    if name.isascii() and name.isidentifier() and not iskeyword(name) and name != "__debug__":
        return f"{name}={value}"
    return f"**{{{literal(name)}: {value}}}"


class SourceBuilder:
    """Source that is being written; `names` are the global names that it finds when it runs.

    As a context manager it is the block of the header that was written last.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        # What is called may ask for them: Pydantic imports modules while it validates.
        self.names = {"__builtins__": vars(builtins), **names}
        self.lines: list[str] = []
        self.comments: list[int] = []
        self.indent = ""

    def line(self, text: str) -> None:
        self.lines.append(self.indent + text)

    def comment(self, text: str) -> None:
        """Write text as a comment, which ends where the text does. It is no part of the code."""
        self.comments.append(len(self.lines))
        self.line(f"# {literal(text)[1:-1]}")

    def block(self, header: str) -> Self:
        self.lines.append(self.indent + header)
        return self

    def __enter__(self) -> None:
        self.indent += "    "

    def __exit__(self, *raised: object) -> None:
        self.indent = self.indent[4:]

    def bind(self, name: str, value: Any) -> str:
        self.names[name] = value
        return name

    def code(self, file: str) -> CodeType:
        """The code of the function that was written, as that of a file; compiled once for its shape."""
        shape = [*self.lines]
        for place in self.comments:
            shape[place] = "#"
        return _in_file(_compiled("\n".join(shape)), file)


@lru_cache(_MOST_SHAPES)
def _compiled(source: str) -> CodeType:
    module = compile(source, "<xapi>", "exec")
    return next(part for part in module.co_consts if isinstance(part, CodeType))


def _in_file(code: CodeType, file: str) -> CodeType:
    """The same code under another file name. What it learns while it runs is its own."""
    parts = tuple(_in_file(part, file) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_filename=file, co_consts=parts)
