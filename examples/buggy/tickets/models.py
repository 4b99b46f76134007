"""The JSON bodies of requests and responses."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Draft(BaseModel):
    """A ticket as its reporter sends it."""

    title: str = Field(min_length=1, max_length=100, examples=["Printer on fire"])
    # Bug 5, missing validation: the bounds are documented, but nothing enforces them. `ge=1, le=5` would.
    priority: int = Field(default=3, json_schema_extra={"minimum": 1, "maximum": 5}, examples=[3])


class Ticket(Draft):
    """A ticket as it is kept."""

    id: int
    labels: list[str] = []


class Statistics(BaseModel):
    """Figures about all tickets."""

    tickets: int
    labels: int


class Problem(BaseModel):
    """The body of an error."""

    detail: str
