"""Path, query, header and cookie parameters: good and bad."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, List, Literal, Optional, Union  # noqa: UP035  (the older spellings work too)
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from xapi import XAPI, Cookie, Header, Path, Query

app = XAPI()


class ModelName(str, Enum):  # noqa: UP042
    ALEXNET = "alexnet"
    RESNET = "resnet"


@app.get("/users/me")
async def read_me():
    return "me"


@app.get("/users/{user_id}")
async def read_user(user_id: str):
    return {"user_id": user_id}


@app.get("/items/{item_id}")
async def read_item(item_id: int, q: Union[str, None] = None, short: bool = False):  # noqa: UP007
    return {"item_id": item_id, "q": q, "short": short}


@app.get("/models/{name}")
async def read_model(name: ModelName):
    return {"name": name, "is": name is ModelName.RESNET}


@app.get("/files/{file_path:path}")
async def read_file(file_path: str):
    return {"file_path": file_path}


@app.get("/sized/{number}")
async def read_sized(
    *,
    number: int = Path(title="Number", ge=1, le=1000),
    size: float = Query(gt=0, lt=10.5),
    step: Annotated[int, Query(multiple_of=5)] = 5,
):
    return [number, size, step]


@app.get("/texts")
async def read_texts(
    q: Annotated[Optional[str], Query(min_length=3, max_length=5, pattern="^fix")] = None,  # noqa: UP045
    aliased: Annotated[str | None, Query(alias="item-query", deprecated=True)] = None,
    hidden: Annotated[str | None, Query(include_in_schema=False)] = None,
    many: List[str] = Query(default=["foo", "bar"]),  # noqa: UP006
):
    return [q, aliased, hidden, many]


@app.get("/needy/{item_id}")
async def read_needy(
    item_id: str, needy: str, skip: int = 0, limit: int | None = None, nullable: int | None = 3
):
    return [item_id, needy, skip, limit, nullable]


@app.get("/types")
async def read_types(
    a: datetime | None = None,
    b: date | None = None,
    c: time | None = None,
    d: timedelta | None = None,
    e: UUID | None = None,
    f: Decimal | None = None,
    g: bytes | None = None,
    h: Literal["x", "y"] | None = None,
    i: int | str | None = None,
    j: Annotated[set[int] | None, Query()] = None,
    k: Annotated[tuple[int, str] | None, Query()] = None,
):
    return {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g, "h": h, "i": i, "j": j, "k": k}


def starts_with_x(value: str) -> str:
    if not value.startswith("x"):
        raise ValueError("must start with x")
    return value.upper()


@app.get("/validated")
async def read_validated(q: Annotated[str, AfterValidator(starts_with_x)]):
    return q


@app.get("/headers")
async def read_headers(
    user_agent: Annotated[str | None, Header()] = None,
    strange_header: Annotated[str | None, Header(convert_underscores=False)] = None,
    x_token: Annotated[list[str] | None, Header()] = None,
    x_number: Annotated[int | None, Header(ge=2)] = None,
):
    return [user_agent, strange_header, x_token, x_number]


@app.get("/cookies")
async def read_cookies(ads_id: Annotated[str | None, Cookie()] = None, count: Annotated[int, Cookie()] = 1):
    return [ads_id, count]


class FilterParams(BaseModel):
    model_config = {"extra": "forbid"}

    limit: int = Field(100, gt=0, le=100)
    order_by: Literal["created_at", "updated_at"] = "created_at"
    tags: list[str] = []
    renamed: str | None = Field(None, alias="theName")


class CommonHeaders(BaseModel):
    save_data: bool
    if_modified_since: str | None = None
    x_tag: list[str] = []


class Cookies(BaseModel):
    model_config = {"extra": "forbid"}

    session_id: str
    tracker: str | None = None


@app.get("/model/query")
async def read_model_query(filter_query: Annotated[FilterParams, Query()]):
    return filter_query


@app.get("/model/headers")
async def read_model_headers(headers: Annotated[CommonHeaders, Header()]):
    return headers


@app.get("/model/cookies")
async def read_model_cookies(cookies: Annotated[Cookies, Cookie()]):
    return cookies


REQUESTS = [
    "GET /users/me",
    "GET /users/you",
    "GET /users/a%20b%2Fc",
    "GET /items/3",
    "GET /items/+3",
    "GET /items/foo",
    "GET /items/4.2",
    "GET /items/3?short=1",
    "GET /items/3?short=TRUE",
    "GET /items/3?short=on&q=",
    "GET /items/3?short=yes&q=a%20b+c",
    "GET /items/3?short=maybe",
    "GET /items/99999999999999999999999",
    "GET /items/3?q=first&q=second",
    "GET /items/3?q=%C3%A9%ff",
    "GET /models/alexnet",
    "GET /models/resnet",
    "GET /models/foo",
    "GET /files//home/johndoe/myfile.txt",
    "GET /files/home",
    "GET /files/",
    "GET /sized/1?size=0.5",
    "GET /sized/0?size=0",
    "GET /sized/1001?size=10.5&step=7",
    "GET /sized/5?size=abc&step=x",
    "GET /sized/5",
    "GET /sized/x",
    "GET /texts",
    "GET /texts?q=fixed",
    "GET /texts?q=fi",
    "GET /texts?q=fixedquery",
    "GET /texts?q=notfi",
    "GET /texts?item-query=x&hidden=h&many=1&many=2",
    "GET /texts?aliased=x&many=",
    "GET /needy/foo",
    "GET /needy/foo?needy=a&skip=x&limit=y",
    "GET /needy/foo?needy=a&limit=5&nullable=",
    "GET /types",
    "GET /types?a=2026-01-02T03:04:05Z&b=2026-01-02&c=03:04:05.5&d=P1DT2H&e=00000000-0000-0000-0000-000000000001",  # noqa: E501
    "GET /types?f=1.50&g=bytes&h=x&i=5&j=1&j=2&k=1&k=a",
    "GET /types?a=x&b=2026-13-01&c=25:00&d=x&e=x&f=x&h=z&j=x&k=1",
    "GET /types?a=1700000000&d=90&i=text&f=NaN",
    "GET /validated?q=xyz",
    "GET /validated?q=abc",
    "GET /validated",
    "GET /headers",
    ("GET /headers", {"headers": {"User-Agent": "me", "strange_header": "s", "X-Number": "3"}}),
    ("GET /headers", {"headers": [("X-Token", "foo"), ("X-Token", "bar"), ("X-Number", "1")]}),
    ("GET /headers", {"headers": {"X-Number": "abc"}}),
    "GET /cookies",
    ("GET /cookies", {"headers": {"Cookie": "ads_id=abc; count=7"}}),
    ("GET /cookies", {"headers": {"Cookie": "count=x; ads_id"}}),
    ("GET /cookies", {"headers": {"Cookie": 'ads_id="quoted; value"; count=2'}}),
    "GET /model/query",
    "GET /model/query?limit=5&order_by=updated_at&tags=a&tags=b&theName=n",
    "GET /model/query?limit=0&order_by=x&tool=plumbus",
    "GET /model/query?renamed=x&limit=x",
    ("GET /model/headers", {"headers": {"save-data": "true", "x-tag": "a"}}),
    ("GET /model/headers", {"headers": [("save-data", "x"), ("x-tag", "a"), ("x-tag", "b")]}),
    "GET /model/headers",
    "GET /model/cookies",
    ("GET /model/cookies", {"headers": {"Cookie": "session_id=s; tracker=t"}}),
    ("GET /model/cookies", {"headers": {"Cookie": "session_id=s; santa_tracker=good-list-please"}}),
    "POST /users/me",
    "GET /nowhere",
    "GET /users/me/",
]
