"""How far a comparison was from coming out the other way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pytest_xapi.fuzz.guided.probes import Event
from pytest_xapi.fuzz.guided.sites import COMPARE, DIVIDE, ITEM, METHOD, UNPACK, Site
from pytest_xapi.fuzz.guided.values import members_of

_OF_LENGTH = 512.0


def distance(site: Site, event: Event) -> float | None:
    """How far one event was from the other outcome; `None` where that is no number."""
    if site.kind == UNPACK and event.outcome is False:
        return float(abs(len(event.values[0]) - event.values[1]))
    if site.kind not in (COMPARE, DIVIDE, ITEM, METHOD) or event.outcome is None:
        return None
    left, right = event.values[:2]
    if isinstance(left, Mapping) and site.kind in (ITEM, METHOD):
        return None if event.outcome else _to_members(right, left)
    difference = signed(left, right)
    is_equality = site.what in ("==", "!=", "is", "is not")
    if difference is not None:
        wants_equal = is_equality and (site.what in ("==", "is")) != event.outcome
        if is_equality and not wants_equal:
            return 1.0
        return abs(difference) if is_equality else abs(difference) + 1.0
    if isinstance(left, str) and isinstance(right, str) and is_equality:
        return _of_texts(left, right)
    is_outside = site.what in ("in", "not in") and (site.what == "not in") == event.outcome
    if is_outside and not isinstance(right, str):
        return _to_members(left, right)
    return None


def wants_equal(site: Site, event: Event) -> bool:
    """Whether a comparison came out the other way only because both sides were not the same."""
    if site.kind != COMPARE or site.what not in ("==", "!="):
        return False
    return (site.what == "==") != event.outcome and type(event.values[0]) is type(event.values[1])


def _to_members(value: Any, container: Any) -> float | None:
    found = [abs(step) for member in members_of(container) if (step := signed(value, member)) is not None]
    if found:
        return min(found)
    if isinstance(value, str):
        near = [_of_texts(value, member) for member in members_of(container) if isinstance(member, str)]
        return min(near, default=None)
    return None


def signed(left: Any, right: Any) -> float | None:
    """By how much one side is above the other; `None` where they are not numbers, or times."""
    one, other = _number(left), _number(right)
    if one is None or other is None:
        return None
    try:
        return float(one - other)
    except OverflowError:
        return math.inf if one > other else -math.inf


def _number(value: Any) -> float | None:
    match value:
        case bool():
            return int(value)
        case int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return float(value) if value.is_finite() else None
        case datetime():
            return value.toordinal() * 86_400.0 + value.hour * 3600 + value.minute * 60 + value.second
        case date():
            return value.toordinal()
        case timedelta():
            return value.total_seconds()
        case time():
            return value.hour * 3600.0 + value.minute * 60 + value.second
    return None


def _of_texts(left: str, right: str) -> float:
    """The characters that differ, by how much; each that is missing counts as one that is far off."""
    far = sum(
        min(abs(ord(one) - ord(other)), 128) + 128
        for one, other in zip(left, right, strict=False)
        if one != other
    )
    return far + _OF_LENGTH * abs(len(left) - len(right))
