"""The seam to Schemathesis: what we take from it is where it was, and our transport is in its place."""

from __future__ import annotations

import importlib
import json
import re
from typing import Any

import hypothesis
import pytest
import schemathesis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pytest_xapi.fuzz.model.cases import ABSENT
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.monitors.app_transport import AppTransport
from pytest_xapi.fuzz.schemathesis_adapter import Api, parts_of
from xapi.testing import TestClient

UNDOCUMENTED = (
    "schemathesis.core:NOT_SET",
    "schemathesis.core.errors:SchemathesisError",
    "schemathesis.core.failures:Failure._unique_key",
    "schemathesis.core.failures:FailureGroup",
    "schemathesis.core.failures:ServerError",
    "schemathesis.core.result:Ok",
    "schemathesis.auths:set_on_generated_case",
    "schemathesis.checks:CHECKS.get_all",
    "schemathesis.checks:is_check_class",
    "schemathesis.core.file_samples:MEDIA_TYPE_FILE_SAMPLES",
    "schemathesis.core.media_types:MEDIA_TYPE_STRATEGIES",
    "schemathesis.specs.openapi.formats:STRING_FORMATS",
    "schemathesis.core.parameters:ParameterLocation.QUERY",
    "schemathesis.core.transport:expand_status_codes",
    "schemathesis.engine.recorder:ScenarioRecorder.record_case",
    "schemathesis.generation:GenerationMode.NEGATIVE",
    "schemathesis.generation.case:Case._record_starting_state",
    "schemathesis.generation.meta:CaseMetadata",
    "schemathesis.generation.meta:ComponentInfo",
    "schemathesis.generation.meta:CoveragePhaseData",
    "schemathesis.generation.meta:CoverageScenario.UNSPECIFIED_HTTP_METHOD",
    "schemathesis.generation.meta:GenerationInfo",
    "schemathesis.generation.meta:PhaseInfo",
    "schemathesis.generation.meta:TestPhase.COVERAGE",
    "schemathesis.specs.openapi._auth_retry:get_security_parameters",
    "schemathesis.specs.openapi.adapter.responses:OpenApiResponse.get_schema",
    "schemathesis.specs.openapi.adapter.responses:OpenApiResponse.get_stream_schema",
    "schemathesis.specs.openapi.adapter.responses:OpenApiResponse.get_validator",
    "schemathesis.specs.openapi.adapter.responses:OpenApiResponses.find_by_status_code",
    "schemathesis.engine.recorder:ScenarioRecorder.record_response",
    "schemathesis.generation.drivers:CoverageGenerator",
    "schemathesis.generation.feedback:FeedbackSources",
    "schemathesis.generation.overrides:Override",
    "schemathesis.specs.openapi.analysis:OpenAPIAnalysis.should_inject_links",
    "schemathesis.specs.openapi.analysis:OpenAPIAnalysis.inject_links",
    "schemathesis.core.errors:InvalidTransition",
    "schemathesis.specs.openapi.stateful.links:OpenApiLink",
    "schemathesis.python._constants.orchestrator:make_constants_value_source",
    "schemathesis.schemas:BaseSchema.transport",
    "schemathesis.core.jsonschema:make_validator_for",
    "schemathesis.specs.openapi.adapter.parameters:OpenApiParameter.validation_schema",
    "schemathesis.transport.requests:RequestsTransport.serialize_case",
    "hypothesis.configuration:set_hypothesis_home_dir",
    "hypothesis.internal.conjecture.providers:CONSTANTS_CACHE.cache",
    "hypothesis.internal.constants_ast:Constants",
    "hypothesis.internal.conjecture.providers:_get_local_constants",
)

OPERATION = {
    "parameters": [
        {"name": "item_id", "in": "path", "required": True, "schema": {"type": "integer", "maximum": 9}},
        {"name": "q", "in": "query", "schema": {"type": "string"}, "example": "x"},
    ],
    "security": [{"key": []}],
    "responses": {
        "200": {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}
    },
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Items", "version": "1"},
    "servers": [{"url": "/v1"}],
    "paths": {"/items/{item_id}": {"get": OPERATION}},
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
}
LABEL = "GET /items/{item_id}"


