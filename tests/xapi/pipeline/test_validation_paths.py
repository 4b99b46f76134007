"""The fast road and the slow one: the same values, and the slow one's errors."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from xapi import XAPI
from xapi.operation.describe import describe
from xapi.operation.limits import LARGE_BODY
from xapi.operation.options import OperationOptions
from xapi.params import Body, Query, Undefined
from xapi.pipeline import validate
from xapi.pipeline.codegen import request
from xapi.pipeline.validate import (
    NamedValidation,
    WholeValidation,
    parameter_items,
    same_from_json,
)
from xapi.testing import TestClient


class Colour(Enum):
    RED = "red"
    TWO = 2


class Inner(BaseModel):
    when: datetime | None = None
    size: Decimal = Decimal(1)


class Outer(BaseModel):
    inner: Inner
    more: list[Inner] = []
    choice: int | str = 0


PARAMETER_TYPES: list[Any] = [
    int, float, bool, str, bytes, Decimal, date, datetime, time, timedelta, UUID, Colour,
    int | None, int | str, Literal["a", "b"], Annotated[int, Field(ge=0, le=9)],
    Annotated[str, Field(min_length=2, max_length=4)], Annotated[int, AfterValidator(lambda n: n + 1)],
    list[int], set[str], tuple[int, ...],
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=8),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(
        ["", "a", "b", "red", "2", "on", "off", "2026-01-02", "12:00", "P1D", "1e3", "nan", " 1 "]
    ),
    st.uuids().map(str),
    st.datetimes().map(datetime.isoformat),
)
DEFAULTS = st.sampled_from([Undefined, None, 3, "text", []])


@st.composite
def signatures(draw: st.DrawFn) -> tuple[Callable[..., Any], dict[str, Any]]:
    """A callable with some query parameters, and raw values for some of them."""
    parameters, raw = [], {}
    for number in range(draw(st.integers(1, 4))):
        annotation = draw(st.sampled_from(PARAMETER_TYPES))
        name = f"p{number}"
        marker = Query(draw(DEFAULTS))
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(inspect.Parameter(name, kind, annotation=annotation, default=marker))
        repeats = getattr(annotation, "__origin__", None) in (list, set, tuple)
        if draw(st.booleans()):
            raw[name] = draw(st.lists(TEXTS, max_size=3) if repeats else TEXTS)

    def endpoint(**values: Any) -> None: ...

    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return endpoint, raw


@given(signatures())
@settings(max_examples=300, deadline=None)
def test_both_roads_give_the_same_parameters(drawn: tuple[Callable[..., Any], dict[str, Any]]) -> None:
    endpoint, raw = drawn
    signature = describe("/", endpoint, ["GET"], OperationOptions()).endpoint
    validation = NamedValidation(parameter_items(signature.parameters))
    errors: list[Any] = []
    slow = validation.explain(raw, errors)
    assert validation.fast is not None
    try:
        fast = validation.fast(raw)
    except ValidationError:
        assert errors
    else:
        assert not errors
        assert repr(fast) == repr({name: fast[name] for name in slow or {}})
        assert repr(slow) == repr({name: fast[name] for name in slow or {}})


BODY_TYPES: list[Any] = [
    Outer, Inner, list[Inner], dict[str, int], int, str, bool, Colour, datetime, bytes, set[int], int | None,
    str | datetime, UUID | str, tuple[int, str], Any,
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["inner", "when", "size", "more", "choice", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(BODY_TYPES), JSON)
@settings(max_examples=500, deadline=None)
def test_both_roads_give_the_same_body(annotation: Any, value: Any) -> None:
    def endpoint(body: Any) -> None: ...

    endpoint.__annotations__ = {"body": Annotated[annotation, _body()]}
    operation = describe("/", endpoint, ["POST"], OperationOptions())
    assert operation.body is not None
    validation = WholeValidation(operation.body.fields[0])
    content = json.dumps(value).encode()
    errors: list[Any] = []
    slow = validation.explain(content, [(b"content-type", b"application/json")], errors)
    try:
        fast = validation.fast(content)
    except ValidationError:
        return  # then the slow road is taken, and what it says counts
    assert not errors
    assert repr(fast) == repr(slow)


@st.composite
def operations(draw: st.DrawFn) -> tuple[Callable[..., Any], str, bytes]:
    """An endpoint with query parameters and a body, a query string and the content of a body."""
    endpoint, raw = draw(signatures())
    signature = inspect.signature(endpoint)
    bodies = [
        inspect.Parameter(
            f"b{number}",
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[draw(st.sampled_from(BODY_TYPES)), _body()],
            default=draw(st.sampled_from([inspect.Parameter.empty, None])),
        )
        for number in range(draw(st.integers(0, 2)))
    ]

    async def answer(**values: Any) -> str:
        return repr(values)

    answer.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *bodies])  # type: ignore[attr-defined]
    query = urlencode([(name, text) for name, sent in raw.items() for text in _texts(sent)])
    named = {body.name: draw(JSON) for body in bodies if draw(st.booleans())}
    sent = draw(st.sampled_from([named, *named.values()]))
    return answer, query, draw(st.sampled_from([json.dumps(sent).encode(), b"", b"{"]))


@given(operations())
@settings(max_examples=200, deadline=None)
def test_an_operation_answers_the_same_on_both_roads(drawn: tuple[Callable[..., Any], str, bytes]) -> None:
    endpoint, query, content = drawn
    answers = []
    for only_slow in (False, True):
        app = XAPI(openapi_url=None)
        app.post("/", response_model=None)(endpoint)
        with pytest.MonkeyPatch.context() as patch, TestClient(app) as client:
            if only_slow:
                patch.setattr(validate, "_fast", lambda fields: None)
                patch.setattr(WholeValidation, "_validate_parsed", _fails)
                patch.setattr(validate, "same_from_json", lambda schema: False)
            answer = client.post(f"/?{query}", content=content, headers={"content-type": "application/json"})
        answers.append((answer.status_code, answer.json()))

    assert answers[0][0] in (200, 422)
    assert answers[0] == answers[1]


@given(operations())
@settings(max_examples=100, deadline=None)
def test_a_large_body_is_taken_or_refused_as_a_small_one(
    drawn: tuple[Callable[..., Any], str, bytes],
) -> None:
    endpoint, query, content = drawn
    answers = []
    for large in (LARGE_BODY, 0):
        app = XAPI(openapi_url=None)
        app.post("/", response_model=None)(endpoint)
        with pytest.MonkeyPatch.context() as patch, TestClient(app) as client:
            patch.setattr(request, "LARGE_BODY", large)
            patch.setattr(validate, "LARGE_BODY", large)
            answer = client.post(f"/?{query}", content=content, headers={"content-type": "application/json"})
        answers.append((answer.status_code, answer.json() if answer.status_code == 200 else None))

    assert answers[0] == answers[1]


def _fails(self: Any, body: bytes) -> Any:
    TypeAdapter(int).validate_python("not on this road")


def _texts(sent: Any) -> list[str]:
    return sent if isinstance(sent, list) else [sent]


def _body() -> Any:
    return Body()


def with_info(value: Any, info: Any) -> Any:
    return value


class StrictModel(BaseModel):
    model_config = ConfigDict(strict=True)
    when: date


@pytest.mark.parametrize(
    ("annotation", "same"),
    [
        (Inner, False),
        (list[Colour], True),
        (Decimal, False),
        (list[int], True),
        (int | None, True),
        (int | list[int], True),
        (str | datetime, False),
        (dict[str, UUID | str], False),
        (StrictModel, False),
        (Annotated[date, Field(strict=True)], False),
        (Annotated[int, BeforeValidator(with_info)], False),
        (Annotated[int, BeforeValidator(abs)], True),
    ],
)
def test_a_body_is_read_straight_from_json_only_where_that_is_the_same(annotation: Any, same: bool) -> None:
    assert same_from_json(TypeAdapter(annotation).core_schema) is same


def test_a_default_that_asks_for_the_other_values_takes_the_slow_road() -> None:
    def endpoint(a: int, b: Annotated[int, Query(default_factory=lambda data: 7)]) -> None: ...

    signature = describe("/", endpoint, ["GET"], OperationOptions()).endpoint
    validation = NamedValidation(parameter_items(signature.parameters))
    assert validation.fast is None
    assert validation.explain({"a": "1"}, []) == {"a": 1, "b": 7}
