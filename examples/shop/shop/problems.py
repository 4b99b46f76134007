"""The errors that operations declare: an answer that is not declared is a finding of the fuzzer."""

from __future__ import annotations

from typing import Any

from shop.models import Problem

NEEDS_TOKEN = (401, 403)
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
