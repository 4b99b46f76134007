"""Results as answers: response models, plain data, responses, status codes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field

from xapi import XAPI, BackgroundTasks, Response, status
from xapi.exceptions import ResponseValidationError
from xapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from xapi.testclient import TestClient


class BaseUser(BaseModel):
    name: str
    nick: str | None = None
    full_name: str = Field("?", alias="fullName")


class UserIn(BaseUser):
    password: str


class Row:
    """What an ORM gives: attributes, no mapping."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.secret = "no"


app = XAPI()


@app.get("/annotated")
async def annotated() -> BaseUser:
    return UserIn(name="a", password="secret")


@app.get("/model", response_model=list[BaseUser])
def model() -> Any:
    return [Row("a"), {"name": "b", "password": "c"}]


@app.get("/unset", response_model=BaseUser, response_model_exclude_unset=True)
def unset() -> Any:
    return {"name": "a"}


@app.get("/include", response_model=BaseUser, response_model_include=["name", "nick"])
def include() -> Any:
    return {"name": "a"}


@app.get("/exclude", response_model=BaseUser, response_model_exclude={"nick"}, response_model_by_alias=False)
def exclude() -> Any:
    return {"name": "a"}


@app.get(
    "/none", response_model=BaseUser, response_model_exclude_none=True, response_model_exclude_defaults=True
)
def none() -> Any:
    return {"name": "a"}


@app.get("/off", response_model=None)
def off() -> BaseUser:
    return {"anything": 1}  # type: ignore[return-value]


@app.get("/broken")
async def broken() -> BaseUser:
    return {"nick": 3}  # type: ignore[return-value]


@app.get("/model-without-declaration")
async def undeclared():  # type: ignore[no-untyped-def]
    return UserIn(name="a", password="secret")


client = TestClient(app)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/annotated", {"name": "a", "nick": None, "fullName": "?"}),
        (
            "/model",
            [{"name": "a", "nick": None, "fullName": "?"}, {"name": "b", "nick": None, "fullName": "?"}],
        ),
        ("/unset", {"name": "a"}),
        ("/include", {"name": "a", "nick": None}),
        ("/exclude", {"name": "a", "full_name": "?"}),
        ("/none", {"name": "a"}),
        ("/off", {"anything": 1}),
        ("/model-without-declaration", {"name": "a", "nick": None, "fullName": "?", "password": "secret"}),
    ],
)
def test_a_result_is_filtered_by_its_response_model(path: str, expected: Any) -> None:
    assert client.get(path).json() == expected


def test_a_result_that_breaks_its_model_is_an_error_that_names_operation_and_field() -> None:
    with pytest.raises(ResponseValidationError) as raised:
        client.get("/broken")
    assert "GET /broken" in str(raised.value)
    assert ", in broken" in str(raised.value)
    assert "response.name: Field required" in str(raised.value)
    assert raised.value.body == {"nick": 3}
    answer = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


@dataclasses.dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": [None, True, 1.5]}, '{"a":1,"b":[null,true,1.5]}'),
        ("é", '"é"'),
        (None, "null"),
        ({"when": datetime(2026, 11, 24, tzinfo=UTC)}, '{"when":"2026-11-24T00:00:00+00:00"}'),
        ([Decimal("1.50"), Decimal("2"), timedelta(hours=1)], "[1.5,2,3600.0]"),
        ({UUID(int=1): PurePosixPath("/a")}, '{"00000000-0000-0000-0000-000000000001":"/a"}'),
        (Point(1), '{"x":1}'),
        ({"point": Point(2), "user": UserIn(name="a", password="b")},
         '{"point":{"x":2},"user":{"name":"a","nick":null,"fullName":"?","password":"b"}}'),
        ({1, 2}, "[1,2]"),
        (frozenset("a"), '["a"]'),
        (b"text", '"text"'),
        ({"_sa_instance_state": object(), "id": 1}, '{"id":1}'),
        (status.HTTP_200_OK, "200"),
    ],
)  # fmt: skip
def test_plain_data_becomes_json(value: Any, text: str) -> None:
    app = XAPI()
    app.get("/")(lambda: value)
    answer = TestClient(app).get("/")
    assert answer.text == text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(text.encode()))


@pytest.mark.parametrize(
    ("value", "text"),
    [({"a": [math.nan, -math.inf]}, '{"a":[null,null]}'), (["x\ud800y", 1], '["x?y",1]')],
)
def test_what_json_can_not_carry_is_replaced(value: Any, text: str) -> None:
    app = XAPI()
    app.get("/")(lambda: value)
    app.post("/")(lambda body: None)
    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.text) == (200, text)


@pytest.mark.parametrize("code", [204, 304, 205])
def test_some_status_codes_have_no_body(code: int) -> None:
    app = XAPI()

    @app.get("/", status_code=code)
    async def endpoint() -> None: ...

    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.content) == (code, b"")
    assert answer.headers.get("content-length", "0") == "0"


def test_a_response_is_sent_as_it_is() -> None:
    app = XAPI()
    ran = []

    @app.get("/json")
    async def as_json(tasks: BackgroundTasks, response: Response) -> Response:
        tasks.add_task(ran.append, "task")
        response.headers["x-ignored"] = "yes"
        return JSONResponse({"raw": True}, status_code=203, headers={"x-own": "1"})

    @app.get("/stream")
    def stream() -> StreamingResponse:
        def pieces() -> Iterator[str]:
            yield "a"
            yield "b"

        return StreamingResponse(pieces(), media_type="text/plain")

    client = TestClient(app)
    answer = client.get("/json")
    assert (answer.status_code, answer.json(), answer.headers["x-own"]) == (203, {"raw": True}, "1")
    assert "x-ignored" not in answer.headers
    assert ran == ["task"]
    assert client.get("/stream").text == "ab"


def test_the_response_class_makes_the_answer() -> None:
    class Shouting(PlainTextResponse):
        def render(self, content: Any) -> bytes:
            return str(content).upper().encode()

    app = XAPI(default_response_class=HTMLResponse)

    @app.get("/html")
    async def html() -> str:
        return "<p>"

    @app.get("/shout", response_class=Shouting, status_code=202)
    async def shout(response: Response) -> str:
        response.headers["x-a"] = "b"
        return "hey"

    @app.get("/redirect", response_class=RedirectResponse)
    async def redirect() -> str:
        return "/html"

    client = TestClient(app)
    assert client.get("/html").headers["content-type"] == "text/html; charset=utf-8"
    answer = client.get("/shout")
    assert (answer.text, answer.status_code, answer.headers["x-a"]) == ("HEY", 202, "b")
    answer = client.get("/redirect", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/html")
