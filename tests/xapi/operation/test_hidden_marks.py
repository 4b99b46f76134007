"""A mark takes effect, or is refused at the decorator: none is skipped, so that no dependency is."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, NamedTuple, Optional

import annotated_types
import pytest
from pydantic import AfterValidator, BaseModel, Field, Strict, WithJsonSchema
from typing_extensions import Doc, TypeAliasType, TypedDict

from xapi import (
    XAPI,
    Body,
    Cookie,
    Depends,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Security,
    WebSocket,
    params,
)
from xapi.exceptions import DeclarationError
from xapi.security import OAuth2PasswordBearer
from xapi.testclient import TestClient


def deny() -> str:
    raise HTTPException(401)


def other() -> str:
    return "other"


class Denying:
    def __init__(self) -> None:
        raise HTTPException(401)


class Checker:
    def __call__(self, value: str = "") -> None:
        raise HTTPException(401)


Denied = Annotated[str, Depends(deny)]
Alias = TypeAliasType("Alias", Denied)
Listed = TypeAliasType("Listed", list[Denied])


class Item(BaseModel):
    name: str


class InField(BaseModel):
    user: Annotated[str, Depends(deny)]


class AsDefault(BaseModel):
    user: str = Depends(deny)


class InItems(BaseModel):
    users: list[Denied]


class Outer(BaseModel):
    inner: list[InField] | None = None


@dataclass
class InDataclass:
    user: Denied
    name: str = Depends(deny)


class InDictionary(TypedDict):
    user: Alias


class InTuple(NamedTuple):
    user: Denied


def endpoint_with(annotation: Any, default: Any = ...) -> Callable[..., Any]:
    def endpoint(value: Any) -> Any:
        return value

    endpoint.__annotations__ = {} if annotation is None else {"value": annotation}
    if default is not ...:
        endpoint.__defaults__ = (default,)
    return endpoint


@pytest.mark.parametrize(
    "annotation",
    [
        Optional[Denied],  # noqa: UP045
        Denied | None,
        None | Alias,
        Annotated[Denied | None, "documented"],
        TypeAliasType("Both", Alias | None),
        TypeAliasType("Inside", Annotated[str | None, Depends(deny)]) | None,
        Annotated[Denying, Depends()] | None,
        Annotated[Denying | None, Depends()],
        Annotated[str, Security(deny)] | None,
        Annotated[str, Depends(TypeAliasType("Named", Denying))],
        Annotated[str, Depends(deny), Field(description="text"), "label"],
    ],
)
@pytest.mark.parametrize("default", [..., None, "guest"])
def test_the_dependency_of_the_only_type_beside_none_runs(annotation: Any, default: Any) -> None:
    app = XAPI()
    app.get("/")(endpoint_with(annotation, default))
    assert TestClient(app).get("/?value=admin").status_code == 401
    assert "parameters" not in app.openapi()["paths"]["/"]["get"]


@pytest.mark.parametrize(
    ("annotation", "location"),
    [
        (Annotated[int, Header(alias="sent")] | None, "header"),
        (Annotated[int, Cookie(alias="sent")] | None, "cookie"),
        (TypeAliasType("Sent", Annotated[int, Query(alias="sent")]) | None, "query"),
        (Annotated[int, Field(alias="sent")] | None, "query"),
        (Annotated[Annotated[int, Query(alias="sent")] | None, Field(title="T")], "query"),
    ],
)
def test_the_marker_of_the_only_type_beside_none_counts(annotation: Any, location: str) -> None:
    app = XAPI()
    app.get("/")(endpoint_with(annotation, None))
    (parameter,) = app.openapi()["paths"]["/"]["get"]["parameters"]
    assert (parameter["name"], parameter["in"]) == ("sent", location)
    assert TestClient(app).get("/").json() is None


REFUSED = {
    "in a union": Denied | int,
    "in a union with an alias": Alias | int | None,
    "two in a union": Denied | Annotated[int, Depends(other)],
    "in a list": list[Denied],
    "in a list behind an alias": Listed,
    "in a list or none": Listed | None,
    "in an inner optional": list[Denied | None],
    "in the values of a dictionary": dict[str, Denied],
    "in a tuple": tuple[int, Alias],
    "in a callable": Callable[[Denied], int],
    "beneath a marker": Annotated[list[Denied], Body()],
    "beneath a field": Annotated[list[Denied], Field(min_length=1)],
    "beneath another dependency": Annotated[list[Denied], Depends(other)],
    "beneath another one, optional": Annotated[Denied | None, Depends(other)],
    "two at once": Annotated[Denied, Depends(other)],
    "two behind an alias": Annotated[Alias, Security(other)],
    "with a marker after it": Annotated[str, Depends(deny), Body()],
    "with a marker before it": Annotated[str, Query(), Depends(deny)],
    "without a call": Annotated[str, Depends],
    "as a class": Annotated[str, params.Depends],
    "a marker without a call": Annotated[str, Header],
    "a marker as a class": Annotated[str, params.Header],
    "a function": Annotated[str, deny],
    "a function beside a dependency": Annotated[str, Depends(other), deny],
    "a lambda": Annotated[str, lambda: "user"],
    "a partial": Annotated[str, functools.partial(deny)],
    "a method": Annotated[str, Checker().__call__],
    "an instance that can be called": Annotated[str, Checker()],
    "a security scheme": Annotated[str, OAuth2PasswordBearer(tokenUrl="token")],
    "a class": Annotated[str, Denying],
    "a function in a list": list[Annotated[str, deny]],
    "a list of marks": Annotated[str, [Depends(deny)]],
    "a tuple of marks": Annotated[str, (Depends(deny),)],
    "a dependency as the type": Depends(deny),
    "a marker as the type": params.Header(),
    "a class of marks as the type": params.Depends,
    "a function as the type": deny,
    "a dependency as an item": list[Depends(deny)],  # type: ignore[misc]
    "an annotation as the dependency": Annotated[str, Depends(Denied)],
    "an alias as the dependency": Annotated[str, Depends(Alias)],
    "text as the dependency": Annotated[str, Depends("deny")],  # type: ignore[arg-type]
    "a dependency as the dependency": Annotated[str, Depends(Depends(deny))],
    "two classes": Annotated[Denying | Checker, Depends()],
    "a factory that is a dependency": Annotated[str, Query(default_factory=Depends(deny))],
    "in a field": InField,
    "as the default of a field": AsDefault,
    "in the items of a field": InItems,
    "in a field of a field": Outer,
    "in a field of what is read from the query": Annotated[InField, Query()],
    "in a field of a form": Annotated[InField, Form()],
    "in a list of models": list[InField],
    "in a dataclass": InDataclass,
    "in a typed dictionary": InDictionary,
    "in a named tuple": InTuple,
}


@pytest.mark.parametrize("annotation", REFUSED.values(), ids=REFUSED)
def test_a_mark_that_would_not_run_is_refused(annotation: Any) -> None:
    endpoint = endpoint_with(annotation)
    line = f"{__file__}:{endpoint.__code__.co_firstlineno}, in "
    for declare in (XAPI().get("/"), XAPI().post("/"), XAPI().websocket("/")):
        with pytest.raises(DeclarationError, match=r"parameter 'value' .*: ") as raised:
            declare(endpoint)
        assert str(raised.value).startswith(line)

    def uses(value: Annotated[str, Depends(endpoint)]) -> None: ...

    with pytest.raises(DeclarationError, match=r"endpoint\(\): parameter 'value'"):
        XAPI().get("/")(uses)


REFUSED_DEFAULTS = {
    "a function": deny,
    "a lambda": lambda: "user",
    "a partial": functools.partial(deny),
    "an instance that can be called": Checker(),
    "a class": Denying,
    "the function that makes a dependency": Depends,
    "the class of dependencies": params.Depends,
    "the function that makes a marker": Query,
    "the class of a marker": params.Query,
    "an annotation": Denied,
    "a tuple": (Depends(deny),),
    "a list": [Depends(deny)],
    "the default of a marker": Query(Depends(deny)),
    "a function as the default of a marker": Header(deny),
    "a function as the default of a field": Field(deny),
    "text as the dependency": Depends("deny"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("default", REFUSED_DEFAULTS.values(), ids=REFUSED_DEFAULTS)
@pytest.mark.parametrize("annotation", [str, Annotated[str, "documented"], None])
def test_a_default_that_should_have_run_is_refused(annotation: Any, default: Any) -> None:
    with pytest.raises(DeclarationError, match="parameter 'value' has "):
        XAPI().get("/")(endpoint_with(annotation, default))


def test_marks_of_arguments_that_nothing_is_given_to_are_refused() -> None:
    def positional(*args: Denied) -> None: ...
    def named(**kwargs: Annotated[str, Header()]) -> None: ...
    def inner(**kwargs: Alias | None) -> None: ...
    def fine(*args: Any, **kwargs: int) -> None: ...

    for endpoint in (positional, named, inner):
        with pytest.raises(DeclarationError, match="marks have no effect on it"):
            XAPI().get("/")(endpoint)
    XAPI().get("/")(fine)


@pytest.mark.parametrize("marks", [(Header(), Query()), (Form(), Body()), (Path(), Cookie())])
def test_two_places_are_refused(marks: tuple[Any, Any]) -> None:
    with pytest.raises(DeclarationError, match="a value comes from one place"):
        XAPI().post("/{value}")(endpoint_with(Annotated[str, *marks]))


@pytest.mark.parametrize(
    "annotation",
    [
        list[Annotated[int, Query()]],
        list[Annotated[int, Header()]],
        Annotated[int, Query(alias="a")] | str,
        Annotated[int, Header()] | str,
        Annotated[int, Query()] | Annotated[str, Header()],
        dict[str, Annotated[int, Path()]],
        Annotated[list[Annotated[int, Query(alias="a")]], Query()],
    ],
)
def test_a_marker_whose_place_or_name_would_not_count_is_refused(annotation: Any) -> None:
    with pytest.raises(
        DeclarationError, match="inside its type, where its location, name and default have no effect"
    ):
        XAPI().get("/")(endpoint_with(annotation))


def test_a_type_that_is_annotated_for_a_place_can_be_the_item_of_a_list_that_says_its_own() -> None:
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[list[Annotated[int, Path(gt=3)]], Query()]))
    assert TestClient(app).get("/?value=4&value=5").json() == [4, 5]
    assert TestClient(app).get("/?value=4&value=3").status_code == 422


class Label:
    """A class that says something, and does nothing."""


class Kind(Enum):
    FIRST = 1


class Hooked:
    def __init__(self, text: str = "") -> None:
        self.text = text

    def __call__(self) -> None: ...

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return handler(schema)


@pytest.mark.parametrize(
    "metadata",
    [
        "text",
        3,
        None,
        Doc("text"),
        Label,
        Label(),
        Kind,
        Kind.FIRST,
        ValueError,
        int,
        Strict,
        Strict(False),
        annotated_types.Len(1),
        annotated_types.Predicate(str.islower),
        AfterValidator(str.lower),
        WithJsonSchema({"type": "string"}),
        Field(max_length=9),
        Hooked("text"),
        ["a", "list"],
        {"a": "mapping"},
        ("a", Label()),
    ],
)
def test_other_metadata_are_let_through(metadata: Any) -> None:
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[str, metadata]))
    assert TestClient(app).get("/?value=abc").json() == "abc"
    app.openapi()


def test_values_that_can_be_called_are_defaults_of_their_own_type() -> None:
    class Callback(BaseModel):
        url: str

        def __call__(self) -> None: ...

    app = XAPI()
    app.post("/")(endpoint_with(Callback, Callback(url="/")))
    assert TestClient(app).post("/").json() == {"url": "/"}


def test_a_class_with_dependencies_in_its_fields_can_be_a_dependency() -> None:
    class Fields(BaseModel):
        name: Annotated[str, Depends(other)]
        second: str = Depends(other)

    app = XAPI()
    app.get("/")(endpoint_with(Annotated[Fields, Depends()]))
    assert TestClient(app).get("/?name=admin").json() == {"name": "other", "second": "other"}


def test_what_is_injected_needs_no_mark_and_ignores_its_default() -> None:
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[Request, "documented"], None))
    app.websocket("/")(endpoint_with(WebSocket))


def test_lists_of_dependencies_hold_nothing_else() -> None:
    for wrong in (deny, Depends, Depends(), Depends("deny"), Query(), Denied, Depends(Denied)):  # type: ignore[arg-type]
        with pytest.raises(DeclarationError, match=r"dependencies=\[...\] h"):
            XAPI(dependencies=[wrong]).get("/")(other)
        with pytest.raises(DeclarationError, match=r"dependencies=\[...\] h"):
            XAPI().websocket("/", dependencies=[wrong])(other)


def test_classes_that_are_equal_are_searched_each() -> None:
    class Equal(type):
        def __eq__(cls, other: object) -> bool:
            return isinstance(other, Equal)

        __hash__ = lambda cls: 1  # noqa: E731

    def given() -> int:
        return 1

    class Plain(metaclass=Equal):
        value: int = 1

    class Marked(metaclass=Equal):
        value: int = Depends(given)  # type: ignore[assignment]

    search = [dataclass(Plain), dataclass(Marked)]
    for cls, refused in zip(search, (False, True), strict=True):
        app = XAPI()

        def endpoint(body: Any) -> None: ...

        endpoint.__annotations__["body"] = cls
        with pytest.raises(DeclarationError) if refused else nullcontext():
            app.post("/")(endpoint)
