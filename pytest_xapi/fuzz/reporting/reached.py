"""The lines of the summary about what guided requests have reached in the app's code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from pytest_xapi.words import counted, listed

_MOST_OPERATIONS = 12
_MOST_CONDITIONS = 3
_MOST_RANGES = 8

Reach = Mapping[str, Any]
"""Of one item, as `Record.reach` has it."""


@dataclass(frozen=True)
class _Row:
    """What is told of an operation."""

    label: str
    count: int
    total: int
    missed: list[str]


def lines(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How much of the code of each operation was reached, and which of its conditions only one way."""
    reaches = [record["reach"] for record in records if record.get("reach")]
    rows = sorted(_rows(records, reaches), key=lambda row: (row.count / row.total, row.label))
    incomplete = [row for row in rows if row.count < row.total or row.missed]
    if rows:
        whole = len(rows) - len(incomplete)
        yield f"guided: all code and conditions reached of {whole} of {counted(len(rows), 'operation')}"
    for row in incomplete[:_MOST_OPERATIONS]:
        share = row.count / row.total
        yield f"  {row.label}: {share:.0%} of its code reached, {row.count} of {counted(row.total, 'line')}"
        yield from row.missed[:_MOST_CONDITIONS]
        if len(row.missed) > _MOST_CONDITIONS:
            yield f"    and {len(row.missed) - _MOST_CONDITIONS} more"
    if len(incomplete) > _MOST_OPERATIONS:
        rest = counted(len(incomplete) - _MOST_OPERATIONS, "operation")
        yield f"  and {rest} more (--xapi-report json:PATH)"
    slow = sum(bool(reach.get("is_slow")) for reach in reaches)
    if slow:
        yield f"  {counted(slow, 'item')} ended early: nothing new for seconds (--xapi-fuzz-profile)"
    unguided = {module: why for reach in reaches for module, why in reach["unguided"].items()}
    for module, why in sorted(unguided.items()):
        yield f"  not looked into: {module}, {why}"


def _rows(records: Sequence[Mapping[str, Any]], reaches: Sequence[Reach]) -> Iterator[_Row]:
    """A row for each operation; what others have reached of the same code counts, too."""
    reached = {
        (file, line) for reach in reaches for file, of in reach["files"].items() for line in of["reached"]
    }
    outcomes = {
        (*_place(condition), outcome)
        for reach in reaches
        for condition in reach["conditions"]
        for outcome in condition["outcomes"]
    }
    for record in records:
        if record.get("reach") and record["item"] != record["phase"]:
            code = {(file, line) for file, of in record["reach"]["files"].items() for line in of["lines"]}
            label = record["item"].removesuffix(f" {record['phase']}")
            missed = list(_missed(record["reach"], outcomes)) or list(_places(code - reached))
            if code:
                yield _Row(label, len(code & reached), len(code), missed)


def _places(code: set[tuple[str, int]]) -> Iterator[str]:
    """The lines of each file that no condition leads to, such as those of a case of `match` or a lambda."""
    for file, found in groupby(sorted(code), key=itemgetter(0)):
        numbers = [line for _, line in found]
        ranges: list[list[int]] = []
        for number in numbers:
            if ranges and number == ranges[-1][-1] + 1:
                ranges[-1].append(number)
            else:
                ranges.append([number])
        shown = [f"{each[0]}-{each[-1]}" if len(each) > 1 else f"{each[0]}" for each in ranges]
        word = "line" if len(numbers) == 1 else "lines"
        yield f"    {file}: never reached: {word} {listed(shown, _MOST_RANGES)}"


def _missed(reach: Reach, outcomes: set[tuple[Any, ...]]) -> Iterator[str]:
    for condition in reach["conditions"]:
        for outcome in (True, False):
            if (*_place(condition), outcome) not in outcomes:
                nearest = f"; nearest: {condition['nearest']}" if condition["nearest"] else ""
                where = f"{condition['file']}:{condition['line']}"
                yield f"    {where}: never {'true' if outcome else 'false'}: {condition['text']}{nearest}"


def _place(condition: Mapping[str, Any]) -> tuple[str, int, int]:
    return condition["file"], condition["line"], condition["column"]