class App:
    """Answers, and keeps what was asked."""

    def __init__(self, status: int = 200, body: bytes = b"1") -> None:
        self.asked: list[WireRequest] = []
        self.answer = WireResponse(status, (("content-type", "application/json"),), body)

    def send(self, request: WireRequest) -> WireResponse:
        self.asked.append(request)
        return self.answer


@pytest.mark.parametrize("name", UNDOCUMENTED)
def test_what_is_not_documented_is_where_it_was(name: str) -> None:
    module, _, path = name.partition(":")
    value: Any = importlib.import_module(module)
    for attribute in path.split("."):
        assert hasattr(value, attribute), f"{name}: there is no {attribute!r}"
        value = getattr(value, attribute)


def test_the_versions_are_those_that_are_pinned() -> None:
    major, minor, *_ = (int(part) for part in schemathesis.__version__.split("."))
    assert (4, 32) <= (major, minor) < (5, 0)
    assert hypothesis.__version_info__ >= (6, 100)


OK: dict[str, Any] = {"description": ""}
JSON_OK = {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}
HEADER_OK = {"description": "", "headers": {"X-Left": {"required": True, "schema": {"type": "integer"}}}}
HEADER = {"name": "X-Given", "in": "header", "required": True, "schema": {"type": "string"}}
SIZE = {"name": "size", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1}}


@pytest.mark.parametrize(
    ("check", "operation", "answer"),
    [
        ("not_a_server_error", {"responses": {"default": OK}}, (500, "", b"")),
        ("status_code_conformance", {"responses": {"200": OK}}, (299, "", b"")),
        ("content_type_conformance", {"responses": {"200": JSON_OK}}, (200, "text/plain", b"1")),
        ("response_headers_conformance", {"responses": {"200": HEADER_OK}}, (200, "", b"")),
        ("response_schema_conformance", {"responses": {"200": JSON_OK}}, (200, "application/json", b'"a"')),
        ("response_schema_conformance", {"responses": {"200": JSON_OK}}, (200, "application/json", b"{")),
        ("negative_data_rejection", {"responses": {"200": OK}, "parameters": [SIZE]}, (200, "", b"")),
        ("positive_data_acceptance", {"responses": {"200": OK}}, (422, "", b"")),
        ("missing_required_header", {"responses": {"200": OK}, "parameters": [HEADER]}, (200, "", b"")),
        ("unsupported_method", {"responses": {"200": OK}}, (200, "", b"")),
        ("unsupported_method", {"responses": {"405": OK}}, (405, "", b"")),
        ("allow_header_conformance", {"responses": {"200": OK}}, (200, "", b"")),
        ("ignored_auth", {"responses": {"200": OK}, "security": [{"key": []}]}, (200, "", b"")),
    ],
)
def test_each_check_runs_where_it_can_fail(
    check: str, operation: dict[str, Any], answer: tuple[int, str, bytes]
) -> None:
    status, kind, body = answer

    def send(request: WireRequest) -> WireResponse:
        if request.method == "OPTIONS":
            return WireResponse(200, (("allow", "PUT"),), b"")
        return WireResponse(status, (("content-type", kind),) if kind else (), body)

    api = Api({**DOCUMENT, "servers": [], "paths": {"/x": {"get": operation}}}, send)
    failed = [
        item.check for case in api.boundary("GET /x") if api.preview(case) for item in api.send(case).failed
    ]
    assert check in failed


def test_what_was_accepted_leniently_may_come_back_as_it_was() -> None:
    time = {"application/json": {"schema": {"type": "string", "format": "date-time"}}}
    operation = {
        "requestBody": {"content": time, "required": True},
        "responses": {"200": {"description": "", "content": time}, "422": OK},
    }
    kind = (("content-type", "application/json"),)

    def send(request: WireRequest) -> WireResponse:
        is_time = request.method == "POST" and request.body[:3] in (b'"19', b'"20', b'"00', b'"99')
        return WireResponse(200 if is_time else 422, kind, request.body)

    api = Api({**DOCUMENT, "servers": [], "paths": {"/x": {"post": operation}}}, send)
    outcomes = [api.send(case) for case in api.boundary("POST /x") if api.preview(case)]
    assert any(outcome.answer.status == 200 and b'Z"' not in outcome.request.body for outcome in outcomes)
    failed = {item.check for outcome in outcomes for item in outcome.failed}
    assert "response_schema_conformance" not in failed


