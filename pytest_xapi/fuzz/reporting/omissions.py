"""The lines of the summary about what was never sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_xapi.fuzz.model.omissions import WHOLE
from pytest_xapi.fuzz.reporting import reasons

_MOST_NAMED = 5
_MOST_LINES = 20


def lines(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each reason, with what was never sent for it."""
    sent = {operation for record in records for operation in record["answers"]}
    omissions = [
        (omission["reason"], _named(omission))
        for record in records
        for omission in record["omissions"]
        if omission["what"] != WHOLE or omission["operation"] not in sent  # by another item
    ]
    return reasons.lines("never sent", omissions, _MOST_NAMED, _MOST_LINES)


def unlinked(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each reason, with the path parameters that sequences have no value for."""
    found = [
        (omission["reason"], _named(omission))
        for record in records
        for omission in record.get("unlinked", ())
    ]
    return reasons.lines("not linked", found, _MOST_NAMED, _MOST_LINES)


def _named(omission: Mapping[str, str]) -> str:
    what, operation = omission["what"], omission["operation"]
    return operation if what == WHOLE else f"{what} of {operation}"
