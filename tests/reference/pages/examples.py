"""The examples of the reference's pages, read from the pages when they are needed.

Their text is not ours, so it is not in this repository. The pages lie beside the checkout of those who work
on xapi; a user's clone does not have them.
"""

from __future__ import annotations

import io
import re
import tokenize
from functools import cache
from pathlib import Path

PAGES = Path(__file__).parents[4] / "shared" / "spec" / "pages"

LABELLED = re.compile(r"^\*Example (\d+)[^\n]*\*\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKES_AN_APP = re.compile(r"\bFastAPI\(")
LEFT_OUT = re.compile(r"^# Code (above|below) omitted", re.MULTILINE)

OUR_NAMES = {"fastapi": "xapi", "FastAPI": "XAPI"}


@cache
def examples(page: str) -> dict[int, str]:
    """The labelled Python examples of a page by their numbers, as they are written there."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return {int(number): source for number, source in LABELLED.findall(text)}


def complete_examples() -> list[tuple[str, int]]:
    """Every example that makes an app and leaves nothing out, as its page and its number."""
    return [
        (page.stem, number)
        for page in sorted(PAGES.glob("*.md"))
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
