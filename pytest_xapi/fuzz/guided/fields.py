"""What of a plan can be changed in small steps: numbers, dates, runs of digits in texts, texts and lists."""

from __future__ import annotations

import re
import string
from calendar import isleap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.guided import plans, spots
from pytest_xapi.fuzz.guided.plans import Plan
from pytest_xapi.fuzz.guided.spots import Spot

Others = Callable[[GeneratedCase, Spot], Sequence[Any]]
"""What else has been sent in a place of a request, or in a like one of the same list."""

_DATE = len("2000-01-01")
_DAY = 86_400
_MOST_LEAPS = 3
_LAST_WEEK = 53
_YEARS = 10_000
KINDS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
"""Characters that are of one kind."""


@dataclass(frozen=True)
class Field:
    """Something of a plan that can be changed in small steps."""

    position: int
    spot: Spot
    digits: tuple[int, int] | None = None
    """Of a text, the run of digits that is the number."""
    is_time: bool = False
    """Whether it is a text that is a date, perhaps with a time: its number is that of days or seconds."""

    def number(self, plan: Plan) -> float | None:
        """The number that it is; `None` for a text or a list, and for what is no longer there."""
        value = self.value(plan)
        if self.digits is not None:
            run = value[self.digits[0] : self.digits[1]] if isinstance(value, str) else ""
            return int(run) if run.isascii() and run.isdecimal() else None
        if self.is_time:
            return _moment(value)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def value(self, plan: Plan) -> Any:
        """What is there; `None` where there is no such place any more."""
        try:
            return spots.value_at(plan[self.position].drawn, self.spot)
        except LookupError:
            return None

    def put(self, plan: Plan, value: Any) -> Plan:
        """A plan with something else there.

        Raises:
            LookupError: there is no such place any more.
        """
        if self.digits is not None:
            text = self.value(plan)
            if not isinstance(text, str) or self.number(plan) is None:
                raise LookupError(self.spot)
            start, end = self.digits
            value = f"{text[:start]}{str(max(0, int(value))).zfill(end - start)}{text[end:]}"
        elif self.is_time and not isinstance(value, str):
            value = _as_moment(self.value(plan), value)
        return plans.with_value(plan, self.position, self.spot, value)


@dataclass(frozen=True)
class Together:
    """Several numbers of one kind that are changed by the same step: what they are to each other stays so."""

    fields: tuple[Field, ...]

    def number(self, plan: Plan) -> float | None:
        """The first of them."""
        return self.fields[0].number(plan)

    def value(self, plan: Plan) -> Any:
        """The first of them."""
        return self.fields[0].value(plan)

    def put(self, plan: Plan, value: Any) -> Plan:
        """A plan with all of them changed by as much as the first one.

        Raises:
            LookupError: one of them is not there any more.
        """
        first = self.fields[0].number(plan)
        for field in self.fields:
            number = field.number(plan)
            if number is None or first is None:
                raise LookupError(field)
            plan = field.put(plan, number + (value - first))
        return plan


def _moment(text: Any) -> int | None:
    """The days of a date, or the seconds of a date with a time."""
    if not isinstance(text, str) or not (len(text) == _DATE or _DATE + 6 <= len(text) < 40):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    days = found.toordinal()
    return days if len(text) == _DATE else days * _DAY + found.hour * 3600 + found.minute * 60 + found.second


def _as_moment(text: Any, number: float) -> str:
    """The date of a number of days, or the time of a number of seconds, written as another one is."""
    before = _moment(text)
    if before is None:
        raise LookupError(text)
    found = datetime.fromisoformat(text)
    step = int(number) - before
    try:
        if len(text) == _DATE:
            return (found.date() + timedelta(days=step)).isoformat()
        written = (found + timedelta(seconds=step)).isoformat()
    except OverflowError as error:
        raise LookupError(text) from error
    return written.replace("+00:00", "Z") if text.endswith("Z") else written


def other_days(text: str) -> list[str]:
    """The text of a date, perhaps with a time, on days that calendars are often wrong about."""
    try:
        year = date.fromisoformat(text[:_DATE]).year
    except ValueError:
        return []
    leaps = [other for other in range(year - 4, year + 9) if 0 < other < _YEARS and isleap(other)]
    days = [*(f"{leap:04}-02-29" for leap in leaps[:_MOST_LEAPS]), f"{year:04}-12-31", *_last_weeks(year)]
    return [f"{day}{text[_DATE:]}" for day in days if not text.startswith(day)]


def _last_weeks(year: int) -> Iterator[str]:
    """The end of week 53, of a year that has one (ISO 8601)."""
    for other in range(max(1, year - 3), min(year + 6, _YEARS - 1)):
        if date(other, 12, 28).isocalendar().week == _LAST_WEEK:
            yield date.fromisocalendar(other, _LAST_WEEK, 7).isoformat()
            return


def fields_of(plan: Plan) -> Iterator[Field]:
    """What can be changed, the last request first."""
    for position in range(len(plan) - 1, -1, -1):
        for spot, value in spots.each(plan[position].drawn):
            if isinstance(spot.path[-1] if spot.path else "", spots.Key):
                continue
            if value is None or isinstance(value, dict):
                continue
            if _moment(value) is not None:
                yield Field(position, spot, is_time=True)
            yield Field(position, spot)
            if isinstance(value, str) and len(value) < 200:
                for run in list(re.finditer(r"\d{1,15}", value))[:6]:
                    yield Field(position, spot, run.span())


def together(plan: Plan, fields: Sequence[Field | Together]) -> Iterator[Together]:
    """The numbers of a plan, and its times."""
    numbers = [field for field in fields if isinstance(field, Field) and field.number(plan) is not None]
    for group in (
        [field for field in numbers if field.is_time],
        [field for field in numbers if not field.is_time and field.digits is None],
    ):
        if len(group) > 1:
            yield Together(tuple(group))


def changed_numbers(before: Plan, after: Plan) -> frozenset[Field]:
    """The numbers and dates of a plan that another one has, too, with another value."""
    return frozenset(
        field
        for field in fields_of(after)
        if field.digits is None and field.number(after) is not None
        if field.number(before) not in (None, field.number(after))
    )


def nudged(field: Field | Together, plan: Plan, others: Others) -> list[Any]:
    """Small changes of one field, and what else has been sent in its place."""
    number = field.number(plan)
    if number is not None:
        return [number + 1, number - 1, number + 7, number + 700]
    value = field.value(plan)
    if isinstance(value, bool):
        return [not value]
    if isinstance(field, Field) and field.digits is None and isinstance(value, str):
        step = plan[field.position].drawn
        return [*_changed_text(value), *(item for item in others(step, field.spot) if item != value)]
    return _changed_list(value) if isinstance(value, list) else []


def _changed_list(value: list[Any]) -> list[Any]:
    return [[*value, *(value[-1:] or [1])], value[:-1]] if value else [["a"], [1]]


def _changed_text(value: str) -> list[Any]:
    return [
        f"{value[:-1]}{_next(value[-1:] or 'a')}",
        f"{_next(value[:1] or 'a')}{value[1:]}",
        f"{value}a",
    ]


def _next(character: str) -> str:
    for kind in KINDS:
        if character in kind:
            return kind[(kind.index(character) + 1) % len(kind)]
    return "a"
