"""The limits of requests to an operation: the defaults, and how they can be set."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

MAX_BODY_SIZE = 4 * 1024 * 1024
"""Bytes of a body that is held in memory, where nothing else is said."""
UNLIMITED = sys.maxsize
"""What an app says with `max_body_size=None`."""
MAX_PARAMETERS = 1000
"""Parameters of a query, cookies, and header fields, each, where nothing else is said."""
MAX_QUERY_SIZE = 64 * 1024
"""Bytes of a query string."""
MAX_COOKIE_SIZE = 64 * 1024
"""Bytes of all cookies together."""
MAX_FORM_FIELDS = 1000
"""Fields of a form that are not files."""
MAX_FILES = 1000
"""Files of a form."""
MAX_PART_SIZE = 1024 * 1024
"""Bytes of a field that is not a file."""
MAX_FORM_MEMORY = 16 * 1024 * 1024
"""Bytes of a form that are held in memory, texts and files together."""
LARGE_BODY = 64 * 1024
"""Bytes from which on a body is validated only up to the first wrong item of each of its collections."""
MAX_DEPTH = 201
"""How deep lists and objects of a JSON body may lie in each other: as deep as Pydantic's parser goes."""
MAX_ERRORS = 1000
"""Errors that a 422 lists for one value."""


class FormLimits(TypedDict, total=False):
    """Limits of a form. What is left out is taken from further out, and there from the defaults."""

    max_fields: int
    """Fields that are not files; 1000 by default."""
    max_files: int
    """Files; 1000 by default."""
    max_part_size: int
    """Bytes of a field that is not a file; 1 MiB by default."""
    max_file_size: int
    """Bytes of a file; as many as the body may have, by default."""
    max_memory_size: int
    """Bytes that the form takes in memory: texts, files that are not on disk, files that are read as bytes;
    16 MiB by default, and at least as many as a part may have."""


def check_limits(given: Mapping[str, Any]) -> None:
    """Check the limits among the keywords of an app, a router, an inclusion or an operation.

    Raises ValueError that names the keyword and what it takes.
    """
    for name in ("max_body_size", "max_parameters"):
        value = given.get(name)
        if value is not None and not _is_amount(value):
            raise ValueError(f"{name} must be a non-negative integer or None, not {value!r}")
    form_limits = given.get("form_limits")
    if form_limits is None:
        return
    known = ", ".join(FormLimits.__annotations__)
    if not isinstance(form_limits, Mapping):
        raise ValueError(f"form_limits must be a dictionary of {known}, not {form_limits!r}")
    for name, value in form_limits.items():
        if name not in FormLimits.__annotations__:
            raise ValueError(f"form_limits has no {name!r}: it takes {known}")
        if not _is_amount(value):
            raise ValueError(f"form_limits: {name} must be a non-negative integer, not {value!r}")


def _is_amount(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