@pytest.mark.parametrize(
    ("required", "status", "found"), [(True, 200, True), (True, 415, False), (False, 200, False)]
)
def test_a_body_of_another_media_type_is_not_accepted(required: bool, status: int, found: bool) -> None:
    content = {"application/json": {"schema": {"type": "integer"}}}
    operation = {"requestBody": {"content": content, "required": required}, "responses": {"default": OK}}

    def send(request: WireRequest) -> WireResponse:
        if request.header("content-type") != "application/json":
            return WireResponse(status if request.header("content-type") == "text/plain" else 415, (), b"")
        return WireResponse(200 if re.fullmatch(rb"-?[0-9]+", request.body) else 422, (), b"")

    api = Api({**DOCUMENT, "servers": [], "paths": {"/x": {"post": operation}}}, send)
    blamed = {
        outcome.request.header("content-type")
        for case in api.boundary("POST /x")
        if api.preview(case)
        for outcome in [api.send(case)]
        if "negative_data_rejection" in {item.check for item in outcome.failed}
    }
    assert blamed == ({"text/plain"} if found else set())


def test_the_same_wrong_answer_is_a_fault_of_each_request_and_another_one_another() -> None:
    app = App(200, b'"a"')
    api = Api(DOCUMENT, app.send)
    cases = list(api.boundary(LABEL))[:3]
    seen = []
    for case, body in zip(cases, (b'"a"', b'"a"', b"{"), strict=True):
        app.answer = WireResponse(200, (("content-type", "application/json"),), body)
        outcome = api.send(case)
        (failed,) = [item for item in outcome.failed if item.check == "response_schema_conformance"]
        assert (failed.request, failed.answer) == (outcome.request, outcome.answer)
        seen.append(failed.title)
    assert seen[0] == seen[1] != seen[2]


def test_a_check_of_a_user_runs_for_every_answer() -> None:
    from schemathesis.checks import CHECKS

    seen: list[int] = []

    @schemathesis.check
    def answers_slowly(context: Any, response: Any, case: Any) -> None:
        seen.append(response.status_code)

    try:
        api = Api(DOCUMENT, App().send)
        for case in api.examples(LABEL):
            api.send(case)
    finally:
        CHECKS.unregister("answers_slowly")
    assert seen == [200]


def test_no_check_is_enabled_that_is_not_known_here() -> None:
    from schemathesis.checks import CHECKS

    config = schemathesis.Config().projects.default.checks_config_for()
    enabled = {name for name in CHECKS.get_all_names() if config.get_by_name(name=name).enabled}
    assert enabled == KNOWN


KNOWN = {
    "allow_header_conformance",
    "content_type_conformance",
    "ensure_resource_availability",
    "ignored_auth",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "object_level_authorization",
    "positive_data_acceptance",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
    "use_after_free",
}


def test_requests_reach_the_app_as_they_are_and_below_the_server_url() -> None:
    app = App()
    api = Api(DOCUMENT, app.send, credentials={"key": "k1"})
    (case,) = api.examples(LABEL)
    outcome = api.send(case)
    first = app.asked[0]
    assert first.path.startswith("/v1/items/")
    assert first.query == "q=x"
    assert dict(first.headers) == {"User-Agent": "xapi-fuzz", "X-Key": "k1"}
    assert outcome.request == first == api.preview(case)


def test_the_requests_of_checks_go_the_same_way() -> None:
    app = App()
    api = Api(DOCUMENT, app.send, credentials={"key": "k1"})
    (case,) = api.examples(LABEL)
    (failed,) = api.send(case).failed
    assert failed.check == "ignored_auth"
    # The request to blame is the one that the check made of the case, without credentials.
    assert [request.header("x-key") for request in app.asked] == ["k1", None]
    assert failed.request == app.asked[1]


def test_redirects_are_followed_unless_they_are_documented() -> None:
    class Redirecting(App):
        def send(self, request: WireRequest) -> WireResponse:
            super().send(request)
            return (
                self.answer if request.path == "/there" else WireResponse(307, (("location", "/there"),), b"")
            )

    app = Redirecting()
    api = Api(
        {**DOCUMENT, "components": {}, "paths": {"/here": {"get": {"responses": {"200": {}}}}}}, app.send
    )
    outcome = api.send(next(iter(api.random("GET /here", 1, 1))))
    assert [request.path for request in app.asked] == ["/here", "/there"] or app.asked[1].path == "/there"
    assert outcome.answer.status == 200


