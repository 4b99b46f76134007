"""The document of the app under test: a file, or a path of the app, that is set, for all who read it."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("fuzzing_imported")

APP = """
import json

ANSWERS = {"/schema.json": SERVED, "/notes": {"id": 1}}

class App:
    def __init__(self, **methods):
        vars(self).update(methods)

    async def __call__(self, scope, receive, send):
        body = json.dumps(ANSWERS[scope["path"]]).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

app = App()
"""


def document(operation_id: str, kind: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"id": {"type": kind}}}
    response = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    operation = {"operationId": operation_id, "responses": {"200": response}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "paths": {"/notes": {"get": operation}},
    }


@pytest.fixture(params=["--xapi-openapi=it.json", "--xapi-openapi-url=/schema.json", "ini", "[tool.xapi]"])
def project(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> list[str]:
    """A folder with an app that has no `openapi()`, and the arguments that say where its document is."""
    described = document("read_notes", "string")
    pytester.path.joinpath("it.json").write_text(json.dumps(described))
    pytester.makepyfile(shop=APP.replace("SERVED", json.dumps(described)))
    chosen: str = request.param
    ini = "xapi_openapi_url = /schema.json" if chosen == "ini" else ""
    table = '[tool.xapi]\nopenapi = "it.json"' if chosen == "[tool.xapi]" else ""
    pytester.makeini(f"[pytest]\npythonpath = .\n{ini}")
    pytester.makepyprojecttoml(f"{table}\n[tool.xapi.gate.coverage]\nfail_under = {{operations = 100}}")
    return [chosen, "--xapi-app=shop:app"] if chosen.startswith("--") else ["--xapi-app=shop:app"]


@pytest.mark.parametrize(
    "body",
    [
        "def test(client):\n    assert client.call('read_notes').json() == {'id': 1}",
        "async def test(async_client):\n    assert (await async_client.call('read_notes')).is_success",
        "def test(make_client):\n    client = make_client(check_responses=True)\n"
        "    with raises(ConformanceError): client.get('/notes')",
        "def test(client):\n    with raises(ConformanceError): assert_conforms(client.get('/notes'))",
        "def test():\n    with raises(ConformanceError): assert_conforms(TestClient(app).get('/notes'))",
    ],
    ids=["call", "asynchronous call", "check_responses", "assert_conforms", "a client made by hand"],
)
def test_clients_read_the_document_that_is_set(
    pytester: pytest.Pytester, project: list[str], body: str
) -> None:
    imports = (
        "from pytest import raises\nfrom shop import app\n"
        "from xapi.testing import ConformanceError, TestClient, assert_conforms\n"
    )
    pytester.makepyfile(test_it=imports + body)
    result = pytester.runpytest_inprocess(*project, "-p", "no:anyio", "-o", "asyncio_mode=auto")
    result.assert_outcomes(passed=1)


def test_gates_read_the_document_that_is_set(pytester: pytest.Pytester, project: list[str]) -> None:
    pytester.makepyfile("def test(client):\n    client.get('/schema.json')")
    result = pytester.runpytest_inprocess(*project, "--xapi-gate")
    result.stdout.fnmatch_lines(["*XG101*", "*GET /notes*"])
    pytester.makepyfile("def test(client):\n    client.get('/notes')")
    result = pytester.runpytest_inprocess(*project, "--xapi-gate")
    result.stdout.fnmatch_lines(["coverage *100 % *passed", "*XG204 GET /notes*is not of type*string*"])


def test_property_tests_read_the_document_that_is_set(pytester: pytest.Pytester, project: list[str]) -> None:
    result = pytester.runpytest_inprocess(
        *project, "--xapi-fuzz", "--xapi-max-examples=1", "-p", "no:schemathesis"
    )
    result.stdout.fnmatch_lines(["*GET /notes*", "*is not of type*string*"])


def test_another_app_is_asked_for_its_own_document(pytester: pytest.Pytester, project: list[str]) -> None:
    own = document("read_others", "integer")
    pytester.makepyfile(
        "from shop import App\n"
        f"other = App(openapi=lambda: {own!r})\n"
        "def test(make_client):\n"
        "    assert make_client(other, check_responses=True).call('read_others').json() == {'id': 1}\n"
    )
    pytester.runpytest_inprocess(*project).assert_outcomes(passed=1)


def test_the_app_of_a_fixture_is_the_one_under_test(pytester: pytest.Pytester, project: list[str]) -> None:
    pytester.makeconftest("import pytest, shop\n@pytest.fixture\ndef xapi_app():\n    return shop.App()")
    pytester.makepyfile("def test(client):\n    assert client.call('read_notes').json() == {'id': 1}")
    arguments = [argument for argument in project if argument != "--xapi-app=shop:app"]
    pytester.runpytest_inprocess(*arguments).assert_outcomes(passed=1)


def test_nothing_of_the_choice_outlasts_the_run(pytester: pytest.Pytester, project: list[str]) -> None:
    from xapi.testing import documents

    before = documents.chosen
    pytester.makepyfile("def test(client): client.get('/notes')")
    pytester.runpytest_inprocess(*project).assert_outcomes(passed=1)
    assert documents.chosen is before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "the document cannot be read: No such file or directory"),
        ("{", "the document cannot be read: Expecting property name"),
        ("{}", "not an OpenAPI document: it has no `openapi`"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    pytester: pytest.Pytester, content: str | None, reason: str
) -> None:
    if content is not None:
        pytester.path.joinpath("it.json").write_text(content)
    pytester.makepyfile("def test(): pass")
    result = pytester.runpytest_inprocess("--xapi-openapi=it.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --xapi-openapi: 'it.json': *{reason}*"])


def test_a_path_that_the_app_does_not_serve_fails_the_call(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(shop=APP.replace("SERVED", "{}"))
    pytester.makepyfile("def test(client): client.call('read_notes')")
    result = pytester.runpytest_inprocess(
        "--xapi-app=shop:app", "--xapi-openapi-url=/gone.json", "-o", "pythonpath=."
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no OpenAPI document: tried GET /gone.json, which raised KeyError*"])


def test_property_tests_know_an_app_that_says_its_document_as_litestar_does(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        shop=APP.replace("SERVED", "{}")
        + f"class Schema:\n    def to_schema(self): return {document('read_notes', 'string')!r}\n"
        + "app = App(openapi_schema=Schema())"
    )
    arguments = ["--xapi-app=shop:app", "--xapi-fuzz", "--xapi-max-examples=1", "-o", "pythonpath=."]
    result = pytester.runpytest_inprocess(*arguments, "-p", "no:schemathesis")
    result.stdout.fnmatch_lines(["*GET /notes*", "*is not of type*string*"])
