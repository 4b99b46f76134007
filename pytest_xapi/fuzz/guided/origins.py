"""From a value that a probe saw back to the places of the request that it came from.

There is no marking of values: what is equal, or becomes equal by something that programs usually do with
texts and numbers, is taken for the same. Who is wrong sends one request for nothing.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from pytest_xapi.fuzz.guided.spots import Spot, plain_name

_SEPARATORS = (",", ";", ":", "-", ".", "|", "/", " ", "=", "_", "&", "\n", "+", "@", "#", "~", ">", "<")
_MOST_PIECES = 3
_LEAST_INSIDE = 2
_MOST_OF_BYTE = 255
_HEXADECIMAL = re.compile(r"(#|0x)?(?P<digits>[0-9A-Fa-f]{2,16})")

Back = Callable[[Any], Any]
"""What is put in the place, for the value that the app is to see."""


@dataclass(frozen=True)
class Origin:
    """A place that a value came from."""

    spot: Spot
    back: Back
    is_exact: bool
    """Whether it is there as it was seen, and is no part of it or something that was made of it."""


Places = Sequence[tuple[Spot, Any]]


def origins(value: Any, places: Places, separators: Sequence[str] = ()) -> list[Origin]:
    """Where a value may have come from, the likeliest first.

    Args:
        value: The value.
        places: The places of a request, and what was sent there.
        separators: What the app splits texts at.
    """
    found: list[Origin] = []
    is_bytes, seen = isinstance(value, bytes | bytearray), plain(value)
    for spot, sent in places:
        for back, is_exact in _ways(seen, sent, separators):
            found.append(Origin(spot, back, is_exact))
        if is_bytes and isinstance(sent, list):
            found += (Origin(spot, back, exact) for back, exact in _parts(list(value), sent, _as_numbers))
    return sorted(found, key=lambda origin: not origin.is_exact)


def _as_numbers(wanted: Any) -> Any:
    """Bytes, or a text that stands for some, as a list of numbers."""
    wanted = wanted.encode("latin-1", "replace") if isinstance(wanted, str) else wanted
    return list(wanted) if isinstance(wanted, bytes | bytearray) else wanted


def named(text: str, places: Places) -> list[Origin]:
    """The places whose names stand in a piece of source."""
    words = {plain_name(word) for word in re.findall(r"[A-Za-z_]\w*", text)}
    return [
        Origin(spot, partial(as_sent, sent=sent), False)
        for spot, sent in places
        if spot.name and plain_name(spot.name) in words and isinstance(spot.path[-1], str)
    ]


def plain(value: Any) -> Any:
    """A value as JSON has it, as far as it has; anything else stays as it is."""
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, datetime | date | time):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() and value % 1 else int(value) if value.is_finite() else value
    if isinstance(value, bytes | bytearray):
        return _as_text(bytes(value))
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=repr)
    return value


def _parts(value: list[Any], sent: list[Any], read: Back = plain) -> Iterator[tuple[Back, bool]]:
    """Where items stand in a list: all of it, a part, or, of no items, where a part may have been cut out."""
    count = len(value)
    if count == len(sent) and all(map(_same, value, sent)):
        yield read, True
    elif count < len(sent):
        last = range(len(sent) - count, -1, -1)
        starts = [start for start in last if all(map(_same, value, sent[start : start + count]))]
        for start in dict.fromkeys([*starts[:_MOST_PIECES], *starts[-1:]]):
            yield partial(_within_list, head=sent[:start], tail=sent[start + count :], read=read), False


def _within_list(wanted: Any, head: list[Any], tail: list[Any], read: Back) -> Any:
    inner = read(wanted)
    return [*head, *inner, *tail] if isinstance(inner, list) else inner


def _as_text(value: bytes) -> str:
    """Bytes as a text: each is a character, if they are no UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def as_sent(wanted: Any, sent: Any) -> Any:
    """A value in the form of the one that was sent in its place."""
    wanted = plain(wanted)
    if isinstance(wanted, datetime | date | time):
        text = wanted.isoformat()
        return text.replace("+00:00", "Z") if isinstance(sent, str) and sent.endswith("Z") else text
    if isinstance(wanted, timedelta):
        return wanted.total_seconds()
    if isinstance(sent, str) and isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return str(wanted)
    if isinstance(sent, int | float) and isinstance(wanted, str) and re.fullmatch(r"-?\d{1,18}", wanted):
        return int(wanted)
    if isinstance(sent, int) and isinstance(wanted, float) and wanted.is_integer():
        return int(wanted)
    return wanted


