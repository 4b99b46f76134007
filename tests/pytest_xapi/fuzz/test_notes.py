"""Notes: what is not a fault, but worth a look. Each with an app that has it, and one that has not."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.monitors import memory_leaks
from pytest_xapi.fuzz.monitors.response_fields import record_dropped_fields
from pytest_xapi.fuzz.monitors.unused_parameters import Comparison, without_effect
from tests.pytest_xapi.fuzz.conftest import FuzzRun
from xapi import XAPI
from xapi.openapi.reader import Document
from xapi.routing.route import APIRoute
from xapi.testing import TestClient

PHASES = ("--xapi-fuzz-phase=boundary", "--xapi-fuzz-phase=random")
DROPPING = """
    from dataclasses import dataclass
    from pydantic import BaseModel, Field
    from xapi import XAPI

    class Line(BaseModel):
        product: str

    class Order(BaseModel):
        number: int = Field(validation_alias="id")
        lines: list[Line] = []

    class User(BaseModel):
        name: str

    class StoredUser(User):
        password: str = "secret"

    @dataclass
    class Point:
        x: int
        y: int

    class X(BaseModel):
        x: int

    app = XAPI(document_errors="exact")

    @app.get("/dictionary", response_model=Order)
    async def dictionary():
        return {"id": 1, "lines": [{"product": "tea", "price": 2}], "paid": True, "voucher": None}

    @app.get("/subclass", response_model=User)
    def subclass():
        return StoredUser(name="Ann")

    @app.get("/instances", response_model=list[X])
    def instances():
        return [Point(1, 2)]
"""
KEEPING = """
    from typing import ClassVar
    from pydantic import BaseModel, Field, model_validator
    from xapi import XAPI

    class Row:
        name = "Ann"
        secret = 1

    class TableRow(BaseModel):
        __table__: ClassVar[object] = object()
        name: str = "Ann"
        secret: int = 1

    class Kept(BaseModel):
        name: str = Field(alias="fullName")
        hidden: int = Field(0, exclude=True)
        chosen: int = 0

    class Named(BaseModel):
        name: str

    class Reshaped(BaseModel):
        total: int

        @model_validator(mode="before")
        @classmethod
        def add(cls, data):
            return {"total": data["one"] + data["two"]}

    app = XAPI(document_errors="exact")

    @app.get("/named", response_model=Kept, response_model_exclude={"chosen"})
    def named():
        return {"fullName": "Ann", "hidden": 1, "chosen": 2, "nothing": None}

    @app.get("/row", response_model=Named)
    def row():
        return Row()

    @app.get("/table-row", response_model=Named)
    def table_row():
        return TableRow()

    @app.get("/reshaped", response_model=Reshaped)
    def reshaped():
        return {"one": 1, "two": 2}

    @app.get("/open")
    def anything() -> dict[str, int]:
        return {"one": 1}
"""
LIST = """
    from typing import Literal
    from xapi import Query, XAPI

    app = XAPI(document_errors="exact")
    WORDS = ["one", "two", "three"]

    @app.get("/words")
    def words(limit: int = Query(10, ge=1, le=100), order: Literal["up", "down"] = "up") -> list[str]:
        found = sorted(WORDS, reverse=order == "down")
        return found[:limit]

    @app.get("/nothing")
    def nothing(limit: int = Query(10, ge=1, le=100)) -> list[str]:
        return []
"""
KEEPS_ALL = """
    from collections import deque
    from functools import lru_cache
    from xapi import XAPI

    app = XAPI(document_errors="exact")
    seen = []
    recent = deque(maxlen=50)

    @lru_cache
    def doubled(number: int) -> int:
        return number * 2

    @app.get("/log")
    async def log(word: str = "tea") -> str:
        seen.append({"word": f"{word}!"})
        return word

    @app.get("/cache")
    def cache(number: int = 1) -> int:
        recent.append([number])
        return doubled(number)
