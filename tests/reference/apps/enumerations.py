"""Enumerations and literals of every kind, in all places."""

# ruff: noqa: UP042

from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI, Form, Header, Path, Query

app = XAPI()


class Size(StrEnum):
    """How large it is."""

    S = "small"
    L = "large"


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Single(str, Enum):
    ONLY = "only"


class Ratio(float, Enum):
    HALF = 0.5
    FULL = 1.0


class Mixed(Enum):
    NAME = "name"
    NUMBER = 7
    NOTHING = None


class Shirt(BaseModel):
    model_config = ConfigDict(use_enum_values=True)

    size: Size = Size.S
    level: Level = Field(Level.LOW, description="Which level", title="The level")
    kind: Literal["shirt"] = "shirt"
    sizes: dict[Size, int] = {}
    other: list[Size | Level] = [Size.L, Level.HIGH]
    single: Single = Single.ONLY
    one_of: Literal[1, "two", None] = None


@app.post("/shirts")
def create(shirt: Shirt) -> Shirt: ...


@app.get("/shirts/{size}/{level}")
def read(
    size: Size,
    level: Annotated[Level, Path(description="Level")],
    single: Single = Single.ONLY,
    ratio: Annotated[Ratio | None, Query(title="Ratio")] = None,
    sizes: Annotated[list[Size] | None, Query(description="Any of")] = None,
    x_size: Annotated[Size, Header()] = Size.L,
    mixed: Mixed = Mixed.NUMBER,
    word: Literal["a", "b"] = "a",
    fixed: Literal[5] = 5,
) -> dict[Size, Level]: ...


@app.post("/form")
def form(size: Annotated[Size, Form()], levels: Annotated[list[Level], Form()] = [Level.LOW]): ...  # noqa: B006
