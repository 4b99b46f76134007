"""Fields and defaults of many types, markers as defaults, and what lies between."""

# ruff: noqa: B008, UP006, UP007, UP035, UP045  (old spellings have to work as well)

import dataclasses
import datetime as dt
import enum
import ipaddress
import pathlib
import uuid
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any, Generic, List, Literal, Optional, TypeVar, Union

from pydantic import AnyUrl, BaseModel, ConfigDict, Field, Json, PlainSerializer, constr
from pydantic.json_schema import SkipJsonSchema

from xapi import XAPI, Body, Depends, File, Form, Header, Path, Query, Security, UploadFile
from xapi.security import HTTPBearer, OAuth2

app = XAPI()
T = TypeVar("T")


class Everything(BaseModel):
    model_config = ConfigDict(title="All of it", use_attribute_docstrings=True)

    numbers: list[int] = Field(default_factory=lambda: [1], max_length=3)
    lists: dict[str, list[int]] = {"a": [1]}
    unique: set[int] = {3, 1, 2}
    many: tuple[int, ...] = (1,)
    pair: tuple[int, str] | None = None
    span: dt.timedelta = dt.timedelta(seconds=1)
    moment: dt.datetime | None = None
    clock: dt.time = dt.time(1, 2)
    letter: Literal["x"] = "x"
    address: ipaddress.IPv4Address = ipaddress.IPv4Address("127.0.0.1")
    file: pathlib.Path = pathlib.Path("/a")
    strict: Annotated[int, Field(strict=True)] = 1
    encoded: Json[list[int]]
    pattern: constr(pattern="^a") = "a"
    shown_as_text: Annotated[int, PlainSerializer(str, return_type=str)] = 1
    skipped: SkipJsonSchema[int] = 1
    left_out: float = Field(1.0, exclude=True)
    money: Decimal = Field(Decimal("1.0"), max_digits=4, decimal_places=2)
    link: AnyUrl | None = None
    old: uuid.UUID = Field(default_factory=uuid.uuid4, deprecated=True, json_schema_extra={"x-old": 1})
    documented: int = 3
    """What the attribute is for."""


class Item(BaseModel):
    number: int


class Shouted(Item):
    model_config = ConfigDict(alias_generator=str.upper)

    other: int = 1


class Mixed(enum.Enum):
    NUMBER = 1
    TEXT = "x"


@dataclasses.dataclass
class Node(Generic[T]):
    """A node of a tree."""

    value: T
    below: list["Node[T]"] = dataclasses.field(default_factory=list)


@app.post("/everything", status_code=HTTPStatus.ACCEPTED)
def everything(
    body: Everything,
    day: Annotated[dt.date, Query(examples=[dt.date(2020, 1, 1), Decimal("1.5")])] = dt.date(2020, 1, 1),
) -> list[Everything] | dict[str, Everything]: ...


@app.post(
    "/shouted",
    responses={
        HTTPStatus.NOT_FOUND: {"model": Union[Item, Shouted]},
        400: {"model": None, "description": "No model"},
        401: {"model": dict[str, int], "headers": {"X-Left": {"schema": {"type": "string"}}}},
    },
)
def shouted(body: Shouted = Body(default=Shouted(NUMBER=1))) -> Shouted: ...


@app.post("/defaults")
def defaults(
    first: Shouted = Shouted(NUMBER=1),
    rest: list[Item] = [Item(number=1)],  # noqa: B006
) -> Optional[List[Shouted]]: ...


@app.get("/enums", response_model=Item, status_code=299, responses={"2XX": {"model": Shouted}, "200": {}})
def enums(
    plain: Mixed,
    titled: Annotated[Mixed, Query(description="Which", title="The kind")] = Mixed.NUMBER,
    optional: Annotated[Mixed | None, Query(title="Perhaps")] = Mixed.TEXT,
    several: List[Mixed] = Query([Mixed.NUMBER]),
): ...


@app.get("/any", response_model=Any)
def anything(hidden: Annotated[str, Query(include_in_schema=False)] = "x"): ...


class Wanted:
    def __init__(self, number: int, item: Item, x_mark: Annotated[str, Header()] = "x") -> None: ...


@app.put("/classes")
def classes(first: Wanted = Depends(), second: Wanted = Depends(Wanted)): ...


@app.post("/form")
def form(
    number: Annotated[int, Form(alias="the-Number", examples=[1])],
    kind: Annotated[Mixed, Form()] = Mixed.NUMBER,
    files: Annotated[list[UploadFile], File(description="Several", max_length=3)] = [],  # noqa: B006
): ...


bearer = HTTPBearer(scheme_name="bearer", description="A token", auto_error=False)
clients = OAuth2(flows={"clientCredentials": {"tokenUrl": "token", "scopes": {"a": "All"}}})


@app.get("/secured/{name}", dependencies=[Depends(bearer), Security(clients, scopes=["z", "a"])])
def secured(
    name: Annotated[str, Path(min_length=1, openapi_examples={"short": {"value": "b"}})],
    token=Depends(clients),
    other=Security(bearer, scopes=["s"]),
): ...


@app.post("/tree")
def tree(node: Node[int]) -> Node[str]: ...
