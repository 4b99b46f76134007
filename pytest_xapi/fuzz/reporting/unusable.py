"""What a person reads of a document that cannot be used, wholly or in parts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.reporting import reasons
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
    problems = [problem.partition(": ") for record in records for problem in record["ignored"]]
    found = [(reason, pointer) for pointer, _, reason in problems]
    return reasons.lines("ignored in the document", found, _MOST_NAMED, _MOST_LINES)
