"""What a person reads of a document that cannot be used, wholly or in parts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_xapi.fuzz import options
from pytest_xapi.words import listed
from xapi.openapi.reader import Problem
from xapi.openapi.reader.checking import Area, CheckedOperation

_MOST_PROBLEMS = 20
_MOST_NAMED = 3
_MOST_LINES = 10


def text(label: str, problems: Sequence[Problem]) -> str:
    """Why an item fails whose operation cannot be used, or not in all of its parts."""
    leave_out = shlex.join([options.EXCLUDE.flag, f"path:{label.rpartition(' ')[2]}"])
    lines = [f"the document's description of {label} cannot be used:"]
    lines += [f"  {problem}" for problem in problems[:_MOST_PROBLEMS]]
    if len(problems) > _MOST_PROBLEMS:
        lines.append(f"  and {len(problems) - _MOST_PROBLEMS} more")
    lines.append(f"Correct the document there, or leave the path out: {leave_out}")
    return "\n".join(lines)


def of_request(label: str, checked: CheckedOperation) -> str | None:
    """Why an operation cannot be called; `None` if it can."""
    problems = checked.problems[Area.REQUEST]
    return text(label, problems) if problems else None


def of_responses(label: str, checked: CheckedOperation) -> str | None:
    """Which responses could not be judged; `None` if all could."""
    problems = checked.problems[Area.RESPONSE]
    return text(label, problems) if problems else None


def ignored(checked: CheckedOperation) -> list[str]:
    """The parts that are ignored, which change nothing in what is sent and judged besides."""
    return [str(problem) for problem in checked.problems[Area.OTHER]]


def lines(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the summary about parts that are ignored: each of them once."""
    by_reason: dict[str, dict[str, None]] = {}
    for record in records:
        for problem in record["ignored"]:
            pointer, _, reason = problem.partition(": ")
            by_reason.setdefault(reason, {})[pointer] = None
    for reason, pointers in list(by_reason.items())[:_MOST_LINES]:
        yield f"ignored in the document: {listed(list(pointers), _MOST_NAMED)}: {reason}"
    if len(by_reason) > _MOST_LINES:
        rest = len(by_reason) - _MOST_LINES
        yield f"ignored in the document: and more, for {rest} other reasons, which the JSON report has"
