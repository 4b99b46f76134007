"""What a value would have to be for the code to go on in another way."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, EnumMeta
from random import Random
from types import ModuleType
from typing import Any

from pytest_xapi.fuzz.generation import texts
from pytest_xapi.fuzz.guided import sites
from pytest_xapi.fuzz.guided.probes import Event
from pytest_xapi.fuzz.guided.sites import Site
from pytest_xapi.fuzz.guided.values import beside, members_of, next_to, other_than, with_piece
from pytest_xapi.fuzz.guided.watched import LOOKUPS, SEARCHES

_MOST_MEMBERS = 8
_DRAWS = 4
_MOST_LENGTH = 300
NEW_VALUES = ("1", 1)
"""What a member gets that nothing is known of but its name."""

_CLASSES: Mapping[str, tuple[Any, ...]] = {
    "isdigit": ("1", "a"),
    "isdecimal": ("1", "a"),
    "isnumeric": ("1", "a"),
    "isalpha": ("a", "1"),
    "isalnum": ("a1", "-"),
    "isupper": ("A", "a"),
    "islower": ("a", "A"),
    "istitle": ("Aa", "a"),
    "isascii": ("a", "\u00e9"),
    "isspace": (" ", "a"),
    "isidentifier": ("a", "1-"),
    "isprintable": ("a", "\n"),
}
_TIMES = (
    "2024-02-29",
    "2024-02-29T12:30:00",
    "2024-02-29T12:30:00+00:00",
    "12:30:00",
    "1999-12-31",
    "2100-01-01",
)
_ENCODED: Mapping[str, tuple[str, ...]] = {
    "b64decode": tuple(b64encode(text.encode()).decode() for text in ("abc", '{"a": 1}', "a:b")),
    "urlsafe_b64decode": tuple(b64encode(text.encode()).decode() for text in ("abc", '{"a": 1}', "a:b")),
    "standard_b64decode": (b64encode(b"abc").decode(), b64encode(b'{"a": 1}').decode()),
    "b32decode": ("MFRGG===",),
    "b16decode": ("616263",),
    "unhexlify": ("616263",),
    "fromhex": ("616263",),
    "loads": ('{"a": 1}', "[1]", "1", '"a"'),
    "unquote": ("a%2Fb",),
    "unquote_plus": ("a%2Fb+c",),
    "parse_qs": ("a=1&b=2",),
    "parse_qsl": ("a=1&b=2",),
    "urlsplit": ("http://a:1/b?c=d#e", "https://a@b.c"),
    "urlparse": ("http://a:1/b?c=d#e", "https://a@b.c"),
}
_NOT_EMPTY = ("min", "max", "mean", "median", "fmean", "stdev", "variance", "next")
_LEAST = {"sqrt": 0, "log": 1, "log10": 1, "log2": 1, "chr": 0}
"""The least that functions take."""
_NUMBERS = ("int", "float", "complex", "Decimal", "Fraction")
_WITHOUT_VALUE = ("NaN", "Infinity")
"""What texts of numbers may be that is no number of the usual kind."""
_EXPRESSIONS = ("match", "fullmatch", "search", "compile", "findall", "finditer", "sub", "subn", "split")
_UNREADABLE = "("
"""No regular expression."""
_TEMPLATES = ("{", "{a}", "{0.a}")
_OF_TYPES: Mapping[type, tuple[Any, ...]] = {
    bool: (True,),
    int: (1,),
    float: (1.5,),
    str: ("a",),
    list: (["a"], [1]),
    dict: ({"a": 1},),
    type(None): (None,),
}


@dataclass(frozen=True)
class Wish:
    """A value that a side of a probe should have."""

    side: int
    """Which of the event's values."""
    value: Any
    key: Any = None
    """A member of that value which is to be there; `value` is what it holds then."""
    length: int | None = None
    """How long that value should be; `value` does not count then."""
    is_gone: bool = False
    """Whether that member is not to be there."""
    is_typed: bool = False
    """Whether the value's own type counts, whatever type was sent before."""


