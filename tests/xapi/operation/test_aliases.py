"""What stands behind a name for a type means what it means without the name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import InitVar, dataclass
from typing import Annotated, Any, Final, NewType, TypeVar

import pytest
from pydantic import BaseModel
from starlette.responses import PlainTextResponse
from typing_extensions import TypeAliasType
from typing_extensions import TypeVar as DefaultedTypeVar

from xapi import (
    XAPI,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    WebSocket,
)
from xapi.params import SecurityScopes
from xapi.responses import EventSourceResponse
from xapi.sse import ServerSentEvent
from xapi.testclient import TestClient

T = TypeVar("T")
K = TypeVar("K")


def deny() -> str:
    raise HTTPException(401)


class Denying:
    def __init__(self) -> None:
        raise HTTPException(401)


class Item(BaseModel):
    name: str


User = TypeAliasType("User", Annotated[str, Depends(deny)])
Chained = TypeAliasType("Chained", User)
Longer = TypeAliasType("Longer", Annotated[Chained, "documented"])
Class = TypeAliasType("Class", Denying)
Given = TypeAliasType("Given", Annotated[T, Depends(deny)], type_params=(T,))
GivenBack = TypeAliasType("GivenBack", Given[T], type_params=(T,))
Swapped = TypeAliasType("Swapped", dict[T, K], type_params=(K, T))
UserId = NewType("UserId", Annotated[str, Depends(deny)])  # type: ignore[valid-newtype]
Bound = TypeVar("Bound", bound=Annotated[str, Depends(deny)])
Defaulted = DefaultedTypeVar("Defaulted", default=Annotated[str, Depends(deny)])


Scopes = TypeAliasType("Scopes", SecurityScopes)
Upload = TypeAliasType("Upload", UploadFile)
Items = TypeAliasType("Items", Iterable[Item])
Stream = TypeAliasType("Stream", AsyncIterator[T], type_params=(T,))
Events = TypeAliasType("Events", Iterator[TypeAliasType("Event", ServerSentEvent)])  # type: ignore[misc]
Text = TypeAliasType("Text", PlainTextResponse)
Size = TypeAliasType("Size", int)
Ids = TypeAliasType("Ids", list[int])
Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | str | None")  # type: ignore[misc]


def beneath(user: User) -> str:
    return user


def endpoint_with(annotation: Any, *, default: Any = ...) -> Callable[..., Any]:
    def endpoint(value: Any) -> Any:
        return value

    endpoint.__annotations__ = {"value": annotation}
    if default is not ...:
        endpoint.__defaults__ = (default,)
    return endpoint


def documented(annotation: Any, **default: Any) -> Any:
    """What the document says of a POST operation whose one argument has this annotation."""
    app = XAPI()
    app.post("/{part}")(endpoint_with(annotation, **default))
    described = app.openapi()["paths"]["/{part}"]["post"]
    return {key: described.get(key) for key in ("parameters", "requestBody")}


DENIED: list[Any] = [
    User,
    Chained,
    Longer,
    Annotated[User, "documented"],
    Given[str],
    GivenBack[list[int]],
    UserId,
    Bound,
    Defaulted,
    Annotated[Class, Depends()],
    TypeAliasType("DependsOnClass", Annotated[Class, Depends()]),
    Annotated[None, Depends(beneath)],
    TypeAliasType("Beneath", Annotated[None, Depends(beneath)]),
]


@pytest.mark.parametrize("annotation", DENIED)
def test_a_dependency_behind_a_name_runs(annotation: Any) -> None:
    app = XAPI()
    app.get("/")(endpoint_with(annotation))
    assert TestClient(app).get("/", params={"value": "admin", "user": "admin"}).status_code == 401
    assert "parameters" not in app.openapi()["paths"]["/"]["get"]


@pytest.mark.parametrize("annotation", DENIED)
def test_a_dependency_behind_a_name_runs_for_a_websocket(annotation: Any) -> None:
    app = XAPI()

    async def endpoint(websocket: WebSocket, value: Any) -> None:
        await websocket.accept()

    endpoint.__annotations__ = {"websocket": WebSocket, "value": annotation}
    app.websocket("/")(endpoint)
    with pytest.raises(Exception, match="401"), TestClient(app).websocket_connect("/?value=admin"):
        pass


def test_scopes_behind_a_name_are_asked_for() -> None:
    def scopes_of(scopes: Scopes) -> str:
        return scopes.scope_str

    app = XAPI()
    app.get("/")(endpoint_with(TypeAliasType("A", Annotated[str, Security(scopes_of, scopes=["a", "b"])])))
    assert TestClient(app).get("/").json() == "a b"


def test_the_fields_of_a_class_that_is_a_dependency_are_seen_through() -> None:
    @dataclass
    class Fields:
        text: Final[Annotated[str, Query(alias="t")]] = ""  # type: ignore[misc]
        number: InitVar[int] = 0

        def __post_init__(self, number: int) -> None:
            self.shown = [self.text, number]

    def endpoint(fields: Annotated[Fields, Depends()]) -> list[Any]:
        return fields.shown

    app = XAPI()
    app.get("/")(endpoint)
    assert TestClient(app).get("/?t=x&number=3").json() == ["x", 3]
    assert TestClient(app).get("/?t=x&number=y").status_code == 422


@pytest.mark.parametrize(
    ("named", "plain"),
    [
        (TypeAliasType("A", Item), Item),
        (TypeAliasType("A", Item | None), Item | None),
        (TypeAliasType("A", Item | str), Item | str),
        (TypeAliasType("A", TypeAliasType("B", list[Item])), list[Item]),
        (TypeAliasType("A", list[int]), list[int]),
        (Swapped[int, str], dict[str, int]),
        (NewType("A", Item), Item),
        (NewType("A", dict), dict),
        (TypeVar("A", bound=Item), Item),
        (TypeVar("A", Item, int), Item | int),
        (DefaultedTypeVar("A", default=list[Item]), list[Item]),
    ],
)
def test_what_is_read_from_the_body_is_read_from_there_behind_a_name(named: Any, plain: Any) -> None:
    for annotation in (named, Annotated[named, "documented"]):
        found = documented(annotation)
        assert len(found["parameters"]) == 1
        assert found["requestBody"].keys() == documented(plain)["requestBody"].keys()


Anything = TypeAliasType("Anything", Annotated[T, Query(alias="sent")], type_params=(T,))


@pytest.mark.parametrize(
    ("annotation", "where"),
    [
        (TypeAliasType("A", Annotated[str, Query(alias="sent")]), ("sent", "query")),
        (TypeAliasType("A", Annotated[str, Header()]), ("value", "header")),
        (TypeAliasType("A", Annotated[str, Cookie(alias="sent")]), ("sent", "cookie")),
        (TypeAliasType("A", Annotated[str, Path(alias="part")]), ("part", "path")),
        (Anything[list[int]], ("sent", "query")),
        (Annotated[Anything[int], "documented"], ("sent", "query")),
        (NewType("A", Annotated[str, Header()]), ("value", "header")),  # type: ignore[valid-newtype]
    ],
)
def test_a_marker_behind_a_name_says_the_place(annotation: Any, where: tuple[str, str]) -> None:
    found = documented(annotation)
    assert where in [(item["name"], item["in"]) for item in found["parameters"]]
    assert found["requestBody"] is None


@pytest.mark.parametrize(
    ("annotation", "media_type"),
    [
        (TypeAliasType("A", Annotated[str, Form()]), "application/x-www-form-urlencoded"),
        (TypeAliasType("A", Annotated[Item, Form()]), "application/x-www-form-urlencoded"),
        (TypeAliasType("A", Annotated[bytes, File()]), "multipart/form-data"),
        (TypeAliasType("A", Annotated[int, Body()]), "application/json"),
        (TypeAliasType("A", UploadFile), "multipart/form-data"),
        (TypeAliasType("A", UploadFile | None), "multipart/form-data"),
        (list[TypeAliasType("A", UploadFile)], "multipart/form-data"),  # type: ignore[misc]
        (NewType("A", UploadFile), "multipart/form-data"),
    ],
)
def test_a_body_behind_a_name_keeps_its_media_type(annotation: Any, media_type: str) -> None:
    assert list(documented(annotation)["requestBody"]["content"]) == [media_type]


def test_fields_of_a_model_of_parameters_are_seen_through() -> None:
    class Filters(BaseModel):
        ids: Ids
        size: Size = 1
        names: TypeAliasType("Names", Ids | None) = None  # type: ignore[valid-type]

    app = XAPI()
    app.get("/")(endpoint_with(TypeAliasType("A", Annotated[Filters, Query()])))
    answer = TestClient(app).get("/?ids=1&ids=2&size=3&names=4")
    assert answer.json() == {"ids": [1, 2], "size": 3, "names": [4]}


def test_constraints_and_bounds_behind_a_name_count() -> None:
    app = XAPI()
    app.get("/")(endpoint_with(TypeAliasType("A", Annotated[int, Query(gt=3)])))
    assert TestClient(app).get("/?value=4").json() == 4
    assert TestClient(app).get("/?value=3").json()["detail"][0]["type"] == "greater_than"


@pytest.mark.parametrize("cls", [Request, Response, BackgroundTasks, SecurityScopes])
def test_what_is_injected_by_type_is_injected_behind_a_name(cls: type) -> None:
    alias = TypeAliasType("alias", cls)  # type: ignore[valid-type]
    for annotation in (
        alias,
        TypeAliasType("chained", alias),
        NewType("new", cls),
        Annotated[alias, "documented"],
        alias | None,
        TypeAliasType("optional", Annotated[alias | None, "documented"]),
        TypeVar("bound", bound=cls),
    ):
        app = XAPI()

        def shown(value: Any) -> list[str]:
            return [base.__name__ for base in type(value).__mro__]

        shown.__annotations__ = {"value": annotation}
        app.get("/shown")(shown)
        assert cls.__name__ in TestClient(app).get("/shown").json()
        assert "parameters" not in app.openapi()["paths"]["/shown"]["get"]


def test_an_upload_behind_a_name_is_read() -> None:
    async def upload(file: Upload | None = None) -> str | None:
        return None if file is None else (await file.read()).decode()

    app = XAPI()
    app.post("/")(upload)
    assert TestClient(app).post("/", files={"file": b"content"}).json() == "content"


def test_items_of_a_stream_are_named_behind_a_name() -> None:
    app = XAPI()

    @app.get("/sync")
    def sync() -> Items:
        yield {"name": "a", "secret": "b"}  # type: ignore[misc]

    @app.get("/async")
    async def asynchronous() -> Stream[Item]:
        yield {"name": "a", "secret": "b"}  # type: ignore[misc]

    @app.get("/events", response_class=EventSourceResponse)
    def events() -> Events:
        yield ServerSentEvent(data={"name": "a"})

    client = TestClient(app)
    assert client.get("/sync").text.strip() == '{"name":"a"}'
    assert client.get("/async").text.strip() == '{"name":"a"}'
    assert "data:" in client.get("/events").text


def test_a_response_behind_a_name_is_no_response_model() -> None:
    app = XAPI()

    @app.get("/")
    def endpoint() -> Annotated[Text, "documented"]:
        return PlainTextResponse("hello")

    assert TestClient(app).get("/").text == "hello"


def test_a_type_that_is_named_keeps_its_name_in_the_document() -> None:
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[Size, Query()]))
    assert "Size" in app.openapi()["components"]["schemas"]


def test_a_name_for_itself_is_read_as_far_as_it_goes() -> None:
    app = XAPI()
    app.post("/")(endpoint_with(Json))
    assert TestClient(app).post("/", json={"a": ["b", None]}).json() == {"a": ["b", None]}
