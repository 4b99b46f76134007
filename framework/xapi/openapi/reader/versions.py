"""The differences between the versions of the OpenAPI Specification that matter to the reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The fields of a Path Item Object that hold operations, in every version 3."""
_VERSION = re.compile(r"(\d+)\.(\d+)")


class Version(NamedTuple):
    """A version of the specification, without its patch number."""

    major: int
    minor: int

    @property
    def methods(self) -> tuple[str, ...]:
        """The fields of a Path Item Object that hold operations."""
        return (*METHODS, "query") if self >= (3, 2) else METHODS

    @property
    def has_schema_siblings(self) -> bool:
        """Whether what stands beside a `$ref` counts; 3.0 ignores it (3.0.3, "Reference Object")."""
        return self >= (3, 1)


def version_of(content: Mapping[str, Any]) -> Version | None:
    """The version that a document claims; None if it claims none."""
    found = _VERSION.match(str(content.get("openapi", content.get("swagger", ""))))
    return Version(int(found[1]), int(found[2])) if found else None