def wishes(site: Site, event: Event, random: Random) -> Iterator[Wish]:
    """What would make the code go on in another way than it has at one event.

    Args:
        site: Where it was.
        event: What was seen.
        random: Decides where there are many ways.
    """
    match site.kind:
        case sites.COMPARE | sites.DIVIDE:
            yield from _of_comparison(site.what, event)
        case sites.TRUTH:
            yield from _of_truth(event.values[0], bool(event.outcome))
        case sites.MATCH:
            for static in site.static:
                yield from (Wish(0, value) for value in _of_pattern(static))
        case sites.ITEM:
            yield from _of_item(event)
        case sites.UNPACK:
            _, count = event.values
            lengths = (count + 1, count - 1) if event.outcome else (count,)
            yield from (Wish(0, None, length=length) for length in lengths if length >= 0)
        case sites.CALL:
            yield from _of_call(site.what, event)
        case sites.METHOD:
            yield from _of_method(site, event, random)


def _of_comparison(operator: str, event: Event) -> Iterator[Wish]:
    left, right = event.values
    holds = not event.outcome if event.outcome is not None else True
    if operator in ("!=", "is not", "not in"):
        holds, operator = not holds, {"!=": "==", "is not": "is", "not in": "in"}[operator]
    match operator:
        case "==" | "is":
            if holds:
                yield Wish(0, right)
                if isinstance(left, str) and isinstance(right, str) and len(left) == 1 == len(right):
                    yield from (Wish(0, ""), Wish(0, f"{right}{left}"))
                yield Wish(1, left)
            else:
                yield Wish(0, other_than(right))
                yield Wish(1, other_than(left))
        case "in":
            yield from _of_containment(left, right, holds)
        case _:
            below = (operator in ("<", "<=")) == holds
            touches = (operator in ("<=", ">=")) == holds
            yield from (Wish(0, value) for value in beside(right, 0 if touches else -1 if below else 1))
            yield from (Wish(1, value) for value in beside(left, 0 if touches else 1 if below else -1))


def _of_containment(left: Any, right: Any, holds: bool) -> Iterator[Wish]:
    if isinstance(right, str):
        if not isinstance(left, str):
            return
        yield Wish(1, f"{right}{left}" if holds else right.replace(left, "") if left else right)
        if holds:
            yield from (Wish(1, text) for text in with_piece(right, left))
            yield Wish(1, left)
            yield from (Wish(0, text) for text in dict.fromkeys((right, right[:1], right[-1:])) if text)
        else:
            yield Wish(0, f"{right}0")
        return
    members = list(members_of(right))
    if holds:
        yield from (Wish(0, member) for member in members[:_MOST_MEMBERS])
        if isinstance(right, Mapping):
            yield from (Wish(1, value, key=left) for value in NEW_VALUES if isinstance(left, str))
        elif isinstance(right, list | tuple | set | frozenset):
            yield Wish(1, [*members, left])
    else:
        yield Wish(0, other_than(left))
        if isinstance(right, list | tuple | set | frozenset):
            yield Wish(1, [member for member in members if member != left])


def _of_truth(value: Any, is_true: bool) -> Iterator[Wish]:
    if is_true:
        empty = _empty(value)
        yield from () if empty is value else (Wish(0, empty),)
        return
    match value:
        case str():
            yield Wish(0, "a")
        case bool():
            yield Wish(0, True)
        case int() | float() | Decimal():
            yield Wish(0, 1)
        case list() | tuple():
            yield from (Wish(0, ["a"]), Wish(0, [1]))
        case dict():
            yield Wish(0, {"a": 1})
        case None:
            yield from (Wish(0, "a"), Wish(0, 1), Wish(0, True))


def _empty(value: Any) -> Any:
    match value:
        case bool():
            return False
        case str():
            return ""
        case int() | float() | Decimal():
            return 0
        case list() | tuple():
            return []
        case dict():
            return {}
    return value


def _of_item(event: Event) -> Iterator[Wish]:
    if len(event.values) == 2:
        yield from _of_key(*event.values)
        return
    key, length, _ = event.values
    needed = key + 1 if key >= 0 else -key
    if event.outcome:
        yield Wish(0, length)
        yield Wish(2, None, length=needed - 1)
    else:
        yield Wish(0, max(0, length - 1))
        if needed <= _MOST_LENGTH:
            yield Wish(2, None, length=needed)


