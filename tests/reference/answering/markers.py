"""Every keyword of the markers, in every location; callables of every kind; types of every kind."""

import functools
from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, NewType, Optional, TypeVar, Union
from uuid import UUID

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, RootModel
from typing_extensions import TypeAliasType, TypedDict

from xapi import XAPI, Body, Cookie, Depends, Form, Header, Path, Query

app = XAPI()
T = TypeVar("T")


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Flag(Enum):
    ON = "on"
    ONE = 1


Number = TypeAliasType("Number", Annotated[int, Field(ge=3)])
UserId = NewType("UserId", int)


@app.get("/keywords/{item_id}/{name}")
async def keywords(
    item_id: Annotated[int, Path(alias="item_id", gt=1, lt=100, title="Item", deprecated=True)],
    name: Annotated[str, Path(min_length=2, max_length=4, pattern=r"^[a-z]+$")],
    strict: Annotated[int | None, Query(strict=True)] = None,
    finite: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    money: Annotated[Decimal | None, Query(max_digits=4, decimal_places=2)] = None,
    step: Annotated[float, Query(multiple_of=0.5)] = 1,
    factory: Annotated[list[int], Query(default_factory=lambda: [7])] = ...,  # type: ignore[assignment]
    wire: Annotated[str, Query(validation_alias="wire-name", serialization_alias="out")] = "w",
    either: Annotated[int | str, Query(union_mode="left_to_right")] = 0,
    few: Annotated[list[int], Query(min_length=1, max_length=2)] = [1],  # noqa: B006
    checked: Annotated[int, Query(validate_default=True, gt=5)] = 6,
    extra: Annotated[int, Query(json_schema_extra={"x-more": True}, examples=[1, 2])] = 1,
):
    return [
        item_id, name, strict, finite, money, step, factory, wire, either, few, checked, extra,
    ]  # fmt: skip


@app.get("/headers")
async def headers(
    x_level: Annotated[Level, Header()] = Level.LOW,
    x_flag: Annotated[Flag | None, Header()] = None,
    x_when: Annotated[datetime | None, Header()] = None,
    x_span: Annotated[timedelta | None, Header(gt=timedelta(0))] = None,
    x_ids: Annotated[list[UUID], Header()] = [],  # noqa: B006
    aliased: Annotated[str, Header(alias="X-Odd_Name", min_length=3)] = "default",
    under_score: Annotated[int, Header(convert_underscores=False, le=9)] = 0,
):
    return [x_level, x_flag, x_when, x_span, x_ids, aliased, under_score]


@app.get("/cookies")
async def cookies(
    session: Annotated[str, Cookie(min_length=3, alias="session-id")],
    visits: Annotated[int, Cookie(ge=0)] = 0,
    flag: Annotated[bool, Cookie()] = False,
):
    return [session, visits, flag]


@app.get("/types")
async def types(
    number: Number = 3,
    user: UserId | None = None,
    level: Level | None = None,
    flag: Optional[Flag] = None,  # noqa: UP045
    raw: bytes = b"",
    amount: Union[Decimal, None] = None,  # noqa: UP007
    literal: Literal[1, "a", True] | None = None,
    doubled: Annotated[int, "a note", BeforeValidator(lambda value: value * 2)] = 0,
    unique: Annotated[frozenset[int], Query()] = frozenset(),
    queue: Annotated[deque[int], Query(max_length=2)] = deque(),  # noqa: B006
    pair: Annotated[tuple[int, date] | None, Query()] = None,
    clock: time | None = None,
    anything: Any = None,
):
    return {
        "number": number, "user": user, "level": level, "flag": flag, "raw": raw, "amount": amount,
        "literal": literal, "doubled": doubled, "unique": unique, "queue": queue, "pair": pair,
        "clock": clock, "anything": anything,
    }  # fmt: skip


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: "Page[T] | None" = None


class Movie(TypedDict):
    title: str
    year: int


class Names(RootModel[list[str]]):
    pass


@dataclass
class Point:
    x: int
    y: int = 0


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class Choice(BaseModel):
    name: str = Field(validation_alias=AliasChoices("name", "label"))


@app.post("/pages")
async def pages(page: Page[int]):
    return page


@app.post("/movies")
async def movies(movie: Movie, names: Names):
    return [movie, names]


@app.post("/points")
async def points(points: dict[str, Point]):
    return points


@app.post("/pets")
async def pets(pet: Annotated[Cat | Dog, Body(discriminator="kind")]):
    return [type(pet).__name__, pet]


@app.post("/choices")
async def choices(choice: Choice):
    return choice


@app.post("/body-keywords")
async def body_keywords(
    count: Annotated[int, Body(gt=0, strict=True)],
    ratio: Annotated[float, Body(allow_inf_nan=False, lt=1)] = 0.5,
    name: Annotated[str, Body(alias="Name", min_length=2)] = "none",
    amount: Annotated[Decimal, Body(max_digits=3, decimal_places=1)] = Decimal("1.5"),
    when: Annotated[datetime | date | None, Body()] = None,
    tags: Annotated[set[str], Body(max_length=2)] = set(),  # noqa: B006
):
    return [count, ratio, name, amount, when, sorted(tags)]


