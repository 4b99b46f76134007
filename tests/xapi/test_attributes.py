"""The public attributes of markers, routers and dependants, which libraries read."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from xapi import (
    XAPI,
    APIRouter,
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    Path,
    Query,
    Request,
    Security,
    params,
)
from xapi.exceptions import DeclarationError
from xapi.responses import PlainTextResponse
from xapi.testclient import TestClient


@pytest.mark.parametrize("marker", [Query, Header, Cookie, Path])
def test_a_parameter_says_where_it_is(marker: Any) -> None:
    place = marker.__name__.lower()
    assert marker().in_ is params.ParamTypes(place)
    assert (marker().in_.name, marker().location) == (place, place)


@pytest.mark.parametrize("marker", [Body, Form, File])
def test_a_part_of_the_body_is_no_parameter(marker: Any) -> None:
    assert (marker().location, hasattr(marker(), "in_")) == ("body", False)


def test_a_marker_of_a_library_says_where_it_is() -> None:
    class Place(params.Param):
        in_ = params.ParamTypes.header

    app = XAPI()

    @app.get("/")
    def read(word: Annotated[str, Place(alias="x-word")]) -> str:
        return word

    assert TestClient(app).get("/", headers={"x-word": "w"}).json() == "w"
    assert app.openapi()["paths"]["/"]["get"]["parameters"][0]["in"] == "header"


@pytest.mark.parametrize("marker", [Query, Header, Cookie, Body, Form, File])
@pytest.mark.parametrize("value", [None, "text", 1, [], [1], {"a": 1}], ids=str)
def test_the_text_of_a_marker_has_its_default(marker: Any, value: Any) -> None:
    assert repr(marker(value)) == f"{marker.__name__}({value})"


@pytest.mark.parametrize("marker", [Query(), Path(gt=1), Cookie(...), Body(), Form(), File()])
def test_the_text_of_a_marker_without_default_says_so(marker: Any) -> None:
    assert repr(marker) == f"{type(marker).__name__}(PydanticUndefined)"


def test_the_text_of_a_dependency_has_its_options() -> None:
    assert "dependency=<built-in function print>, use_cache=False, scope='request'" in repr(
        Depends(print, use_cache=False, scope="request")
    )
    assert "scopes=['a']" in repr(Security(print, scopes=["a"]))


def test_scopes_are_as_they_were_given() -> None:
    scopes = ["a"]
    marker = Security(print, scopes=scopes)
    scopes.append("b")
    assert marker.scopes == ["a"]
    assert Security(print, scopes=("a", "b")).scopes == ("a", "b")


@pytest.mark.parametrize("make", [Security, params.Security])
def test_scopes_that_are_a_text_are_refused(make: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Security\(scopes='items'\): .* as in scopes=\['items'\]"):
        make(print, scopes="items")


def test_a_dependant_has_its_scopes_and_those_above_it() -> None:
    def inner() -> int:
        return 1

    def outer(i: Annotated[int, Security(inner, scopes=["b"])]) -> int:
        return i

    app = XAPI()

    @app.get("/")
    def read(
        o: Annotated[int, Security(outer, scopes=("a",))], plain: Annotated[int, Depends(inner)]
    ) -> None: ...

    root: Any = app.routes[-1].dependant  # type: ignore[attr-defined]
    first, second = root.dependencies
    below = first.dependencies[0]
    assert [(one.own_oauth_scopes, one.parent_oauth_scopes) for one in (root, first, below, second)] == [
        (None, None), (["a"], []), (["b"], ["a"]), ([], []),
    ]  # fmt: skip


@pytest.mark.parametrize("router", [XAPI(), APIRouter(prefix="/prefix")], ids=["app", "router"])
def test_a_function_of_starlette_is_routed_by_decorator(router: Any) -> None:
    @router.route("/own", methods=["GET", "POST"], name="mine")
    async def own(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.method)

    app = XAPI()
    if isinstance(router, XAPI):
        app = router
    else:
        app.include_router(router, prefix="/in")
    client, path = TestClient(app), app.url_path_for("mine")
    assert path == ("/own" if app is router else "/in/own")
    assert [client.get(path).text, client.post(path).text, client.put(path).status_code] == [
        "GET",
        "POST",
        405,
    ]
    assert path not in app.openapi()["paths"]
