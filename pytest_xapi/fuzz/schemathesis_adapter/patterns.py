"""Patterns that Schemathesis cannot read: it gives up the whole operation for one of them."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from xapi.openapi.reader.dialect import Schema, each_schema


def readable(document: dict[str, Any]) -> dict[str, Any]:
    """A document without the patterns that Python does not read; itself if there are none."""
    unreadable: list[Schema] = []

    def note(schema: Schema) -> None:
        if not _is_readable(schema.get("pattern", "")):
            unreadable.append(schema)

    def drop(schema: Schema) -> None:
        if not _is_readable(schema.get("pattern", "")):
            del schema["pattern"]

    each_schema(document, note)
    if not unreadable:
        return document
    copy = deepcopy(document)
    each_schema(copy, drop)
    return copy


def _is_readable(pattern: Any) -> bool:
    try:
        re.compile(pattern)
    except (re.error, TypeError, RecursionError, OverflowError):
        return False
    return True
