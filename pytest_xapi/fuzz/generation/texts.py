"""Strings: by length, by format and by pattern."""

from __future__ import annotations

import base64
import re
import string
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

from pytest_xapi.fuzz.generation.ecma import as_python

Text = Callable[[Random], str]

_WORD = string.ascii_lowercase
_LONGEST = 2_000
"""How long a text without a limit gets at most."""

TROUBLE = (
    "\x00",
    "'",
    '"',
    "a'b\";--",
    "%",
    "\\",
    "\n",
    " ",
    "é",  # a combining accent
    "\u202eabc",  # written from right to left
    "😀",
    "a" + "😀" * 80,  # cut to some bytes, it ends within a character
    "ß",
    "İ",  # longer in lower case
    "\ufeff",
    "٣",  # a digit, though none of ASCII
    "<b>&amp;</b>",
    "${7*7}{{7*7}}",
    "../x",
    "null",
    "0",
    "-1",
    "1e999",
    "true",
    "a" * 40 + "!",  # almost a word: what tries each way to split it does not end
)
"""What programs stumble over."""

FORMATS: dict[str, Text] = {}
"""Texts by format; what is not here is not known."""

EDGES_OF_FORMATS: dict[str, tuple[str, ...]] = {
    "date": ("1970-01-01", "0001-01-01", "9999-12-31", "2000-02-29"),
    "date-time": (
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2000-02-29T12:00:00+14:00",
        "2001-01-01T00:00:00.000001-12:00",
    ),
    "time": ("00:00:00Z", "23:59:59.999999Z"),
    "duration": ("PT0S", "P1D", "P36500D"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"),
    "ipv4": ("0.0.0.0", "255.255.255.255", "127.0.0.1"),
    "ipv6": ("::", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    "email": ("a@example.com", f"{'a' * 64}@example.com", "a+b@example.org"),
    "uri": ("http://example.com", "https://example.com:8443/a/b?c=d#e"),
    "hostname": ("a.example", "example.com"),
    "byte": ("", "AA==", "////"),
}

GARBAGE = "no such thing"
"""Of no format."""


def _format(*names: str) -> Callable[[Text], Text]:
    def register(draw: Text) -> Text:
        for name in names:
            FORMATS[name] = draw
        return draw

    return register


@_format("date")
def _date(random: Random) -> str:
    return f"{random.randint(1900, 2100)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


@_format("time")
def _time(random: Random) -> str:
    return f"{random.randint(0, 23):02}:{random.randint(0, 59):02}:{random.randint(0, 59):02}Z"


@_format("date-time")
def _date_time(random: Random) -> str:
    return f"{_date(random)}T{_time(random)}"


@_format("duration")
def _duration(random: Random) -> str:
    return f"P{random.randint(0, 400)}DT{random.randint(0, 86_400)}S"


@_format("uuid", "uuid4")
def _uuid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


@_format("uuid1", "uuid3", "uuid5")
def _old_uuid(random: Random) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, word(random)))


@_format("email", "idn-email")
def _email(random: Random) -> str:
    return f"{word(random)}.{word(random)}@example.com"


@_format("uri", "iri", "url", "uri-reference", "iri-reference")
def _uri(random: Random) -> str:
    return f"https://example.com/{word(random)}?{word(random)}={random.randint(0, 99)}"


@_format("hostname", "idn-hostname")
def _hostname(random: Random) -> str:
    return f"{word(random)}.example.com"


@_format("ipv4", "ipvanyaddress")
def _ipv4(random: Random) -> str:
    return ".".join(str(random.randint(0, 255)) for _ in range(4))


@_format("ipv6")
def _ipv6(random: Random) -> str:
    return ":".join(f"{random.getrandbits(16):x}" for _ in range(8))


@_format("byte", "base64", "base64url")
def _byte(random: Random) -> str:
    return base64.b64encode(random.randbytes(random.randint(0, 3) * 3)).decode()


@_format("json-pointer")
def _pointer(random: Random) -> str:
    return f"/{word(random)}/{random.randint(0, 9)}"


@_format("json-string")
def _json(random: Random) -> str:
    return random.choice(["0", "null", "{}", "[1]", '"a"'])


@_format("regex")
def _regex(random: Random) -> str:
    return f"^{word(random)}+$"


def word(random: Random) -> str:
    """A short word."""
    return "".join(random.choices(_WORD, k=random.randint(1, 8)))


