"""The seam to Schemathesis: what we take from it is where it was, and our transport is in its place."""

from __future__ import annotations

import importlib
from typing import Any

import hypothesis
import pytest
import schemathesis

from pytest_xapi.fuzz.cases import ABSENT
from pytest_xapi.fuzz.schemathesis_adapter import Api, parts_of
from pytest_xapi.fuzz.wire import Answer, WireRequest

UNDOCUMENTED = (
    "schemathesis.core:NOT_SET",
    "schemathesis.core.errors:SchemathesisError",
    "schemathesis.core.failures:Failure._unique_key",
    "schemathesis.core.failures:FailureGroup",
    "schemathesis.core.failures:ServerError",
    "schemathesis.core.result:Ok",
    "schemathesis.engine.recorder:ScenarioRecorder.record_case",
    "schemathesis.engine.recorder:ScenarioRecorder.record_response",
    "schemathesis.generation.drivers:CoverageGenerator",
    "schemathesis.generation.feedback:FeedbackSources",
    "schemathesis.generation.overrides:Override",
    "schemathesis.generation.stateful.state_machine:APIStateMachine.validate_response",
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
        self.answer = Answer(status, (("content-type", "application/json"),), body)

    def send(self, request: WireRequest) -> Answer:
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


def test_all_default_checks_run() -> None:
    app = App(status=503)
    api = Api(DOCUMENT, app.send)
    ran: set[str] = set()

    @api._schema.hook
    def after_validate(context: Any, case: Any, response: Any, results: list[Any]) -> None:
        ran.update(result.name for result in results)

    for case in [*api.examples(LABEL), *api.boundary(LABEL)]:
        api.send(case)
    defaults = schemathesis.openapi.from_dict(DOCUMENT, config=schemathesis.Config())
    checks = defaults.config.checks_config_for()
    from schemathesis.checks import CHECKS

    enabled = {name for name in CHECKS.get_all_names() if checks.get_by_name(name=name).enabled}
    assert ran >= enabled - {"missing_required_header", "allow_header_conformance"}
    assert len(enabled) >= 14


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
        def send(self, request: WireRequest) -> Answer:
            super().send(request)
            return self.answer if request.path == "/there" else Answer(307, (("location", "/there"),), b"")

    app = Redirecting()
    api = Api(
        {**DOCUMENT, "components": {}, "paths": {"/here": {"get": {"responses": {"200": {}}}}}}, app.send
    )
    outcome = api.send(api.random("GET /here", 1, 1)[0])
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
    assert [api.preview(case) for case in Api(DOCUMENT, App().send).random(LABEL, 7, 20)] == first
    assert [api.preview(case) for case in api.random(LABEL, 8, 20)] != first
