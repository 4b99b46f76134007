"""Mistakes in declarations are told at the decorator: where, which parameter, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from xapi import XAPI, APIRouter, Body, Depends, Form, Header, Path, Query, Response
from xapi.exceptions import DeclarationError


class Opaque:
    """A class that Pydantic knows nothing about."""


class Model(BaseModel):
    x: int


def opaque(value: Opaque) -> None: ...
def opaque_query(value: Annotated[Opaque, Query()]) -> None: ...
def model_in_path(item_id: Model) -> None: ...
def query_in_path(item_id: Annotated[int, Query()]) -> None: ...
def not_in_path(other: Annotated[int, Path()]) -> None: ...
def mapping_in_header(value: Annotated[dict[str, int], Header()]) -> None: ...
def default_inside(q: Annotated[int, Query(default=1)]) -> None: ...
def two_markers(q: Annotated[int, Query()] = Header()) -> None: ...  # type: ignore[assignment]
def nothing_to_depend_on(q: Annotated[Any, Depends()]) -> None: ...
def positional(q: int, /) -> None: ...
def unknown_name(q: Missing) -> None: ...  # type: ignore[name-defined]  # noqa: F821
def mixed_bodies(model: Model, field: Annotated[str, Form()]) -> None: ...
def unusable_result() -> Opaque: ...  # type: ignore[empty-body]
def response_or_dict() -> Response | dict[str, Any]: ...  # type: ignore[empty-body]


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (opaque, r"parameter 'value' has the type Opaque, for which Pydantic has no validator"),
        (opaque_query, r"parameter 'value' has the type Opaque"),
        (model_in_path, r"parameter 'item_id' is a part of the path, so it needs a simple type"),
        (query_in_path, r"parameter 'item_id' is a part of the path, so it cannot be Query\(\)"),
        (not_in_path, r"parameter 'other' is declared with Path\(\), but the path has no \{other\}"),
        (
            mapping_in_header,
            r"parameter 'value' is declared with Header\(\), which reads simple types, lists",
        ),
        (
            default_inside,
            r"parameter 'q' sets the default inside `Annotated\[..., Query\(...\)\]`: set it with `=`",
        ),
        (two_markers, r"parameter 'q' has the marker Query\(\) in `Annotated` and Header\(\) as its default"),
        (nothing_to_depend_on, r"parameter 'q' has `Depends\(\)` without a dependency"),
        (positional, r"parameter 'q' is positional-only.*remove the '/'"),
        (unknown_name, r"'q' is annotated with 'Missing', but name 'Missing' is not defined"),
        (mixed_bodies, r"'model', 'field' mix a JSON body with form fields or files"),
        (unusable_result, r"the response model is Opaque.*or pass response_model=None"),
        (response_or_dict, r"the response model is .*Response \| dict.*or pass response_model=None"),
    ],
)
def test_a_mistake_is_told_with_file_function_and_mend(endpoint: Callable[..., Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message) as raised:
        XAPI().get("/{item_id}")(endpoint)
    line = endpoint.__code__.co_firstlineno
    assert str(raised.value).startswith(f"{__file__}:{line}, in {endpoint.__qualname__}()")


def test_a_mistake_in_a_dependency_names_the_dependency() -> None:
    def endpoint(q: Annotated[None, Depends(opaque)]) -> None: ...

    with pytest.raises(DeclarationError, match=r"in opaque\(\): parameter 'value'"):
        XAPI().get("/")(endpoint)


def test_a_dependency_list_holds_depends_only() -> None:
    with pytest.raises(
        DeclarationError, match=r"dependencies=\[...\] holds <function opaque.*Depends\(function\)"
    ):
        XAPI().get("/", dependencies=[opaque])(lambda: None)


def test_an_operation_refuses_keywords_that_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="takes no keyword response_modle"):
        XAPI().get("/", response_modle=None)(lambda: None)  # type: ignore[call-arg]


def test_a_status_code_without_body_takes_no_response_model() -> None:
    with pytest.raises(DeclarationError, match="an answer with status 204 has no body"):
        XAPI().get("/", status_code=204, response_model=Model)(lambda: None)
    with pytest.raises(DeclarationError, match=r"responses\[304\] has a model"):
        XAPI().get("/", responses={304: {"model": Model}})(lambda: None)


def test_an_additional_response_needs_a_usable_model() -> None:
    with pytest.raises(DeclarationError, match=r"the model of responses\[404\] is Opaque"):
        XAPI().get("/", responses={404: {"model": Opaque}})(lambda: None)


@pytest.mark.parametrize("prefix", ["items", "/items/"])
def test_a_prefix_begins_with_a_slash_and_does_not_end_with_one(prefix: str) -> None:
    with pytest.raises(DeclarationError, match=r"A path prefix must (start|not end) with '/'"):
        APIRouter(prefix=prefix)
    with pytest.raises(DeclarationError, match=r"A path prefix must (start|not end) with '/'"):
        XAPI().include_router(APIRouter(), prefix=prefix)


def test_a_path_begins_with_a_slash() -> None:
    with pytest.raises(DeclarationError, match=r"the path 'items' must start with '/'"):
        XAPI().get("items")(lambda: None)


@pytest.mark.parametrize("declare", ["get", "websocket", "api_route"])
@pytest.mark.parametrize(("prefix", "path"), [("", "/a\0b"), ("/a\0", "/b"), ("", "/{x}/\0")])
def test_a_path_has_no_nul(declare: str, prefix: str, path: str) -> None:
    def endpoint() -> None: ...

    with pytest.raises(
        DeclarationError, match=r"endpoint\(\): the path '.*\\x00.*' contains a NUL character"
    ):
        getattr(APIRouter(prefix=prefix), declare)(path)(endpoint)


def test_a_router_does_not_include_itself() -> None:
    router = APIRouter()
    with pytest.raises(DeclarationError, match="Cannot include the same APIRouter instance into itself"):
        router.include_router(router)


def test_a_websocket_has_no_body() -> None:
    def endpoint(model: Annotated[int, Body()]) -> None: ...

    with pytest.raises(
        DeclarationError, match="'model' would be read from a body, which a WebSocket has not"
    ):
        XAPI().websocket("/")(endpoint)


def test_only_http_middleware_is_known() -> None:
    with pytest.raises(ValueError, match='only "http" is known'):
        XAPI().middleware("websocket")
