"""What cannot be fuzzed: one line that says what was tried and what to do, and the code for usage errors."""

from __future__ import annotations

import importlib.util

import pytest

from pytest_xapi.discovery import NOT_SET
from pytest_xapi.fuzz.collection import documents
from pytest_xapi.fuzz.model.wire import WireResponse

RAW = """
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            return
        headers = [(b"content-type", b"application/json")]
        await send({{"type": "http.response.start", "status": {status}, "headers": headers}})
        await send({{"type": "http.response.body", "body": {body!r}}})
"""
FIXTURE = """
    import pytest
    import shop

    @pytest.fixture
    def xapi_app():
        return shop.app
"""


def usage_error(output: str) -> str:
    (line,) = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    return line.removeprefix("ERROR: ")


def test_no_app(fuzz, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]")
    run = fuzz()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert usage_error(run.output) == f"--xapi-fuzz: {NOT_SET}"


def test_no_app_in_workers(fuzz, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]")
    run = fuzz("-n1", "-p", "xdist")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"--xapi-fuzz: {NOT_SET}" in run.output.splitlines()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"", "and GET /openapi.json, which answered 404;"),
        (200, b"{", "and GET /openapi.json, which is not JSON (Expecting property name"),
        (200, b"[]", "GET /openapi.json answered [] for shop.app, which lacks `openapi` or `paths`;"),
    ],
)
def test_an_app_without_document(status: int, body: bytes, reason: str, fuzz, app_module) -> None:
    app_module(RAW.format(status=status, body=body))
    run = fuzz()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    message = usage_error(run.output)
    assert message.startswith("xapi_app in tox.ini: 'shop:app': no OpenAPI document: ")
    assert reason in message
    assert "give the app a method openapi() that returns the document" in message
    assert "or name another app with --xapi-app" in message


def test_an_app_that_raises_when_asked_for_its_document(fuzz, app_module) -> None:
    app_module("async def app(scope, receive, send):\n    raise RuntimeError('not yet')\n")
    message = usage_error(fuzz().output)
    assert "and GET /openapi.json, which raised RuntimeError: not yet;" in message


def test_an_app_from_a_fixture_without_document(fuzz, app_module, pytester: pytest.Pytester) -> None:
    app_module(RAW.format(status=404, body=b""))
    pytester.makeini("[pytest]\npythonpath = .\n")
    pytester.makeconftest(FIXTURE)
    run = fuzz()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "the fixture `xapi_app`: no OpenAPI document: tried openapi()" in run.output


def test_an_app_without_operations(fuzz, app_module) -> None:
    app_module("from xapi import XAPI\napp = XAPI()\n")
    run = fuzz()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "nothing to fuzz: the OpenAPI document of xapi.applications.XAPI has no operations" in run.output


def test_schemathesis_is_missing(fuzz, app_module, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> object:
        return None if name == "schemathesis" else find_spec(name, package)

    app_module("from xapi import XAPI\napp = XAPI()\n")
    monkeypatch.setattr(importlib.util, "find_spec", without)
    run = fuzz()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    expected = '--xapi-fuzz needs Schemathesis, which is not installed: pip install "xapi-framework[fuzz]"'
    assert usage_error(run.output) == expected


def test_a_document_may_refer_to_its_path_items() -> None:
    class App:
        def openapi(self) -> dict[str, object]:
            item = {"get": {"operationId": "read"}, "summary": "not an operation"}
            return {
                "openapi": "3.1.0",
                "paths": {"/a~b": {"$ref": "#/components/pathItems/a~1b"}},
                "components": {"pathItems": {"a/b": item}},
            }

    found = documents.read(App(), lambda request: WireResponse(404, (), b"")).operations
    assert [(operation.label, operation.operation_id) for operation in found] == [("GET /a~b", "read")]
