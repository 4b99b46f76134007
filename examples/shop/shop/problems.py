"""The errors that operations and dependencies declare: the fuzzer finds answers that are not declared."""

from __future__ import annotations

from typing import Any

from shop.models import Problem

_DESCRIPTIONS = {
    401: "No valid token",
    403: "The token lacks a scope",
    404: "Not found",
    409: "Not possible now",
    413: "Too large",
    415: "Not a supported type",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: these errors, with the body that all of them have."""
    return {status: {"model": Problem, "description": _DESCRIPTIONS[status]} for status in statuses}
