"""Models of the second apps, for all peers: aliases, validators, enums, dates, ids and tables."""

from datetime import date, datetime
from enum import Enum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel


class Plan(Enum):
    """What an account pays for."""

    SOLO = "solo"
    TEAM = "team"


class Camel(BaseModel):
    """Members are in camel case on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Address(Camel):
    """Where somebody lives."""

    street: str = Field(max_length=120)
    city: str
    zip_code: str = Field(pattern=r"^\d{4}-\d{3}$")


class NewAccount(Camel):
    """The body of items d2 and i2."""

    display_name: str = Field(min_length=2, max_length=60)
    email_address: str
    birth_date: date
    plan: Plan = Plan.SOLO
    postal_address: Address
    marketing: bool | None = None

    @field_validator("email_address")
    @classmethod
    def in_lower_case(cls, address: str) -> str:
        """Checks the address a little."""
        if "@" not in address:
            raise ValueError("an address has an @")
        return address.lower()


class Account(NewAccount):
    """The answer of item d2."""

    id: int


class Reading(BaseModel):
    """One measurement."""

    id: UUID
    at: datetime
    kind: Literal["wind", "rain"]
    value: float | None
    extra: dict[str, float]


class Readings(BaseModel):
    """Body and answer of item e2."""

    source: str
    readings: list[Reading]


class Entry(BaseModel):
    """A row of a long answer."""

    model_config = ConfigDict(frozen=True)

    key: str
    at: datetime
    total: float
    parent: int | None


class Page(BaseModel):
    """The answer of item j2."""

    page: int
    entries: list[Entry]


ENTRIES = [
    {
        "key": f"entry-{number}",
        "at": datetime(2026, 3, number % 28 + 1, 12),
        "total": number / 3,
        "parent": number or None,
    }
    for number in range(1000)
]
RECORDS: list[dict[str, object]] = [
    {
        "uid": f"r{number:05d}",
        "título": f"Relatório nº {number}",
        "ratio": number * 0.125,
        "parent": None if number % 4 else number,
        "history": [
            {"by": "ana", "at": 1767225600 + number, "ok": True},
            {"by": "rui", "at": 1767225600, "ok": False},
        ],
        "size": [number, number * 2],
    }
    for number in range(100)
]  # fmt: skip
