"""JSON bodies and everything that is none; body updates; the encoder."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, Union
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from xapi import XAPI, Body, Depends, HTTPException, Path, Query, Request
from xapi.encoders import jsonable_encoder

app = XAPI()


class Item(BaseModel):
    name: str
    description: str | None = Field(default=None, max_length=10)
    price: float = Field(gt=0)
    tax: float | None = None
    tags: set[str] = set()


class User(BaseModel):
    username: str
    full_name: str | None = None


class Image(BaseModel):
    url: HttpUrl
    name: str


class Offer(BaseModel):
    name: str
    items: list[Item]
    images: list[Image] | None = None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class StrictItem(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    count: int
    when: datetime | None = None


@dataclass
class Point:
    x: int
    names: list[str] = field(default_factory=list)


@app.post("/items")
async def create_item(item: Item):
    return item


@app.put("/items/{item_id}")
async def put_item(
    item_id: Annotated[int, Path(ge=0, le=1000)],
    q: str | None = None,
    item: Item | None = None,
):
    return {"item_id": item_id, "q": q, "item": item}


@app.put("/two/{item_id}")
async def put_two(
    item_id: int, item: Item, user: User, importance: Annotated[int, Body(gt=0)], q: str | None = None
):
    return {"item_id": item_id, "item": item, "user": user, "importance": importance, "q": q}


@app.put("/embedded")
async def put_embedded(item: Annotated[Item, Body(embed=True)]):
    return item


@app.post("/offers")
async def create_offer(offer: Offer):
    return offer


@app.post("/images")
async def create_images(images: list[Image]):
    return images


@app.post("/weights")
async def create_weights(weights: dict[int, float]):
    return weights


@app.post("/pets")
async def create_pet(pet: Annotated[Union[Cat, Dog], Body(discriminator="kind")]):  # noqa: UP007
    return pet


@app.post("/union")
async def create_union(value: Cat | Dog | int | str):
    return value


@app.post("/strict")
async def create_strict(item: StrictItem):
    return item


@app.post("/point")
async def create_point(point: Point):
    return point


@app.post("/any")
async def create_any(data: Any = Body()):
    return data


@app.post("/scalars")
async def create_scalars(
    start: Annotated[datetime, Body()],
    at: Annotated[time | None, Body()] = None,
    after: Annotated[timedelta, Body()] = timedelta(0),
    key: Annotated[UUID | None, Body()] = None,
):
    return {"start": start, "at": at, "after": after, "key": key, "sum": start + after}


@app.post("/request")
async def read_request(request: Request):
    return {"body": (await request.body()).decode(), "agent": request.headers.get("x-agent")}


@app.post("/both")
async def read_both(data: dict[str, int], request: Request):
    return [data, (await request.body()).decode()]


@app.get("/get-with-body")
async def get_with_body(item: Item):
    return item


STORED = {
    "foo": {"name": "Foo", "price": 50.2},
    "bar": {"name": "Bar", "description": "The bar", "price": 62, "tax": 20.2},
}


@app.patch("/stored/{item_id}", response_model=Item)
async def patch_stored(item_id: str, item: dict[str, Any]):
    stored = Item(**STORED[item_id])
    return stored.model_copy(update=item)


@app.put("/stored/{item_id}")
def encode_stored(item_id: str, item: Item):
    return {item_id: jsonable_encoder(item, exclude_unset=True)}


def token(x: Annotated[int, Query()]) -> int:
    if x < 0:
        raise HTTPException(403, "negative")
    return x


@app.post("/dependent")
async def dependent(item: Item, user: User, x: Annotated[int, Depends(token)]):
    return [item.name, user.username, x]


JSON = {"content-type": "application/json"}
ITEM = {"name": "Foo", "price": 42.5}
USER = {"username": "dave"}


def raw(content: bytes, content_type: str | None = "application/json") -> dict[str, Any]:
    return {"content": content, "headers": {} if content_type is None else {"content-type": content_type}}


REQUESTS = [
    ("POST /items", {"json": ITEM}),
    ("POST /items", {"json": {**ITEM, "tags": ["a", "a"], "unknown": 1}}),
    ("POST /items", {"json": {"name": 3, "price": "x", "description": "far too long a text"}}),
    ("POST /items", {"json": {"price": -1}}),
    ("POST /items", {"json": [ITEM]}),
    ("POST /items", {"json": "text"}),
    ("POST /items", {"json": None}),
    ("POST /items", raw(b"null")),
    ("POST /items", raw(b"")),
    ("POST /items", raw(b"  ")),
    ("POST /items", raw(b"{")),
    ("POST /items", raw(b'{"name": "a" "price": 1}')),
    ("POST /items", raw(b"{'name': 1}")),
    ("POST /items", raw(b'{"name": "a", "price": 1} x')),
    ("POST /items", raw(b'{"name": "a", "price": NaN}')),
    ("POST /items", raw(b'{"name": "a", "price": 1, "price": 2}')),
    ("POST /items", raw(b'{"name": "\\ud83d\\ude00", "price": 1e2}')),
    ("POST /items", raw(b'\xef\xbb\xbf{"name": "a", "price": 1}')),
    ("POST /items", raw(b'{"name": "a", "price": 1}', "application/json; charset=utf-8")),
    ("POST /items", raw(b'{"name": "a", "price": 1}', "application/vnd.api+json")),
    ("POST /items", raw(b'{"name": "a", "price": 1}', "text/plain")),
    ("POST /items", raw(b'{"name": "a", "price": 1}', None)),
    ("POST /items", raw(b'{"name": "a", "price": 1}', "application/x-www-form-urlencoded")),
    ("PUT /items/5?q=x", {"json": ITEM}),
    "PUT /items/5",
    "PUT /items/1001",
    ("PUT /items/x", {"json": {}}),
    ("PUT /two/5", {"json": {"item": ITEM, "user": USER, "importance": 5}}),
    ("PUT /two/5", {"json": {"item": ITEM, "user": USER, "importance": 0}}),
    ("PUT /two/x", {"json": {"item": {}}}),
    ("PUT /two/5", {"json": []}),
    ("PUT /two/5", {"json": {"item": None, "user": 1, "importance": None}}),
    "PUT /two/5",
    ("PUT /two/5", raw(b"item", "text/plain")),
    ("PUT /embedded", {"json": {"item": ITEM}}),
    ("PUT /embedded", {"json": ITEM}),
    (
        "POST /offers",
        {"json": {"name": "o", "items": [ITEM, ITEM], "images": [{"url": "http://a.b/c", "name": "n"}]}},
    ),
    (
        "POST /offers",
        {"json": {"name": "o", "items": [{}, {"price": 0}], "images": [{"url": "x", "name": "n"}]}},
    ),
    ("POST /images", {"json": [{"url": "http://a.b", "name": "n"}]}),
    ("POST /images", {"json": {}}),
    ("POST /images", {"json": [1]}),
    ("POST /weights", {"json": {"1": 2.5, "2": 3}}),
    ("POST /weights", {"json": {"a": 1}}),
    ("POST /pets", {"json": {"kind": "dog", "name": "rex"}}),
    ("POST /pets", {"json": {"kind": "cow"}}),
    ("POST /pets", {"json": {"kind": "cat"}}),
    ("POST /pets", {"json": {}}),
    ("POST /union", {"json": 5}),
    ("POST /union", {"json": "5"}),
    ("POST /union", {"json": {"kind": "cat", "lives": "7"}}),
    ("POST /union", {"json": [1]}),
    ("POST /strict", {"json": {"count": 1}}),
    ("POST /strict", {"json": {"count": "1", "more": 2}}),
    ("POST /strict", {"json": {"count": 1, "when": "2026-01-01T00:00:00"}}),
    ("POST /point", {"json": {"x": "1"}}),
    ("POST /point", {"json": {"x": 1, "names": ["a"]}}),
    ("POST /point", {"json": {"names": [1]}}),
    ("POST /point", {"json": [1]}),
    ("POST /any", {"json": {"a": [1, None]}}),
    ("POST /any", raw(b"plain", "text/plain")),
    "POST /any",
    ("POST /scalars", {"json": {"start": "2026-01-02T03:04:05", "at": "01:02:03", "after": 60}}),
    ("POST /scalars", {"json": {"start": "x", "at": "y", "after": "z", "key": "k"}}),
    ("POST /request", {"content": b"raw \xe2\x82\xac", "headers": {"x-agent": "me"}}),
    ("POST /both", {"json": {"a": 1}}),
    ("POST /both", {"json": {"a": "x"}}),
    ("GET /get-with-body", {"json": ITEM}),
    "GET /get-with-body",
    ("PATCH /stored/foo", {"json": {"price": 1}}),
    ("PUT /stored/bar", {"json": ITEM}),
    ("POST /dependent?x=1", {"json": {"item": ITEM, "user": USER}}),
    ("POST /dependent?x=-1", {"json": {}}),
    ("POST /dependent?x=y", {"json": {"item": {"name": 1}}}),
    ("POST /dependent?x=y", raw(b"{")),
]