def _ways(value: Any, sent: Any, separators: Sequence[str]) -> Iterator[tuple[Back, bool]]:
    """How a value follows from what was sent in one place, and whether it is the same."""
    if value is None or isinstance(value, bool) or isinstance(sent, bool) or sent is None:
        if value is sent:
            yield lambda wanted: as_sent(wanted, sent), True
        return
    match value:
        case str():
            yield from _of_text(value, sent) if value else _of_nothing(sent, separators)
        case int() | float():
            yield from _of_number(value, sent)
        case datetime() | date() | time():
            yield from _of_time(value, sent)
        case list():
            yield from _of_list(value, sent, separators)
        case Mapping():
            if isinstance(sent, dict) and bool(sent) == bool(value) and _is_made_of(value, sent):
                yield lambda wanted: wanted, True


def _is_made_of(value: Mapping[Any, Any], sent: Mapping[Any, Any]) -> bool:
    """Whether an object has what was sent: defaults may have come to it."""
    return all(name in value and _same(value[name], item) for name, item in sent.items())


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(plain(one) == other or str(plain(one)) == str(other))
    except Exception:  # comparing is the app's own code here
        return False


def _of_text(value: str, sent: Any) -> Iterator[tuple[Back, bool]]:
    if isinstance(sent, int | float):
        if str(sent) == value:
            yield lambda wanted: as_sent(wanted, sent), True
        return
    if not isinstance(sent, str):
        return
    if value == sent:
        yield lambda wanted: as_sent(wanted, sent), True
    elif not value or not sent:
        return
    elif value.casefold() == sent.strip().casefold():
        yield lambda wanted: as_sent(wanted, sent), True
    elif _letters(value) == _letters(sent):
        yield partial(_respaced, sent=sent), True
        yield lambda wanted: as_sent(wanted, sent), True
    elif value == sent[::-1]:
        yield lambda wanted: str(plain(wanted))[::-1], True
    elif value in sent:
        yield from _pieces(value, sent)
    elif len(sent) >= _LEAST_INSIDE and sent in value:
        before, _, after = value.partition(sent)
        yield lambda wanted: str(plain(wanted)).removeprefix(before).removesuffix(after), False
    elif value.casefold() in sent.casefold():
        at = sent.casefold().index(value.casefold())
        yield lambda wanted: f"{sent[:at]}{plain(wanted)}{sent[at + len(value) :]}", False
    elif len(value) >= _LEAST_INSIDE:
        yield from _encoded(value, sent)
        yield from _of_letters(value, sent)


def _of_nothing(sent: Any, separators: Sequence[str]) -> Iterator[tuple[Back, bool]]:
    """Where a text that is empty may have been cut from: the end, a part that is missing, the beginning."""
    if sent == "":
        yield lambda wanted: as_sent(wanted, sent), True
    elif isinstance(sent, str):
        for separator in dict.fromkeys(separators):
            if separator * 2 in sent:
                head, _, tail = sent.partition(separator * 2)
                yield partial(_between, head=f"{head}{separator}", tail=f"{separator}{tail}"), False
            yield partial(_between, head=f"{sent}{separator}", tail=""), False
        yield partial(_between, head=sent, tail=""), False
        yield partial(_between, head="", tail=sent), False


def _respaced(wanted: Any, sent: str) -> Any:
    """A text with the spaces and signs of another one, in the places where that has them."""
    if not isinstance(wanted, str):
        return as_sent(wanted, sent)
    rest = iter(wanted)
    kept = [next(rest, "") if character.isalnum() else character for character in sent]
    return "".join([*kept, *rest])