@app.post("/first-failure")
async def first_failure(numbers: Annotated[list[int], Body(fail_fast=True)]):
    return numbers


@app.post("/form-keywords")
async def form_keywords(
    age: Annotated[int, Form(ge=18)],
    code: Annotated[str, Form(pattern="^[A-Z]{2}$", alias="Code")],
    several: Annotated[list[Level], Form()] = [],  # noqa: B006
    agree: Annotated[bool, Form()] = False,
):
    return [age, code, several, agree]


class Pager:
    def __init__(self, skip: int = 0, limit: Annotated[int, Query(le=10)] = 5) -> None:
        self.skip, self.limit = skip, limit


class Checker:
    def __init__(self, word: str) -> None:
        self.word = word

    def __call__(self, q: str = "") -> bool:
        return self.word in q

    async def method(self, m: int) -> int:
        return m + len(self.word)

    @classmethod
    def made(cls, c: int = 1) -> str:
        return cls.__name__ * c

    @staticmethod
    def still(s: str = "s") -> str:
        return s


def shouted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return str(function(*args, **kwargs)).upper()

    return wrapper


@shouted
def wrapped(w: str = "w"):
    return w


def scaled(factor: int, by: int = 2):
    return factor * by


checker = Checker("fix")


@app.get("/callables")
async def callables(
    pager: Annotated[Pager, Depends()],
    found: Annotated[bool, Depends(checker)],
    length: Annotated[int, Depends(checker.method)],
    made: Annotated[str, Depends(Checker.made)],
    still: Annotated[str, Depends(Checker.still)],
    loud: Annotated[str, Depends(wrapped)],
    ten: Annotated[int, Depends(functools.partial(scaled, by=10))],
):
    return [pager.skip, pager.limit, found, length, made, still, loud, ten]


app.get("/instance")(checker)
app.get("/partial")(functools.partial(scaled, factor=4))
app.get("/wrapped")(wrapped)
app.get("/method")(checker.method)


@app.post("/everywhere/{number}")
async def everywhere(
    number: int,
    cat: Cat,
    names: list[str],
    pager: Annotated[Pager, Depends()],
    q: Annotated[int, Query()],
    x_key: Annotated[int, Header()],
    session: Annotated[int, Cookie()],
):
    return [number, cat, names, pager.limit, q, x_key, session]


JSON = {"content-type": "application/json"}
ONE = "d7a6b7c0-5a5e-4b5a-8f0e-3f9b8f2d6a11"

