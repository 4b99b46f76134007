"""The functions that read forms, which libraries call to read them again."""

from __future__ import annotations

import asyncio
import io
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, File, Form
from fastapi._compat import ModelField
from fastapi.dependencies import utils
from pydantic import AliasChoices, BaseModel, Field
from starlette.datastructures import FormData, UploadFile


class Order(BaseModel):
    item: str
    tags: list[str] = []
    sent_as: str = Field("", alias="sent-as")
    choice: str = Field("", validation_alias=AliasChoices("first", "second"))


class Other(BaseModel):
    number: int


def fields(endpoint: Any) -> list[ModelField]:
    app = FastAPI()
    app.post("/")(endpoint)
    (route,) = [route for route in app.routes if route.path == "/"]  # type: ignore[attr-defined]
    found: list[ModelField] = route.dependant.body_params  # type: ignore[attr-defined]
    return found


def form(data: Annotated[Order, Form()]) -> None: ...


def optional(data: Annotated[Order | None, Form()] = None) -> None: ...


def union(data: Annotated[Order | Other, Form()]) -> None: ...


def text(data: Annotated[str, Form()]) -> None: ...


def body(data: Order) -> None: ...


@pytest.mark.parametrize(
    ("endpoint", "model"), [(form, Order), (optional, Order), (union, None), (text, None), (body, None)]
)
def test_the_model_of_a_form(endpoint: Any, model: type[BaseModel] | None) -> None:
    (field,) = fields(endpoint)
    assert utils._get_form_model(field) is model


def test_the_names_under_which_fields_are_sent() -> None:
    names = [utils._get_param_aliases(field) for field in utils.get_cached_model_fields(Order)]
    assert names == [
        [("item", "item")],
        [("tags", "tags")],
        [("sent-as", "sent-as")],
        [("first", "first"), ("second", "second")],
    ]


def test_items_of_a_form_by_field_then_the_rest() -> None:
    sent = [("item", "a"), ("item", "b"), ("tags", "c"), ("second", "d"), ("more", "e"), ("more", "f")]
    found = utils._extract_form_items(utils.get_cached_model_fields(Order), FormData(sent))
    assert [(name, value, field and field.name) for name, value, field in found] == [
        ("item", "b", "item"),
        ("tags", ["c"], "tags"),
        ("second", "d", "choice"),
        ("more", ["e", "f"], None),
    ]


def test_files_are_read_where_bytes_are_taken() -> None:
    def upload(
        one: Annotated[bytes, File()], two: Annotated[list[bytes], File()], blank: Annotated[str, Form()]
    ) -> None: ...

    def file(content: bytes) -> UploadFile:
        return UploadFile(io.BytesIO(content), filename="f")

    sent = FormData([("one", file(b"1")), ("two", file(b"2")), ("two", file(b"3")), ("blank", "")])

    async def read() -> list[Any]:
        return [(name, value) async for name, value, _ in utils._extract_form_body(fields(upload), sent)]

    assert asyncio.run(read()) == [("one", b"1"), ("two", [b"2", b"3"])]


def test_a_value_that_was_not_sent_is_undefined() -> None:
    item, tags, *_ = utils.get_cached_model_fields(Order)
    for field in (item, tags):
        assert utils._get_multidict_value(field, FormData(), field.alias) is utils.Undefined