def _encoded(value: str, sent: str) -> Iterator[tuple[Back, bool]]:
    """Where a text stands in another one in a form that stands for it."""
    for written in (_percent, _base64, _hex):
        piece = written(value)
        if piece != value and piece in sent:
            for back, _ in _pieces(piece, sent):
                yield partial(_within, written=written, back=back), False


def _within(wanted: Any, written: Callable[[str], str], back: Back) -> Any:
    return back(written(str(plain(wanted))))


def _percent(text: str) -> str:
    return quote(text, safe="")


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode().rstrip("=")


def _hex(text: str) -> str:
    return text.encode().hex()


def _of_letters(value: str, sent: str) -> Iterator[tuple[Back, bool]]:
    """Where a text stands in another one whose spaces and signs were taken out."""
    places = [place for place, character in enumerate(sent) if character.isalnum()]
    at = "".join(sent[place] for place in places).casefold().find(value.casefold())
    if at >= 0 and at + len(value) <= len(places):
        first, last = places[at], places[at + len(value) - 1]
        yield partial(_between, head=sent[:first], tail=sent[last + 1 :]), False


def _letters(text: str) -> str | None:
    return re.sub(r"[\W_]+", "", text).casefold() or None


def _pieces(piece: str, sent: str) -> Iterator[tuple[Back, bool]]:
    """Where a piece stands in a text: the last places, which are read last, and the beginning."""
    found: list[int] = []
    start = sent.rfind(piece)
    while start >= 0 and len(found) < _MOST_PIECES:
        found.append(start)
        start = sent.rfind(piece, 0, start + len(piece) - 1)
    if piece in sent[: len(piece)] and 0 not in found:
        found.append(0)
    for start in found:
        head, tail = sent[:start], sent[start + len(piece) :]
        yield partial(_between, head=head, tail=tail), False


def _between(wanted: Any, head: str, tail: str) -> str:
    return f"{head}{plain(wanted)}{tail}"


def _of_number(value: float, sent: Any) -> Iterator[tuple[Back, bool]]:
    if isinstance(sent, int | float):
        if value == sent:
            yield lambda wanted: as_sent(wanted, sent), True
    elif isinstance(sent, str) and len(sent) < 400:
        try:
            is_same = float(sent) == value
        except ValueError:
            is_same = False
        if is_same:
            yield lambda wanted: as_sent(wanted, sent), True
        else:
            for found in list(re.finditer(r"\d+", sent))[:8]:
                if len(found[0]) < 18 and int(found[0]) == abs(value):
                    head, tail = sent[: found.start()], sent[found.end() :]
                    yield partial(_between, head=head, tail=tail), False
            if isinstance(value, int) and value >= 0:
                yield from _of_hexadecimal(value, sent)
    elif isinstance(sent, list) and _is_sum(value, sent):
        yield lambda wanted: [*sent[:-1], sent[-1] + (_number(wanted) - value)], False
        if len(sent) > 1:
            yield lambda wanted: _shared(_number(wanted), len(sent)), False
    elif isinstance(sent, list) and isinstance(value, int):
        yield from _of_bytes(value, sent)


def _of_hexadecimal(value: int, sent: str) -> Iterator[tuple[Back, bool]]:
    """Where a number stands in a text in base 16: all of it, or two digits."""
    found = _HEXADECIMAL.fullmatch(sent)
    if found is None:
        return
    start, digits = found.start("digits"), found["digits"]
    if int(digits, 16) == value:
        yield partial(_in_base_16, head=sent[:start], tail=""), False
    elif value <= _MOST_OF_BYTE:
        for at in range(0, len(digits) - 1, 2):
            if int(digits[at : at + 2], 16) == value:
                head, tail = sent[: start + at], sent[start + at + 2 :]
                yield partial(_in_base_16, head=head, tail=tail, size=2), False


def _in_base_16(wanted: Any, head: str, tail: str, size: int = 0) -> Any:
    wanted = plain(wanted)
    return f"{head}{wanted:0{size}x}{tail}" if type(wanted) is int and wanted >= 0 else wanted


