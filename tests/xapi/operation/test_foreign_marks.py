"""Markers of FastAPI, whose import was forgotten, are understood or refused: never handed on, never skipped.

FastAPI is not installed here. What stands in for it has the names, modules and attributes of its objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.requests import Request
from starlette.responses import StreamingResponse

from xapi import XAPI, APIRouter, Depends, HTTPException, Query, Security
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient


def in_fastapi(thing: Any, module: str = "params", name: str | None = None) -> Any:
    """A class or function as if it came from a module of FastAPI."""
    thing.__module__ = f"fastapi.{module}"
    thing.__name__ = thing.__qualname__ = name or thing.__name__.removeprefix("Foreign")
    return thing


@in_fastapi
@dataclass(frozen=True)
class ForeignDepends:
    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    scope: str | None = None
    max_concurrency: int | None = None


@in_fastapi
@dataclass(frozen=True)
class ForeignSecurity(ForeignDepends):
    scopes: Sequence[str] = ()


@in_fastapi
class ForeignParam(FieldInfo):  # type: ignore[misc]
    def __init__(self, default: Any = ..., **keywords: Any) -> None:
        self.include_in_schema = keywords.pop("include_in_schema", True)
        self.example = in_fastapi(type("Placeholder", (), {}), "datastructures")()
        self.openapi_examples = None
        alias = keywords.get("alias")
        super().__init__(default=default, validation_alias=alias, serialization_alias=alias, **keywords)


@in_fastapi
class ForeignHeader(ForeignParam):
    def __init__(self, default: Any = ..., *, convert_underscores: bool = True, **keywords: Any) -> None:
        super().__init__(default, **keywords)
        self.convert_underscores = convert_underscores


@in_fastapi
class ForeignBody(ForeignParam):
    def __init__(self, default: Any = ..., *, embed: bool | None = None, **keywords: Any) -> None:
        super().__init__(default, **keywords)
        self.embed = embed
        self.media_type = "application/json"


PLACES = {
    name: in_fastapi(type(name, (ForeignParam,), {})) for name in ("Path", "Query", "Cookie", "Form", "File")
}


@in_fastapi
class ForeignSecurityScopes:
    scopes: list[str]
    scope_str: str


@in_fastapi
class ForeignSecurityBase:
    model: Any
    scheme_name: str


class Model(BaseModel):
    type: str = "http"
    scheme: str = "bearer"


class ForeignBearer(ForeignSecurityBase):
    model = Model()
    scheme_name = "Bearer"

    def __call__(self, request: Request) -> str:
        if "authorization" not in request.headers:
            raise HTTPException(401)
        return request.headers["authorization"]


def deny() -> str:
    raise HTTPException(401)


def scopes_of(scopes: ForeignSecurityScopes) -> str:
    return scopes.scope_str


def endpoint_with(annotation: Any, default: Any = ...) -> Callable[..., Any]:
    def endpoint(value: Any) -> Any:
        return value

    endpoint.__annotations__ = {"value": annotation}
    if default is not ...:
        endpoint.__defaults__ = (default,)
    return endpoint


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (str, ForeignDepends(deny)),
        (Annotated[str, ForeignDepends(deny)], ...),
        (Annotated[str, ForeignSecurity(deny, scopes=["a"])], ...),
        (Annotated[str, ForeignDepends(deny)] | None, None),
        (str, ForeignSecurity(deny)),
        (str, ForeignDepends(deny, use_cache=False, scope="function")),
    ],
)
def test_a_dependency_of_fastapi_runs(annotation: Any, default: Any) -> None:
    app = XAPI()
    app.get("/")(endpoint_with(annotation, default))

    def uses(value: Annotated[str, Depends(endpoint_with(annotation, default))]) -> str:
        return value

    app.get("/below")(uses)
    client = TestClient(app)
    assert client.get("/?value=admin").status_code == 401
    assert client.get("/below?value=admin").status_code == 401


def test_dependencies_of_fastapi_run_in_lists() -> None:
    app = XAPI(dependencies=[ForeignDepends(lambda: None)])
    router = APIRouter(dependencies=[ForeignDepends(deny)])
    router.get("/router")(lambda: None)
    app.include_router(router)
    plain = APIRouter()
    plain.get("/inclusion")(lambda: None)
    app.include_router(plain, dependencies=[ForeignSecurity(deny)])
    app.get("/operation", dependencies=[ForeignDepends(deny)])(lambda: None)
    XAPI(dependencies=[ForeignDepends(deny)]).get("/app")(lambda: None)
    client = TestClient(app)
    assert {client.get(path).status_code for path in ("/router", "/inclusion", "/operation")} == {401}


def test_scopes_that_are_asked_for_by_the_class_of_fastapi_are_given() -> None:
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[str, ForeignSecurity(scopes_of, scopes=["a", "b"])]))
    app.get("/ours")(endpoint_with(Annotated[str, Security(scopes_of, scopes=["c"])]))
    assert TestClient(app).get("/").json() == "a b"
    assert TestClient(app).get("/ours").json() == "c"


def test_a_security_scheme_of_fastapi_runs_and_is_documented() -> None:
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[str, Depends(ForeignBearer())]))
    assert TestClient(app).get("/").status_code == 401
    assert app.openapi()["paths"]["/"]["get"]["security"] == [{"Bearer": []}]
    assert app.openapi()["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    with pytest.raises(DeclarationError, match=r"in `Annotated`, where it would not run: write Depends"):
        XAPI().get("/")(endpoint_with(Annotated[str, ForeignBearer()]))


@pytest.mark.parametrize("name", ["Query", "Cookie", "Path", "Form", "File", "Header", "Body"])
@pytest.mark.parametrize("in_annotated", [True, False])
def test_a_marker_of_fastapi_says_place_name_and_bounds(name: str, in_annotated: bool) -> None:
    cls: Any = {**PLACES, "Header": ForeignHeader, "Body": ForeignBody}[name]
    annotation, default = (Annotated[int, cls(alias="sent", gt=3)], ...), (int, cls(alias="sent", gt=3))
    app = XAPI()
    app.post("/{sent}" if name == "Path" else "/")(endpoint_with(*(annotation if in_annotated else default)))
    (described,) = app.openapi()["paths"].values()
    if name in ("Body", "Form", "File"):
        assert "requestBody" in described["post"]
        assert "parameters" not in described["post"]
    else:
        (parameter,) = described["post"]["parameters"]
        assert (parameter["name"], parameter["in"]) == ("sent", name.lower())
        assert parameter["schema"]["exclusiveMinimum"] == 3
        assert "example" not in parameter


def test_settings_of_markers_of_fastapi_count() -> None:
    def endpoint(
        x_key: Annotated[str, ForeignHeader(convert_underscores=False)] = "none",
        hidden: Annotated[int, PLACES["Query"](include_in_schema=False)] = 1,
        size: int = PLACES["Query"](10, gt=3),
        item: Annotated[int, ForeignBody(embed=True)] = 0,
    ) -> Any:
        return [x_key, hidden, size, item]

    app = XAPI()
    app.post("/")(endpoint)
    client = TestClient(app)
    answer = client.post("/?hidden=2", headers={"x_key": "k"}, json={"item": 4})
    assert answer.json() == ["k", 2, 10, 4]
    assert client.post("/?size=3").status_code == 422
    names = [item["name"] for item in app.openapi()["paths"]["/"]["post"]["parameters"]]
    assert names == ["size", "x_key"]


class ParameterLike(FieldInfo):  # type: ignore[misc]
    """A field that another framework reads from a header."""


ParameterLike.__name__ = "Header"
ParameterLike.__module__ = "ninja.params"


@dataclass
class InjectedLike:
    """As task queues and brokers mark their dependencies."""

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True


InjectedLike.__module__ = "broker.dependencies"


@in_fastapi
class ForeignQuery:
    """By the name of a marker, but with none of what one has."""


@pytest.mark.parametrize(
    "mark",
    [ParameterLike(alias="x"), InjectedLike(deny), ForeignQuery()],
    ids=["header", "injected", "query"],
)
def test_a_mark_that_is_not_understood_is_refused(mark: Any) -> None:
    for annotation, default in ((Annotated[str, mark], ...), (str, mark), (list[Annotated[str, mark]], ...)):
        with pytest.raises(DeclarationError, match=r"has no effect here: use the one of xapi"):
            XAPI().get("/")(endpoint_with(annotation, default))


def test_a_mark_of_another_library_can_stand_beside_ours_and_on_what_is_injected() -> None:
    app = XAPI()
    app.get("/")(endpoint_with(Annotated[str, Depends(lambda: "ours"), InjectedLike(deny)]))
    app.get("/request")(endpoint_with(Request, InjectedLike()))
    assert TestClient(app).get("/").json() == "ours"


def test_what_is_not_called_is_refused_by_name() -> None:
    def Depends(dependency: Any = None) -> Any: ...  # noqa: N802

    function = in_fastapi(Depends, "param_functions")
    for annotation, default in (
        (Annotated[str, function], ...),
        (str, function),
        (Annotated[str, ForeignDepends], ...),
        (str, ForeignDepends),
    ):
        with pytest.raises(DeclarationError, match=r"Depends .*without a call, which has no effect"):
            XAPI().get("/")(endpoint_with(annotation, default))


def test_a_setting_that_ours_has_not_is_refused() -> None:
    with pytest.raises(DeclarationError, match="with max_concurrency=2: use the marker of xapi"):
        XAPI().get("/")(endpoint_with(Annotated[str, ForeignDepends(deny, max_concurrency=2)]))
    with pytest.raises(DeclarationError, match="with max_concurrency=2"):
        XAPI(dependencies=[ForeignDepends(deny, max_concurrency=2)]).get("/")(lambda: None)


def test_a_dependency_of_fastapi_in_a_field_is_refused() -> None:
    class Body(BaseModel):
        user: Annotated[str, ForeignDepends(deny)]

    with pytest.raises(DeclarationError, match=r"its field .*Body\.user is Depends\(deny\)"):
        XAPI().post("/")(endpoint_with(Body))


def test_a_foreign_and_an_own_mark_contradict_each_other() -> None:
    for marks in (
        (ForeignDepends(deny), Query()),
        (PLACES["Cookie"](), Query()),
        (PLACES["Query"](), Depends(deny)),
    ):
        with pytest.raises(DeclarationError, match="a value comes from one place"):
            XAPI().get("/")(endpoint_with(Annotated[str, *marks]))


def test_events_of_fastapi_are_refused() -> None:
    def endpoint() -> Any:
        yield "event"

    response_class = in_fastapi(type("EventSourceResponse", (StreamingResponse,), {}), "sse")
    with pytest.raises(
        DeclarationError,
        match=r"fastapi\.sse\.EventSourceResponse, whose events are not understood here: use xapi",
    ):
        XAPI().get("/", response_class=response_class)(endpoint)


def test_routers_of_fastapi_are_refused_with_the_mend() -> None:
    router = in_fastapi(type("ForeignAPIRouter", (), {"routes": []}), "routing")()
    with pytest.raises(
        DeclarationError, match=r"include_router\(\) takes an APIRouter of xapi, not .*fastapi"
    ):
        XAPI().include_router(router)
