"""Property tests judge answers as `assert_conforms`, checked responses and gates do."""

from __future__ import annotations

from typing import Any

import pytest

from xapi import XAPI
from xapi.testing import ConformanceError, TestClient, assert_conforms

APP = """
    from typing import Annotated, Any
    from pydantic import BaseModel, Field
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from xapi import XAPI

    class Item(BaseModel):
        name: str = Field(max_length=4)
        day: str = Field(json_schema_extra={"format": "date"})

    app = XAPI()
    RESPONSES = {
        200: {"headers": {"X-Count": {"required": True, "schema": {"type": "integer"}}}},
        404: {"content": {"text/plain": {"schema": {"type": "string", "maxLength": 4}}}},
    }
    COUNT = {"x-count": "1"}

    @app.get("/item", response_model=Item, responses=RESPONSES)
    def item() -> Any:
        return ANSWER
"""
GOOD = '{"name": "nail", "day": "2026-11-30"}'


@pytest.mark.parametrize(
    ("answer", "checks"),
    [
        (f"JSONResponse({GOOD}, headers=COUNT)", set()),
        (f"JSONResponse({GOOD})", {"response_headers_conformance"}),
        (f'JSONResponse({GOOD}, headers={{"x-count": "many"}})', {"response_headers_conformance"}),
        ('JSONResponse({"name": "nails", "day": ""}, headers=COUNT)', {"response_schema_conformance"}),
        ('JSONResponse({"name": "nail", "day": "someday"}, headers=COUNT)', set()),
        ("Response(headers=COUNT)", {"response_schema_conformance"}),
        ("PlainTextResponse('nail', headers=COUNT)", {"content_type_conformance"}),
        ('PlainTextResponse("none", 404)', set()),
        ('PlainTextResponse("nothing", 404)', {"response_schema_conformance"}),
        ("Response(status_code=418)", {"status_code_conformance"}),
    ],
)
def test_an_answer_is_judged_the_same_by_all(
    app_module, fuzz, pytester: pytest.Pytester, answer: str, checks: set[str]
) -> None:
    source = APP.replace("ANSWER", answer)
    app_module(source)
    run = fuzz("--xapi-fuzz-phase=boundary", "--xapi-gate", "-o", "xapi_contract=")
    assert {check for _, check in run.findings} == checks, run.output

    response = TestClient(app_of(pytester)).get("/item")
    if checks:
        with pytest.raises(ConformanceError):
            assert_conforms(response)
    else:
        assert_conforms(response)


def app_of(pytester: pytest.Pytester) -> XAPI:
    module: dict[str, Any] = {"__name__": "judged"}
    exec((pytester.path / "shop.py").read_text(), module)
    app: XAPI = module["app"]
    return app
