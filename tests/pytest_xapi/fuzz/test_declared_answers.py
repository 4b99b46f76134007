"""What an operation declares is an answer, and what other operations answer is theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_xapi.fuzz.model.cases import Failed
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter.declared import Declared
from xapi.openapi.reader import Document

ORDERS = """
    from pydantic import BaseModel
    from xapi import XAPI, HTTPException
    from xapi.responses import JSONResponse

    app = XAPI()

    class Order(BaseModel):
        number: int

    @app.post("/orders", status_code=201, responses=DECLARED)
    def create(order: Order) -> int:
        if order.number % 2:
            return JSONResponse({"detail": "no"}, STATUS)
        return order.number
"""
UNDESCRIBED = """
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    DOCUMENT = {
        "openapi": "VERSION",
        "info": {"title": "A", "version": "1"},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "paths": {
            "/silent": {"get": {"security": [{"key": []}]}},
            "/told": {"get": {"responses": {"200": {"description": "ok"}}}},
        },
    }

    async def document(request):
        return JSONResponse(DOCUMENT)

    async def refuse(request):
        return JSONResponse({}, 401)

    app = Starlette(
        routes=[Route("/openapi.json", document), Route("/silent", refuse), Route("/told", refuse)]
    )
"""
DESCRIBED = {"description": "Refused"}
OF_FRAMEWORKS: dict[str, Any] = {
    "422": {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}}
    },
    "400": {"content": {"application/json": {"schema": {"description": "Validation Exception"}}}},
}


@pytest.mark.parametrize("status", [400, 410, 422, 423, 429])
def test_a_declared_refusal_is_an_answer_and_the_share_is_told(app_module, fuzz, status: int) -> None:
    app_module(ORDERS.replace("STATUS", str(status)).replace("DECLARED", f"{{{status}: {{}}}}"))
    run = fuzz(cases=40)
    assert run.findings == set()
    (refused, right) = re.findall(
        rf"refused as declared: POST /orders (\d+) of (\d+) \(\d+ with {status}\)", run.output
    )[0]
    assert 0 < int(refused) < int(right)
    assert "examples in the document" in run.output


@pytest.mark.parametrize(("version", "may_describe_none"), [("3.0.3", False), ("3.1.0", True)])
def test_an_operation_without_responses_has_no_undeclared_one_and_is_told(
    app_module, fuzz, version: str, may_describe_none: bool
) -> None:
    app_module(UNDESCRIBED.replace("VERSION", version))
    run = fuzz()
    undeclared = {label for label, check in run.findings if check == "status_code_conformance"}
    assert "GET /told" in undeclared
    assert (undeclared == {"GET /told"}) is may_describe_none
    told = "never sent: a judged answer of GET /silent: the document describes no `responses` of it"
    assert (told in run.output) is may_describe_none


@pytest.mark.parametrize("status", [400, 410, 422, 423])
def test_a_refusal_that_is_not_declared_is_found(app_module, fuzz, status: int) -> None:
    app_module(ORDERS.replace("STATUS", str(status)).replace("DECLARED", "None"))
    run = fuzz(cases=40)
    if status == 422:  # that is declared, as the answer to requests that break the document
        assert ("POST /orders", "positive_data_acceptance") in run.findings
    else:
        assert run.findings == {("POST /orders", "status_code_conformance")}, "it is said once"
        assert "positive_data_acceptance" in run.output
    assert "refused as declared" not in run.output


@pytest.mark.parametrize(
    ("responses", "status", "refuses"),
    [
        ({"400": DESCRIBED}, 400, True),
        ({"4XX": DESCRIBED}, 418, True),
        ({"422": DESCRIBED}, 422, True),
        ({"default": DESCRIBED}, 400, False),
        ({"200": DESCRIBED}, 200, False),
        ({"500": DESCRIBED}, 500, False),
        ({"409": DESCRIBED}, 400, False),
        ({"422": OF_FRAMEWORKS["422"]}, 422, False),
        ({"400": OF_FRAMEWORKS["400"]}, 400, False),
    ],
)
def test_which_refusals_are_declared(responses: dict[str, Any], status: int, refuses: bool) -> None:
    paths = {"/a": {"get": {"responses": responses}}}
    document = Document({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths})
    assert Declared(document).refuses("GET /a", status) is refuses


@pytest.mark.parametrize(
    ("status", "is_answer"), [(400, True), (409, True), (418, True), (480, True), (200, False), (302, False)]
)
def test_any_client_error_refuses_what_is_wrong(status: int, is_answer: bool) -> None:
    document = {"openapi": "3.1.0", "info": {}, "paths": {"/a": {"get": {"responses": {}}}}}
    failed = Failed(
        "negative_data_rejection", "", "", "", WireRequest("GET", "/a"), WireResponse(status, (), b"")
    )
    assert Declared(Document(document)).is_answer("GET /a", failed) is is_answer


@pytest.mark.parametrize(
    ("server", "target", "allow", "is_answer"),
    [
        ("https://example.org", "/users/me", "GET, PUT", True),
        ("https://example.org/v1", "/v1/users/me", "GET, PUT", True),
        ("/v1", "/v1/users/me", "GET, PUT", True),
        ("https://{host}/{stage}/", "/live/users/me", "GET, PUT", True),
        ("/v1", "/v1/users/me", "GET, PUT, PATCH", False),
        ("/v1", "/v1/users/me", "PUT", False),
    ],
)
def test_allow_is_about_the_path_below_that_of_the_server(
    server: str, target: str, allow: str, is_answer: bool
) -> None:
    variables = {"host": {"default": "example.org"}, "stage": {"default": "live"}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "servers": [{"url": server, "variables": variables}],
        "paths": {
            "/users/me": {"get": {"responses": {}}},
            "/users/{name}": {"put": {"responses": {}}},
            "/other": {"patch": {"responses": {}}},
        },
    }
    answer = WireResponse(405, (("allow", allow),), b"")
    request = WireRequest("OPTIONS", target)
    failed = Failed("allow_header_conformance", "", "", "", request, answer)
    assert Declared(Document(document)).is_answer("GET /users/me", failed) is is_answer


def test_allow_may_name_the_methods_of_another_path_that_matches(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI, Response

        app = XAPI()

        @app.get("/users/me")
        def me() -> str:
            return "me"

        @app.put("/users/{name}")
        def put(name: str) -> str:
            return name

        @app.delete("/users/{name}")
        def delete(name: str) -> str:
            return name

        @app.options("/users/{name}", include_in_schema=False)
        def options(name: str) -> Response:
            allowed = "GET, PUT, DELETE" if name == "me" else "PUT, DELETE"
            return Response(status_code=405, headers={"Allow": allowed})
        """
    )
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert "allow_header_conformance" not in {check for _, check in run.findings}


