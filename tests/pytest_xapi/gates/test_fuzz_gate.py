"""The gate `fuzz`: new findings fail, those that are accepted do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates import fuzz
from pytest_xapi.gates.tables import Table
from pytest_xapi.reports import contents

Gate = Callable[..., Any]

APP = """
    from starlette.responses import JSONResponse
    from xapi import XAPI

    app = XAPI()

    @app.get("/number")
    def number() -> int:
        return {answer}
"""
FUZZ = ("--xapi-gate", "--xapi-fuzz", "--xapi-max-examples", "2")
SETTINGS = fuzz.read(Table("tool.xapi.gate.fuzz", {}, Path()))


def finding(**fields: Any) -> dict[str, Any]:
    """A finding as the record of a property test has it."""
    known = {
        "operation": "GET /number",
        "check": "not_a_server_error",
        "rule": "XF101",
        "severity": "error",
        "title": "Server error",
        "message": "",
        "fingerprint": "0a",
        "cause": "ZeroDivisionError",
        "accepted": False,
        "file": None,
        "line": None,
    }
    return known | fields


def record(item: str, *findings: dict[str, Any]) -> dict[str, Any]:
    """What a property test has recorded."""
    return {"item": item, "answers": {"GET /number": {"200": 1}}, "cases": 1, "findings": list(findings)}


@pytest.mark.usefixtures("fuzzing_imported")
def test_a_finding_fails(gate: Gate) -> None:
    run = gate(APP.format(answer='JSONResponse("one")'), "", "", *FUZZ)
    (problem,) = run.problems("fuzz")
    assert (problem.rule, problem.severity, problem.operation) == ("XF113", "warning", "GET /number")
    assert problem.message == "Response violates schema [response_schema_conformance]"
    assert problem.pointer == "/paths/~1number/get"
    run.result.stdout.fnmatch_lines(["fuzz: 1 problem, shown below `xapi fuzz`"])
    assert run.result.stdout.str().count("warning XF113 GET /number") == 1
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.usefixtures("fuzzing_imported")
@pytest.mark.parametrize("fuzz_gate", ["true", "false"])
def test_a_finding_is_reported_and_annotated_once(gate: Gate, fuzz_gate: str) -> None:
    settings = f"[tool.xapi.gate]\nundeclared = false\nrules = false\nfuzz = {fuzz_gate}\n"
    run = gate(APP.format(answer='JSONResponse("one")'), "", settings, *FUZZ, "--xapi-report=github")
    assert [problem.rule for problem in contents.problems(run.report)] == ["XF113"]
    annotations = [line for line in run.result.outlines if line.startswith("::")]
    assert len(annotations) == 1
    assert annotations[0].startswith("::warning file=main.py,line=7,title=XF113 GET /number::Response viol")


@pytest.mark.usefixtures("fuzzing_imported")
def test_an_app_without_findings_passes(gate: Gate) -> None:
    run = gate(APP.format(answer="1"), "", "", *FUZZ)
    assert run.verdict("fuzz").passed
    assert run.result.ret == pytest.ExitCode.OK


@pytest.mark.usefixtures("fuzzing_imported")
def test_answers_to_property_tests_alone_can_be_left_to_this_gate(gate: Gate) -> None:
    settings = "[tool.xapi.gate.undeclared]\nfuzz = {}\n"
    app = APP.format(answer='JSONResponse("one")')
    assert not gate(app, "", settings.format("true"), *FUZZ).verdict("undeclared").passed
    assert gate(app, "", settings.format("false"), *FUZZ).verdict("undeclared").passed
    by_hand = "def test_it(client): client.get('/number')"
    assert not gate(app, by_hand, settings.format("false"), *FUZZ).verdict("undeclared").passed


def test_a_finding_that_is_accepted_does_not_fail() -> None:
    records = [record("random", finding(accepted=True)), record("stateful", finding(accepted=True))]
    verdict = fuzz.judge(SETTINGS, {"fuzz": records})
    assert verdict is not None
    assert (verdict.passed, verdict.figure) == (True, "0 new findings, 1 accepted")


def test_what_two_tests_find_is_one_problem_at_the_line_of_the_handler() -> None:
    same = finding(file="main.py", line=7)
    verdict = fuzz.judge(SETTINGS, {"fuzz": [record("random", same), record("stateful", same)]})
    assert verdict is not None
    (problem,) = verdict.problems
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == ("main.py", 7)
    assert verdict.figure == "1 new finding"


def test_without_property_tests_there_is_nothing_to_judge() -> None:
    assert fuzz.judge(SETTINGS, {"fuzz": ()}) is None


GUARDED = """
    from typing import Annotated
    from xapi import XAPI, Depends, HTTPException, Security
    from xapi.security import APIKeyHeader

    app = XAPI()

    def user(key: Annotated[str | None, Security(APIKeyHeader(name="X-Key", auto_error=False))]) -> str:
        if key is None:
            raise HTTPException(MISSING)
        if key != "s3cret-key":
            raise HTTPException(401)
        return key

    @app.get("/notes", responses=RESPONSES)
    def notes(user: Annotated[str, Depends(user)]) -> int:
        return 1
"""
KEY = """
    import pytest

    @pytest.fixture
    def xapi_auth(): return {"APIKeyHeader": "s3cret-key"}
"""
ONLY_ANSWERS = "[tool.xapi.gate]\ncoverage = false\nrules = false\n"


@pytest.mark.usefixtures("fuzzing_imported")
def test_what_property_tests_forgive_no_gate_blames(gate: Gate, pytester: pytest.Pytester) -> None:
    """The answer to wrong credentials is not declared: no check asks for that."""
    pytester.makeconftest(KEY)
    app = GUARDED.replace("MISSING", "403").replace("RESPONSES", "{403: {}}")
    run = gate(app, "", ONLY_ANSWERS, *FUZZ)
    assert "401" in str(run.report.evidence["apps"])
    assert contents.problems(run.report) == []
    assert run.result.ret == pytest.ExitCode.OK


@pytest.mark.usefixtures("fuzzing_imported")
def test_a_fault_of_both_kinds_of_tests_is_one_problem(gate: Gate) -> None:
    tests = "def test_it(client): client.get('/number')"
    run = gate(APP.format(answer='JSONResponse("one")'), tests, ONLY_ANSWERS, *FUZZ)
    assert [problem.rule for problem in contents.problems(run.report)] == ["XF113"]
    assert not run.verdict("undeclared").passed


@pytest.mark.usefixtures("fuzzing_imported")
def test_what_is_accepted_is_accepted_by_all_gates(gate: Gate, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(KEY)
    app = GUARDED.replace("MISSING", "401").replace("RESPONSES", "None")
    tests = "def test_it(client): assert client.get('/notes').status_code == 401"
    baseline = "--xapi-fuzz-baseline=accepted.toml"
    gate(app, tests, ONLY_ANSWERS, *FUZZ, baseline, "--xapi-fuzz-baseline-update")
    file = pytester.path / "accepted.toml"
    file.write_text(file.read_text().replace('reason = ""', 'reason = "our clients know"'))
    run = gate(app, tests, ONLY_ANSWERS, *FUZZ, baseline)
    assert run.result.ret == pytest.ExitCode.OK, run.result.stdout.str()
    assert run.verdict("undeclared").passed
    assert contents.problems(run.report) == []
