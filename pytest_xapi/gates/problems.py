"""What the gates' problems have in common: where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_xapi.reports.model import SourceLocation
from xapi.openapi.reader.pointers import escape


def places_of(app: Mapping[str, Any]) -> dict[str, SourceLocation]:
    """Where the handlers of an app's operations start, as far as that is known."""
    return {operation: SourceLocation(**place) for operation, place in app["places"].items()}


def place_of(app: Mapping[str, Any], operation: str) -> SourceLocation | None:
    """Where the handler of an operation starts, if that is known."""
    place = app["places"].get(operation)
    return None if place is None else SourceLocation(**place)


def pointer_to(operation: str, *steps: str) -> str:
    """Where an operation, or something of it, stands in the document (RFC 6901)."""
    method, _, path = operation.partition(" ")
    return "".join(f"/{escape(step)}" for step in ("paths", path, method.lower(), *steps))