REQUESTS = [
    "GET /keywords/2/abc",
    "GET /keywords/1/a",
    "GET /keywords/100/abcde",
    "GET /keywords/x/ABC",
    "GET /keywords/2/abc?strict=1",
    "GET /keywords/2/abc?finite=nan",
    "GET /keywords/2/abc?finite=inf",
    "GET /keywords/2/abc?finite=1e3",
    "GET /keywords/2/abc?money=12.34",
    "GET /keywords/2/abc?money=123.45",
    "GET /keywords/2/abc?money=1.234",
    "GET /keywords/2/abc?money=x",
    "GET /keywords/2/abc?step=2.5",
    "GET /keywords/2/abc?step=2.6",
    "GET /keywords/2/abc?factory=1&factory=2",
    "GET /keywords/2/abc?factory=x",
    "GET /keywords/2/abc?wire-name=hello",
    "GET /keywords/2/abc?wire=hello",
    "GET /keywords/2/abc?either=5",
    "GET /keywords/2/abc?either=five",
    "GET /keywords/2/abc?few=1&few=2",
    "GET /keywords/2/abc?few=1&few=2&few=3",
    "GET /keywords/2/abc?few=",
    "GET /keywords/2/abc?checked=5",
    "GET /keywords/2/abc?checked=7&extra=9",
    "GET /keywords/0/A?strict=x&finite=y&money=z&step=q&extra=e",
    "GET /headers",
    ("GET /headers", {"headers": {"x-level": "2", "x-flag": "on", "x-when": "2026-01-02T03:04:05Z"}}),
    ("GET /headers", {"headers": {"x-level": "3", "x-flag": "1", "x-when": "yesterday"}}),
    ("GET /headers", {"headers": {"x-span": "PT1H"}}),
    ("GET /headers", {"headers": {"x-span": "-PT1H"}}),
    ("GET /headers", {"headers": [("x-ids", ONE), ("x-ids", ONE.upper())]}),
    ("GET /headers", {"headers": [("x-ids", ONE), ("x-ids", "no")]}),
    ("GET /headers", {"headers": {"x-odd_name": "abc", "under_score": "9"}}),
    ("GET /headers", {"headers": {"x-odd_name": "ab", "under_score": "10"}}),
    "GET /cookies",
    ("GET /cookies", {"headers": {"cookie": "session-id=abc; visits=3; flag=yes"}}),
    ("GET /cookies", {"headers": {"cookie": "session-id=ab; visits=-1; flag=maybe"}}),
    ("GET /cookies", {"headers": {"cookie": 'session-id="a b c"; visits=1'}}),
    ("GET /cookies", {"headers": {"cookie": "session-id=one; session-id=two"}}),
    ("GET /cookies", {"headers": {"cookie": "session-id"}}),
    "GET /types",
    "GET /types?number=2&user=x&level=5&flag=off",
    "GET /types?number=4&user=7&level=2&flag=on",
    "GET /types?flag=1",
    "GET /types?raw=a%20b&amount=1.50",
    "GET /types?amount=1e500",
    "GET /types?literal=a",
    "GET /types?literal=1",
    "GET /types?literal=true",
    "GET /types?doubled=4",
    "GET /types?doubled=x",
    "GET /types?unique=1&unique=1&unique=2",
    "GET /types?queue=1&queue=2",
    "GET /types?queue=1&queue=2&queue=3",
    "GET /types?pair=1&pair=2026-01-02",
    "GET /types?pair=1",
    "GET /types?clock=12:30&anything=x",
    "GET /types?clock=25:00",
    ("POST /pages", {"json": {"items": [1, "2"], "next": {"items": []}}}),
    ("POST /pages", {"json": {"items": ["x"], "next": {"items": 3}}}),
    ("POST /pages", {"json": []}),
    ("POST /movies", {"json": {"movie": {"title": "M", "year": "1931"}, "names": ["a"]}}),
    ("POST /movies", {"json": {"movie": {"title": 1}, "names": "a"}}),
    ("POST /movies", {"json": {}}),
    ("POST /points", {"json": {"a": {"x": 1}, "b": {"x": "2", "y": 3}}}),
    ("POST /points", {"json": {"a": {"y": 1}, "b": 2}}),
    ("POST /pets", {"json": {"kind": "cat", "lives": 9}}),
    ("POST /pets", {"json": {"kind": "dog", "name": 1}}),
    ("POST /pets", {"json": {"kind": "cow"}}),
    ("POST /pets", {"json": {}}),
    ("POST /pets", {"json": []}),
    ("POST /choices", {"json": {"label": "x"}}),
    ("POST /choices", {"json": {"other": "x"}}),
    ("POST /body-keywords", {"json": {"count": 1}}),
    ("POST /body-keywords", {"json": {"count": "1", "ratio": 1, "Name": "x", "amount": 1.25}}),
    ("POST /body-keywords", {"json": {"count": 0, "ratio": "x", "name": "y", "tags": ["a", "b", "c"]}}),
    ("POST /body-keywords", {"json": {"count": 2, "Name": "ok", "amount": "9.5", "when": "2026-01-02"}}),
    ("POST /body-keywords", {"json": {"count": 2, "when": "2026-01-02T10:00:00+02:00", "tags": ["b", "b"]}}),
    ("POST /body-keywords", {"json": {"count": 2, "when": "soon", "ratio": None}}),
    ("POST /body-keywords", {"json": {"count": True}}),
    ("POST /first-failure", {"json": ["x", "y", 1]}),
    ("POST /first-failure", {"json": [1, 2]}),
    ("POST /form-keywords", {"data": {"age": "18", "Code": "AB", "several": ["1", "2"], "agree": "on"}}),
    ("POST /form-keywords", {"data": {"age": "17", "Code": "ab", "several": ["3"], "agree": "perhaps"}}),
    ("POST /form-keywords", {"data": {}}),
    ("POST /form-keywords", {"json": {"age": 18}}),
    "GET /callables?m=1&factor=3",
    "GET /callables?m=1&factor=3&skip=2&limit=9&q=prefix&c=2&s=t&w=loud&by=4",
    "GET /callables?skip=x&limit=11&c=z",
    "GET /instance?q=suffix",
    "GET /partial",
    "GET /partial?factor=5&by=3",
    "GET /partial?factor=x",
    "GET /wrapped?w=quiet",
    "GET /method?m=5",
    "GET /method?m=five",
    "GET /method",
    (
        "POST /everywhere/1?q=2",
        {
            "headers": {"x-key": "3", "cookie": "session=4"},
            "json": {"cat": {"kind": "cat", "lives": 9}, "names": ["a"]},
        },
    ),
    (
        "POST /everywhere/one?q=two&limit=99",
        {
            "headers": {"x-key": "three", "cookie": "session=four"},
            "json": {"cat": {"kind": "dog", "lives": "many"}, "names": [1, "b"]},
        },
    ),
    "POST /everywhere/one?skip=x",
    ("POST /everywhere/1", {"content": b"{", "headers": JSON}),
    ("POST /everywhere/1", {"content": b"[]", "headers": JSON}),
]
