"""Models that have the names of others (see `collisions.py`)."""

from pydantic import BaseModel


class Item(BaseModel):
    two: str = ""


class HTTPValidationError(BaseModel):
    mine: str


class ValidationError(BaseModel):
    mine: int
