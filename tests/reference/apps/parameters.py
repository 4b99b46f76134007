"""Query, header, cookie and path parameters with everything that can be said about them."""

# ruff: noqa: RUF013, UP007, UP042, UP045  (old spellings have to work as well)

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Optional, Union
from uuid import UUID

from pydantic import AfterValidator, Field, HttpUrl

from xapi import XAPI, Cookie, Header, Path, Query

app = XAPI()


class Size(str, Enum):
    """How large."""

    SMALL = "small"
    LARGE = "large"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@app.get("/types/{item_id}")
def types(
    item_id: UUID,
    plain,
    text: str,
    number: int,
    ratio: float,
    flag: bool,
    day: date,
    moment: datetime,
    span: timedelta,
    money: Decimal,
    size: Size,
    level: Level,
    choice: Literal["a", "b"],
    url: HttpUrl,
    anything: Any,
    either: Union[int, str],
    data: bytes,
): ...


@app.get("/defaults")
def defaults(
    text: str = "abc",
    number: int = 3,
    nothing: str | None = None,
    optional: Optional[int] = 5,
    flag: bool = False,
    day: date = date(2020, 1, 2),
    span: timedelta = timedelta(hours=1),
    size: Size = Size.LARGE,
    level: Level = Level.LOW,
    money: Decimal = Decimal("1.50"),
    choice: Literal["a", "b"] | None = None,
    unset: str = None,
    data: bytes = b"abc",
): ...


@app.get("/lists")
def lists(
    names: Annotated[list[str], Query()],
    numbers: Annotated[list[int], Query(min_length=1, max_length=3)] = [1, 2],  # noqa: B006
    bare: list = Query(),
    choices: Annotated[set[Size], Query()] = {Size.SMALL},  # noqa: B006
    optional: list[str] | None = Query(default=None),
    fixed: Annotated[tuple[int, str], Query()] = (1, "a"),
    x_token: Annotated[list[str] | None, Header()] = None,
    items: list[Annotated[int, Field(ge=1)]] = Query(default_factory=list),
): ...


@app.get("/described/{item_id}/{other}")
def described(
    item_id: Annotated[int, Path(title="The ID", description="Which item", ge=1, lt=1000)],
    other_id: Annotated[str, Path(alias="other", min_length=3, max_length=5, pattern="^[a-z]+$")],
    q: Annotated[
        str | None,
        Query(
            alias="item-query",
            title="Query string",
            description="What to look for",
            min_length=3,
            max_length=50,
            pattern="^fixed",
            deprecated=True,
            examples=["fixedquery", "fixed"],
        ),
    ] = None,
    named: Annotated[
        str,
        Query(
            openapi_examples={
                "normal": {"summary": "A normal one", "description": "It *works*.", "value": "foo"},
                "other": {"externalValue": "http://example.com/x"},
            }
        ),
    ] = "foo",
    hidden: Annotated[str | None, Query(include_in_schema=False)] = None,
    gone: Annotated[int, Query(deprecated=True, multiple_of=5, gt=0, le=100)] = 5,
    extra: Annotated[str, Query(json_schema_extra={"x-thing": [1, 2]})] = "a",
    checked: Annotated[str, AfterValidator(str.strip), Query(max_length=3)] = "b",
    total: Annotated[Decimal, Query(max_digits=5, decimal_places=2)] = Decimal(1),
    both: Annotated[str, Query(examples=["a"], openapi_examples={"n": {"value": 1}})] = "a",
    fielded: Annotated[int, Field(ge=3, description="From Field", title="Fielded")] = 4,
    old: str = Query("x", validation_alias="oldName", serialization_alias="other"),
): ...


@app.get("/headers")
def headers(
    user_agent: Annotated[str | None, Header()] = None,
    strange_header: Annotated[str | None, Header(convert_underscores=False)] = None,
    x_many_words_here: Annotated[int, Header(description="Many words")] = 1,
    x_alias: str = Header(alias="X-Alias"),
    session: Annotated[str | None, Cookie(description="The session")] = None,
    tracking_id: Annotated[str, Cookie(alias="tracking-id")] = "a",
    authorization: Annotated[str | None, Header()] = None,
    accept: Annotated[str | None, Header()] = None,
): ...


@app.get("/order/{a}/{b}")
def order(
    c1: Annotated[str, Cookie()],
    q1: str,
    h1: Annotated[str, Header()],
    b: str,
    q2: Annotated[str, Query()],
    a: str,
    h2: Annotated[str, Header()],
): ...
