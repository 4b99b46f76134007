"""Which errors of the framework's own, and of dependencies, a document has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel

from xapi import XAPI, APIRouter, Body, Depends, Form, Header, Path, Query, Request, Security
from xapi.openapi.utils import get_openapi
from xapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordBearer
from xapi.testing import TestClient


class Filter(BaseModel):
    text: str = ""


class Problem(BaseModel):
    code: int


def statuses(app: XAPI, path: str = "/", method: str = "post") -> set[str]:
    return set(app.openapi()["paths"][path][method]["responses"])


def nothing() -> None: ...
def request_only(request: Request) -> None: ...
def any_text(
    q: str = "", more: Annotated[list[str] | None, Query()] = None, x: bytes | None = None
) -> None: ...
def anything(q: Any = None, x_key: Annotated[str | None, Header()] = None) -> None: ...
def required_text(q: str) -> None: ...
def number(q: int = 0) -> None: ...
def choice(q: Literal["a"] = "a") -> None: ...
def bounded(q: Annotated[str, Query(max_length=3)] = "") -> None: ...
def patterned(q: Annotated[str | None, Query(pattern="a+")] = None) -> None: ...
def few(q: Annotated[list[str], Query(max_length=3)] = []) -> None: ...  # noqa: B006
def numbers(q: Annotated[list[int], Query()] = []) -> None: ...  # noqa: B006
def model(q: Annotated[Filter, Query()]) -> None: ...
def body(value: Annotated[Any, Body()] = None) -> None: ...
def form(value: Annotated[str, Form()] = "") -> None: ...
def below(value: Annotated[None, Depends(number)]) -> None: ...


@pytest.mark.parametrize("endpoint", [nothing, request_only, any_text, anything])
def test_where_nothing_can_be_wrong_no_422_is_documented(endpoint: Callable[..., None]) -> None:
    app = XAPI(document_errors="exact")
    app.post("/")(endpoint)

    assert statuses(app) == {"200"}


@pytest.mark.parametrize(
    "endpoint",
    [required_text, number, choice, bounded, patterned, few, numbers, model, below],
)
def test_where_something_can_be_wrong_422_is_documented(endpoint: Callable[..., None]) -> None:
    app = XAPI(document_errors="exact")
    app.post("/")(endpoint)

    assert statuses(app) == {"200", "422"}


@pytest.mark.parametrize("endpoint", [body, form])
def test_a_body_can_be_wrong_and_too_large(endpoint: Callable[..., None]) -> None:
    app = XAPI(document_errors="exact", max_body_size=10)
    app.post("/")(endpoint)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = TestClient(app).post("/", content=b"x" * 11, headers=headers)

    assert statuses(app) == {"200", "413", "422"}
    assert answer.status_code == 413
    assert list(answer.json()) == app.openapi()["components"]["schemas"]["HTTPError"]["required"]


@pytest.mark.parametrize(("annotation", "expected"), [(str, {"200"}), (int, {"200", "422"})])
def test_a_part_of_the_path_is_always_there(annotation: Any, expected: set[str]) -> None:
    app = XAPI(document_errors="exact")

    def endpoint(item_id: Any) -> None: ...

    endpoint.__annotations__ = {"item_id": Annotated[annotation, Path()]}
    app.post("/{item_id}")(endpoint)

    assert statuses(app, "/{item_id}") == expected


def test_an_operation_that_documents_no_422_answers_none() -> None:
    app = XAPI(document_errors="exact")

    @app.get("/{item_id}")
    def read(item_id: str, q: str = "", more: Annotated[list[str] | None, Query()] = None) -> None: ...

    client = TestClient(app)
    answers = [client.get(path) for path in ("/%ff?q=%ff&q=%00", "/a%00?more=&more", "/%F0%9F?%ff=%ff")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


def test_by_default_422_is_documented_as_the_reference_does() -> None:
    app = XAPI()
    app.post("/")(any_text)
    app.post("/nothing")(nothing)

    assert statuses(app) == {"200", "422"}
    assert statuses(app, "/nothing") == {"200"}


class TestSecurity:
    @pytest.mark.parametrize(
        "scheme", [HTTPBearer(), OAuth2PasswordBearer("token"), APIKeyHeader(name="X-Key")]
    )
    def test_a_scheme_that_refuses_by_itself_documents_401(self, scheme: Any) -> None:
        app = XAPI(document_errors="exact")
        app.post("/", dependencies=[Security(scheme)])(nothing)
        answer = TestClient(app).post("/")

        documented = app.openapi()["paths"]["/"]["post"]["responses"]["401"]
        schema = app.openapi()["components"]["schemas"]["HTTPError"]
        assert answer.status_code == 401
        assert documented["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/HTTPError"
        }
        assert schema["required"] == list(answer.json())
        assert set(documented["headers"]) == {"WWW-Authenticate"}
        assert "www-authenticate" in answer.headers

    def test_a_scheme_below_a_dependency_counts(self) -> None:
        app = XAPI(document_errors="exact")

        def user(token: Annotated[str, Depends(OAuth2PasswordBearer("token"))]) -> None: ...

        app.post("/", dependencies=[Depends(user)])(nothing)

        assert statuses(app) == {"200", "401"}

    def test_an_optional_scheme_documents_nothing(self) -> None:
        app = XAPI(document_errors="exact")
        app.post("/", dependencies=[Security(HTTPBearer(auto_error=False))])(nothing)

        assert statuses(app) == {"200"}

    def test_what_the_operation_declares_counts(self) -> None:
        app = XAPI(document_errors="exact")
        own: Any = {401: {"model": Problem}}
        app.post("/", dependencies=[Security(HTTPBearer())], responses=own)(nothing)

        content = app.openapi()["paths"]["/"]["post"]["responses"]["401"]["content"]
        assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert "HTTPError" not in app.openapi()["components"]["schemas"]


class TestDependencies:
    """`Depends(..., responses={...})` says what a dependency may answer by itself."""

    @pytest.mark.parametrize("document_errors", ["reference", "exact"])
    def test_what_a_dependency_may_answer_is_documented_where_it_is_used(
        self, document_errors: Literal["reference", "exact"]
    ) -> None:
        app = XAPI(document_errors=document_errors)
        known = Depends(nothing, responses={404: {"model": Problem, "description": "No such thing"}})

        def outer(value: Annotated[None, known]) -> None: ...

        app.post("/direct", dependencies=[known])(nothing)
        app.post("/below", dependencies=[Depends(outer)])(nothing)
        app.post("/without")(nothing)

        for path in ("/direct", "/below"):
            response = app.openapi()["paths"][path]["post"]["responses"]["404"]
            assert response["description"] == "No such thing"
            assert response["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")
        assert statuses(app, "/without") == {"200"}

    def test_the_operation_counts_before_the_dependency_and_that_before_what_is_below_it(self) -> None:
        app = XAPI()
        inner = Depends(nothing, responses={403: {"description": "inner"}, 404: {"description": "inner"}})

        def middle(value: Annotated[None, inner]) -> None: ...

        outer = Security(middle, responses={403: {"description": "outer"}, 409: {"description": "outer"}})
        router = APIRouter(dependencies=[outer])
        router.post("/", responses={409: {"description": "own"}})(nothing)
        app.include_router(router)

        responses = app.openapi()["paths"]["/"]["post"]["responses"]
        assert {status: response["description"] for status, response in responses.items()} == {
            "200": "Successful Response",
            "403": "outer",
            "404": "inner",
            "409": "own",
        }


def test_a_document_made_by_hand_can_have_exact_errors_too() -> None:
    app = XAPI()
    app.post("/")(any_text)
    document = get_openapi(title="T", version="1", routes=app.routes, document_errors="exact")

    assert set(document["paths"]["/"]["post"]["responses"]) == {"200"}


def test_another_word_for_document_errors_is_refused() -> None:
    with pytest.raises(ValueError, match=r"document_errors='all'.*'reference' or 'exact'"):
        XAPI(document_errors="all")  # type: ignore[arg-type]
