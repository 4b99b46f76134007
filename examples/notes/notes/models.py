"""The JSON bodies of requests and responses."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class Draft(BaseModel):
    """A note as its writer sends it."""

    title: str = Field(min_length=1, max_length=200, examples=["Groceries"])
    text: str = Field(default="", max_length=10_000, examples=["Bread, butter, tea"])
    pinned: bool = False


class Note(Draft):
    """A note as it is kept."""

    id: int
    edited: datetime


class Problem(BaseModel):
    """The body of an error."""

    detail: str
