"""A marker is a field of Pydantic's, and a field can be a marker: what either says counts everywhere."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType

from xapi import XAPI, Body, Cookie, File, Form, Header, Path, Query
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient

MARKERS = [Path, Query, Header, Cookie, Body, Form, File]


def endpoint_with(annotation: Any, default: Any = ...) -> Callable[..., Any]:
    def endpoint(value: Any) -> Any:
        return value

    endpoint.__annotations__ = {"value": annotation}
    if default is not ...:
        endpoint.__defaults__ = (default,)
    return endpoint


def models(marker: Callable[..., Any]) -> list[type[BaseModel]]:
    class AsDefault(BaseModel):
        size: int = marker(10, alias="pageSize", gt=3)

    class InAnnotated(BaseModel):
        size: Annotated[int, marker(alias="pageSize", gt=3)] = 10

    class Twice(BaseModel):
        size: Annotated[int, marker(alias="other"), Field(gt=3)] = marker(10, alias="pageSize")

    return [AsDefault, InAnnotated, Twice]


@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.__name__)
@pytest.mark.parametrize("number", range(3))
def test_a_marker_keeps_its_alias_as_a_field(marker: Callable[..., Any], number: int) -> None:
    model = models(marker)[number]
    app = XAPI()

    @app.post("/", response_model=model)
    def create(value: Annotated[model, Body()]) -> Any:  # type: ignore[valid-type]
        return value

    app.get("/")(endpoint_with(Annotated[model, Query()]))
    app.put("/")(endpoint_with(Annotated[model, Form()]))
    client = TestClient(app)
    for answer in (
        client.post("/", json={"pageSize": 5}),
        client.get("/?pageSize=5"),
        client.put("/", data={"pageSize": "5"}),
    ):
        assert answer.json() == {"pageSize": 5}
    for answer in (client.post("/", json={"pageSize": 3}), client.get("/?pageSize=3")):
        assert answer.json()["detail"][0]["loc"][-1] == "pageSize"
    assert client.post("/", json={"size": 5}).json() == {"pageSize": 10}
    schemas = app.openapi()["components"]["schemas"]
    assert list(schemas[model.__name__]["properties"]) == ["pageSize"]
    assert [item["name"] for item in app.openapi()["paths"]["/"]["get"]["parameters"]] == ["pageSize"]


def test_an_alias_of_its_own_for_reading_or_writing_counts_before_alias() -> None:
    class Item(BaseModel):
        name: str = Query(alias="a", validation_alias="read")
        size: int = Query(alias="b", serialization_alias="written")

    app = XAPI()
    app.post("/")(endpoint_with(Item))
    answer = TestClient(app).post("/", json={"read": "x", "b": 3})
    assert answer.json() == {"a": "x", "written": 3}


FIELDS = {
    "alone": Annotated[int, Field(alias="page", gt=3, examples=[7])],
    "before a marker": Annotated[int, Field(alias="page", gt=3, examples=[7]), Query()],
    "after a marker": Annotated[int, Query(), Field(alias="page", gt=3, examples=[7])],
    "over a marker": Annotated[
        int, Query(alias="other", examples=[8]), Field(alias="page", gt=3, examples=[7])
    ],
    "under a marker": Annotated[int, Field(alias="other", gt=3), Query(alias="page", examples=[7])],
    "two fields": Annotated[int, Field(gt=3), Field(alias="page"), Field(examples=[7])],
    "two markers": Annotated[Annotated[int, Query(alias="page", examples=[7])], Query(gt=3)],
    "behind an alias": TypeAliasType("Page", Annotated[int, Field(alias="page", gt=3, examples=[7])]),
    "around an alias": Annotated[
        TypeAliasType("Number", Annotated[int, Field(gt=3, examples=[7])]), Field(alias="page")
    ],
}


@pytest.mark.parametrize("annotation", FIELDS.values(), ids=FIELDS)
def test_a_field_is_a_marker(annotation: Any) -> None:
    app = XAPI()
    app.get("/")(endpoint_with(annotation, 1))
    client = TestClient(app)
    assert client.get("/?value=9&other=9").json() == 1
    assert client.get("/?page=5").json() == 5
    assert client.get("/?page=3").json()["detail"][0]["loc"] == ["query", "page"]
    (parameter,) = app.openapi()["paths"]["/"]["get"]["parameters"]
    assert parameter["name"] == "page"
    assert parameter["schema"] == {
        "type": "integer",
        "exclusiveMinimum": 3,
        "title": "Page",
        "examples": [7],
        "default": 1,
    }


def test_a_field_says_nothing_of_the_place() -> None:
    app = XAPI()
    app.post("/number/{value}")(endpoint_with(Annotated[int, Field(gt=3)]))
    app.post("/body")(endpoint_with(Annotated[dict[str, int], Field(description="text")]))
    client = TestClient(app)
    assert client.post("/number/4").json() == 4
    assert client.post("/number/3").json()["detail"][0]["loc"] == ["path", "value"]
    assert client.post("/body", json={"a": 1}).json() == {"a": 1}


def test_a_header_keeps_its_own_settings_beside_a_field() -> None:
    app = XAPI()
    plain = Annotated[str, Header(convert_underscores=False)]
    app.get("/")(endpoint_with(Annotated[plain, Field(min_length=2), Header(description="text")]))

    def endpoint(x_key: Annotated[plain, Field(min_length=2), Header(description="text")]) -> str:  # type: ignore[valid-type]
        return x_key

    app.get("/key")(endpoint)
    assert TestClient(app).get("/key", headers={"x_key": "ab"}).json() == "ab"
    assert TestClient(app).get("/key", headers={"x-key": "ab"}).status_code == 422


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[int, Field(default_factory=lambda: 9)],
        Annotated[int, Field(default_factory=lambda: 9), Query()],
        Annotated[int, Query(), Field(default_factory=lambda: 9)],
        Annotated[int, Query(default_factory=lambda: 9)],
        Annotated[int, Header(default_factory=lambda: 9)],
        Annotated[int, Field(default_factory=lambda: 9)] | None,
        TypeAliasType("A", Annotated[int, Field(default_factory=lambda: 9)]),
        Annotated[dict[str, int], Field(default_factory=lambda: 9)],
    ],
)
def test_a_default_factory_is_used_when_nothing_is_sent(annotation: Any) -> None:
    app = XAPI()
    app.post("/")(endpoint_with(annotation))
    assert TestClient(app).post("/").json() == 9


def test_a_default_factory_is_called_for_each_request() -> None:
    numbers = count()
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[int, Field(default_factory=lambda: next(numbers))]))
    client = TestClient(app)
    assert client.get("/").json() + 1 == client.get("/").json()


def test_a_field_as_the_default_applies() -> None:
    def endpoint(
        value: int = Field(6, gt=5, alias="v"),
        items: list[int] = Field(default_factory=lambda: [1], max_length=1),  # noqa: B008
        text: Annotated[str, Query(min_length=2)] = Field("ab", description="text"),
        *,
        needed: int = Field(lt=3),
    ) -> Any:
        return [value, items, text, needed]

    app = XAPI()
    app.post("/")(endpoint)
    client = TestClient(app)
    assert client.post("/?needed=2").json() == [6, [1], "ab", 2]
    found = client.post("/?v=5&text=a&needed=3", json=[1, 2]).json()["detail"]
    assert [error["loc"][-1] for error in found] == ["v", "text", "needed", "body"]
    assert client.post("/").json()["detail"][0]["loc"] == ["query", "needed"]


def test_defaults_are_validated_where_that_is_asked_for() -> None:
    for annotation, default in (
        (Annotated[int, Field(gt=5, validate_default=True)], 1),
        (Annotated[int, Query(gt=5), Field(validate_default=True)], 1),
        (int, Field(1, gt=5, validate_default=True)),
        (Annotated[int, Field(gt=5, validate_default=True, default_factory=lambda: 1)], ...),
    ):
        app = XAPI()
        app.get("/")(endpoint_with(annotation, default))
        assert TestClient(app).get("/").json()["detail"][0]["type"] == "greater_than"


def test_a_default_inside_of_annotated_is_refused_unless_another_one_counts() -> None:
    inside = Annotated[int, Field(default=9)]
    with pytest.raises(DeclarationError, match=r"sets the default inside `Annotated\[..., Field\(...\)\]`"):
        XAPI().get("/")(endpoint_with(inside))
    app = XAPI()
    app.get("/")(endpoint_with(inside, 3))
    assert TestClient(app).get("/").json() == 3


@pytest.mark.parametrize("info", [Field(default_factory=int), Query(default_factory=int)])
@pytest.mark.parametrize("default", [3, None, Field(3)])
def test_a_default_and_a_default_factory_are_refused(info: Any, default: Any) -> None:
    with pytest.raises(DeclarationError, match=r"has a default_factory in .* and a default: keep one"):
        XAPI().get("/")(endpoint_with(Annotated[int, info], default))