def test_allow_that_names_a_method_of_no_path_is_found(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI, Response

        app = XAPI()

        @app.get("/users/me")
        def me() -> str:
            return "me"

        @app.options("/users/me", include_in_schema=False)
        def options() -> Response:
            return Response(status_code=405, headers={"Allow": "GET, PATCH"})
        """
    )
    assert ("GET /users/me", "allow_header_conformance") in fuzz("--xapi-fuzz-phase=boundary").findings


REDIRECTING = """
    from xapi import XAPI, HTTPException
    from xapi.responses import RedirectResponse

    app = XAPI()

    @app.METHOD("/old")
    def old() -> dict[str, int]:
        return RedirectResponse("/new?n=1", CODE)

    @app.get("/new", include_in_schema=SHOWN)
    def new(n: int = 0) -> int:
        if n == 1:
            BODY
        return 1
"""


@pytest.mark.parametrize("shown", [True, False], ids=["documented", "hidden"])
@pytest.mark.parametrize("body", ["raise RuntimeError", "raise HTTPException(418)", "return 'text'"])
@pytest.mark.parametrize(("method", "code"), [("get", 307), ("get", 302), ("post", 303)])
def test_what_a_redirect_leads_to_is_not_blamed_on_who_redirects(
    app_module, fuzz, method: str, code: int, body: str, shown: bool
) -> None:
    source = REDIRECTING.replace("METHOD", method).replace("CODE", str(code)).replace("BODY", body)
    app_module(source.replace("SHOWN", str(shown)))
    run = fuzz("--xapi-op", f"{method.upper()} /old")
    assert run.findings == set()


def test_a_redirect_to_the_operation_itself_is_followed(app_module, fuzz) -> None:
    app_module(
        """
        from starlette.applications import Starlette
        from starlette.responses import JSONResponse, PlainTextResponse
        from starlette.routing import Route

        OPERATION = {"get": {"responses": {"200": {"description": ""}}}}
        DOCUMENT = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {"/a": OPERATION}}

        async def document(request):
            return JSONResponse(DOCUMENT)

        async def fail(request):
            raise RuntimeError

        app = Starlette(routes=[Route("/openapi.json", document), Route("/a/", fail)])
        """
    )
    assert ("GET /a", "not_a_server_error") in fuzz().findings


def test_who_refuses_a_request_before_it_asks_for_credentials_has_refused_it(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(
        """
        from typing import Annotated
        from xapi import XAPI, HTTPException, Security
        from xapi.security import APIKeyHeader

        app = XAPI()
        Key = Annotated[str | None, Security(APIKeyHeader(name="X-Key", auto_error=False))]

        @app.get("/a", responses={400: {}})
        def read(key: Key) -> int:
            if key != "s3cret-key":
                raise HTTPException(400)
            return 1
        """
    )
    pytester.makeconftest(
        "import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {'APIKeyHeader': 's3cret-key'}\n"
    )
    assert fuzz().findings == set()


ROUTER = """
    from xapi import XAPI, APIRouter

    app = XAPI()
    router = APIRouter()

    @app.get("/exact/{number:int}")
    def exact(number: int) -> int:
        return number

    @app.get("/names/{name}")
    def named(name: str) -> str:
        return name

    @router.get("/shelf/{number:uuid}/{page}")
    def page(number: str, page: int) -> int:
        return page

    app.include_router(router, prefix="/v1")
