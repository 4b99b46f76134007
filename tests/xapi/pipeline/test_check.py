"""What the validators say about a request, without calling anything."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from xapi import Body, Cookie, Depends, Header, Query
from xapi.exceptions import RequestValidationError
from xapi.operation.describe import describe
from xapi.operation.options import OperationOptions
from xapi.pipeline.dry_run import wire_check


class Item(BaseModel):
    price: float


class Paging(BaseModel):
    limit: int = 10


def never_called(token: Annotated[int, Header()]) -> None:
    raise AssertionError


def endpoint(
    item_id: int,
    item: Item,
    paging: Annotated[Paging, Query()],
    t: Annotated[None, Depends(never_called)],
    c: Annotated[list[str] | None, Cookie()] = None,
) -> None:
    raise AssertionError


def two_keys(a: Annotated[int, Body()], b: Annotated[int, Body()] = 2) -> None:
    raise AssertionError


def _scope(query: bytes = b"", **path_params: str) -> dict[str, Any]:
    headers = [(b"content-type", b"application/json"), (b"token", b"5")]
    return {"headers": headers, "query_string": query, "path_params": path_params}


def test_the_typed_values_of_every_location_are_told() -> None:
    operation = describe("/{item_id}", endpoint, ["PUT"], OperationOptions())
    verdict = wire_check(operation, _scope(b"limit=3", item_id="7"), b'{"price": "1.5"}')
    assert verdict.errors == []
    values = {item.name: value for item, value in verdict.values}
    assert values == {"item": Item(price=1.5), "token": 5, "item_id": 7, "paging": Paging(limit=3), "c": None}


def test_the_errors_are_those_of_an_answer() -> None:
    operation = describe("/{item_id}", endpoint, ["PUT"], OperationOptions())
    verdict = wire_check(operation, _scope(b"limit=x", item_id="y"), b"{}")
    assert sorted(error["loc"] for error in verdict.errors) == [
        ("body", "price"), ("path", "item_id"), ("query", "limit"),
    ]  # fmt: skip
    with pytest.raises(RequestValidationError, match="JSON decode error"):
        wire_check(operation, _scope(item_id="1"), b"{")


def test_the_keys_of_an_embedded_body_are_told() -> None:
    operation = describe("/", two_keys, ["PUT"], OperationOptions())
    verdict = wire_check(operation, _scope(), b'{"a": "1"}')
    assert {item.name: value for item, value in verdict.values} == {"a": 1, "b": 2}
