"""Names and forms of component schemas: input and output, generics, recursion, dataclasses, aliases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    SecretStr,
    Tag,
    computed_field,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypedDict

from xapi import XAPI, Body, Query

app = XAPI()
T = TypeVar("T")


class Colour(str, Enum):  # noqa: UP042
    """A colour.

    With a longer text.
    """

    RED = "red"
    BLUE = "blue"


class Same(BaseModel):
    """The same in and out.\f
    Not for clients.
    """

    name: str
    colour: Colour


class Defaulted(BaseModel):
    name: str
    number: int = 3
    colour: Colour = Colour.RED


class Computed(BaseModel):
    width: int

    @computed_field
    @property
    def area(self) -> int:
        """Square."""
        return self.width**2


class Nested(BaseModel):
    same: Same
    defaulted: Defaulted
    computed: Computed | None


class Node(BaseModel):
    value: int
    children: list[Node] = []


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = None


class Pair(BaseModel, Generic[T]):
    a: T
    b: T


class Names(RootModel[list[str]]):
    """Only names."""


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)


@pydantic_dataclass
class Place:
    name: str
    point: Point


class Options(TypedDict, total=False):
    """Some options."""

    a: int
    b: str


class Coordinates(NamedTuple):
    lat: float
    lon: float


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    first: str = Field(alias="firstName")
    second: str = Field(validation_alias="secondIn", serialization_alias="secondOut")
    third: str = Field(default="", validation_alias=AliasChoices("third_a", "third_b"))


class Titled(BaseModel):
    model_config = ConfigDict(title="A title of its own", extra="forbid", frozen=True)

    secret: SecretStr
    money: Decimal = Decimal("1.5")
    when: datetime
    uuid: UUID


class Empty(BaseModel): ...


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    puppies: list[Dog] = []


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


def kind_of(value: object) -> str:
    return "cat"


Tagged = Annotated[
    Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")],
    Discriminator(kind_of),
]


@app.post("/same")
def same(body: Same) -> Same: ...


@app.post("/defaulted")
def defaulted(body: Defaulted) -> Defaulted: ...


@app.post("/in-only")
def in_only(body: Empty): ...


@app.post("/nested")
def nested(body: Nested) -> Nested: ...


@app.post("/node")
def node(body: Node) -> Node: ...


@app.post("/pages")
def pages(body: Page[Same]) -> Page[Defaulted]: ...


@app.post("/generics")
def generics(body: Pair[Pair[int]]) -> Page[list[str]]: ...


@app.post("/names")
def names(body: Names) -> Names: ...


@app.post("/dataclasses")
def dataclasses(body: Place) -> Point: ...


@app.post("/typed-dict")
def typed_dict(body: Options) -> Options: ...


@app.post("/named-tuple")
def named_tuple(body: Annotated[Coordinates, Body()]) -> Coordinates: ...


@app.post("/aliased")
def aliased(body: Aliased) -> Aliased: ...


@app.post("/not-by-alias", response_model_by_alias=False)
def not_by_alias() -> Aliased: ...


@app.post("/titled")
def titled(body: Titled) -> Titled: ...


@app.post("/pets")
def pets(body: list[Pet]) -> Pet: ...


@app.post("/tagged")
def tagged(body: Tagged) -> list[Tagged]: ...


@app.get("/colours")
def colours(
    colour: Colour, many: Annotated[list[Colour], Query()], other: Colour | None = None
) -> list[Colour]: ...


@app.post("/one-field")
def one_field(
    body: Annotated[Same, Body(description="The body")], number: Annotated[int, Body()] = 1
) -> Computed: ...
