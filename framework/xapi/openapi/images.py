"""The images in the texts of a document, in CommonMark and in HTML, found in one pass each."""

from __future__ import annotations

import re
from html import unescape

_IN_MARKDOWN = re.compile(r"""\\.|!?\[|\]\(\s*<?([^\s"'<>)]+)|\]""", re.DOTALL)
"""What opens and closes the text of a link or an image. Nothing before it is looked at twice."""
_TAG = re.compile(r"<img(?=[\s/])", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>"'=<]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`]+)))?""")


def images_in(text: str) -> list[str]:
    """The URLs of the images in a CommonMark text, also of those in its HTML, as they are written there."""
    return [*_in_markdown(text), *_in_html(text)]


def _in_markdown(text: str) -> list[str]:
    if "](" not in text:
        return []
    urls, open_brackets = [], []
    for found in _IN_MARKDOWN.finditer(text):
        token = found[0]
        if token.endswith("[") and token[0] != "\\":
            open_brackets.append(token)
        elif token[0] == "]" and open_brackets and open_brackets.pop() == "![" and found[1]:
            urls.append(found[1])
    return urls


def _in_html(text: str) -> list[str]:
    urls: list[str] = []
    tag = _TAG.search(text)
    while tag is not None:
        place = tag.end()
        while attribute := _ATTRIBUTE.match(text, place):
            place = attribute.end()
            if attribute[1].lower() == "src" and (url := next(filter(None, attribute.groups()[1:]), None)):
                urls.append(unescape(url))
        tag = _TAG.search(text, place)
    return urls