def test_a_copy_is_judged_by_what_it_sends() -> None:
    api = Api(DOCUMENT, App().send)
    (case,) = api.examples(LABEL)
    parts = parts_of(case)
    assert parts.body is ABSENT
    assert "negative_data_rejection" not in {failed.check for failed in api.send(case).failed}
    parts.path_parameters["item_id"] = 10
    changed = api.send(api.copy(case, parts))
    assert "negative_data_rejection" in {failed.check for failed in changed.failed}


def test_random_cases_follow_from_the_seed() -> None:
    api = Api(DOCUMENT, App().send)
    first = [api.preview(case) for case in api.random(LABEL, 7, 20)]
    assert None not in first
    assert [api.preview(case) for case in Api(DOCUMENT, App().send).random(LABEL, 7, 20)] == first
    assert [api.preview(case) for case in api.random(LABEL, 8, 20)] != first


@pytest.mark.parametrize(
    ("hashed", "found"), [(True, {"not_a_server_error"}), (False, set())], ids=["in the app", "in Starlette"]
)
def test_half_of_a_surrogate_pair_blames_the_app_alone(hashed: bool, found: set[str]) -> None:
    text = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
    content = {"application/json": {"schema": text}}
    operation = {"requestBody": {"content": content, "required": True}, "responses": {"default": OK}}

    async def echo(request: Request) -> Response:
        try:
            read = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        if not isinstance(read, dict) or not isinstance(read.get("text"), str):
            return Response(status_code=400)
        if request.headers["content-type"] != "application/json":
            return Response(status_code=415)
        return Response(read["text"].encode()) if hashed else JSONResponse(read)

    app = Starlette(routes=[Route("/echo", echo, methods=["POST"])])
    with TestClient(app, raise_server_exceptions=False) as client:
        described = {**DOCUMENT, "servers": [], "paths": {"/echo": {"post": operation}}}
        api = Api(described, AppTransport(client).send)
        failed = {
            item.check
            for case in api.boundary("POST /echo")
            if api.preview(case)
            for item in api.send(case).failed
        }
    assert failed - {"unsupported_method"} == found


def test_a_document_that_was_used_before_gives_the_same_cases() -> None:
    app, other = App(body=b'{"item_id": 3}'), App(body=b'{"item_id": 3}')
    api = Api(DOCUMENT, app.send)

    def sent(api: Api, to: App) -> list[WireRequest]:
        to.asked.clear()
        for case in [*api.boundary(LABEL), *api.random(LABEL, 5, 40)]:
            if api.preview(case):
                api.send(case)
        return list(to.asked)

    first = sent(api, app)
    api.renew(other.send, lambda: None)
    assert sent(api, other) == first
    assert sent(Api(DOCUMENT, app.send), app) == first


@pytest.mark.parametrize(
    ("location", "schema", "wrong"),
    [
        ("query", {"type": "boolean"}, "size=(True|False)"),
        ("query", {"type": "array", "items": {"type": "boolean"}, "minItems": 1}, "size=(True|False)"),
        ("header", {"type": "boolean"}, "True|False"),
        ("query", {"type": "array", "items": {"type": "integer"}, "minItems": 2}, "%5B|size=-?[0-9]+&"),
    ],
)
def test_what_is_beside_a_body_that_schemathesis_writes_is_sent_as_ever(
    location: str, schema: dict[str, Any], wrong: str
) -> None:
    content = {"application/xml": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}
    parameter = {"name": "size", "in": location, "required": True, "schema": schema, "explode": False}
    operation = {
        "parameters": [parameter],
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "Fine"}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "paths": {"/a": {"post": operation}},
    }
    sent: list[WireRequest] = []

    def send(request: WireRequest) -> WireResponse:
        sent.append(request)
        return WireResponse(200, (), b"")

    api = Api(document, send)
    for case in api.random("POST /a", 1, 40):
        if not case.flaws:
            api.send(case)
    assert len(sent) > 3
    for request in sent:
        headers = {name.lower(): value for name, value in request.headers}
        assert headers["content-type"] == "application/xml"
        assert request.body.startswith(b"<")
        assert not re.search(wrong, f"{request.target} {headers.get('size')}")
