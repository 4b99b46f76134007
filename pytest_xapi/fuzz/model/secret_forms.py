"""The texts under which a secret may be met in what a run writes: as it is, encoded, escaped, cut."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote

SHORTEST = 4
"""A shorter text is hidden only where credentials stand: elsewhere it is part of many words."""
_LEAST = 8
"""So many characters of a secret are hidden, whatever follows them."""
_SUB_DELIMITERS = "!$&'()*+,;=:@"
"""What libraries leave as it is in a path or a query (RFC 3986, section 3.3)."""

Encoder = Callable[[str], str]
_ESCAPES: tuple[Encoder, ...] = (
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    lambda text: quote(text, safe=f"{_SUB_DELIMITERS}/?"),
    lambda text: _lower_hex(quote(text, safe="")),
    lambda text: _lower_hex(quote_plus(text)),
    unquote,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: json.dumps(text).replace("/", r"\/")[1:-1],
    lambda text: repr(text)[1:-1],
    lambda text: repr(text.encode("utf-8", "surrogateescape"))[2:-1],
    html.escape,
    lambda text: html.escape(text, quote=False),
    lambda text: html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    lambda text: text.replace("'", "'\"'\"'"),
    lambda text: text.replace("'", "'\\''"),
    lambda text: text.encode("utf-8", "surrogateescape").decode("latin-1"),
    lambda text: "".join(f"\\{byte:03o}" for byte in text.encode("utf-8", "surrogateescape")),
)
"""What puts a text into a URL, JSON, Python, HTML, a shell; or reads its UTF-8 as Latin-1."""
_CODES: tuple[Encoder, ...] = (
    lambda text: b64encode(text.encode("utf-8", "surrogateescape")).decode(),
    lambda text: urlsafe_b64encode(text.encode("utf-8", "surrogateescape")).decode(),
    lambda text: text.encode("utf-8", "surrogateescape").hex(),
)


@dataclass(frozen=True)
class Form:
    """One text under which a secret may be met."""

    text: str
    least: int
    """How many characters of it, from the first one, are hidden; all where it is its length."""
    is_word: bool
    """Whether its beginning is hidden only between what is no letter and no digit."""
    name: str
    """The name of the variable that stands for it: `KEY`."""

    @property
    def head(self) -> str:
        """What must be met for anything of it to be hidden."""
        return self.text[: self.least]

    def matches(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a text, or as much of its beginning as is to be hidden."""
        at = text.find(self.head)
        while at >= 0:
            end = at + self._met(text, at)
            is_part = end - at < len(self.text) or len(self.text) < SHORTEST
            if not (is_part and self.is_word and _is_inside_word(text, at, end)):
                yield at, end
            at = text.find(self.head, at + 1)

    def _met(self, text: str, at: int) -> int:
        """How many characters of it stand in a text that has at least its head there: found by halving.

        Tokens of one service begin alike, so that one of them meets the beginnings of all the others.
        """
        if text.startswith(self.text, at):
            return len(self.text)
        least, most = self.least, len(self.text) - 1
        while least < most:
            middle = (least + most + 1) // 2
            if text.startswith(self.text[:middle], at):
                least = middle
            else:
                most = middle - 1
        return least

    def shown(self, length: int, following: str) -> str:
        """What stands for so much of it, in a form that shells read.

        Args:
            length: the number of characters of it that are hidden.
            following: the character after them.
        """
        missing = len(self.text) - length
        if missing:
            return f"${{{self.name}{'%?' if missing == 1 else f':0:{length}'}}}"
        return f"${{{self.name}}}" if re.match(r"\w", following) else f"${self.name}"


class KnownForms:
    """The forms of many secrets, found by how they begin: every request that is sent is searched for them."""

    def __init__(self) -> None:
        self._by_start: dict[int, dict[str, list[Form]]] = {}
        """By the length of the beginning, and by the beginning itself."""

    def __bool__(self) -> bool:
        return any(self._by_start.values())

    def add(self, found: Iterable[Form]) -> None:
        """Know the forms of a secret."""
        for form in found:
            start = form.head[:_LEAST]
            self._by_start.setdefault(len(start), {}).setdefault(start, []).append(form)

    def remove(self, found: Iterable[Form]) -> None:
        """Know the forms of a secret no longer."""
        for form in found:
            start = form.head[:_LEAST]
            same = self._by_start[len(start)][start]
            same.remove(form)
            if not same:
                del self._by_start[len(start)][start]

    def met_in(self, text: str) -> Iterator[Form]:
        """The forms of which at least the head is in a text."""
        for length, starts in self._by_start.items():
            if len(starts) < len(text):
                met: Iterable[str] = [start for start in starts if start in text]
            else:
                met = starts.keys() & {text[at : at + length] for at in range(len(text) - length + 1)}
            for start in met:
                yield from (form for form in starts[start] if form.head in text)


@lru_cache(maxsize=256)  # a document may have many, and is served for each item
def forms(secret: str, name: str) -> tuple[Form, ...]:
    """The forms of a secret.

    Args:
        secret: the text, not empty.
        name: of the variable that stands for it; where it is percent-encoded, `_URL` is added.
    """
    found = {secret: name}
    once = [encode(secret) for encode in _ESCAPES]
    for text in once[:6]:
        found.setdefault(text, f"{name}_URL")
    twice = [encode(text) for text in {*once} for encode in _ESCAPES] if {*once} != {secret} else []
    coded = [encode(secret) for encode in _CODES] if len(secret) >= SHORTEST else []
    coded += [quote(text, safe="") for text in coded]
    for text in [*once, *twice, *coded]:
        found.setdefault(text, name)
    return tuple(_form(text, variable) for text, variable in found.items() if text)


def _form(text: str, name: str) -> Form:
    """A form; a beginning that is a common word, such as `password`, is not hidden without what follows."""
    least, length = _LEAST, len(text)
    if length <= _LEAST:
        return Form(text, max(length - 1, 1) if length > SHORTEST else length, True, name)
    while least < length - 1 and text[:least].isalpha():
        least += 1
    return Form(text, least, False, name)


def _is_inside_word(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()


def _lower_hex(text: str) -> str:
    head, *rest = text.split("%")
    return "".join([head, *(f"%{part[:2].lower()}{part[2:]}" for part in rest)])