def _of_bytes(value: int, sent: list[Any]) -> Iterator[tuple[Back, bool]]:
    """Where a number stands in a list of bytes that has several for it."""
    if not all(type(item) is int and 0 <= item <= _MOST_OF_BYTE for item in sent):
        return
    for written in _WRITTEN:
        piece = written(value)
        if piece is not None:
            for back, _ in _parts(piece, sent):
                yield partial(_rewritten, written=written, back=back), False


def _rewritten(wanted: Any, written: Callable[[int], list[int] | None], back: Back) -> Any:
    wanted = plain(wanted)
    return back(written(wanted) if isinstance(wanted, int) else wanted)


def _bytes_of(value: int, size: int, order: Literal["big", "little"]) -> list[int] | None:
    try:
        return list(value.to_bytes(size, order, signed=value < 0))
    except OverflowError:
        return None


_WRITTEN = [partial(_bytes_of, size=size, order=order) for size in (2, 4, 8) for order in ("big", "little")]


def _is_sum(value: float, sent: list[Any]) -> bool:
    return bool(sent) and all(type(item) in (int, float) for item in sent) and sum(sent) == value


def _shared(total: Any, count: int) -> list[Any]:
    """So many numbers, as even as may be, that add up."""
    each = total // count if isinstance(total, int) else total / count
    return [*[each] * (count - 1), total - each * (count - 1)]


def _number(wanted: Any) -> Any:
    wanted = plain(wanted)
    return wanted if isinstance(wanted, int | float) else 0


def _of_time(value: date | time, sent: Any) -> Iterator[tuple[Back, bool]]:
    if not isinstance(sent, str) or not (8 <= len(sent) <= 40):
        return
    kind: Any = type(value) if type(value) in (datetime, date, time) else None
    if kind is None:
        return
    try:
        read = kind.fromisoformat(sent)
    except ValueError:
        try:
            read = datetime.fromisoformat(sent)
            read = read.date() if kind is date else read
        except ValueError:
            return
    same = str(read)[:19] == str(value)[:19]
    if same:
        yield lambda wanted: as_sent(wanted, sent), True


def _of_list(value: list[Any], sent: Any, separators: Sequence[str]) -> Iterator[tuple[Back, bool]]:
    if isinstance(sent, list):
        yield from _parts(value, sent)
        return
    if not isinstance(sent, str) or not value:
        return
    if all(type(item) is int for item in value):
        value = list(map(str, value))
    if not all(isinstance(item, str) for item in value):
        return
    for separator in dict.fromkeys((*separators, *_SEPARATORS)):
        if (separator in sent or len(value) == 1) and sent.split(separator) == value:
            yield partial(_joined, separator=separator), True
            yield partial(_parted, separator=separator), False
            return
    for separator in dict.fromkeys(separators):
        if len(value) > 1:
            for back, _ in _encoded(separator.join(value), sent):
                yield partial(_joined_within, separator=separator, back=back), False
                return
    if sent.split() == value:
        yield partial(_joined, separator=" "), True
    elif list(sent) == value:
        yield partial(_joined, separator=""), True
    elif [item for item in re.split(r"\W+", sent) if item] == value:
        yield partial(_joined, separator=","), True


def _joined(wanted: Any, separator: str) -> Any:
    return separator.join(map(str, wanted)) if isinstance(wanted, list) else wanted


def _joined_within(wanted: Any, separator: str, back: Back) -> Any:
    return back(_joined(wanted, separator))


def _parted(wanted: Any, separator: str) -> Any:
    """The same number of parts, and together no more than the first ones were."""
    if not isinstance(wanted, list) or not wanted:
        return wanted
    text = "".join(map(str, dict.fromkeys(wanted)))
    size = max(1, len(text) // len(wanted))
    parts = [text[at * size : (at + 1) * size] or "1" for at in range(len(wanted) - 1)]
    return separator.join([*parts, text[(len(wanted) - 1) * size :] or "1"])
