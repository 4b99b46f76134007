"""Models that are read from their fields: alone, optional, in unions, several; in queries, headers, cookies,
forms and paths.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model

from xapi import XAPI, Cookie, Depends, Form, Header, Path, Query, UploadFile
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient

Send = Callable[[dict[str, Any]], dict[str, Any]]


def in_query(fields: dict[str, Any]) -> dict[str, Any]:
    return {"params": fields}


def in_headers(fields: dict[str, Any]) -> dict[str, Any]:
    pairs = [
        (name, item) for name, sent in fields.items() for item in (sent if type(sent) is list else [sent])
    ]
    return {"headers": pairs}


def in_cookies(fields: dict[str, Any]) -> dict[str, Any]:
    return {"headers": {"cookie": "; ".join(f"{name}={value}" for name, value in fields.items())}}


def in_form(fields: dict[str, Any]) -> dict[str, Any]:
    return {"data": fields}


PLACES: list[Any] = [
    pytest.param(Query, in_query, "query", id="query"),
    pytest.param(Header, in_headers, "header", id="header"),
    pytest.param(Cookie, in_cookies, "cookie", id="cookie"),
    pytest.param(Form, in_form, "body", id="form"),
]
in_every_place = pytest.mark.parametrize(("marker", "send", "location"), PLACES)


class Page(BaseModel):
    size: int
    after: str = "start"


class Open(BaseModel):
    name: str = "-"


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str] = []
    good: bool = True


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first: str
    second: str = "-"


class Kept(BaseModel):
    model_config = ConfigDict(extra="allow")
    third: str = "-"


def client_of(endpoint: Callable[..., Any], path: str = "/") -> TestClient:
    app = XAPI()
    app.post(path, response_model=None)(endpoint)
    return TestClient(app)


def error_places(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 422
    return [tuple(error["loc"]) for error in answer.json()["detail"]]


def documented(client: TestClient, location: str) -> dict[str, bool]:
    """The names that the document has for a place, and whether they are required."""
    operation = client.get("/openapi.json").json()["paths"]["/"]["post"]
    if location != "body":
        return {item["name"]: item["required"] for item in operation.get("parameters", [])}
    (content,) = operation["requestBody"]["content"].values()
    return fields_of(content["schema"], client.get("/openapi.json").json())


def fields_of(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, bool]:
    if reference := schema.get("$ref"):
        return fields_of(document["components"]["schemas"][reference.rpartition("/")[2]], document)
    required = schema.get("required", [])
    fields = {name: name in required for name in schema.get("properties", ())}
    for part in schema.get("allOf", ()):
        for name, needed in fields_of(part, document).items():
            fields[name] = needed or fields.get(name, False)
    choices = [fields_of(part, document) for part in schema.get("anyOf", schema.get("oneOf", ()))]
    for name in [name for choice in choices for name in choice]:
        needed = all(choice.get(name, False) for choice in choices)
        fields[name] = needed or fields.get(name, False)
    return fields


# An optional model


@in_every_place
def test_an_optional_model_is_none_if_none_of_its_fields_was_sent(
    marker: Any, send: Send, location: str
) -> None:
    async def endpoint(page: Annotated[Page | None, marker()] = None) -> Any:
        return page

    client = client_of(endpoint)
    assert client.post("/", **send({})).json() is None
    assert client.post("/", **send({"unknown": "1"})).json() is None
    assert client.post("/", **send({"size": "2"})).json() == {"size": 2, "after": "start"}
    assert error_places(client.post("/", **send({"after": "x"}))) == [(location, "size")]
    assert error_places(client.post("/", **send({"size": "x"}))) == [(location, "size")]
    assert documented(client, location) == {"size": False, "after": False}


@in_every_place
def test_an_optional_model_without_a_default_is_missing_as_a_whole(
    marker: Any, send: Send, location: str
) -> None:
    def endpoint(page: Annotated[Page | None, marker()]) -> Any:
        return page

    client = client_of(endpoint)
    assert error_places(client.post("/", **send({}))) == [(location,)]
    assert client.post("/", **send({"size": "2"})).json() == {"size": 2, "after": "start"}
    assert documented(client, location) == {"size": True, "after": False}


@in_every_place
def test_the_default_of_an_optional_model_counts_if_nothing_was_sent(
    marker: Any, send: Send, location: str
) -> None:
    given, made, old = Page(size=7), marker(default_factory=lambda: Open(name="made")), marker(None)

    def endpoint(
        two: Annotated[Open | None, made],
        one: Annotated[Page | None, marker()] = given,
        three: Page | None = old,
    ) -> Any:
        return [one, two, three]

    client = client_of(endpoint)
    assert client.post("/", **send({})).json() == [{"size": 7, "after": "start"}, {"name": "made"}, None]
    first, second, third = client.post("/", **send({"size": "1", "name": "n"})).json()
    assert first == third == {"size": 1, "after": "start"}
    assert second == {"name": "n"}


def test_a_field_that_is_sent_empty_was_sent() -> None:
    def endpoint(data: Annotated[Open | None, Form()] = None) -> Any:
        return data

    client = client_of(endpoint)
    assert client.post("/", data={"name": ""}).json() == {"name": "-"}
    assert client.post("/", data={}).json() is None


# Unions


@in_every_place
@pytest.mark.parametrize("discriminated", [True, False])
def test_a_union_of_models_is_the_one_that_fits(
    marker: Any, send: Send, location: str, discriminated: bool
) -> None:
    keywords = {"discriminator": "kind"} if discriminated else {}

    def endpoint(pet: Annotated[Cat | Dog, marker(**keywords)]) -> Any:
        return [type(pet).__name__, pet]

    client = client_of(endpoint)
    cat = client.post("/", **send({"kind": "cat", "lives": "9"})).json()
    assert cat == ["Cat", {"kind": "cat", "lives": 9}]
    dog = client.post("/", **send({"kind": "dog", "good": "off"})).json()
    assert dog == ["Dog", {"kind": "dog", "tricks": [], "good": False}]
    places = error_places(client.post("/", **send({"kind": "cat", "lives": "many"})))
    assert (location, "cat" if discriminated else "Cat", "lives") in places
    assert documented(client, location) == {"kind": True, "lives": False, "tricks": False, "good": False}


@in_every_place
def test_an_optional_union_is_none_if_nothing_of_it_was_sent(marker: Any, send: Send, location: str) -> None:
    def endpoint(
        pet: Annotated[Annotated[Cat | Dog, Field(discriminator="kind")] | None, marker()] = None,
    ) -> Any:
        return pet

    client = client_of(endpoint)
    assert client.post("/", **send({})).json() is None
    assert client.post("/", **send({"kind": "cat", "lives": "1"})).json() == {"kind": "cat", "lives": 1}
    assert client.post("/", **send({"lives": "1"})).status_code == 422
    assert set(documented(client, location).values()) == {False}


def tag_of(sent: Any) -> str:
    return "page" if "size" in sent else "open"


def test_a_union_may_be_told_apart_by_a_function() -> None:
    union = Annotated[
        Annotated[Page, Tag("page")] | Annotated[Open, Tag("open")], Discriminator(tag_of), Query()
    ]

    def endpoint(data: union) -> Any:  # type: ignore[valid-type]
        return type(data).__name__

    client = client_of(endpoint)
    assert client.post("/?size=1").json() == "Page"
    assert client.post("/?name=1").json() == "Open"


class Single(BaseModel):
    kind: Literal["single"] = "single"
    value: str = "-"


class Several(BaseModel):
    kind: Literal["several"] = "several"
    value: list[str]


@pytest.mark.parametrize(
    ("marker", "send", "chosen"),
    [(Query, in_query, "b"), (Header, in_headers, "a"), (Form, in_form, "b")],
)
@pytest.mark.parametrize("union", [Single | Several, Several | Single])
def test_each_model_of_a_union_takes_one_value_or_all_as_it_declares(
    marker: Any, send: Send, chosen: str, union: Any
) -> None:
    def endpoint(data: Annotated[union, marker(discriminator="kind")]) -> Any:
        return data.value

    client = client_of(endpoint)
    assert client.post("/", **send({"kind": "single", "value": ["a", "b"]})).json() == chosen
    assert client.post("/", **send({"kind": "several", "value": ["a", "b"]})).json() == ["a", "b"]
    assert client.post("/", **send({"kind": "several", "value": "a"})).json() == ["a"]


def test_errors_of_models_that_choose_one_value_name_the_model() -> None:
    class Number(BaseModel):
        value: int

    class Numbers(BaseModel):
        value: list[int]

    def endpoint(data: Annotated[Number | Numbers, Form()]) -> Any:
        return [type(data).__name__, data.value]

    client = client_of(endpoint)
    assert client.post("/", data={"value": "3"}).json() == ["Number", 3]
    assert client.post("/", data={"value": ["3", "4"]}).json()[1] in (4, [3, 4])
    places = error_places(client.post("/", data={"value": "x"}))
    assert places == [("body", "Number", "value"), ("body", "Numbers", "value", 0)]
    assert ("body", "Number", "value") in error_places(client.post("/", data={"value": ""}))


def test_a_union_in_a_form_takes_what_a_model_does() -> None:
    def endpoint(pet: Annotated[Cat | Dog, Form()]) -> Any:
        return pet

    client = client_of(endpoint)
    sent = {"kind": "dog", "tricks": ["sit", "roll"], "good": "on"}
    assert client.post("/", data=sent).json() == {"kind": "dog", "tricks": ["sit", "roll"], "good": True}
    assert client.post("/", data={"kind": "dog", "tricks": "sit", "good": ""}).json() == {
        "kind": "dog", "tricks": ["sit"], "good": True,
    }  # fmt: skip


class Photo(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    image: UploadFile
    caption: str = "-"


class Album(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    images: list[UploadFile]
    raw: bytes = b""


def test_unions_and_optional_models_have_files() -> None:
    async def endpoint(
        extra: UploadFile,
        item: Annotated[Photo | Album | None, Form()] = None,
        note: Annotated[str, Form()] = "-",
    ) -> Any:
        match item:
            case Photo():
                return [item.image.filename, item.caption, note, extra.filename]
            case Album():
                return [[image.filename for image in item.images], item.raw.decode(), note]
        return note

    client = client_of(endpoint)
    always = ("extra", ("e.txt", b"e"))
    answer = client.post("/", files=[always, ("image", ("i.png", b"i"))], data={"caption": "c", "note": "n"})
    assert answer.json() == ["i.png", "c", "n", "e.txt"]
    images = [("images", ("1", b"1")), ("images", ("2", b"2")), ("raw", ("r", b"content"))]
    assert client.post("/", files=[always, *images]).json() == [["1", "2"], "content", "-"]
    assert client.post("/", files=[always]).json() == "-"
    body = client.get("/openapi.json").json()["paths"]["/"]["post"]["requestBody"]
    assert list(body["content"]) == ["multipart/form-data"]


# Several models, and models beside others


@in_every_place
def test_several_models_read_their_own_fields(marker: Any, send: Send, location: str) -> None:
    def endpoint(
        page: Annotated[Page, marker()],
        closed: Annotated[Closed, marker()],
        name: Annotated[str, marker(alias="x-name")] = "-",
    ) -> Any:
        return [page, closed, name]

    client = client_of(endpoint)
    answer = client.post("/", **send({"size": "1", "first": "f", "x-name": "n"}))
    if location != "header":  # every request has headers that nothing declares
        assert answer.json() == [{"size": 1, "after": "start"}, {"first": "f", "second": "-"}, "n"]
    places = error_places(client.post("/", **send({"size": "1", "first": "f", "other": "o"})))
    assert (location, "other") in places
    assert not {(location, "size"), (location, "x-name")} & set(places)
    assert {(location, "size"), (location, "first")} <= set(error_places(client.post("/", **send({}))))
    expected = {"size": True, "after": False, "first": True, "second": False, "x-name": False}
    assert documented(client, location) == expected


@in_every_place
def test_a_model_keeps_what_nothing_else_reads(marker: Any, send: Send, location: str) -> None:
    def endpoint(page: Annotated[Page, marker()], kept: Annotated[Kept, marker()]) -> Any:
        return kept

    kept = client_of(endpoint).post("/", **send({"size": "1", "other": "o"})).json()
    assert kept["other"] == "o"
    assert "size" not in kept


def test_what_a_dependency_reads_is_no_unknown_field() -> None:
    def token(token: str) -> str:
        return token

    def endpoint(closed: Annotated[Closed, Query()], given: Annotated[str, Depends(token)]) -> Any:
        return [closed, given]

    client = client_of(endpoint)
    assert client.post("/?first=f&token=t").json() == [{"first": "f", "second": "-"}, "t"]
    assert error_places(client.post("/?first=f&token=t&other=o")) == [("query", "other")]


def test_a_field_of_several_models_is_given_to_each() -> None:
    class Other(BaseModel):
        size: str

    def endpoint(one: Annotated[Page, Query()], two: Annotated[Other | None, Query()] = None) -> Any:
        return [one.size, two and two.size]

    client = client_of(endpoint)
    assert client.post("/?size=1").json() == [1, "1"]
    assert documented(client, "query") == {"size": True, "after": False}


@pytest.mark.parametrize("extra", ["forbid", "allow", "ignore"])
def test_a_form_says_whether_it_takes_unknown_fields(extra: Any) -> None:
    model = create_model("Some", __config__=ConfigDict(extra=extra), first=(str, ...))

    def endpoint(some: Annotated[model, Form()], other: Annotated[int, Form()] = 0) -> Any:  # type: ignore[valid-type]
        return other

    client = client_of(endpoint)
    status = 422 if extra == "forbid" else 200
    assert client.post("/", data={"first": "1", "other": "2"}).json() == 2
    assert client.post("/", data={"first": "1", "unknown": "2"}).status_code == status
    assert documented(client, "body") == {"first": True, "other": False}
    document = client.get("/openapi.json").json()
    (schema,) = [item for name, item in document["components"]["schemas"].items() if name.startswith("Body")]
    assert schema.get("additionalProperties", True) is (extra != "forbid")


def test_the_document_tells_when_the_fields_of_an_optional_model_are_needed() -> None:
    def endpoint(page: Annotated[Page | None, Form()] = None, other: Annotated[int, Form()] = 0) -> Any:
        return [page, other]

    client = client_of(endpoint)
    document = client.get("/openapi.json").json()
    (content,) = document["paths"]["/"]["post"]["requestBody"]["content"].values()
    for sent, status in (({}, 200), ({"other": 1}, 200), ({"size": 1}, 200), ({"after": "x"}, 422)):
        valid = jsonschema.Draft202012Validator({**document, **content["schema"]}).is_valid(sent)
        assert valid is (status == 200)
        assert client.post("/", data=sent).status_code == status


def test_models_of_forms_are_documented_for_all_callables() -> None:
    def dependency(data: Annotated[Closed, Form()]) -> Closed:
        return data

    def endpoint(data: Annotated[Page, Form()], closed: Annotated[Closed, Depends(dependency)]) -> Any:
        return [data, closed]

    client = client_of(endpoint)
    answer = client.post("/", data={"size": "1", "first": "f"})
    assert answer.json() == [{"size": 1, "after": "start"}, {"first": "f", "second": "-"}]
    assert documented(client, "body") == {"size": True, "after": False, "first": True, "second": False}


# Headers and paths


def test_errors_of_models_of_headers_name_the_headers() -> None:
    class Traced(BaseModel):
        trace_id: int
        x_flag: bool = False

    class Tagged(BaseModel):
        trace_tag: int

    def endpoint(
        headers: Annotated[Traced | Tagged, Header()], other: Annotated[Traced | None, Header()] = None
    ) -> Any:
        return [type(headers).__name__, headers]

    client = client_of(endpoint)
    assert client.post("/", headers={"trace-id": "1"}).json() == ["Traced", {"trace_id": 1, "x_flag": False}]
    places = error_places(client.post("/", headers={"trace-tag": "x"}))
    assert places == [("header", "Traced", "trace-id"), ("header", "Tagged", "trace-tag")]
    assert error_places(client.post("/", headers={"x-flag": "on", "trace-tag": "1"})) == [
        ("header", "trace-id")
    ]


def test_a_path_can_be_a_model() -> None:
    class Place(BaseModel):
        city: str
        number: int = Field(gt=0)
        floor: int = 0

    def endpoint(place: Annotated[Place, Path()]) -> Any:
        return place

    client = client_of(endpoint, "/{city}/{number}")
    assert client.post("/rome/3").json() == {"city": "rome", "number": 3, "floor": 0}
    assert error_places(client.post("/rome/0")) == [("path", "number")]
    parameters = client.get("/openapi.json").json()["paths"]["/{city}/{number}"]["post"]["parameters"]
    assert [(item["name"], item["required"]) for item in parameters] == [("city", True), ("number", True)]


# What is refused


class Nested(BaseModel):
    page: Page


class Bytes(BaseModel):
    image: bytes


class Both(BaseModel):
    one: int = Field(validation_alias="x")
    two: list[int] = Field(validation_alias="x")


def nested_field(data: Annotated[Nested, Query()]) -> None: ...
def nested_in_union(data: Annotated[Open | Nested | None, Query()] = None) -> None: ...
def file_in_query(data: Annotated[Photo, Query()]) -> None: ...
def file_and_content(data: Annotated[Photo | Bytes, Form()]) -> None: ...
def one_and_all(data: Annotated[Both, Query()]) -> None: ...
def not_in_path(data: Annotated[Page, Path()]) -> None: ...
def path_default(city: Annotated[str, Path()] = "rome") -> None: ...


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (
            nested_field,
            r"parameter 'data' is declared with Query\(\), but the field 'page' of Nested is neither a ",
        ),
        (nested_in_union, r"the field 'page' of Nested is neither a simple type"),
        (file_in_query, r"the field 'image' of Photo is neither a simple type"),
        (file_and_content, r"parameter 'data' reads 'image' as a file and as the content of one"),
        (one_and_all, r"parameter 'data' reads 'x' as one value and as a list"),
        (not_in_path, r"parameter 'data' is declared with Path\(\), but the path has no \{size\}"),
        (path_default, r"parameter 'city' is a part of the path, so it has no default"),
    ],
)
def test_models_that_can_not_be_read_are_refused(endpoint: Callable[..., Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        XAPI().post("/{city}")(endpoint)