"""


def notes(output: str) -> list[str]:
    return [
        line for line in output.splitlines() if line.startswith("note: ") and "never answered" not in line
    ]


def test_fields_that_a_response_model_leaves_out_are_named_once(
    app_module: Callable[..., None], fuzz: FuzzRun
) -> None:
    app_module(DROPPING)
    run = fuzz("--xapi-fuzz-notes", *PHASES)
    assert sorted(notes(run.output)) == [
        "note: GET /dictionary returned `lines.price`, `paid`, which its response model leaves out",
        "note: GET /instances returned `y`, which its response model leaves out",
        "note: GET /subclass returned `password`, which its response model leaves out",
    ]
    assert (run.exit_code, run.findings) == (0, set())


def test_what_is_left_out_by_name_and_what_is_read_by_name_is_no_note(
    app_module: Callable[..., None], fuzz: FuzzRun
) -> None:
    app_module(KEEPING)
    run = fuzz("--xapi-fuzz-notes", *PHASES)
    assert (run.exit_code, notes(run.output)) == (0, [])


def test_the_operations_of_an_app_are_as_before_when_nothing_is_noticed_any_more() -> None:
    app = XAPI()

    @app.get("/", response_model=list[int])
    def read() -> tuple[int]:
        return (1,)

    operations = [route.operation for route in app.routes if isinstance(route, APIRoute)]
    with record_dropped_fields(app, {}):
        assert TestClient(app).get("/").json() == [1]
    assert [route.operation for route in app.routes if isinstance(route, APIRoute)] == operations
    assert TestClient(app).get("/").json() == [1]


def test_a_parameter_that_changes_nothing_is_named(app_module: Callable[..., None], fuzz: FuzzRun) -> None:
    app_module(LIST.replace("return found[:limit]", "return found"))
    found = notes(fuzz("--xapi-fuzz-notes", *PHASES, cases=30).output)
    (note,) = found
    assert note.startswith("note: GET /words answered the same whatever the query parameter `limit` was, in ")
    assert note.endswith(" pairs of requests that differ in it alone")


def test_parameters_that_change_something_and_answers_without_data_are_no_note(
    app_module: Callable[..., None], fuzz: FuzzRun
) -> None:
    app_module(LIST)
    assert notes(fuzz("--xapi-fuzz-notes", *PHASES, cases=30).output) == []


def test_what_an_app_keeps_of_each_request_is_a_note_and_a_cache_is_none(
    app_module: Callable[..., None], fuzz: FuzzRun
) -> None:
    app_module(KEEPS_ALL)
    (note,) = notes(fuzz("--xapi-fuzz-notes", *PHASES).output)
    assert note.startswith("note: GET /log keeps at least ")
    assert note.endswith(" of each request in memory: it was sent 600 times, and the number grew all along")


def test_memory_is_not_judged_where_it_is_not_sure() -> None:
    kept = []

    def send(request: WireRequest) -> WireResponse:
        kept.append(object())
        return WireResponse(429 if len(kept) > limit else 200, (), b"")

    limit = 1_000
    assert memory_leaks.objects_per_request(send, WireRequest("GET", "/"), inf) == 1
    assert memory_leaks.objects_per_request(send, WireRequest("GET", "/"), inf) == 0  # a rate limit
    kept.clear()
    assert memory_leaks.objects_per_request(send, WireRequest("GET", "/"), -inf) == 0  # no time
    assert kept == []


def test_the_parameters_of_other_apps_are_compared_too() -> None:
    document = Document(
        {
            "openapi": "3.1.0",
            "paths": {
                "/": {
                    "parameters": [{"$ref": "#/components/parameters/order"}],
                    "get": {"parameters": [{"name": "must", "in": "query", "required": True}]},
                },
                "/broken": {"get": {"parameters": [{"$ref": "#/components/parameters/missing"}]}},
            },
            "components": {"parameters": {"order": {"name": "order", "in": "query"}}},
        }
    )
    compared = Comparison(document, "GET /")
    for order in ("", "&order=a", "&order=b"):
        for must in "12":
            compared.take(WireRequest("GET", f"/?must={must}{order}"), WireResponse(200, (), b"[1, 2]"))
    compared.take(WireRequest("GET", "/?must=1&order=c"), WireResponse(422, (), b"[]"))
    compared.take(WireRequest("POST", "/?must=1&order=d"), WireResponse(200, (), b"[]"))
    assert compared.compared == {"order": [4, 0]}
    compared.take(WireRequest("GET", "/?must=1&order=e"), WireResponse(200, (), b"[2, 1]"))
    assert compared.compared == {"order": [4, 1]}
    assert Comparison(document, "GET /broken").compared == {}


def test_one_item_that_shows_an_effect_is_enough() -> None:
    assert list(without_effect([{"order": [4, 0]}, {"order": [3, 0]}])) == [("order", 7)]
    assert list(without_effect([{"order": [4, 0]}, {"order": [3, 1]}])) == []
    assert list(without_effect([{"order": [4, 0]}])) == []


def test_without_the_option_nothing_of_this_is_noticed(
    app_module: Callable[..., None], fuzz: FuzzRun
) -> None:
    app_module(KEEPS_ALL)
    assert "note: " not in fuzz(*PHASES).output
