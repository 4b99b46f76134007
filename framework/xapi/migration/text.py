"""The text of a source file, and edits of it that leave the rest byte for byte."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, order=True)
class Note:
    """What a person has to look at."""

    line: int
    reason: str


class SourceText:
    """A text, in which places are those of `ast`: lines from 1, and columns in bytes of UTF-8."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = _LINE.findall(text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self.line_end = "\r\n" if "\r\n" in text else "\n"
        self._edits: dict[int, tuple[int, str]] = {}

    def index(self, line: int, column: int) -> int:
        """Where in the text a place is."""
        content = self._lines[line - 1].encode("utf-8", "surrogatepass")[:column]
        return self._starts[line - 1] + len(content.decode("utf-8", "surrogatepass"))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends."""
        place = node.__dict__
        return (
            self.index(place["lineno"], place["col_offset"]),
            self.index(place["end_lineno"], place["end_col_offset"]),
        )

    def before(self, index: int) -> str:
        """What stands before a place in its line."""
        return self.text[max(start for start in self._starts if start <= index) : index]

    def replace(self, start: int, end: int, new: str) -> None:
        """Note an edit; one of the same place counts once."""
        if self.text[start:end] != new:
            self._edits[start] = (end, new)

    def edited(self) -> str:
        """The text with all edits."""
        text = self.text
        for start, (end, new) in sorted(self._edits.items(), reverse=True):
            text = text[:start] + new + text[end:]
        return text


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a Python file as it is written, and its encoding.

    Raises:
        SyntaxError: the encoding that it declares is not known.
        UnicodeDecodeError: it is not written in that encoding.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding), encoding
