"""The examples of the reference's pages, read from the pages when they are needed.

Their text is not ours, so it is not in this repository, and `make test` does without them. Those who have the
pages name their folder: `make test-pages PAGES=...`.
"""

from __future__ import annotations

import io
import os
import re
import tokenize
from functools import cache
from pathlib import Path

LABELLED = re.compile(r"^\*Example (\d+)[^\n]*\*\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKES_AN_APP = re.compile(r"\bFastAPI\(")
LEFT_OUT = re.compile(r"^# Code (above|below) omitted", re.MULTILINE)

OUR_NAMES = {"fastapi": "xapi", "FastAPI": "XAPI"}


def folder() -> Path:
    """The folder of the pages, which the variable `PAGES` of the environment names.

    Raises:
        FileNotFoundError: If it is not set, or there are no pages in the folder.
    """
    named = os.environ.get("PAGES")
    if not named:
        raise FileNotFoundError("PAGES is not set: name the folder with the pages of the reference")
    found = Path(named).resolve()
    if not any(found.glob("*.md")):
        raise FileNotFoundError(f"there are no pages of the reference (*.md) in {found}, which PAGES names")
    return found


@cache
def examples(page: str) -> dict[int, str]:
    """The labelled Python examples of a page by their numbers, as they are written there."""
    text = (folder() / f"{page}.md").read_text(encoding="utf-8")
    return {int(number): source for number, source in LABELLED.findall(text)}


def complete_examples() -> list[tuple[str, int]]:
    """Every example that makes an app and leaves nothing out, as its page and its number."""
    return [
        (page.stem, number)
        for page in sorted(folder().glob("*.md"))
        for number, source in examples(page.stem).items()
        if MAKES_AN_APP.search(source) and not LEFT_OUT.search(source)
    ]


def renamed(source: str) -> str:
    """The example with our names for those of the reference. Text in strings stays as it is."""
    lines = source.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(source).readline))):
        if token.type == tokenize.NAME and token.string in OUR_NAMES:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + OUR_NAMES[token.string] + line[token.end[1] :]
    return "".join(lines)
