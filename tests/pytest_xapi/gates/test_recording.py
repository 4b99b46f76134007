"""What is recorded: the exchanges of every client, whatever it is used for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xapi.testing.exchange import base

Gate = Callable[..., Any]

APP = """
    from xapi import XAPI

    app = XAPI(title="Numbers")

    @app.get("/number")
    async def number(word: str = "") -> int:
        return 1
"""


def requests(run: Any, app: str = "Numbers") -> int:
    found: int = run.report.evidence["apps"][app]["operations"]["GET /number"]["requests"]
    return found


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(client): client.get('/number')",
        "def test_it(client): client.get('/number', extensions={})",
        "def test_it(make_client): make_client().request('GET', '/number')",
        "async def test_it(async_client): await async_client.get('/number')",
        "async def test_it(async_client):\n"
        "    await async_client.send(async_client.build_request('GET', '/number'))",
        "def test_it(client):\n    with client.stream('GET', '/number') as response: response.read()",
        "async def test_it(async_client):\n"
        "    async with async_client.stream('GET', '/number') as response: await response.aread()",
        "from xapi.testing import TestClient\nfrom main import app\n"
        "def test_it(): TestClient(app).get('/number')",
        "def test_it(make_client): make_client(driver='portal').get('/number')",
    ],
)
def test_every_client_is_observed(gate: Gate, test: str) -> None:
    run = gate(APP, test.replace("async def", "import pytest\n@pytest.mark.anyio\nasync def", 1))
    outcomes = run.result.parseoutcomes()
    # Asynchronous tests run on asyncio and on trio.
    assert outcomes == {"passed": 2 if "async def" in test else 1}
    assert requests(run) == outcomes["passed"]
    points = run.report.evidence["apps"]["Numbers"]["operations"]["GET /number"]["points"]
    assert points["statuses"] == ["200"]


def test_nobody_is_observed_without_gates_or_after_them(pytester: pytest.Pytester, gate: Gate) -> None:
    assert base.observer is None
    gate(APP, "def test_it(client): client.get('/number')")
    assert base.observer is None


@pytest.mark.usefixtures("fuzzing_imported")
def test_property_tests_are_observed(gate: Gate) -> None:
    settings = "[tool.xapi.gate.coverage]\nfail-under = 1\n"
    arguments = ("--xapi-gate", "--xapi-fuzz", "--xapi-max-examples", "2")
    run = gate(APP, "", settings, *arguments)
    points = run.report.evidence["apps"]["Numbers"]["operations"]["GET /number"]["points"]
    assert {"query word given", "query word left out"} <= set(points["parameters"])
    assert run.report.seed is not None
    phases = ("boundary", "guided", "random")
    assert {record["item"] for record in run.report.fuzz} == {f"GET /number {phase}" for phase in phases}


def test_a_test_that_fails_is_recorded_too(gate: Gate) -> None:
    run = gate(APP, "def test_it(client): assert client.get('/number').status_code == 404")
    assert requests(run) == 1
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED


def test_requests_to_no_operation_are_counted(gate: Gate) -> None:
    run = gate(APP, "def test_it(client): client.get('/nowhere'), client.post('/number')")
    assert run.report.evidence["apps"]["Numbers"]["undocumented"] == 2


def test_the_root_path_is_not_part_of_an_operation(gate: Gate) -> None:
    tests = """
        from main import app
        from xapi.testing import TestClient
        def test_it():
            assert TestClient(app, root_path="/v1").get("/v1/number").status_code == 200
    """
    assert requests(gate(APP, tests)) == 1


def test_apps_of_single_tests_are_not_judged_beside_the_app_under_test(gate: Gate) -> None:
    tests = """
        from xapi import XAPI
        from xapi.testing import TestClient
        def test_it(client):
            client.get("/number")
        def test_other():
            other = XAPI(title="Other")
            other.get("/a")(lambda: 1)
            other.get("/b")(lambda: 1)
            TestClient(other).get("/a")
    """
    run = gate(APP, tests)
    assert sorted(run.report.evidence["apps"]) == ["Numbers", "Other"]
    assert run.verdict("coverage").passed


def test_apps_are_judged_together_where_none_is_known_to_be_under_test(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = """
        from xapi import XAPI
        from xapi.testing import TestClient
        def test_other():
            for title in ("One", "Two"):
                app = XAPI(title=title)
                app.get("/a")(lambda: 1)
                TestClient(app).get("/a" if title == "One" else "/b")
    """
    run = gate("", tests, "", "-o", "xapi_app=")
    assert run.verdict("coverage").figure == "operations 50 %"
    run.result.stdout.fnmatch_lines(["Two: GET /a * never requested"])


def test_an_app_of_another_framework_is_recorded_by_the_document_that_it_serves(gate: Gate) -> None:
    app = """
        from starlette.applications import Starlette
        from starlette.responses import JSONResponse
        from starlette.routing import Route

        document = {
            "openapi": "3.1.0",
            "info": {"title": "Plain", "version": "1"},
            "paths": {"/number": {"get": {"responses": {"200": {"description": "One."}}}}},
        }
        async def show(request): return JSONResponse(document)
        async def number(request): return JSONResponse(1)
        app = Starlette(routes=[Route("/openapi.json", show), Route("/number", number)])
    """
    run = gate(app, "def test_it(client): client.get('/number')")
    assert requests(run, "Plain") == 1
    assert run.report.evidence["apps"]["Plain"]["places"]["GET /number"]["file"] == "main.py"


ROUTED = """
    from xapi import APIRouter, XAPI

    app = XAPI(title="Routed")
    router = APIRouter(prefix="/shelf")

    @app.get("/items/{number}")
    def item(number: int) -> int: return number

    @app.get("/exact/{number:int}")
    def exact(number: int) -> int: return number

    @app.get("/files/{path:path}")
    def file(path: str) -> str: return path

    @router.get("/books/{name}/")
    def book(name: str) -> str: return name

    app.include_router(router)
"""


@pytest.mark.parametrize(
    "request_line",
    [
        "get('/items/5/anything/else')",
        "get('/items/5/photo')",
        "post('/items/5')",
        "get('/exact/five')",
        "get('/shelf/books/a/b/')",
        "get('/shelf/books/a', follow_redirects=False)",
        "get('/items/')",
    ],
)
def test_what_the_router_answers_belongs_to_no_operation(gate: Gate, request_line: str) -> None:
    run = gate(ROUTED, f"def test_it(client): client.{request_line}")
    assert run.report.evidence["apps"]["Routed"]["operations"] == {}
    assert run.report.evidence["apps"]["Routed"]["undocumented"] == 1
    assert run.verdict("undeclared").passed
    assert run.verdict("coverage").figure == "operations 0 %"


def test_a_parameter_of_a_path_has_slashes_where_its_route_says_so(gate: Gate) -> None:
    run = gate(ROUTED, "def test_it(client): client.get('/files/a/b'), client.get('/files/c')")
    operations = run.report.evidence["apps"]["Routed"]["operations"]
    assert {label: seen["requests"] for label, seen in operations.items()} == {"GET /files/{path}": 2}