def _of_key(container: Any, key: Any) -> Iterator[Wish]:
    if not (isinstance(container, Mapping) or hasattr(container, "keys")):
        return
    try:
        is_there = key in container
    except Exception:  # a container of the app's own
        return
    if not is_there:
        if isinstance(key, str):
            yield from (Wish(0, value, key=key) for value in NEW_VALUES)
        yield from (Wish(1, member) for member in list(members_of(container))[:_MOST_MEMBERS])
        return
    if isinstance(key, str):
        yield Wish(0, None, key=key, is_gone=True)
    yield from (Wish(1, other) for other in _beyond(key, container))
    yield from (Wish(1, member) for member in list(members_of(container))[:_MOST_MEMBERS] if member != key)


def _beyond(key: Any, container: Mapping[Any, Any]) -> Iterator[Any]:
    """Keys like one of a table that it does not have."""
    if isinstance(key, Enum):
        yield from (member for member in type(key) if member not in container)
    elif type(key) is int:
        known = [member for member in members_of(container) if type(member) is int]
        near = dict.fromkeys(number for member in known for number in (member + 1, member - 1))
        yield from [number for number in near if number not in container][:_MOST_MEMBERS]


def _of_call(name: str, event: Event) -> Iterator[Wish]:
    value = event.values[0]
    if name in _NUMBERS:
        if isinstance(value, str):
            is_number = re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", value)
            yield from (Wish(0, text) for text in (("", "a", "-1", "0", "1.5") if is_number else ("1",)))
            yield from (Wish(0, text) for text in _WITHOUT_VALUE if is_number and name != "int")
    elif name == "bool":
        if type(value) in (*_OF_TYPES, tuple):
            yield from _of_truth(value, bool(value))
    elif name in _NOT_EMPTY:
        if isinstance(value, list | tuple | str | dict) and value:
            yield Wish(0, None, length=0)
    elif name in _LEAST:
        yield Wish(0, _LEAST[name] - 1)
    elif name in SEARCHES and len(event.values) > 1:
        yield from _of_search(value, 1)
    elif name == "isinstance" and len(event.values) > 1:
        kinds = event.values[1] if isinstance(event.values[1], tuple) else (event.values[1],)
        is_one = any(isinstance(kind, type) and isinstance(value, kind) for kind in kinds)
        wanted = [made for kind, made in _OF_TYPES.items() if (kind in kinds) != is_one]
        yield from (Wish(0, item, is_typed=True) for made in wanted for item in made)
    elif len(event.values) > 1 and isinstance(event.values[1], EnumMeta):
        members: list[Enum] = list(event.values[1])
        yield from (Wish(0, member.value) for member in members[: 2 * _MOST_MEMBERS])
    elif name == "compile":
        yield Wish(0, _UNREADABLE)
    elif name == "UUID":
        yield Wish(0, "00000000-0000-4000-8000-000000000001")
    else:
        yield from _of_encoding(name, 0, value)


def _of_search(members: Any, side: int) -> Iterator[Wish]:
    """Of the place of a value among others: each of these, and what is next to it."""
    for member in list(members_of(members))[: 2 * _MOST_MEMBERS]:
        yield from (Wish(side, next_to(member, step)) for step in (0, 1, -1))


def _of_encoding(name: str, side: int, value: Any) -> Iterator[Wish]:
    if name == "fromisoformat":
        yield from (Wish(side, text) for text in _TIMES)
    for text in _ENCODED.get(name, ()) if isinstance(value, str | bytes) else ():
        yield Wish(side, text)


def _of_method(site: Site, event: Event, random: Random) -> Iterator[Wish]:
    name, subject, arguments = site.what, event.values[0], event.values[1:]
    if name in SEARCHES and len(arguments) > 1:
        yield from _of_search(arguments[0], 2)
    elif isinstance(subject, ModuleType | type):
        if name in _EXPRESSIONS and arguments and isinstance(arguments[0], str) and not site.static:
            yield Wish(1, _UNREADABLE)
        yield from _of_function(name, event, random)
    elif name in LOOKUPS and arguments:
        yield from _of_item(event)
    elif name in ("match", "fullmatch", "search") and hasattr(subject, "pattern") and arguments:
        yield from _of_expression(subject.pattern, name, 1, arguments[0], random)
    elif name in _CLASSES:
        long = len(subject) if isinstance(subject, str) and len(subject) < _MOST_LENGTH else 1
        for text in _CLASSES[name]:
            yield Wish(0, (text * long)[: max(1, long)])
            yield Wish(0, text)
    elif isinstance(subject, str | bytes):
        yield from _of_text(name, event)
    elif isinstance(subject, set | frozenset) and arguments:
        yield from _of_sets(name, event)


