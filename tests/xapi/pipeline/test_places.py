"""Parameters and models of every place: both roads, the dry run and the document take them for the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, Json, RootModel

from xapi import XAPI, Cookie, Form, Header, Query
from xapi.operation.describe import describe
from xapi.operation.options import OperationOptions
from xapi.pipeline import validate
from xapi.pipeline.dry_run import wire_check
from xapi.testing import TestClient


class Page(BaseModel):
    size: int
    after: str = "start"


class Tagged(BaseModel):
    kind: Literal["tagged"]
    tags: list[str] = []
    value: str = "-"
    on: bool = False


class Listed(BaseModel):
    kind: Literal["listed"] = "listed"
    value: list[int]


class Aliased(BaseModel):
    x_first: int = Field(validation_alias=AliasChoices("first", "other"))
    second: str = Field("-", validation_alias=AliasPath("value", 1))


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    after: str | None = None


class Kept(BaseModel):
    model_config = ConfigDict(extra="allow", validate_by_name=True, validate_by_alias=True)
    data: Json[list[int]] = Field([], alias="theData")


class Root(RootModel[list[int]]): ...


ANNOTATIONS: list[Any] = [
    Page, Tagged, Closed, Kept, Aliased, Page | None, Kept | None, Closed | None, Tagged | Listed,
    Listed | Page, Tagged | Listed | None, Annotated[Tagged | Listed, Field(discriminator="kind")],
    Annotated[Tagged | Listed, Field(discriminator="kind")] | None,
    Json[list[int]], Json[Page] | None, Root, list[int], int | None, str, bool, set[str] | None,
]  # fmt: skip
NAMES = ["size", "after", "kind", "tags", "value", "on", "first", "other", "theData", "data", "p0", "p1", "x"]
TEXTS = st.sampled_from(["", "a", "1", "2", "on", "tagged", "listed", "[1]", '{"size": 1}', "true"])
ALIASES = st.sampled_from(
    [None, AliasChoices("first", "value"), AliasChoices("x", "after"), AliasPath("value", 0)]
)
SENT = st.lists(st.tuples(st.sampled_from(NAMES), TEXTS), max_size=6)


@dataclass
class Place:
    marker: Any
    send: Callable[[list[tuple[str, str]]], dict[str, Any]]
    location: str


PLACES = [
    Place(Query, lambda sent: {"url": f"/?{urlencode(sent)}"}, "query"),
    Place(Header, lambda sent: {"url": "/", "headers": sent}, "header"),
    Place(
        Cookie,
        lambda sent: {"url": "/", "headers": {"cookie": "; ".join(f"{name}={text}" for name, text in sent)}},
        "cookie",
    ),
    Place(
        Form,
        lambda sent: {
            "url": "/",
            "content": urlencode(sent).encode(),
            "headers": {"content-type": "application/x-www-form-urlencoded"},
        },
        "body",
    ),
]


@st.composite
def programs(draw: st.DrawFn, places: list[Place]) -> tuple[Any, Place, list[tuple[str, str]]]:
    """An endpoint that reads arguments of any kind from one place, and what is sent there."""
    place = draw(st.sampled_from(places))
    parameters = []
    for number in range(draw(st.integers(1, 3))):
        annotation = draw(st.sampled_from(ANNOTATIONS))
        keywords = {} if (alias := draw(ALIASES)) is None else {"validation_alias": alias}
        default = draw(st.sampled_from([inspect.Parameter.empty, None]))
        parameters.append(
            inspect.Parameter(
                f"p{number}",
                inspect.Parameter.KEYWORD_ONLY,
                annotation=Annotated[annotation, place.marker(**keywords)],
                default=default,
            )
        )

    async def endpoint(**values: Any) -> str:
        return repr(values)

    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return endpoint, place, draw(SENT)


def forbids(item: Any) -> bool:
    return bool(item.gathered.extra == "forbid")


def answer_of(endpoint: Any, sent: dict[str, Any], *, only_slow: bool = False) -> tuple[int, Any]:
    app = XAPI(openapi_url=None)
    app.post("/", response_model=None)(endpoint)
    with pytest.MonkeyPatch.context() as patch, TestClient(app) as client:
        if only_slow:
            patch.setattr(validate, "_fast", lambda fields: None)
        answer = client.post(**sent)
    return answer.status_code, answer.json()


@given(programs(PLACES))
@settings(max_examples=400, deadline=None)
def test_both_roads_answer_the_same(drawn: tuple[Any, Place, list[tuple[str, str]]]) -> None:
    endpoint, place, sent = drawn
    fast = answer_of(endpoint, place.send(sent))
    assert fast[0] in (200, 422)
    assert fast == answer_of(endpoint, place.send(sent), only_slow=True)


@given(programs(PLACES[:3]))
@settings(max_examples=300, deadline=None)
def test_the_dry_run_says_what_is_answered(drawn: tuple[Any, Place, list[tuple[str, str]]]) -> None:
    endpoint, place, sent = drawn
    scopes: list[Any] = []
    app = XAPI(openapi_url=None)
    app.post("/", response_model=None)(endpoint)

    async def keeping(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scopes.append(dict(scope))
        await app(scope, receive, send)

    answer = TestClient(keeping).post(**place.send(sent))
    operation = describe("/", endpoint, ["POST"], OperationOptions())
    verdict = wire_check(operation, scopes[0] | {"path_params": {}}, b"")
    if answer.status_code == 200:
        assert verdict.errors == []
        values = {item.name: value for item, value in verdict.values}
        assert repr({name: values[name] for name in sorted(values)}) == answer.json()
    else:
        found = [(error["type"], list(error["loc"])) for error in verdict.errors]
        assert found == [(error["type"], error["loc"]) for error in answer.json()["detail"]]


@given(programs(PLACES))
@settings(max_examples=200, deadline=None)
def test_without_what_the_document_requires_there_is_an_error(
    drawn: tuple[Any, Place, list[tuple[str, str]]],
) -> None:
    endpoint, place, _ = drawn
    operation = describe("/", endpoint, ["POST"], OperationOptions())
    documented: list[Any] = list(operation.parameters)
    for field in operation.body.fields if operation.body else ():
        documented += field.members or [field]
    status, body = answer_of(endpoint, place.send([]))
    note(f"{place.location} {inspect.signature(endpoint)} {body}")
    arguments = [item for item in (*operation.endpoint.parameters, *operation.endpoint.body) if item.gathered]
    if any(item.required for item in documented):
        assert status == 422
    elif not any(
        item.gathered and (len(item.gathered.needed) > 1 or (forbids(item) and place.location == "header"))
        for item in arguments
    ):
        # Every request has headers that nothing declares, which a model may forbid.
        # Of a union one model may be needed, although none of its fields is in every case.
        missing = [item for item in arguments if item.gathered and item.gathered.may_be_absent]
        assert status == (422 if any(item.field.required for item in missing) else 200)
