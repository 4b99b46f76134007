"""`jsonable_encoder`: any value as plain data."""

from __future__ import annotations

import collections
import dataclasses
import re
from datetime import date, time
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from typing import Any

import pytest
from pydantic import BaseModel, Field, SecretStr

from xapi.encoders import jsonable_encoder


class Size(IntEnum):
    BIG = 3


class Kind(Enum):
    ROUND = "round"


class Item(BaseModel):
    name: str
    note: str | None = None
    price: float = Field(1.0, alias="thePrice")


@dataclasses.dataclass
class Box:
    item: Item
    kind: Kind = Kind.ROUND


class OrmLike:
    def __init__(self) -> None:
        self.id = 1
        self._sa_state = object()


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        (Item(name="a"), {}, {"name": "a", "note": None, "thePrice": 1.0}),
        (Item(name="a"), {"by_alias": False, "exclude_none": True}, {"name": "a", "price": 1.0}),
        (Item(name="a"), {"exclude_unset": True}, {"name": "a"}),
        (Item(name="a", note="n"), {"exclude_defaults": True}, {"name": "a", "note": "n"}),
        (Item(name="a"), {"include": ["name"]}, {"name": "a"}),
        (Item(name="a"), {"exclude": ("name", "note")}, {"thePrice": 1.0}),
        (Box(Item(name="a")), {"exclude": {"item"}}, {"kind": "round"}),
        ({"a": None, "b": 1}, {"exclude_none": True}, {"b": 1}),
        ({"a": 1, "b": 2}, {"include": {"a"}}, {"a": 1}),
        ([Size.BIG, Kind.ROUND, date(2026, 1, 2), time(3, 4)], {}, [3, "round", "2026-01-02", "03:04:00"]),
        (collections.deque([IPv4Address("127.0.0.1"), re.compile("a+")]), {}, ["127.0.0.1", "a+"]),
        ((number for number in range(3)), {}, [0, 1, 2]),
        (SecretStr("hidden"), {}, "**********"),
        (OrmLike(), {}, {"id": 1}),
        ({"_sa_x": 1, "y": 2}, {"sqlalchemy_safe": False}, {"_sa_x": 1, "y": 2}),
        ({Kind.ROUND: 1}, {}, {"round": 1}),
        ([complex(1, 2)], {"custom_encoder": {complex: str}}, ["(1+2j)"]),
        (Size.BIG, {"custom_encoder": {int: lambda value: -value}}, -3),
    ],
)
def test_a_value_becomes_plain_data(value: Any, options: dict[str, Any], expected: Any) -> None:
    encoded = jsonable_encoder(value, **options)
    assert encoded == expected
    assert type(encoded) in (dict, list, str, int)


def test_what_has_no_such_form_is_an_error_that_names_the_class() -> None:
    with pytest.raises(ValueError, match="complex object cannot be turned into JSON"):
        jsonable_encoder(complex(1, 2))
