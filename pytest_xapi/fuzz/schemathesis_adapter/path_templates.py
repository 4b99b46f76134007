"""Path templates that Schemathesis cannot fill: it takes them for format strings of Python."""

from __future__ import annotations

import re
from typing import Any

from xapi.openapi.reader.paths import filled, names_in

_READ_BY_FORMAT = re.compile(r"[.\[!:]|\d+\Z")
"""What `str.format` takes for an attribute, an index, a conversion, a specification, or a position."""


class _Template(str):
    """A path template whose names are what stands between the braces, as in `{id:int}` and `{user.id}`."""

    def format(self, *_: Any, **values: Any) -> str:
        """The path with values; a parameter without one is left as it is."""
        return filled(self, lambda name: str(values.get(name, f"{{{name}}}")))


def formattable(document: dict[str, Any]) -> dict[str, Any]:
    """A document whose path templates can be filled; itself if they all can."""
    paths = document.get("paths", {})
    if not any(map(_is_read_otherwise, paths)):
        return document
    written = {_Template(path) if _is_read_otherwise(path) else path: item for path, item in paths.items()}
    return {**document, "paths": written}


def _is_read_otherwise(path: str) -> bool:
    return any(_READ_BY_FORMAT.search(name) for name in names_in(path))
