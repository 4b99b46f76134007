"""The part of a request that a 422 response shows: plain JSON data of limited size."""

from __future__ import annotations

from math import isfinite
from typing import Any

from xapi.encoders import json_safe, jsonable_encoder

_SHOWN = 1024 * 1024
"""Bytes of input that the errors of one request may show, all together."""
_TEXT_SHOWN = 200
_PLAIN = (int, bool, type(None))


def shown(errors: list[Any], size: int) -> list[Any]:
    """Errors as a 422 has them: the `input` of each is plain data, and of a length that an answer may have.

    Args:
        errors: Errors as Pydantic describes them. They are changed.
        size: The length of the body, in bytes or characters. If all of it for each error would be too much,
            long texts are cut and large structures are shown empty.

    Returns:
        The same errors.
    """
    short = len(errors) * size > _SHOWN
    for error in errors:
        value = error["input"]
        if type(value) in _PLAIN or (not short and _is_plain(value)):
            continue
        error["input"] = plain(_brief(value) if short else value)
    return errors


def _is_plain(value: Any) -> bool:
    """Whether `plain` would give an equal value, as it does for nearly all that was sent as JSON."""
    kind = type(value)
    if kind is str:
        is_ascii: bool = value.isascii()
        return is_ascii
    if kind is dict:
        for key in value:
            if type(key) is not str or not key.isascii():
                return False
        return all(map(_is_plain, value.values()))
    if kind is list:
        return all(map(_is_plain, value))
    return kind in _PLAIN or (kind is float and isfinite(value))


def plain(value: Any) -> Any:
    """Anything as data that JSON in UTF-8 can carry.

    Bytes become text, with U+FFFD for what is not UTF-8. An object that has no form in JSON is shown by the
    name of its type.
    """
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode(errors="replace")
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, str | int | float) or value is None:
        return json_safe(value)
    try:
        return json_safe(jsonable_encoder(value))
    except Exception:  # the object's own code may run for it, and raise what it likes
        return type(value).__qualname__


def _key(key: Any) -> str:
    key = plain(key)
    return key if isinstance(key, str) else str(key)


def _brief(value: Any) -> Any:
    if _is_small(value):
        return value
    return value[:_TEXT_SHOWN] if isinstance(value, str | bytes) else type(value)()


def _is_small(value: Any) -> bool:
    """Whether a value shows in about a kilobyte. It takes no more than that to tell."""
    left = 1000
    waiting = [value]
    while waiting and left >= 0:
        item = waiting.pop()
        left -= len(item) if isinstance(item, str | bytes | dict | list) else 1
        if left >= 0 and isinstance(item, dict | list):
            waiting += item
            waiting += item.values() if isinstance(item, dict) else ()
    return left >= 0
