"""Forms and files, and models that are read from forms, queries, headers and cookies."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from xapi import XAPI, Cookie, Depends, File, Form, Header, Query, Request, UploadFile
from xapi.security import OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict
from xapi.testclient import TestClient


class Filter(BaseModel):
    model_config = {"extra": "forbid"}
    limit: int = Field(100, gt=0)
    tags: list[str] = []
    order: Literal["asc", "desc"] = "asc"
    other: str | None = Field(None, alias="theOther")


class Common(BaseModel):
    user_agent: str
    x_tag: list[str] = []


class Cookies(BaseModel):
    model_config = {"extra": "forbid"}
    session: str


app = XAPI()


@app.post("/fields")
async def fields(
    name: Annotated[str, Form(min_length=2)],
    count: Annotated[int | None, Form()] = None,
    numbers: Annotated[list[int], Form()] = [],  # noqa: B006  (a default is copied for each request)
) -> Any:
    return [name, count, numbers]


@app.post("/model")
async def model(data: Annotated[Filter, Form()]) -> Filter:
    return data


@app.post("/files")
async def files(
    content: Annotated[bytes, File()],
    note: Annotated[str, Form()] = "none",
    upload: UploadFile | None = None,
    more: list[UploadFile] = [],  # noqa: B006
    all_bytes: Annotated[list[bytes], File()] = [],  # noqa: B006
) -> Any:
    first = upload and [upload.filename, upload.content_type, (await upload.read()).decode()]
    return [len(content), note, first, [file.filename for file in more], [len(data) for data in all_bytes]]


@app.post("/upload")
def upload(file: UploadFile, request: Request) -> Any:
    assert not file.file.closed
    return [file.filename, file.size]


@app.get("/query")
async def query(data: Annotated[Filter, Query()], more: int = 0) -> Any:
    return [data, more]


@app.get("/headers")
async def headers(data: Annotated[Common, Header()]) -> Any:
    return data


@app.get("/cookies")
async def cookies(data: Annotated[Cookies, Cookie()]) -> Any:
    return data


client = TestClient(app)


def test_form_fields_are_read_typed() -> None:
    assert client.post("/fields", data={"name": "ab", "count": "3", "numbers": ["1", "2"]}).json() == [
        "ab",
        3,
        [1, 2],
    ]
    multipart = client.post("/fields", data={"name": "ab"}, files={"unknown": b"x"})
    assert multipart.json() == ["ab", None, []]


MISSING = {"type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": None}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"data": {"name": ""}},
        {"json": {"name": "ab"}},
        {"content": b"name=ab", "headers": {"content-type": "x/y"}},
    ],
)
def test_an_empty_field_is_missing_and_so_is_every_field_of_another_media_type(sent: dict[str, Any]) -> None:
    answer = client.post("/fields", **sent)
    assert (answer.status_code, answer.json()) == (422, {"detail": [MISSING]})


def test_the_errors_of_a_form_name_its_fields() -> None:
    answer = client.post("/fields", data={"name": "a", "numbers": ["1", "x"]})
    assert [(error["type"], error["loc"]) for error in answer.json()["detail"]] == [
        ("string_too_short", ["body", "name"]),
        ("int_parsing", ["body", "numbers", 1]),
    ]


def test_a_form_can_be_a_model() -> None:
    assert client.post("/model", data={"limit": "5", "tags": ["a", "b"], "theOther": "x"}).json() == {
        "limit": 5, "tags": ["a", "b"], "order": "asc", "theOther": "x",
    }  # fmt: skip
    answer = client.post("/model", data={"limit": "0", "extra": "x"})
    assert [(error["type"], error["loc"]) for error in answer.json()["detail"]] == [
        ("greater_than", ["body", "limit"]),
        ("extra_forbidden", ["body", "extra"]),
    ]


def test_files_come_as_bytes_or_as_files() -> None:
    sent = [
        ("content", ("c.txt", b"abc")),
        ("upload", ("u.bin", b"upload", "image/png")),
        ("more", ("one", b"1")),
        ("more", ("two", b"2")),
        ("all_bytes", ("b", b"12")),
    ]
    answer = client.post("/files", files=sent, data={"note": "hello"})
    assert answer.json() == [3, "hello", ["u.bin", "image/png", "upload"], ["one", "two"], [2]]
    assert client.post("/files", files={"content": b"x"}).json() == [1, "none", None, [], []]


def test_a_large_file_is_spooled_and_closed_after_the_answer() -> None:
    content = b"x" * 3_000_000
    assert client.post("/upload", files={"file": ("big", content)}).json() == ["big", 3_000_000]


def test_a_text_is_no_file() -> None:
    error = client.post("/upload", data={"file": "text"}).json()["detail"][0]
    assert error["loc"] == ["body", "file"]
    assert error["msg"] == "Value error, Expected UploadFile, received: <class 'str'>"


def test_a_malformed_form_is_told_as_a_validation_error() -> None:
    answer = client.post("/fields", content=b"--x\r\nbad", headers={"content-type": "multipart/form-data"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "form_invalid"


def test_a_query_can_be_a_model_beside_other_parameters() -> None:
    assert client.get("/query?tags=a&tags=b&more=2").json()[0]["tags"] == ["a", "b"]
    assert client.get("/query?tags=a&more=2").json()[1] == 2
    answer = client.get("/query?limit=0&tool=x&y=1&y=2&other=z")
    assert [(error["type"], error["loc"], error["input"]) for error in answer.json()["detail"]] == [
        ("greater_than", ["query", "limit"], "0"),
        ("extra_forbidden", ["query", "tool"], "x"),
        ("extra_forbidden", ["query", "y"], ["1", "2"]),
        ("extra_forbidden", ["query", "other"], "z"),
    ]


def test_headers_and_cookies_can_be_models() -> None:
    repeated = [("X-Tag", "a"), ("X-Tag", "b"), ("User-Agent", "me")]
    assert client.get("/headers", headers=repeated).json() == {"user_agent": "me", "x_tag": ["a", "b"]}
    assert client.get("/cookies", headers={"cookie": "session=s"}).json() == {"session": "s"}
    error = client.get("/cookies", headers={"cookie": "session=s; tracker=t"}).json()["detail"][0]
    assert (error["type"], error["loc"]) == ("extra_forbidden", ["cookie", "tracker"])


def test_a_header_with_the_underscore_of_a_member_is_neither_the_member_nor_an_extra_one() -> None:
    class Strict(Common):
        model_config = {"extra": "forbid"}
        host: str
        accept: str
        accept_encoding: str
        connection: str

    strict = XAPI()

    @strict.get("/")
    def read(headers: Annotated[Strict, Header()]) -> list[str]:
        return headers.x_tag

    answer = TestClient(strict).get("/", headers={"x_tag": "a"})
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(
    ("form", "sent", "status"),
    [
        (OAuth2PasswordRequestForm, {"username": "u", "password": "p", "scope": "a b"}, 200),
        (OAuth2PasswordRequestFormStrict, {"username": "u", "password": "p"}, 422),
        (OAuth2PasswordRequestFormStrict, {"username": "u", "password": "p", "grant_type": "password"}, 200),
        (OAuth2PasswordRequestForm, {"username": "u", "password": "p", "grant_type": "code"}, 422),
    ],
)
def test_the_login_form_is_a_class_dependency(form: Any, sent: dict[str, str], status: int) -> None:
    login = XAPI()

    @login.post("/token")
    def token(data: Annotated[Any, Depends(form)]) -> Any:
        return [data.username, data.password, data.scopes]

    answer = TestClient(login).post("/token", data=sent)
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == ["u", "p", sent.get("scope", "").split()]
