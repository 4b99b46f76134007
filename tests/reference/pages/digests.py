"""Records without the longer texts of examples, which are not ours: a digest stands in their place."""

from __future__ import annotations

import hashlib
from typing import Any

LONGEST_TEXT = 72
LONGEST_REQUEST = 400


def digested(value: Any) -> Any:
    """A digest in the place of each longer text; requests are ours, and may be longer."""
    if isinstance(value, dict):
        return {
            key: item if key == "request" and len(item) < LONGEST_REQUEST else digested(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [digested(item) for item in value]
    if isinstance(value, str) and (len(value) > LONGEST_TEXT or "\n" in value):
        return f"{len(value)} characters, {hashlib.sha256(value.encode()).hexdigest()[:12]}"
    return value