def _of_sets(name: str, event: Event) -> Iterator[Wish]:
    """Two sets of which one is to be in the other, or to have nothing of it."""
    one, other = (list(members_of(item)) for item in event.values[:2])
    yield Wish(0, other)
    yield Wish(1, one)
    if name == "isdisjoint":
        yield Wish(0, [*one, *other[:1]])


def _of_function(name: str, event: Event, random: Random) -> Iterator[Wish]:
    """Of a function of a module, or a method of a class: `re.match`, `date.fromisoformat`."""
    arguments = event.values[1:]
    if name in ("match", "fullmatch", "search") and len(arguments) > 1:
        pattern = getattr(arguments[0], "pattern", arguments[0])
        yield from _of_expression(pattern, name, 2, arguments[1], random)
    elif name == "strptime" and len(arguments) > 1 and isinstance(arguments[1], str):
        for moment in (datetime(2024, 2, 29, 12, 30), datetime(1999, 12, 31)):
            yield Wish(1, moment.strftime(arguments[1]))
    elif arguments:
        yield from _of_encoding(name, 1, arguments[0])


def _of_expression(pattern: Any, name: str, side: int, text: Any, random: Random) -> Iterator[Wish]:
    """Texts that a regular expression matches."""
    if not isinstance(pattern, str) or not isinstance(text, str):
        return
    whole = pattern
    if name != "search" and not whole.startswith("^"):
        whole = f"^(?:{whole})"
    if name == "fullmatch" and not whole.endswith("$"):
        whole = f"{whole}$" if whole != pattern else f"(?:{whole})$"
    try:
        made = texts.Pattern(whole)
    except ValueError:
        return
    drawn = dict.fromkeys(made.draw(random) for _ in range(_DRAWS))
    yield from (Wish(side, item) for item in drawn if item is not None)


def _of_text(name: str, event: Event) -> Iterator[Wish]:
    text, arguments = event.values[0], event.values[1:]
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if name == "format":
        yield from (Wish(0, template) for template in _TEMPLATES)
        return
    piece = arguments[0] if arguments else ""
    choices = list(piece) if isinstance(piece, tuple) else [piece]
    for choice in choices[:_MOST_MEMBERS]:
        if isinstance(choice, bytes):
            choice = choice.decode("latin-1")
        if not isinstance(choice, str) or not choice:
            continue
        if name in ("startswith", "removeprefix"):
            if not text.startswith(choice):
                yield from (Wish(0, f"{choice}{text}"), Wish(0, choice), Wish(1, text[: len(choice)]))
        elif name in ("endswith", "removesuffix"):
            if not text.endswith(choice):
                yield from (Wish(0, f"{text}{choice}"), Wish(0, choice), Wish(1, text[-len(choice) :]))
        elif choice not in text:
            half = len(text) // 2
            yield Wish(0, f"{text or 'a'}{choice}1")
            yield Wish(0, f"{text[:half] or 'a'}{choice}{text[half:] or 'b'}")
            yield Wish(1, text)


def _of_pattern(static: Any) -> list[Any]:
    """Values that a case of `match` takes."""
    match static:
        case ("value", value):
            return [value]
        case ("mapping", pairs):
            found: dict[str, Any] = {}
            for key, inner in pairs:
                found[str(key)] = (_of_pattern(inner) or ["a"])[0]
            return [found]
        case ("sequence", items, starred):
            plain = [(_of_pattern(item) or ["a"])[0] for item in items]
            return [plain, [*plain, "a"]] if starred else [plain]
        case ("class", name, inner):
            made = {"int": 1, "str": "a", "float": 1.5, "bool": True, "list": ["a"], "dict": {"a": 1}}
            values = [value for item in inner if item != ("any",) for value in _of_pattern(item)]
            return values or ([made[name]] if name in made else [])
        case ("or", choices):
            return [value for item in choices for value in _of_pattern(item)]
    return ["a"]
