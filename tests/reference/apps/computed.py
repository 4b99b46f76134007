"""Fields that exist only in what is written: computed, serialized otherwise, left out."""

from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    Field,
    PlainSerializer,
    WrapSerializer,
    computed_field,
    field_serializer,
    model_serializer,
)

from xapi import XAPI

app = XAPI()


class Rectangle(BaseModel):
    width: float
    height: float = 1

    @computed_field(description="Width times height", examples=[2.0], title="The area")
    @property
    def area(self) -> float:
        return self.width * self.height

    @computed_field(alias="isSquare")
    @property
    def is_square(self) -> bool:
        """Whether both sides are equal."""
        return self.width == self.height


class Serialized(BaseModel):
    day: date
    number: int = 1
    as_text: Annotated[int, PlainSerializer(str)] = 1
    typed: Annotated[int, PlainSerializer(str, return_type=str)] = 1
    json_only: Annotated[int, PlainSerializer(str, return_type=str, when_used="json")] = 1
    wrapped: Annotated[int, WrapSerializer(lambda value, handler: handler(value))] = 1
    left_out: str = Field("", exclude=True)

    @field_serializer("day")
    def write_day(self, day: date) -> int:
        return day.year


class Whole(BaseModel):
    inner: Rectangle

    @model_serializer
    def write(self) -> dict[str, Any]:
        return {}


class Room(BaseModel):
    floor: Rectangle
    doors: list[Serialized] = []


@app.post("/rectangles")
def rectangles(body: Rectangle) -> Rectangle: ...


@app.post("/serialized")
def serialized(body: Serialized) -> Serialized: ...


@app.post("/whole")
def whole(body: Whole) -> Whole: ...


@app.post("/rooms")
def rooms(body: list[Room]) -> dict[str, Room]: ...


@app.get("/read-only")
def read_only() -> Rectangle | None: ...
