"""JSON pointers (RFC 6901): finding a value in a body, and where a value is; and values in headers."""

from __future__ import annotations

import json
from collections.abc import Callable
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
    except ValueError as error:
        raise LookupError(pointer) from error
    return of_value(value, pointer)


def of_value(value: Any, pointer: str) -> Any:
    """The value that `pointer` leads to in a value of JSON.

    Raises:
        LookupError: it leads nowhere.
    """
    try:
        for token in pointer.split("/")[1:]:
            value = value[int(token) if isinstance(value, list) else unescape(token)]
    except (ValueError, TypeError) as error:
        raise LookupError(pointer) from error
    return value


def chosen(answer: WireResponse, template: str, choose: Callable[[int], int]) -> str:
    """The pointer of a template, in which `*` is any item of a list, for an answer.

    Args:
        answer: The answer.
        template: The template; that of a header is its own pointer.
        choose: Chooses one of so many items.

    Raises:
        LookupError: there is no list, or it has no items.
    """
    pointer = ""
    for token in template.split("/")[1:] if template.startswith("/") else ():
        if token == "*":
            items = get(answer.body, pointer)
            if not isinstance(items, list) or not items:
                raise LookupError(template)
            token = str(choose(len(items)))
        pointer += f"/{token}"
    return pointer or template


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
