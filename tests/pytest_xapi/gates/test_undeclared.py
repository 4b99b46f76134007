"""The gate `undeclared`: each rule fails on a planted fault and passes on its twin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Gate = Callable[..., Any]

APP = """
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from xapi import XAPI

    app = XAPI()
    version = {{"headers": {{"X-Version": {{"required": True, "schema": {{"type": "integer"}}}}}}}}

    @app.get("/number", responses={{200: version}})
    def number() -> int:
        return {answer}
"""
FAULTS = [
    ("XG201", "Response(status_code=418)", "the status 418 is not documented, only 200"),
    (
        "XG202",
        'PlainTextResponse("1", headers={"x-version": "1"})',
        "the media type 'text/plain; charset=utf-8' is not documented, only application/json",
    ),
    ("XG203", "JSONResponse(1)", "the header 'X-Version' is missing"),
    (
        "XG203",
        'JSONResponse(1, headers={"x-version": "one"})',
        'the header \'X-Version\': as a whole: "one" is not of type "integer"',
    ),
    (
        "XG204",
        'JSONResponse("one", headers={"x-version": "1"})',
        'the body: as a whole: "one" is not of type "integer"',
    ),
]
TWIN = 'JSONResponse(1, headers={"x-version": "1"})'
TESTS = """
    def test_number(client):
        client.get("/number")
"""


@pytest.mark.parametrize(("rule", "answer", "message"), FAULTS)
def test_each_rule_names_test_and_operation(gate: Gate, rule: str, answer: str, message: str) -> None:
    run = gate(APP.format(answer=answer), TESTS)
    (problem,) = run.problems("undeclared")
    assert (problem.rule, problem.operation) == (rule, "GET /number")
    status = 418 if rule == "XG201" else 200
    assert problem.message == f"answered {status} to GET /number in test_main.py::test_number: {message}"
    assert problem.details == "GET /number\ntest_main.py::test_number\n"
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_declared_answer_is_no_problem(gate: Gate) -> None:
    run = gate(APP.format(answer=TWIN), TESTS)
    assert run.verdict("undeclared").passed
    assert run.result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize("answer", ["word", '"same"'])
def test_the_same_fault_with_other_values_is_one_problem(gate: Gate, answer: str) -> None:
    tests = """
        def test_one(client):
            assert client.get("/number?word=one")
        def test_two(client):
            assert client.get("/number?word=two")
    """
    app = APP.replace("def number()", "def number(word: str)")
    run = gate(app.format(answer=f'JSONResponse({answer}, headers={{"x-version": "1"}})'), tests)
    (problem,) = run.problems("undeclared")
    assert problem.details == "GET /number?word=one\ntest_main.py::test_one\ntest_main.py::test_two\n"


def test_what_an_app_raises_is_an_answer_500(gate: Gate) -> None:
    tests = """
        import pytest
        def test_number(client):
            with pytest.raises(ZeroDivisionError):
                client.get("/number")
    """
    run = gate(APP.format(answer="1 // 0"), tests)
    assert run.rules("undeclared") == ["XG201"]
    assert "answered 500" in run.problems("undeclared")[0].message


@pytest.mark.parametrize("entry", ["GET /number", "GET /number: 418", "GET *: 4*"])
def test_what_is_allowed_is_no_problem(gate: Gate, entry: str) -> None:
    settings = f'[tool.xapi.gate.undeclared]\nallow = ["{entry}"]\n'
    assert gate(APP.format(answer="Response(status_code=418)"), TESTS, settings).verdict("undeclared").passed


def test_an_allowance_for_no_operation_is_an_error(gate: Gate) -> None:
    settings = '[tool.xapi.gate.undeclared]\nallow = ["GET /numbers"]\n'
    run = gate(APP.format(answer=TWIN), TESTS, settings)
    (problem,) = run.problems("undeclared")
    assert (problem.rule, problem.message) == (
        "XG205",
        "`allow` of [tool.xapi.gate.undeclared] has 'GET /numbers', "
        "which is not an operation of the document",
    )


def test_the_gate_can_be_switched_off(gate: Gate) -> None:
    run = gate(
        APP.format(answer="Response(status_code=418)"), TESTS, "[tool.xapi.gate]\nundeclared = false\n"
    )
    assert "undeclared" not in [verdict.gate for verdict in run.report.verdicts]
    assert run.result.ret == pytest.ExitCode.OK


LOGIN = """
    from pydantic import BaseModel
    from starlette.responses import Response
    from xapi import XAPI, Form

    app = XAPI()

    class User(BaseModel):
        name: str
        password: str

    @app.post("/users")
    def add(user: User, token: str = "") -> None:
        return Response(status_code=418)

    @app.post("/login")
    def login(user: str = Form(), password: str = Form()) -> None:
        return Response(status_code=418)
"""


@pytest.mark.parametrize(
    ("request_line", "shown"),
    [
        (
            "'/users?token=abcdefghijkl', json={'name': 'Ann', 'password': 'hunter22'}",
            'POST /users?token=*** with {"name": "Ann", "password": "***"}',
        ),
        ("'/users', json={'name': 'Ann', 'password': ''}", "POST /users with "),
        ("'/login', data={'user': 'Ann', 'password': 'hunter22'}", "POST /login with user=Ann&password=***"),
    ],
)
def test_a_problem_shows_its_request_without_secrets(gate: Gate, request_line: str, shown: str) -> None:
    run = gate(LOGIN, f"def test_it(client): client.post({request_line})")
    (problem,) = run.problems("undeclared")
    assert shown in problem.message
    assert "hunter22" not in str(run.report.evidence)
    assert f"answered 418 to {shown}" in run.result.stdout.str()


def test_the_smallest_of_several_requests_is_shown(gate: Gate) -> None:
    tests = """
        def test_one(client): client.get("/number?longer=1")
        def test_two(client): client.get("/number?a")
    """
    run = gate(APP.format(answer="Response(status_code=418)"), tests)
    assert "to GET /number?a in" in run.problems("undeclared")[0].message
