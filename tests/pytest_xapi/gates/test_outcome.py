"""What a run with gates ends as: its exit status, in one process and in several, or with nothing to judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Gate = Callable[..., Any]

APP = """
    from starlette.responses import JSONResponse
    from xapi import XAPI

    app = XAPI()

    @app.get("/one")
    def one() -> int:
        return 1

    @app.get("/two")
    def two() -> int:
        return JSONResponse("two")
"""
ONE = """
    def test_one(client):
        client.get("/one")
"""
BOTH = f"""{ONE}
    def test_two(client):
        client.get("/two")
"""


def test_gates_that_do_not_pass_fail_the_run(gate: Gate) -> None:
    run = gate(APP, BOTH)
    run.result.assert_outcomes(passed=2)
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED
    run.result.stdout.fnmatch_lines(
        [
            "gate * figure * threshold * verdict",
            "coverage * operations 100 % * 100 % * passed",
            "undeclared * 1 undeclared answer * none * FAILED",
            "undeclared: 1 problem",
            "Gates that did not pass: undeclared",
        ]
    )


def test_gates_that_warn_do_not(gate: Gate) -> None:
    run = gate(APP, BOTH, "", "--xapi-gate=warn")
    assert run.result.ret == pytest.ExitCode.OK
    assert run.report.passed
    run.result.stdout.fnmatch_lines(
        ["Gates that did not pass: undeclared (--xapi-gate=warn: the exit status stays as it is)"]
    )


def test_a_path_may_follow_the_flag(gate: Gate) -> None:
    assert gate(APP, ONE, "", "--xapi-gate", "test_main.py").rules("coverage") == ["XG101"]


def test_failed_tests_fail_the_run_whatever_the_gates_say(gate: Gate) -> None:
    run = gate(
        APP, "def test_one(client): assert client.get('/one') is None", "[tool.xapi.gate]\ncoverage = false\n"
    )
    assert run.report.gates_passed
    assert not run.report.passed
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("tests", [ONE, BOTH])
def test_workers_come_to_the_same_verdict(gate: Gate, pytester: pytest.Pytester, tests: str) -> None:
    alone = gate(APP, tests)
    run = pytester.runpytest_subprocess("--xapi-gate", "-n", "2", "-p", "no:asyncio")
    assert run.ret == alone.result.ret
    assert _gate_lines(run) == _gate_lines(alone.result)


def _gate_lines(result: pytest.RunResult) -> list[str]:
    lines = result.stdout.lines
    start = next(index for index, line in enumerate(lines) if line.startswith("gate "))
    return [line for line in lines[start:-1] if line]


def test_no_test_leaves_nothing_to_judge(gate: Gate) -> None:
    run = gate(APP, "")
    assert run.result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    run.result.stdout.fnmatch_lines(["--xapi-gate: no test ran, so there is nothing to judge"])
    assert run.kept is None


def test_no_app_is_a_usage_error(gate: Gate) -> None:
    run = gate(APP, "def test_it(): pass", "", "-o", "xapi_app=")
    assert run.result.ret == pytest.ExitCode.USAGE_ERROR
    run.result.stdout.fnmatch_lines(["--xapi-gate: no app under test (tried *"])


def test_no_app_is_told_of_where_gates_only_warn(gate: Gate) -> None:
    run = gate(APP, "def test_it(): pass", "", "-o", "xapi_app=", "--xapi-gate=warn")
    assert run.result.ret == pytest.ExitCode.OK
    run.result.stdout.fnmatch_lines(["--xapi-gate: no app under test (tried *"])


def test_an_app_without_a_document_is_a_usage_error(gate: Gate) -> None:
    app = """
        from starlette.applications import Starlette
        app = Starlette()
    """
    run = gate(app, "def test_it(client): client.get('/')")
    assert run.result.ret == pytest.ExitCode.USAGE_ERROR
    run.result.stdout.fnmatch_lines(
        ["--xapi-gate: the requests of the tests went to apps that show no OpenAPI*"]
    )


def test_a_file_of_the_settings_that_cannot_be_used_is_a_usage_error(gate: Gate) -> None:
    run = gate(APP, ONE, '[tool.xapi.gate]\ncontract = "nowhere.json"\n')
    run.result.stderr.fnmatch_lines(["ERROR: against in *nowhere.json: write it with `xapi contract update`"])
    assert run.result.ret == pytest.ExitCode.USAGE_ERROR


def test_notes_are_counted_and_left_to_reports(gate: Gate) -> None:
    run = gate(APP, ONE, "[tool.xapi.gate]\ncoverage = false\n")
    assert "note" in {problem.severity for problem in run.problems("rules")}
    run.result.stdout.fnmatch_lines(["1 note, which reports show", "*All gates passed."])
    run.result.stdout.no_fnmatch_line("note XG*")


def test_collecting_alone_judges_nothing(gate: Gate) -> None:
    run = gate(APP, ONE, "", "--xapi-gate", "--collect-only")
    assert run.result.ret == pytest.ExitCode.OK
    assert run.kept is None