"""


def test_what_the_router_answers_is_no_undeclared_answer_of_an_operation(app_module, fuzz) -> None:
    app_module(ROUTER)
    found = {check for _, check in fuzz("--xapi-fuzz-phase=boundary").findings}
    assert not {check for check in found if check.endswith("_conformance")}


READ_ONLY = """
    from pydantic import BaseModel, ConfigDict, Field
    from xapi import XAPI
    from xapi.responses import JSONResponse

    app = XAPI()

    class Note(BaseModel):
        model_config = ConfigDict(extra="forbid")
        id: int = Field(json_schema_extra={"readOnly": True})
        text: str = Field(json_schema_extra={"writeOnly": True}, default="")

    @app.get("/note", response_model=Note)
    def note():
        return JSONResponse(ANSWER)
"""


@pytest.mark.parametrize(
    ("answer", "is_right"), [({"id": 1}, True), ({}, False), ({"id": "x"}, False), ({"other": 1}, False)]
)
def test_what_is_only_read_is_in_answers(app_module, fuzz, answer: dict[str, Any], is_right: bool) -> None:
    app_module(READ_ONLY.replace("ANSWER", repr(answer)))
    found = {("GET /note", "response_schema_conformance")}
    assert fuzz("--xapi-fuzz-phase=boundary").findings == (set() if is_right else found)


def test_the_cause_of_an_answer_names_schemas_as_the_document_does(app_module, fuzz) -> None:
    app_module(
        """
        from enum import Enum
        from pydantic import BaseModel
        from starlette.responses import JSONResponse
        from xapi import XAPI

        app = XAPI()

        class State(str, Enum):
            NEW = "new"
            PAID = "paid"

        class Order(BaseModel):
            state: State

        @app.get("/", response_model=Order)
        def read() -> object:
            return JSONResponse({"state": "lost"})
        """
    )
    record = fuzz("--xapi-fuzz-phase=boundary").records["GET / boundary"]
    (finding,) = record["findings"]
    assert finding["cause"] == "JsonSchemaError components/schemas/State/enum"
