"""`Json[...]` is one text on the wire, whatever it is JSON of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel, Field, Json
from typing_extensions import TypeAliasType

from xapi import XAPI, Body, Cookie, File, Form, Header, Path, Query, UploadFile
from xapi.testclient import TestClient

Send = Callable[[dict[str, str]], dict[str, Any]]

PLACES: list[Any] = [
    pytest.param(Query, lambda sent: {"params": sent}, "query", id="query"),
    pytest.param(Header, lambda sent: {"headers": sent}, "header", id="header"),
    pytest.param(
        Cookie,
        lambda sent: {"headers": {"cookie": "; ".join(f"{name}={value}" for name, value in sent.items())}},
        "cookie",
        id="cookie",
    ),
    pytest.param(Form, lambda sent: {"data": sent}, "body", id="form"),
]
in_every_place = pytest.mark.parametrize(("marker", "send", "location"), PLACES)


class Point(BaseModel):
    x: int
    y: list[int] = []


Points = TypeAliasType("Points", Json[list[Point]])


def client_of(endpoint: Callable[..., Any], path: str = "/") -> TestClient:
    app = XAPI()
    app.post(path, response_model=None)(endpoint)
    return TestClient(app)


def error_of(answer: Any) -> tuple[str, list[Any]]:
    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    return error["type"], error["loc"]


@in_every_place
@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Json[list[str]], ["a", "b"]),
        (Json[dict[str, int]], {"a": 1}),
        (Json[Point], {"x": 1, "y": [2]}),
        (Json[Point | list[int]], [1]),
        (Points, [{"x": 1, "y": []}]),
        (Json, [None, {"a": 1.5}]),
        (Json[list[str]] | None, ["a"]),
        (Json[Point] | None, {"x": 1, "y": []}),
        (Annotated[Json[list[int]], Field(min_length=1)], [1]),
    ],
    ids=str,
)
def test_the_text_is_read_as_json(
    marker: Any, send: Send, location: str, annotation: Any, value: Any
) -> None:
    def endpoint(data: Annotated[annotation, marker()]) -> Any:
        return data

    client = client_of(endpoint)
    answer = client.post("/", **send({"data": json.dumps(value)}))
    assert (answer.status_code, answer.json()) == (200, value)
    assert error_of(client.post("/", **send({"data": "{"}))) == ("json_invalid", [location, "data"])
    assert error_of(client.post("/", **send({"x": "1"}))) == ("missing", [location, "data"])


@in_every_place
def test_json_that_is_wrong_is_told_by_its_place(marker: Any, send: Send, location: str) -> None:
    def endpoint(
        point: Annotated[Json[Point], marker()], points: Annotated[Points | None, marker()] = None
    ) -> Any:
        return [point, points]

    client = client_of(endpoint)
    assert error_of(client.post("/", **send({"point": '{"x": "a"}'})))[1] == [location, "point", "x"]
    sent = {"point": '{"x": 1}', "points": '[{"x": 1}, {}]'}
    assert error_of(client.post("/", **send(sent)))[1] == [location, "points", 1, "x"]


@in_every_place
def test_optional_json_beside_other_values(marker: Any, send: Send, location: str) -> None:
    old_default = marker([7])

    def endpoint(
        number: Annotated[int, marker()],
        point: Annotated[Json[Point] | None, marker()] = None,
        names: Annotated[Json[list[str]], marker(alias="the-names")] = ["d"],  # noqa: B006
        old: Json[list[int]] = old_default,
    ) -> Any:
        return [number, point, names, old]

    client = client_of(endpoint)
    assert client.post("/", **send({"number": "1"})).json() == [1, None, ["d"], [7]]
    sent = {"number": "1", "point": '{"x": 2}', "the-names": '["n"]', "old": "[1]"}
    assert client.post("/", **send(sent)).json() == [1, {"x": 2, "y": []}, ["n"], [1]]


@in_every_place
def test_fields_of_models_are_json(marker: Any, send: Send, location: str) -> None:
    class Search(BaseModel):
        tags: Json[list[str]]
        near: Json[Point] | None = None
        limit: int = 10

    def endpoint(
        search: Annotated[Search, marker()], maybe: Annotated[Search | None, marker()] = None
    ) -> Any:
        assert maybe == search
        return search

    client = client_of(endpoint)
    answer = client.post("/", **send({"tags": '["a"]', "near": '{"x": 1}', "limit": "3"}))
    assert answer.json() == {"tags": ["a"], "near": {"x": 1, "y": []}, "limit": 3}
    assert client.post("/", **send({"tags": "[]"})).json()["near"] is None
    assert client.post("/", **send({"tags": "["})).status_code == 422


@pytest.mark.parametrize("marker", [Query, Header, Form])
def test_a_list_of_json_is_several_texts(marker: Any) -> None:
    def endpoint(points: Annotated[list[Json[Point]], marker()]) -> Any:
        return points

    texts = ['{"x": 1}', '{"x": 2}']
    sent: dict[str, Any] = {
        Query: {"params": {"points": texts}},
        Header: {"headers": [("points", text) for text in texts]},
        Form: {"data": {"points": texts}},
    }[marker]
    assert client_of(endpoint).post("/", **sent).json() == [{"x": 1, "y": []}, {"x": 2, "y": []}]


def test_json_beside_files() -> None:
    def endpoint(
        file: UploadFile,
        point: Annotated[Json[Point], Form()],
        points: Annotated[Points, Body()],
        content: Annotated[Json[list[int]] | None, File()] = None,
    ) -> Any:
        return [file.filename, point.x, len(points), content]

    sent = {"point": '{"x": 1}', "points": '[{"x": 1}]', "content": "[5]"}
    answer = client_of(endpoint).post("/", data=sent, files={"file": ("f", b"")})
    assert answer.json() == ["f", 1, 1, [5]]


def test_json_in_the_path() -> None:
    def endpoint(point: Annotated[Json[Point], Path()]) -> int:
        return point.x

    assert client_of(endpoint, "/{point}").post("/" + quote('{"x": 3}')).json() == 3


def test_json_is_documented_as_text() -> None:
    def endpoint(
        tags: Annotated[Json[list[str]], Query()], point: Annotated[Json[Point] | None, Header()] = None
    ) -> Any: ...

    parameters = client_of(endpoint).get("/openapi.json").json()["paths"]["/"]["post"]["parameters"]
    assert [(item["name"], item["in"]) for item in parameters] == [("tags", "query"), ("point", "header")]
    assert parameters[0]["schema"]["type"] == "string"
    assert parameters[0]["schema"]["contentMediaType"] == "application/json"
