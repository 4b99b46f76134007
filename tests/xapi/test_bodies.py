"""JSON bodies: one model, several values, embedded ones, and everything that is no such body."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

import anyio
import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic.dataclasses import dataclass
from typing_extensions import TypedDict

from xapi import XAPI, Body, Depends, Form, Header, HTTPException
from xapi.routing import APIRoute
from xapi.testclient import TestClient


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)
    tags: set[str] = set()


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    count: int


@dataclass
class Point:
    x: int
    y: int = 0


class Size(TypedDict):
    width: int


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]


app = XAPI()


@app.post("/items")
async def create(item: Item) -> Item:
    return item


@app.post("/strict")
async def create_strict(item: Strict) -> Strict:
    return item


@app.put("/items/{item_id}")
def replace(item_id: int, item: Item | None = None, q: str | None = None) -> Any:
    return [item_id, item, q]


@app.post("/two")
async def create_two(item: Item, other: Point, importance: Annotated[int, Body(gt=0)] = 1) -> Any:
    return [item.name, other.x + other.y, importance]


@app.post("/embedded")
async def create_embedded(item: Annotated[Item, Body(embed=True)]) -> Any:
    return item.name


@app.post("/renamed")
async def create_renamed(count: Annotated[int, Body(alias="the-count", embed=True)]) -> Any:
    return count


@app.post("/list")
async def create_list(points: list[Point]) -> Any:
    return sum(point.x for point in points)


@app.post("/mapping")
async def create_mapping(weights: dict[int, float]) -> Any:
    return list(weights)


@app.post("/typed-dict")
async def create_typed_dict(size: Size) -> Any:
    return size["width"]


@app.post("/generic")
async def create_generic(page: Page[Point]) -> Any:
    return len(page.items)


@app.post("/nullable")
async def create_nullable(item: Item | None) -> Any:
    return item


@app.post("/text-or-time")
async def create_text_or_time(value: Annotated[str | datetime, Body()]) -> Any:
    return type(value).__name__


def teapot(q: int) -> None:
    raise HTTPException(418)


@app.post("/late")
async def create_late(item: Item, q: Annotated[None, Depends(teapot)]) -> Any:
    return item


def shared(note: Annotated[str, Body()]) -> str:
    return note.upper()


@app.post("/from-dependency")
async def create_from_dependency(note: Annotated[str, Depends(shared)], item: Item) -> Any:
    return [note, item.name]


client = TestClient(app)
JSON = {"content-type": "application/json"}
APPLE = {"name": "apple", "price": 1.5}


@pytest.mark.parametrize(
    ("url", "body", "expected"),
    [
        ("/items", {**APPLE, "tags": ["a", "a"]}, {"name": "apple", "price": 1.5, "tags": ["a"]}),
        ("/items", {"name": "apple", "price": "2.5"}, {"name": "apple", "price": 2.5, "tags": []}),
        ("/two", {"item": APPLE, "other": {"x": 1, "y": 2}}, ["apple", 3, 1]),
        ("/two", {"item": APPLE, "other": {"x": 1}, "importance": 5}, ["apple", 1, 5]),
        ("/embedded", {"item": APPLE}, "apple"),
        ("/renamed", {"the-count": 2}, 2),
        ("/list", [{"x": 1}, {"x": "2"}], 3),
        ("/mapping", {"1": 1.5, "2": 3}, [1, 2]),
        ("/typed-dict", {"width": 7}, 7),
        ("/generic", {"items": [{"x": 1}, {"x": 2}]}, 2),
        ("/nullable", None, None),
        ("/text-or-time", "2026-11-24T00:00:00", "str"),
        ("/from-dependency", {"note": "hi", "item": APPLE}, ["HI", "apple"]),
    ],
)
def test_a_body_reaches_the_endpoint_typed(url: str, body: Any, expected: Any) -> None:
    response = client.post(url, content=json.dumps(body), headers=JSON)
    assert response.status_code == 200
    assert response.json() == expected


def test_a_body_may_be_left_out_where_it_has_a_default() -> None:
    assert client.put("/items/1?q=a").json() == [1, None, "a"]
    assert client.put("/items/1", json=APPLE).json()[1]["name"] == "apple"


MISSING = {"type": "missing", "msg": "Field required", "input": None}
NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"


@pytest.mark.parametrize(
    ("url", "content", "headers", "errors"),
    [
        ("/items", "", JSON, [{**MISSING, "loc": ["body"]}]),
        ("/items", "{}", JSON, [{**MISSING, "loc": ["body", name], "input": {}}
         for name in ("name", "price")]),
        ("/items", "[1]", JSON,
         [{"type": "model_attributes_type", "loc": ["body"], "msg": NO_OBJECT, "input": [1]}]),
        ("/items", "{}", {"content-type": "text/plain"},
         [{"type": "model_attributes_type", "loc": ["body"], "msg": NO_OBJECT, "input": "{}"}]),
        ("/items", '{"name": "a", "price": 0}', JSON,
         [{"type": "greater_than", "loc": ["body", "price"], "msg": "Input should be greater than 0",
           "input": 0,
           "ctx": {"gt": 0}}]),
        ("/items", '{"name"', JSON,
         [{"type": "json_invalid", "loc": ["body", 7], "msg": "JSON decode error", "input": {},
           "ctx": {"error": "Expecting ':' delimiter"}}]),
        ("/items", b'{"name": "\xff"}', JSON,
         [{"type": "json_invalid", "loc": ["body", 10], "msg": "JSON decode error", "input": {},
           "ctx": {"error": "invalid start byte"}}]),
        ("/strict", '{"count": 1, "more": 2}', JSON,
         [{"type": "extra_forbidden", "loc": ["body", "more"], "msg": "Extra inputs are not permitted",
           "input": 2}]),
        ("/two", "{}", JSON, [{**MISSING, "loc": ["body", name]} for name in ("item", "other")]),
        ("/two", "[]", JSON, [
            {**MISSING, "loc": ["body", name]} for name in ("item", "other", "importance")]),
        ("/two", "", JSON, [{**MISSING, "loc": ["body", name]} for name in ("item", "other")]),
        ("/renamed", '{"count": 1}', JSON, [{**MISSING, "loc": ["body", "the-count"]}]),
        ("/from-dependency", "{}", JSON, [{**MISSING, "loc": ["body", name]} for name in ("note", "item")]),
        ("/late", "{", JSON,
         [{"type": "json_invalid", "loc": ["body", 1], "msg": "JSON decode error", "input": {},
           "ctx": {"error": "Expecting property name enclosed in double quotes"}}]),
        ("/late?q=z", "[]", JSON,
         [{"type": "int_parsing", "loc": ["query", "q"], "input": "z",
           "msg": "Input should be a valid integer, unable to parse string as an integer"},
          {"type": "model_attributes_type", "loc": ["body"], "msg": NO_OBJECT, "input": []}]),
    ],
)  # fmt: skip
def test_a_wrong_body_is_told(url: str, content: Any, headers: dict[str, str], errors: Any) -> None:
    response = client.post(url, content=content, headers=headers)
    assert response.status_code == 422
    assert response.json() == {"detail": errors}


def test_an_exception_of_a_dependency_beats_a_wrong_body() -> None:
    assert client.post("/late?q=1", json=[]).status_code == 418


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/vnd.api+json", "Application/JSON"]
)
def test_json_is_known_by_its_media_type(content_type: str) -> None:
    response = client.post("/items", content=json.dumps(APPLE), headers={"content-type": content_type})
    assert response.status_code == 200


def test_a_byte_order_mark_is_taken() -> None:
    response = client.post("/items", content=b"\xef\xbb\xbf" + json.dumps(APPLE).encode(), headers=JSON)
    assert response.json()["name"] == "apple"


def test_a_model_that_is_given_is_a_body_and_a_header_beside_it_is_none() -> None:
    other = XAPI()

    @other.post("/")
    async def endpoint(item: Item, x: Annotated[int, Header()]) -> Any:
        return [item.name, x]

    assert TestClient(other).post("/", json=APPLE, headers={"x": "3"}).json() == ["apple", 3]


def test_an_empty_body_is_missing_also_where_json_is_read_the_slow_way() -> None:
    app = XAPI()

    @app.post("/")
    async def endpoint(amount: Annotated[Decimal, Body()]) -> None: ...

    answer = TestClient(app).post("/", content=b"", headers={"content-type": "application/json"})

    assert answer.json()["detail"] == [
        {"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}
    ]


class CustomRoute(APIRoute):
    def get_route_handler(self) -> Any:
        return super().get_route_handler()


@pytest.mark.parametrize("route_class", [APIRoute, CustomRoute])
@pytest.mark.parametrize(
    ("content_type", "begin"),
    [
        ("application/json", b'{"item'),
        ("application/x-www-form-urlencoded", b"item=ab"),
        ("multipart/form-data; boundary=-", b'---\r\nContent-Disposition: form-data; name="item"\r\n\r\nab'),
    ],
    ids=["json", "form", "multipart"],
)
def test_a_client_that_goes_away_while_it_sends_is_no_error_of_the_app(
    content_type: str, begin: bytes, route_class: type[APIRoute]
) -> None:
    app = XAPI()
    app.router.route_class = route_class
    marker = Body(embed=True) if "json" in content_type else Form()
    seen = []

    async def endpoint(item: Any) -> None:
        seen.append(item)

    endpoint.__annotations__["item"] = Annotated[str, marker]
    app.post("/")(endpoint)
    events = [{"type": "http.request", "body": begin, "more_body": True}, {"type": "http.disconnect"}]
    statuses = []

    async def receive() -> Any:
        return events.pop(0)

    async def send(message: Any) -> None:
        statuses.append(message.get("status"))

    headers = [(b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    anyio.run(app, scope, receive, send)
    assert statuses[0] == 400
    assert seen == []
