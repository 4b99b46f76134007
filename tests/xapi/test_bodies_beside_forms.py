"""Parameters of the body beside forms and files, one name for several parameters, fields that text fills."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, BeforeValidator, RootModel, field_validator, model_validator

from xapi import XAPI, Body, Cookie, Depends, Form, Header, Query, UploadFile
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient


class Plain(BaseModel):
    x: int


class FromText(BaseModel):
    """The recipe for a model beside a file."""

    x: int

    @model_validator(mode="before")
    @classmethod
    def read(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


Parsed = Annotated[Plain, BeforeValidator(json.loads)]


def client_of(endpoint: Callable[..., Any]) -> TestClient:
    app = XAPI()
    app.post("/", response_model=None)(endpoint)
    return TestClient(app)


def schema_of(client: TestClient) -> tuple[str, dict[str, Any]]:
    document = client.get("/openapi.json").json()
    ((media_type, content),) = document["paths"]["/"]["post"]["requestBody"]["content"].items()
    return media_type, document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]


def test_every_parameter_of_the_body_is_a_field_of_the_form() -> None:
    def endpoint(
        file: UploadFile,
        tags: Annotated[list[str], Body()],
        model: Annotated[FromText, Body()],
        parsed: Parsed,
        count: Annotated[int, Body(ge=1)] = 1,
        models: Annotated[list[FromText], Body()] = [],  # noqa: B006
        unread: Annotated[dict[str, int] | None, Body()] = None,
    ) -> Any:
        return [file.filename, tags, model.x, parsed.x, count, len(models), unread]

    client = client_of(endpoint)
    files = {"file": ("f", b"")}
    sent = {"tags": ["a", "b"], "model": '{"x": 1}', "parsed": '{"x": 2}'}
    assert client.post("/", data=sent, files=files).json() == ["f", ["a", "b"], 1, 2, 1, 0, None]
    more = {"count": "3", "models": ['{"x": 1}', '{"x": 2}'], "tags": "a"}
    assert client.post("/", data=sent | more, files=files).json() == ["f", ["a"], 1, 2, 3, 2, None]
    answer = client.post("/", data=sent | {"count": "0"}, files=files)
    assert [error["loc"] for error in answer.json()["detail"]] == [["body", "count"]]
    media_type, schema = schema_of(client)
    assert media_type == "multipart/form-data"
    assert schema["required"] == ["file", "tags", "model", "parsed"]
    assert list(schema["properties"]) == ["file", "tags", "model", "parsed", "count", "models", "unread"]


def test_a_form_without_files_keeps_its_media_type() -> None:
    def endpoint(title: Annotated[str, Form()], model: FromText, tags: Annotated[list[str], Body()]) -> Any:
        return [title, model.x, tags]

    client = client_of(endpoint)
    sent = {"title": "t", "model": '{"x": 1}', "tags": ["a"]}
    assert client.post("/", data=sent).json() == ["t", 1, ["a"]]
    assert schema_of(client)[0] == "application/x-www-form-urlencoded"


def test_body_and_form_of_different_callables() -> None:
    def uploaded(file: UploadFile) -> str:
        return file.filename or ""

    def endpoint(model: Annotated[FromText, Body()], name: Annotated[str, Depends(uploaded)]) -> Any:
        return [model.x, name]

    client = client_of(endpoint)
    assert client.post("/", data={"model": '{"x": 1}'}, files={"file": ("f", b"")}).json() == [1, "f"]


def plain(file: UploadFile, model: Plain) -> None: ...
def mapping(title: Annotated[str, Form()], values: Annotated[dict[str, int], Body()]) -> None: ...
def several(title: Annotated[str, Form()], models: list[Plain]) -> None: ...


@pytest.mark.parametrize("endpoint", [plain, mapping, several])
def test_a_type_that_no_text_becomes_is_refused_beside_a_form(endpoint: Callable[..., Any]) -> None:
    with pytest.raises(
        DeclarationError, match=r"mix a JSON body with form fields .*Form\(\).*pydantic\.Json"
    ):
        XAPI().post("/")(endpoint)


# One name for several parameters


PLACES = [
    pytest.param(Query, lambda value: {"params": {"x-y": value}}, id="query"),
    pytest.param(Header, lambda value: {"headers": {"X-Y": value}}, id="header"),
    pytest.param(Cookie, lambda value: {"headers": {"cookie": f"x-y={value}"}}, id="cookie"),
    pytest.param(Form, lambda value: {"data": {"x-y": value}}, id="form"),
    pytest.param(Body, lambda value: {"json": {"x-y": value}}, id="body"),
]


@pytest.mark.parametrize(("marker", "send"), PLACES)
def test_parameters_of_one_name_are_given_the_same(
    marker: Any, send: Callable[[str], dict[str, Any]]
) -> None:
    def endpoint(
        number: Annotated[int, marker(alias="x-y")],
        text: Annotated[str, marker(alias="x-y")],
        maybe: Annotated[float | None, marker(alias="x-y")] = None,
    ) -> Any:
        return [number, text, maybe]

    client = client_of(endpoint)
    assert client.post("/", **send("3")).json() == [3, "3", 3.0]
    wrong = client.post("/", **send("x")).json()["detail"]
    assert [error["loc"][1] for error in wrong] == ["x-y", "x-y"]
    operation = client.get("/openapi.json").json()["paths"]["/"]["post"]
    if marker in (Query, Header, Cookie):
        assert [(item["name"], item["required"]) for item in operation["parameters"]] == [("x-y", True)]


@pytest.mark.parametrize("marker", [Form, Body])
def test_a_name_that_one_of_several_parameters_requires_is_required(marker: Any) -> None:
    def endpoint(
        one: Annotated[int | None, marker(alias="x")] = None, two: Annotated[int, marker(alias="x")] = ...
    ) -> Any:  # type: ignore[assignment]
        return [one, two]

    client = client_of(endpoint)
    assert schema_of(client)[1]["required"] == ["x"]
    assert client.post("/").status_code == 422


def test_headers_of_one_name_are_documented_once() -> None:
    def endpoint(x_key: Annotated[str, Header()], other: Annotated[str, Header(alias="X-Key")]) -> Any:
        return [x_key, other]

    client = client_of(endpoint)
    assert client.post("/", headers={"x-key": "k"}).json() == ["k", "k"]
    assert len(client.get("/openapi.json").json()["paths"]["/"]["post"]["parameters"]) == 1


# Fields that are models, dictionaries or unions


class Scores(RootModel[list[int]]): ...


class Score(RootModel[int]): ...


class Filters(BaseModel):
    """A model that is shared: not all of its fields can be sent as text."""

    parsed: Parsed
    validated: dict[str, int]
    from_text: FromText
    score: Score = Score(0)
    scores: Scores = Scores([])
    plain: Plain | None = None
    mapping: dict[str, int] = {}
    either: Plain | int | None = None
    plains: list[Plain] = []

    @field_validator("validated", mode="before")
    @classmethod
    def read(cls, value: Any) -> Any:
        return json.loads(value)


@pytest.mark.parametrize(
    ("marker", "send"),
    [
        (Query, lambda sent: {"params": sent}),
        (Header, lambda sent: {"headers": {name.replace("_", "-"): value for name, value in sent.items()}}),
        (Cookie, lambda sent: {"headers": {"cookie": "; ".join(f"{k}={v}" for k, v in sent.items())}}),
        (Form, lambda sent: {"data": sent}),
    ],
)
def test_fields_of_any_type_are_left_out_or_filled_from_text(
    marker: Any, send: Callable[[dict[str, str]], dict[str, Any]]
) -> None:
    def endpoint(filters: Annotated[Filters, marker()]) -> Any:
        return filters

    client = client_of(endpoint)
    sent = {
        "parsed": '{"x": 1}',
        "validated": '{"a": 2}',
        "from_text": '{"x": 3}',
        "score": "4",
        "either": "5",
    }
    answer = client.post("/", **send(sent)).json()
    assert answer == {
        "parsed": {"x": 1}, "validated": {"a": 2}, "from_text": {"x": 3}, "score": 4, "scores": [],
        "plain": None, "mapping": {}, "either": 5, "plains": [],
    }  # fmt: skip
    assert client.post("/", **send(sent | {"plain": "text"})).status_code == 422


def test_root_models_are_read_as_what_they_stand_for() -> None:
    def endpoint(
        score: Annotated[Score, Query()],
        scores: Annotated[Scores | None, Query()] = None,
        form: Annotated[Scores, Form()] = Scores([9]),  # noqa: B008
        header: Annotated[Score | None, Header()] = None,
    ) -> Any:
        return [score, scores, form, header]

    client = client_of(endpoint)
    assert client.post("/?score=1").json() == [1, None, [9], None]
    answer = client.post("/?score=1&scores=2&scores=3", data={"form": ["4", "5"]}, headers={"header": "6"})
    assert answer.json() == [1, [2, 3], [4, 5], 6]
    assert client.post("/?score=x").json()["detail"][0]["loc"] == ["query", "score"]


def mapping_in_query(value: Annotated[dict[str, int] | None, Query()] = None) -> None: ...
def models_in_header(value: Annotated[list[Plain], Header()] = []) -> None: ...  # noqa: B006
def file_in_cookie(value: Annotated[UploadFile | None, Cookie()] = None) -> None: ...


@pytest.mark.parametrize("endpoint", [mapping_in_query, models_in_header, file_in_cookie])
def test_a_parameter_that_no_text_becomes_is_refused(endpoint: Callable[..., Any]) -> None:
    with pytest.raises(DeclarationError, match="reads simple types, lists of them, and models of both"):
        XAPI().post("/")(endpoint)