def plain(random: Random, least: int, most: int | None) -> str:
    """An ordinary text: one or more words, within the limits."""
    text = word(random)
    if random.random() < 0.2:
        text = f"{text.capitalize()} {word(random)} {random.randint(0, 99)}"
    while len(text) < least:
        text += word(random)
    return text if most is None else text[:most]


def strange(random: Random, least: int, most: int | None) -> str:
    """A text of what programs stumble over, within the limits."""
    if most == 0:
        return ""
    text = random.choice(TROUBLE)
    if random.random() < 0.3:
        text += random.choice(TROUBLE) + chr(
            random.choice((*range(1, 0xD7FF, 97), *range(0x1F300, 0x1F5FF, 31)))
        )
    while len(text) < least:
        text += random.choice(TROUBLE)
    return text if most is None else text[:most]


def lengths(least: int, most: int | None) -> list[int]:
    """The lengths at the limits, and just inside."""
    upper = most if most is not None else max(least, 1) + _LONGEST // 2
    found = [least, least + 1, upper - 1, upper]
    return [length for length in dict.fromkeys(found) if least <= length <= min(upper, 100_000)]


class Pattern:
    """A sampler of the texts that a regular expression matches.

    It reads the tree that the `re` module makes of the expression. What it cannot follow (references, look
    around) may come out wrong: all texts are matched before they are given.
    """

    def __init__(self, expression: str) -> None:
        """Read an expression.

        Raises:
            ValueError: Python has no such regular expression.
        """
        try:
            written = as_python(expression)
            self._compiled = re.compile(written)
            self._tree = re._parser.parse(written)
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(str(error)) from error
        self._expression = expression
        self._groups: dict[int | None, str] = {}
        """What the groups of the text that is being made hold, by number."""

    def draw(self, random: Random, least: int = 0, most: int | None = None) -> str | None:
        """A text that matches, within the limits; `None` if none was met."""
        for attempt in range(12):
            text = self._text(self._tree, random, longer=attempt % 3 * 8)
            if len(text) < least:
                text += self._text(self._tree, random, longer=least) if attempt % 2 else text * least
            if most is not None and len(text) > most:
                text = text[:most]
            if len(text) >= least and self._compiled.search(text):
                return text
        return None

    def matches(self, text: str) -> bool:
        """Whether the expression is found in a text."""
        return self._compiled.search(text) is not None

    def _text(self, tree: Any, random: Random, longer: int) -> str:
        return "".join(self._piece(str(kind), what, random, longer) for kind, what in tree)

    def _piece(self, kind: str, what: Any, random: Random, longer: int) -> str:
        match kind, what:
            case "LITERAL", int(code):
                return chr(code)
            case "NOT_LITERAL", int(code):
                return "a" if code != ord("a") else "b"
            case "ANY", _:
                return random.choice(_WORD)
            case "IN", list(items):
                return _member(items, random)
            case (("MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT"), (least, most, inner)):
                times = random.randint(int(least), min(int(most), int(least) + 3 + longer))
                return "".join(self._text(inner, random, 0) for _ in range(times))
            case "SUBPATTERN", (group, _, _, inner):
                self._groups[group] = text = self._text(inner, random, longer)
                return text
            case "GROUPREF", int(group):
                return self._groups.get(group, "")
            case "ATOMIC_GROUP", inner:
                return self._text(inner, random, longer)
            case "BRANCH", (_, branches):
                return self._text(random.choice(list(branches)), random, longer)
            case _:
                return ""


_CATEGORIES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_NOT_DIGIT": string.ascii_letters,
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": string.ascii_letters,
    "CATEGORY_WORD": string.ascii_letters + string.digits + "_",
    "CATEGORY_NOT_WORD": "-.",
}


def _member(items: list[tuple[Any, Any]], random: Random) -> str:
    """A character of a set."""
    if str(items[0][0]) == "NEGATE":
        excluded = set("".join(_characters(item) for item in items[1:]))
        rest = [
            character
            for character in string.ascii_letters + string.digits + "-_ "
            if character not in excluded
        ]
        return random.choice(rest) if rest else "\x7f"
    return random.choice(_characters(random.choice(items)) or "a")


def _characters(item: tuple[Any, Any]) -> str:
    kind, what = item
    match str(kind), what:
        case "LITERAL", int(code):
            return chr(code)
        case "RANGE", (int(first), int(last)):
            return "".join(chr(code) for code in range(first, min(last, first + 200) + 1))
        case "CATEGORY", category:
            return _CATEGORIES.get(str(category), "a")
        case _:
            return "a"
