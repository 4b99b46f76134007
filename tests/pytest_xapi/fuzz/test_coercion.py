"""Accepted requests that break the document: a coercion is not a finding, an unenforced constraint is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from pytest_xapi.fuzz.execution.coercion import Coercion
from pytest_xapi.fuzz.model.wire import WireRequest
from xapi import XAPI, Body, Header, Query, Request
from xapi.openapi.reader import Document

HAND_READ: dict[str, Any] = {
    "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
    "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
}


class Item(BaseModel):
    price: float
    until: datetime | None = None
    stock: int = Field(default=1, json_schema_extra={"maximum": 10})


class Filter(BaseModel):
    limit: int = Field(default=5, json_schema_extra={"maximum": 10})
    tag: str = "a"


@pytest.fixture(scope="module")
def coercion() -> Coercion:
    app = XAPI()

    @app.get("/items/{item_id}")
    def read(
        item_id: int,
        limit: Annotated[int, Query(json_schema_extra={"maximum": 10})] = 5,
        unset: Annotated[int, Query()] = None,  # type: ignore[assignment]  # noqa: RUF013
        x_size: Annotated[int, Header()] = 1,
    ) -> None: ...

    @app.get("/items/special")
    def special() -> None: ...

    @app.get("/search")
    def search(filter: Annotated[Filter, Query()]) -> None: ...

    @app.post("/items")
    def create(item: Item) -> None: ...

    @app.post("/pairs")
    def pair(
        one: Annotated[int, Body()], two: Annotated[int, Body(json_schema_extra={"minimum": 3})]
    ) -> None: ...

    @app.post("/raw", openapi_extra=HAND_READ)
    async def raw(request: Request) -> None: ...

    return Coercion(app, Document(app.openapi()))


def judged(
    coercion: Coercion, method: str, target: str, label: str, places: str, body: str = ""
) -> str | None:
    headers = (("Content-Type", "application/json"), ("X-Size", "1")) if body else ()
    request = WireRequest(method, target, headers, body.encode())
    reason = coercion.objection(f"{method} {label}", request, frozenset(places.split()))
    return None if reason is None else reason.text


@pytest.mark.parametrize(
    ("target", "places"),
    [
        ("/items/1.0", "path"),
        ("/items/1?limit=3.0", "query"),
        ("/items/1?limit=3&limit=4", "query"),
        ("/items/1?unknown=x", "query"),
    ],
)
def test_a_parameter_that_was_coerced_is_no_finding(target: str, places: str, coercion: Coercion) -> None:
    assert judged(coercion, "GET", target, "/items/{item_id}", places) is None


@pytest.mark.parametrize(
    "body", ['{"price": "1.5"}', '{"price": true}', '{"price": 1, "until": 0}', '{"price": 1, "stock": "3"}']
)
def test_a_body_that_was_coerced_is_no_finding(body: str, coercion: Coercion) -> None:
    assert judged(coercion, "POST", "/items", "/items", "body", body) is None


@pytest.mark.parametrize(
    ("request_line", "label", "places", "body", "reason"),
    [
        (
            "GET /items/1?limit=11",
            "/items/{item_id}",
            "query",
            "",
            "query parameter `limit`: 11 is greater than the maximum of 10",
        ),
        (
            "GET /search?limit=11",
            "/search",
            "query",
            "",
            "query parameter `limit`: 11 is greater than the maximum of 10",
        ),
        (
            "POST /items",
            "/items",
            "body",
            '{"price": 1, "stock": 11}',
            "body: `stock`: 11 is greater than the maximum of 10",
        ),
        (
            "POST /pairs",
            "/pairs",
            "body",
            '{"one": "1", "two": 2}',
            "body: `two`: 2 is less than the minimum of 3",
        ),
    ],
)
def test_a_documented_constraint_that_nothing_enforces_is_a_finding(
    request_line: str, label: str, places: str, body: str, reason: str, coercion: Coercion
) -> None:
    method, _, target = request_line.partition(" ")
    assert judged(coercion, method, target, label, places, body) == reason


def test_what_the_endpoint_reads_by_hand_is_a_finding(coercion: Coercion) -> None:
    assert judged(coercion, "POST", "/raw", "/raw", "body", "1") == "body: nothing validates it"
    expected = "query parameter `page`: nothing validates it"
    assert judged(coercion, "POST", "/raw?page=x", "/raw", "query") == expected


def test_only_the_places_that_break_the_document_are_judged(coercion: Coercion) -> None:
    assert judged(coercion, "GET", "/items/1.0?limit=11", "/items/{item_id}", "path") is None


def test_what_the_validators_reject_should_not_have_been_accepted(coercion: Coercion) -> None:
    expected = "the operation's own validators reject it: "
    path = judged(coercion, "GET", "/items/x", "/items/{item_id}", "path")
    assert path is not None
    assert path.startswith(f"{expected}path.item_id: ")
    body = judged(coercion, "POST", "/items", "/items", "body", "{")
    assert body is not None
    assert body.startswith(expected)


def test_a_request_that_another_operation_answers_is_no_finding(coercion: Coercion) -> None:
    assert judged(coercion, "GET", "/nowhere", "/items/{item_id}", "path") is None
    assert judged(coercion, "GET", "/search?limit=11", "/items/{item_id}", "query") is None


def test_the_cause_is_the_same_for_all_values(coercion: Coercion) -> None:
    reasons = [
        coercion.objection(
            "GET /items/{item_id}", WireRequest("GET", f"/items/1?limit={limit}"), frozenset({"query"})
        )
        for limit in (11, 12)
    ]
    first, second = reasons
    assert first is not None
    assert second is not None
    assert first.cause == second.cause
    assert first.text != second.text


def test_an_app_that_coerces_fuzzes_clean(app_module, fuzz) -> None:
    app_module(
        """
        from datetime import date, datetime, timedelta
        from decimal import Decimal
        from enum import Enum
        from typing import Annotated, Literal
        from uuid import UUID
        from pydantic import BaseModel, Field
        from xapi import XAPI, Body, Cookie, Header, Query

        app = XAPI()

        class Color(Enum):
            RED = "red"
            ONE = "1"

        class Part(BaseModel):
            code: Annotated[str, Field(pattern="^[a-z]+$", max_length=5)]
            weight: float = Field(gt=0, lt=1000)

        class Item(BaseModel):
            name: str
            price: float
            until: datetime | None = None
            day: date | None = None
            size: int | None = Field(default=None, ge=1, le=5)
            tags: set[str] = set()
            color: Color = Color.RED
            parts: list[Part] = []
            flag: bool = False
            uid: UUID | None = None

        @app.post("/items/{kind}", status_code=201)
        def create(
            kind: Literal["a", "b"],
            item: Item,
            limit: Annotated[int, Query(ge=1, le=10)] = 1,
            ratio: float = 0.5,
            flags: Annotated[list[bool], Query()] = [],
            x_count: Annotated[int, Header(ge=0)] = 0,
            session: Annotated[int | None, Cookie()] = None,
        ) -> Item:
            return item

        @app.put("/pair")
        def pair(one: Annotated[int, Body()], two: Annotated[bool, Body()] = True) -> dict[str, int]:
            return {"sum": one}
        """
    )
    run = fuzz(cases=100)
    assert run.exit_code == 0, run.output
    assert "operations without a 2xx answer" not in run.output
    rule = "Accepted requests that break the document were judged by the operations' own validators"
    assert run.output.count(rule) == 1
