"""What is said of a wrong JSON body does not depend on the road that it took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from xapi import XAPI, Body
from xapi.exceptions import RequestValidationError
from xapi.testclient import TestClient


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: Annotated[int, Field(ge=1, lt=100, multiple_of=3)]
    ratio: Annotated[float, Field(gt=0, le=1)] = 1


class Outer(BaseModel):
    name: Annotated[str, Field(min_length=2, max_length=5, pattern="^[a-z]+$")]
    is_open: bool = True
    kind: Literal["a", 1] = "a"
    inner: Inner | None = None
    many: list[Inner] = []
    named: dict[int, str] = {}
    either: int | list[bool] = 0


class Keys(TypedDict):
    first: int
    second: str


@dataclass
class Pair:
    left: int
    right: str


class Colour(Enum):
    RED = "red"
    ONE = 1


def even(number: int) -> int:
    if number % 2:
        raise ValueError("an odd number")
    return number


def short(texts: list[str]) -> list[str]:
    if sum(map(len, texts)) > 2:
        raise AssertionError("too much text")
    return texts


class Values(BaseModel):
    at: datetime = datetime(2026, 1, 1)
    day: date = date(2026, 1, 1)
    hour: time = time(12)
    id: UUID = UUID(int=1)
    colour: Colour = Colour.RED
    here: AwareDatetime | None = None
    number: Annotated[int, AfterValidator(even)] = 0
    texts: Annotated[list[str], Field(min_length=1, max_length=2), AfterValidator(short)] = ["x"]


ANNOTATIONS: dict[str, Any] = {
    "values": Values,
    "model": Outer,
    "list_of_models": list[Inner],
    "typed_dict": Keys,
    "dataclass": Pair,
    "number": Annotated[int, Field(le=5)],
    "union": int | Inner,
    "mapping": dict[str, Inner],
    "tuple": tuple[int, str],
}
BODIES: list[Any] = [
    *[{}, [], "", "x", 1, 1.5, 10**30, True, None, [None], [1, "a", 2], [{}], [{"number": "x"}, 3]],
    *[{"name": 1}, {"name": "x"}, {"name": "toolong"}, {"name": "A\u00e9"}, {"name": None, "kind": "b"}],
    *[{"name": "ab", "is_open": "perhaps"}, {"name": "ab", "is_open": 2}, {"name": "ab", "kind": 2}],
    *[{"name": "ab", "inner": value} for value in ({}, [], 1, {"number": 0, "ratio": 2, "more": 1})],
    *[{"name": "ab", "many": value} for value in ({}, [{}], [{"number": 4}], "x", [{"number": "3.5"}])],
    *[{"name": "ab", "named": value} for value in ({"a": "b"}, {"1": 2}, [], {"1": "2", "x": None})],
    *[{"name": "ab", "either": value} for value in ("x", [2], ["x"], {}, 1.5)],
    *[{"first": "a"}, {"first": 1, "second": 2}, {"left": "x", "right": "y"}, {"left": 1}],
    *[
        {"at": value, "day": value, "hour": value}
        for value in ("", "no", "2026-13-01", "25:00", 1.5, 1e30, [], {})
    ],
    *[
        {"id": value, "colour": value, "here": value}
        for value in ("", "blue", "\u00e9", 2, None, "2026-01-01T10:00")
    ],
    *[{"number": value, "texts": value} for value in (1, 3.5, "x", [], ["a", "b", "c"], ["abc"], [1])],
    *[{"a": {"number": 100}}, {"a": 1, "b": {"number": 3, "ratio": "no"}}],
]


@pytest.mark.parametrize("annotation", ANNOTATIONS.values(), ids=ANNOTATIONS)
@pytest.mark.parametrize("body", BODIES, ids=json.dumps)
def test_errors_are_those_of_what_json_loads_gives(annotation: Any, body: Any) -> None:
    app = XAPI()

    def endpoint(sent: Any) -> None: ...

    endpoint.__annotations__["sent"] = Annotated[annotation, Body()]
    app.post("/")(endpoint)
    try:
        TypeAdapter(annotation).validate_python(json.loads(json.dumps(body)), from_attributes=True)
        expected = []
    except ValidationError as invalid:
        expected = json.loads(invalid.json(include_url=False))
    with TestClient(app) as client:
        response = client.post("/", content=json.dumps(body), headers={"content-type": "application/json"})
    for error in expected:
        error["loc"] = ["body", *error["loc"]]
        if error["type"] in ("assertion_error", "value_error"):  # an exception has no form in JSON
            error["ctx"] = {"error": {}}
    assert response.status_code == (422 if expected else 200)
    assert (response.json() or {"detail": []})["detail"] == expected


@pytest.mark.parametrize(
    "value", [1.5, 1e16, "\ud800", "\u2028", "\x7f\x00", "_sa", 10**30, ["\udfff"], {"_sa": 1}]
)
def test_a_422_shows_what_was_sent_whatever_serializes_it(value: Any) -> None:
    app = XAPI()

    @app.post("/")
    def endpoint(sent: bool) -> None: ...

    @app.post("/raised")
    def raised() -> None:
        raise RequestValidationError([{"type": "own", "loc": ("body",), "msg": "wrong", "input": value}])

    with TestClient(app) as client:
        assert client.post("/raised").json()["detail"][0]["input"] == _shown(value)


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return "".join("?" if 0xD800 <= ord(letter) < 0xE000 else letter for letter in value)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return {} if isinstance(value, dict) else value
