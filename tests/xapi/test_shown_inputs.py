"""What a 422 shows of a request: whatever was sent, it can be carried as JSON, and it shows no internals."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from xapi import XAPI, APIRouter, Body, Depends, File, Form, Query, Request, UploadFile
from xapi.encoders import jsonable_encoder
from xapi.exceptions import RequestValidationError
from xapi.responses import JSONResponse
from xapi.testclient import TestClient


class Item(BaseModel):
    name: str
    size: int = 1


class Document(BaseModel):
    title: str
    number: int


class Opaque:
    __slots__ = ()


class Hostile:
    @property
    def __dict__(self) -> Any:
        raise RuntimeError("no")


def refused(value: Any) -> Any:
    raise PydanticCustomError("odd", "an odd value", {"value": Opaque()})


router = APIRouter()


@router.post("/whole")
def whole(item: Item) -> Item:
    return item


@router.post("/number")
def number(value: Annotated[int, Body()]) -> int:
    return value


@router.post("/keys")
def keys(item: Item, number: Annotated[int, Body()]) -> Any:
    return [item, number]


@router.post("/bytes")
def short(content: Annotated[bytes, File(max_length=2)]) -> int:
    return len(content)


@router.post("/several")
def several(contents: Annotated[list[bytes], File(max_length=1)]) -> int:
    return len(contents)


@router.post("/text")
def text(title: Annotated[str, Form()]) -> str:
    return title


@router.post("/texts")
def texts(titles: Annotated[list[str], Form()]) -> Any:
    return titles


@router.post("/form")
def form(document: Annotated[Document, Form()], extra: UploadFile | None = None) -> Any:
    return document


@router.get("/converted")
def converted(value: Annotated[int, BeforeValidator(lambda text: text.encode("utf-16")), Query()]) -> int:
    return value


@router.get("/opaque")
def opaque(value: Annotated[int, BeforeValidator(lambda text: {"a": [Opaque(), Hostile()]}), Query()]) -> int:
    return value


@router.get("/context")
def context(value: Annotated[str, AfterValidator(refused)]) -> str:
    return value


@router.get("/default")
def default(value: Annotated[int, Query(validate_default=True)] = Decimal("NaN")) -> Any:  # type: ignore[assignment]
    return value


app, handled = XAPI(), XAPI()
app.include_router(router)
handled.include_router(router)
client, recipe = TestClient(app), TestClient(handled)


@handled.exception_handler(RequestValidationError)
async def as_documented(request: Request, exc: RequestValidationError) -> JSONResponse:
    """The recipe that many code bases have."""
    return JSONResponse(jsonable_encoder({"detail": exc.errors(), "body": exc.body}), 422)


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "image/png", None])
@pytest.mark.parametrize("path", ["/whole", "/number", "/keys"])
@pytest.mark.parametrize("content", [b"\xff", b"\xff\xfe{\x00}\x00", b'{"name": "\xe9"}'])
def test_bytes_that_are_no_text_are_refused_as_any_others(
    content_type: str | None, path: str, content: bytes
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = client.post(path, content=content, headers=headers)
    assert answer.status_code == 422
    shown = answer.json()["detail"][0]["input"]
    assert shown == (None if path == "/keys" else content.decode(errors="replace"))


def test_files_that_are_no_text_are_shown_with_what_is_no_utf8_replaced() -> None:
    answer = client.post("/bytes", files={"content": b"\x00\xff\xfe"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["input"] == "\x00\ufffd\ufffd"
    answer = client.post("/several", files=[("contents", b"\xff"), ("contents", b"a")])
    assert answer.json()["detail"][0]["input"] == ["\ufffd", "a"]


@pytest.mark.parametrize(
    ("path", "name", "loc"),
    [
        ("/text", "title", ["body", "title"]),
        ("/texts", "titles", ["body", "titles", 0]),
        ("/form", "title", ["body", "title"]),
        ("/form", "number", ["body", "number"]),
    ],
)
def test_a_file_in_the_place_of_a_text_shows_its_name_and_size(path: str, name: str, loc: list[Any]) -> None:
    answer = client.post(path, files={name: ("secret.bin", b"\xff" * 3, "image/png")})
    assert answer.status_code == 422
    errors = {tuple(error["loc"]): error["input"] for error in answer.json()["detail"]}
    assert errors[tuple(loc)] == {"filename": "secret.bin", "size": 3}


def test_a_model_that_lacks_a_field_shows_its_files_by_name_and_size() -> None:
    answer = client.post("/form", data={"number": "1"}, files={"unknown": ("a.txt", b"abc")})
    (error,) = answer.json()["detail"]
    assert error["type"] == "missing"
    assert error["input"] == {"number": "1", "unknown": {"filename": "a.txt", "size": 3}}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/converted?value=a", b"\xff\xfea\x00".decode(errors="replace")),
        ("/opaque?value=a", {"a": ["Opaque", "Hostile"]}),
        ("/default", None),
    ],
)
def test_what_validators_and_defaults_put_into_errors_is_carried(path: str, shown: Any) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["input"] == shown


def test_what_a_validator_puts_into_the_context_of_an_error_is_carried() -> None:
    answer = client.get("/context?value=a")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["ctx"] == {"value": "Opaque"}


@pytest.mark.parametrize(
    "sent",
    [
        {"url": "/whole", "content": b"\xff"},
        {"url": "/keys", "content": b"\xff"},
        {"url": "/number", "content": b'["\\ud800", NaN]', "headers": {"content-type": "application/json"}},
        {"url": "/bytes", "files": {"content": b"\xff\xff\xff"}},
        {"url": "/text", "files": {"title": ("a", b"\xff")}},
    ],
)
def test_the_recipe_of_a_handler_of_ones_own_carries_all_of_it(sent: dict[str, Any]) -> None:
    answer = recipe.post(**sent)
    assert answer.status_code == 422
    json.loads(answer.content)


def test_the_errors_are_plain_data_to_handlers() -> None:
    caught: list[Any] = []
    observed = XAPI()
    observed.post("/")(text)

    @observed.exception_handler(RequestValidationError)
    async def catch(request: Request, exc: RequestValidationError) -> JSONResponse:
        caught.extend(exc.errors())
        return JSONResponse(None, 422)

    TestClient(observed).post("/", files={"title": ("a", b"abc")})
    assert caught[0]["input"] == {"filename": "a", "size": 3}


def test_a_dependency_shows_its_inputs_as_an_endpoint_does() -> None:
    def checked(content: Annotated[bytes, File(), Field(max_length=1)]) -> int:
        return len(content)

    nested = XAPI()

    @nested.post("/")
    def endpoint(length: Annotated[int, Depends(checked)]) -> int:
        return length

    answer = TestClient(nested).post("/", files={"content": b"\xff\xff"})
    assert answer.json()["detail"][0]["input"] == "\ufffd\ufffd"
