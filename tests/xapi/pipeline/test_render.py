"""Results without a response model: what one way of encoding has begun is not lost to the next one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest

from xapi import XAPI
from xapi.testing import TestClient


class Size(Enum):
    SMALL = 1


@dataclass
class Page:
    items: Any


class Row:
    """What `dict` takes apart, with other attributes."""

    def __init__(self, items: Any) -> None:
        self.hidden = items

    def __iter__(self) -> Any:
        return iter([("items", self.hidden)])


def plain(items: Any) -> Any:
    return items


NEEDS_ANOTHER_LOOK: Mapping[str, tuple[Any, Any]] = {
    "nan": (float("nan"), None),
    "infinity": (float("inf"), None),
    "enum key": ({Size.SMALL: 1}, {"1": 1}),
    "date key": ({datetime.date(2020, 1, 1): 1}, {"2020-01-01": 1}),
    "state": ({"_sa_instance_state": 1, "name": "a"}, {"name": "a"}),
    "surrogate": ("\ud800", "?"),
}


@pytest.mark.parametrize("name", NEEDS_ANOTHER_LOOK)
@pytest.mark.parametrize("around", [plain, Page, Row])
def test_a_generator_is_gone_through_once(name: str, around: Any) -> None:
    value, shown = NEEDS_ANOTHER_LOOK[name]
    app = XAPI()

    @app.get("/", response_model=None)
    def read() -> Any:
        return {"found": around(number * 2 for number in range(3)), "value": value}

    found = [0, 2, 4] if around is plain else {"items": [0, 2, 4]}
    with TestClient(app) as client:
        assert client.get("/").json() == {"found": found, "value": shown}


def test_a_generator_alone_is_a_list() -> None:
    app = XAPI()

    @app.get("/", response_model=None)
    def read() -> Any:
        return {"found": (letter for letter in "ab")}

    with TestClient(app) as client:
        assert client.get("/").json() == {"found": ["a", "b"]}
