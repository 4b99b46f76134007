"""What an endpoint that yields cannot declare."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import BaseModel

from xapi import XAPI
from xapi.exceptions import DeclarationError
from xapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from xapi.testclient import TestClient


class Item(BaseModel):
    name: str


def yields_of_no_iterable() -> int:  # type: ignore[misc]
    yield 1


def yields_of_a_list() -> list[Item]:  # type: ignore[misc]
    yield Item(name="a")


def yields_of_no_model() -> Iterable[threading.Lock]:
    yield threading.Lock()


def yields() -> Iterable[Any]:
    yield 1


def yields_of_a_response() -> StreamingResponse:  # type: ignore[misc]
    yield b"1"


@pytest.mark.parametrize(
    ("endpoint", "options", "message"),
    [
        (yields_of_no_iterable, {}, r"annotated with int, .* write AsyncIterable\[Item\]"),
        (yields_of_a_list, {}, r"annotated with list.*, which is not a type of a generator"),
        (yields_of_a_response, {}, "annotated with StreamingResponse"),
        (yields_of_no_model, {}, "the type of its items is .*lock"),
        (yields, {"response_class": PlainTextResponse}, "PlainTextResponse takes one result"),
        (yields, {"response_class": JSONResponse, "status_code": 204}, "status 204 has no body"),
    ],
)
def test_what_can_not_work_is_told_where_it_is_declared(
    endpoint: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(
        DeclarationError, match=rf"test_stream_declarations.py:\d+, in {endpoint.__name__}\(\): .*{message}"
    ):
        XAPI().get("/", **options)(endpoint)


def test_the_endpoint_of_a_websocket_can_not_yield() -> None:
    with pytest.raises(DeclarationError, match="it yields, which the endpoint of a WebSocket cannot do"):
        XAPI().websocket("/")(yields)


def test_a_response_class_as_annotation_of_a_raw_stream_is_fine() -> None:
    app = XAPI()
    app.get("/", response_class=StreamingResponse)(yields_of_a_response)
    assert TestClient(app).get("/").text == "1"
