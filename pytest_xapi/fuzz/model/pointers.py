"""JSON pointers (RFC 6901): finding a value in a body, and where a value is."""

from __future__ import annotations

import json
from typing import Any

from xapi.openapi.reader.pointers import unescape


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
