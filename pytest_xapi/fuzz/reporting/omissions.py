"""The lines of the summary about what was never sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_xapi.fuzz.model.omissions import WHOLE
from pytest_xapi.words import listed

_MOST_NAMED = 5
"""How many of those that share a reason are named; reports have them all."""
_MOST_LINES = 20


def lines(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each reason, with what was never sent for it."""
    by_reason: dict[str, dict[str, None]] = {}
    sent = {operation for record in records for operation in record["answers"]}
    for record in records:
        for omission in record["omissions"]:
            if omission["what"] == WHOLE and omission["operation"] in sent:
                continue  # another item has sent something
            by_reason.setdefault(omission["reason"], {})[_named(omission)] = None
    for reason, named in list(by_reason.items())[:_MOST_LINES]:
        yield f"never sent: {listed(list(named), _MOST_NAMED)}: {reason}"
    rest = len(by_reason) - _MOST_LINES
    if rest > 0:
        yield f"never sent: and more, for {rest} other reasons, which the JSON report has"


def _named(omission: Mapping[str, str]) -> str:
    what, operation = omission["what"], omission["operation"]
    return operation if what == WHOLE else f"{what} of {operation}"
