"""JSON pointers (RFC 6901): finding a value in a body, and where a value is; and values in headers."""

from __future__ import annotations

import json
from typing import Any

from pytest_xapi.fuzz.model.wire import WireResponse
from xapi.openapi.reader.pointers import escape as escape
from xapi.openapi.reader.pointers import unescape

HEADER = "header:"
"""What stands before the name of a header, in the place of a pointer."""


def of_answer(answer: WireResponse, pointer: str) -> Any:
    """The value that an answer gives in its JSON body, or in a header.

    Raises:
        LookupError: it gives none there.
    """
    if not pointer.startswith(HEADER):
        return get(answer.body, pointer)
    value = answer.header(pointer.removeprefix(HEADER))
    if value is None:
        raise LookupError(pointer)
    return value


def get(body: bytes, pointer: str) -> Any:
    """The value that `pointer` leads to in a JSON body.

    Raises:
        LookupError: it leads nowhere, or the body is not JSON.
    """
    try:
        value = json.loads(body)
        for token in pointer.split("/")[1:]:
            value = value[int(token) if isinstance(value, list) else unescape(token)]
    except (ValueError, TypeError) as error:
        raise LookupError(pointer) from error
    return value


def find(body: bytes, template: str, value: Any) -> str | None:
    """Where in a JSON body `value` is, at a place of the form of `template`.

    In a template `*` is any item of a list. Values are compared as text: in a path, `1` and `"1"` are one.
    """
    try:
        places = [("", json.loads(body))]
    except ValueError:
        return None
    for token in template.split("/")[1:]:
        if token == "*":
            places = [
                (f"{place}/{index}", item)
                for place, found in places
                if isinstance(found, list)
                for index, item in enumerate(found)
            ]
        else:
            key = unescape(token)
            places = [
                (f"{place}/{token}", found[key])
                for place, found in places
                if isinstance(found, dict) and key in found
            ]
    return next((place for place, found in places if str(found) == str(value)), None)


def put(value: Any, pointer: str, new: Any) -> Any:
    """A copy of a value of JSON with another one in the place that `pointer` leads to.

    Raises:
        LookupError: it leads nowhere.
    """
    token, *rest = pointer.split("/")[1:]
    try:
        key: Any = int(token) if isinstance(value, list) else unescape(token)
        copied: Any = list(value) if isinstance(value, list) else dict(value)
        copied[key] = put(value[key], "".join(f"/{item}" for item in rest), new) if rest else new
    except (ValueError, TypeError) as error:
        raise LookupError(pointer) from error
    return copied
