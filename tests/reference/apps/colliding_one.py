"""Models that have the names of others (see `collisions.py`)."""

from pydantic import BaseModel


class Item(BaseModel):
    one: int


class Thing(BaseModel):
    item: Item


class Wrapper(BaseModel):
    thing: Thing
