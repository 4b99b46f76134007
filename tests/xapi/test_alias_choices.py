"""`AliasChoices` and `AliasPath`: every choice is read, the first is documented, errors name the one sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, AliasGenerator, AliasPath, BaseModel, ConfigDict, Field

from xapi import XAPI, Body, Cookie, File, Form, Header, Path, Query, UploadFile
from xapi.testclient import TestClient

CHOICES = AliasChoices("first", "the-second", "third")
Send = Callable[[dict[str, Any]], dict[str, Any]]


def in_headers(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "headers": [
            (k, v) for k, values in sent.items() for v in (values if type(values) is list else [values])
        ]
    }


PLACES: list[Any] = [
    pytest.param(Query, lambda sent: {"params": sent}, "query", id="query"),
    pytest.param(Header, in_headers, "header", id="header"),
    pytest.param(
        Cookie,
        lambda sent: {"headers": {"cookie": "; ".join(f"{name}={value}" for name, value in sent.items())}},
        "cookie",
        id="cookie",
    ),
    pytest.param(Form, lambda sent: {"data": sent}, "body", id="form"),
    pytest.param(
        lambda *args, **kw: Body(*args, embed=True, **kw), lambda sent: {"json": sent}, "body", id="body"
    ),
]
in_every_place = pytest.mark.parametrize(("marker", "send", "location"), PLACES)
in_query_and_form = pytest.mark.parametrize(("marker", "send", "location"), [PLACES[0], PLACES[3]])
in_places_with_lists = pytest.mark.parametrize(("marker", "send", "location"), [*PLACES[:2], *PLACES[3:]])


def client_of(endpoint: Callable[..., Any], path: str = "/") -> TestClient:
    app = XAPI()
    app.post(path, response_model=None)(endpoint)
    return TestClient(app)


def error_of(answer: Any) -> tuple[str, list[Any]]:
    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    return error["type"], error["loc"]


def documented(client: TestClient, location: str) -> list[str]:
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/"]["post"]
    if location != "body":
        return [item["name"] for item in operation["parameters"]]
    (content,) = operation["requestBody"]["content"].values()
    name = content["schema"]["$ref"].rpartition("/")[2]
    return list(document["components"]["schemas"][name]["properties"])


@in_every_place
def test_every_choice_is_read_and_the_first_that_was_sent_counts(
    marker: Any, send: Send, location: str
) -> None:
    def endpoint(value: Annotated[int, marker(validation_alias=CHOICES)]) -> int:
        return value

    client = client_of(endpoint)
    for name in ("first", "the-second", "third"):
        assert client.post("/", **send({name: "3"})).json() == 3
        assert error_of(client.post("/", **send({name: "x"}))) == ("int_parsing", [location, name])
    assert client.post("/", **send({"third": "3", "the-second": "2"})).json() == 2
    for name in ("value", "the_second"):
        assert error_of(client.post("/", **send({name: "3"}))) == ("missing", [location, "first"])
    assert documented(client, location) == ["first"]


@in_every_place
def test_a_choice_beside_a_default_and_an_alias(marker: Any, send: Send, location: str) -> None:
    def endpoint(
        value: Annotated[int | None, marker(alias="other", validation_alias=CHOICES)] = None,
        old: int = marker(7, validation_alias=AliasChoices("old", "older")),
    ) -> Any:
        return [value, old]

    client = client_of(endpoint)
    assert client.post("/", **send({"other": "1"})).json() == [None, 7]
    assert client.post("/", **send({"third": "1", "older": "2"})).json() == [1, 2]
    assert documented(client, location) == ["first", "old"]


@in_places_with_lists
def test_a_list_has_all_values_of_the_choice_that_was_sent(marker: Any, send: Send, location: str) -> None:
    def endpoint(values: Annotated[list[int], marker(validation_alias=CHOICES)]) -> Any:
        return values

    client = client_of(endpoint)
    assert client.post("/", **send({"third": ["1", "2"], "unknown": "5"})).json() == [1, 2]
    assert client.post("/", **send({"the-second": ["3"], "third": ["1"]})).json() == [3]
    wrong = client.post("/", **send({"third": ["1", "x"]}))
    assert error_of(wrong) == ("int_parsing", [location, "third", 1])


@in_every_place
def test_several_parameters_share_a_choice(marker: Any, send: Send, location: str) -> None:
    def endpoint(
        one: Annotated[str, marker(validation_alias=AliasChoices("first", "shared"))] = "-",
        two: Annotated[str, marker(validation_alias=AliasChoices("shared", "second"))] = "-",
    ) -> Any:
        return [one, two]

    client = client_of(endpoint)
    assert client.post("/", **send({"shared": "s"})).json() == ["s", "s"]
    assert client.post("/", **send({"shared": "s", "first": "f"})).json() == ["f", "s"]


@in_every_place
def test_fields_of_models_have_choices(marker: Any, send: Send, location: str) -> None:
    class Model(BaseModel):
        value: int = Field(validation_alias=CHOICES)
        flag: bool = Field(False, validation_alias=AliasChoices("flag", "is-set"))
        other: str = Field("-", validation_alias=AliasChoices("o"))

    if location == "body" and "json" in send({}):
        marker = Body

    def endpoint(model: Annotated[Model, marker()]) -> Any:
        return [model.value, model.flag, model.other]

    client = client_of(endpoint)
    sent = {"the-second": "2", "is-set": "on", "o": "x", "unknown": "5"}
    assert client.post("/", **send(sent)).json() == [2, True, "x"]
    assert error_of(client.post("/", **send({"third": "x"}))) == ("int_parsing", [location, "third"])
    assert error_of(client.post("/", **send({"value": "1"}))) == ("missing", [location, "first"])
    assert documented(client, location) == ["first", "flag", "o"]


@in_query_and_form
def test_fields_of_optional_models_unions_and_lists_have_choices(
    marker: Any, send: Send, location: str
) -> None:
    class Texts(BaseModel):
        texts: list[str] = Field(validation_alias=AliasChoices("t", "text"))

    class Text(BaseModel):
        one: str = Field(validation_alias=AliasChoices("o", "text"))

    def endpoint(
        model: Annotated[Text | Texts, marker()], maybe: Annotated[Texts | None, marker()] = None
    ) -> Any:
        return [model, maybe]

    client = client_of(endpoint)
    assert client.post("/", **send({"t": ["a", "b"]})).json() == [{"texts": ["a", "b"]}] * 2
    assert client.post("/", **send({"o": "a"})).json() == [{"one": "a"}, None]
    assert client.post("/", **send({"text": "a"})).json()[1] == {"texts": ["a"]}


def test_names_of_fields_count_where_the_model_says_so() -> None:
    class ByName(BaseModel):
        model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)
        x_value: int = Field(alias="theValue")

    class OnlyByName(BaseModel):
        model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)
        x_other: int = Field(alias="theOther")

    class Generated(BaseModel):
        model_config = ConfigDict(
            alias_generator=AliasGenerator(
                validation_alias=lambda name: AliasChoices(name.upper(), f"{name}-")
            )
        )
        third: int

    def query(
        a: Annotated[ByName, Query()], b: Annotated[OnlyByName, Query()], c: Annotated[Generated, Query()]
    ) -> Any:
        return [a.x_value, b.x_other, c.third]

    def headers(
        a: Annotated[ByName, Header()], b: Annotated[OnlyByName, Header()], c: Annotated[Generated, Header()]
    ) -> Any:
        return [a.x_value, b.x_other, c.third]

    client = client_of(query)
    assert client.post("/?x_value=1&x_other=2&third-=3").json() == [1, 2, 3]
    assert client.post("/?theValue=1&x_other=2&THIRD=3").json() == [1, 2, 3]
    assert documented(client, "query") == ["theValue", "x_other", "THIRD"]
    client = client_of(headers)
    assert client.post("/", headers={"x-value": "1", "x-other": "2", "third": "3"}).json() == [1, 2, 3]
    assert client.post("/", headers={"theValue": "1", "x-other": "2", "third-": "3"}).json() == [1, 2, 3]
    assert documented(client, "header") == ["theValue", "x-other", "THIRD"]


def test_choices_of_headers_are_written_as_they_are() -> None:
    def endpoint(
        x_value: Annotated[str, Header(validation_alias=AliasChoices("x_first", "X-Second"))] = "-",
        x_other: Annotated[str, Header()] = "-",
    ) -> Any:
        return [x_value, x_other]

    client = client_of(endpoint)
    assert client.post("/", headers={"x_first": "a", "x-other": "o"}).json() == ["a", "o"]
    assert client.post("/", headers={"x-second": "b", "x-first": "c"}).json() == ["b", "-"]
    assert documented(client, "header") == ["x_first", "x-other"]


def test_files_have_choices() -> None:
    def endpoint(
        file: Annotated[UploadFile, File(validation_alias=AliasChoices("file", "upload"))],
        content: Annotated[bytes, File(validation_alias=AliasChoices("content", "data"))] = b"-",
        files: Annotated[list[UploadFile], File(validation_alias=AliasChoices("files", "all"))] = [],  # noqa: B006
    ) -> Any:
        return [file.filename, content.decode(), [each.filename for each in files]]

    client = client_of(endpoint)
    sent = [("upload", ("u", b"1")), ("data", ("d", b"2")), ("all", ("a", b"3")), ("all", ("b", b"4"))]
    assert client.post("/", files=sent).json() == ["u", "2", ["a", "b"]]
    assert error_of(client.post("/", data={"upload": "text"})) == ("value_error", ["body", "upload"])
    assert error_of(client.post("/", data={})) == ("missing", ["body", "file"])
    assert documented(client, "body") == ["file", "content", "files"]


def test_parameters_that_share_a_file_have_all_of_it() -> None:
    async def endpoint(
        one: Annotated[bytes, File(validation_alias=AliasChoices("one", "file"))],
        two: Annotated[bytes, File(validation_alias=AliasChoices("two", "file"))],
        file: UploadFile,
    ) -> Any:
        return [one.decode(), two.decode(), (await file.read()).decode()]

    assert client_of(endpoint).post("/", files={"file": ("f", b"all")}).json() == ["all", "all", "all"]


def test_a_part_of_the_path_is_the_choice_that_the_path_has() -> None:
    def endpoint(item: Annotated[int, Path(validation_alias=AliasChoices("item_id", "id"))]) -> int:
        return item

    for name in ("item_id", "id"):
        client = client_of(endpoint, f"/{{{name}}}")
        assert client.post("/3").json() == 3
        assert error_of(client.post("/x")) == ("int_parsing", ["path", name])
        (operation,) = client.get("/openapi.json").json()["paths"].values()
        assert [item["name"] for item in operation["post"]["parameters"]] == [name]


@in_places_with_lists
def test_a_path_reads_one_of_several_values(marker: Any, send: Send, location: str) -> None:
    def endpoint(
        first: Annotated[str, marker(validation_alias=AliasPath("v", 0))] = "-",
        last: Annotated[str, marker(validation_alias=AliasChoices(AliasPath("v", -1), "last"))] = "-",
        third: Annotated[str, marker(validation_alias=AliasPath("v", 2))] = "-",
    ) -> Any:
        return [first, last, third]

    client = client_of(endpoint)
    assert client.post("/", **send({"v": ["a", "b"]})).json() == ["a", "b", "-"]
    assert client.post("/", **send({"v": ["a", "b", "c"]})).json() == ["a", "c", "c"]
    assert client.post("/", **send({"last": "z"})).json() == ["-", "z", "-"]


@in_query_and_form
def test_a_field_of_a_model_reads_one_of_several_values(marker: Any, send: Send, location: str) -> None:
    class Range(BaseModel):
        low: int = Field(validation_alias=AliasPath("between", 0))
        high: int = Field(99, validation_alias=AliasChoices(AliasPath("between", 1), "high"))

    def endpoint(model: Annotated[Range, marker()]) -> Any:
        return model

    client = client_of(endpoint)
    assert client.post("/", **send({"between": ["1", "2"]})).json() == {"low": 1, "high": 2}
    assert client.post("/", **send({"between": ["1"], "high": "5"})).json() == {"low": 1, "high": 5}
    assert error_of(client.post("/", **send({}))) == ("missing", [location, "between", 0])


def test_a_path_goes_into_the_objects_and_arrays_of_a_json_body() -> None:
    def endpoint(
        city: Annotated[str, Body(validation_alias=AliasPath("address", "city"))],
        tag: Annotated[int, Body(validation_alias=AliasChoices("tag", AliasPath("tags", 1)))] = 0,
    ) -> Any:
        return [city, tag]

    client = client_of(endpoint)
    assert client.post("/", json={"address": {"city": "rome"}, "tags": [1, 2]}).json() == ["rome", 2]
    assert error_of(client.post("/", json={"address": []})) == ("missing", ["body", "address", "city"])
    wrong = client.post("/", json={"address": {"city": "rome"}, "tags": [1, "x"]})
    assert error_of(wrong) == ("int_parsing", ["body", "tags", 1])
