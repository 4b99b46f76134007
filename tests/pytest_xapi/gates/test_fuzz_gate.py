"""The gate `fuzz`: new findings fail, those of the baseline do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("_fuzzing")

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
SETTINGS = "[tool.xapi.gate]\nundeclared = {fuzz = false}\nfuzz = 'baseline.json'\n"


def accept(pytester: pytest.Pytester, *entries: dict[str, str]) -> None:
    pytester.path.joinpath("baseline.json").write_text(json.dumps({"findings": entries}))


def fingerprint_of_the_finding(gate: Gate) -> str:
    run = gate(APP.format(answer='JSONResponse("one")'), "", "", *FUZZ)
    (problem,) = run.problems("fuzz")
    return str(problem.identity)


def test_a_finding_fails_and_a_clean_app_passes(gate: Gate) -> None:
    run = gate(APP.format(answer='JSONResponse("one")'), "", "", *FUZZ)
    (problem,) = run.problems("fuzz")
    assert (problem.rule, problem.operation) == ("XG401", "GET /number")
    assert "response_schema_conformance" in problem.message
    assert f"fingerprint {problem.identity}" in problem.message
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED
    clean = gate(APP.format(answer="1"), "", "", *FUZZ)
    assert clean.verdict("fuzz").passed
    assert clean.result.ret == pytest.ExitCode.OK


def test_a_finding_of_the_baseline_does_not_fail(gate: Gate, pytester: pytest.Pytester) -> None:
    known = fingerprint_of_the_finding(gate)
    accept(pytester, {"fingerprint": known, "reason": "The old client wants it."})
    run = gate(APP.format(answer='JSONResponse("one")'), "", SETTINGS, *FUZZ)
    assert run.verdict("fuzz").figure == "0 new findings, 1 accepted"
    assert run.result.parseoutcomes()["xfailed"] == 1
    assert run.result.ret == pytest.ExitCode.OK


def test_a_finding_that_was_accepted_until_a_day_fails_after_it(
    gate: Gate, pytester: pytest.Pytester
) -> None:
    known = fingerprint_of_the_finding(gate)
    accept(pytester, {"fingerprint": known, "reason": "It will be mended.", "expires": "2020-02-29"})
    run = gate(APP.format(answer='JSONResponse("one")'), "", SETTINGS, *FUZZ)
    (problem,) = run.problems("fuzz")
    assert problem.rule == "XG402"
    assert problem.message.endswith("; baseline.json accepted it until 2020-02-29")
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[", "baseline.json is no baseline: Expecting value: line 1 column 2 (char 1)"),
        ("{}", "baseline.json is no baseline: it has no 'findings'"),
        ('{"findings": [{"reason": "known"}]}', "baseline.json is no baseline: it has no 'fingerprint'"),
        ('{"findings": [{"fingerprint": "a"}]}', "baseline.json is no baseline: finding 1 has no `reason`"),
        (
            '{"findings": [{"fingerprint": "a", "reason": "known", "expires": "May"}]}',
            "baseline.json is no baseline: Invalid isoformat string: 'May'",
        ),
    ],
)
def test_a_baseline_that_is_none_is_a_usage_error(
    gate: Gate, pytester: pytest.Pytester, text: str, fault: str
) -> None:
    pytester.path.joinpath("baseline.json").write_text(text)
    run = gate(APP.format(answer="1"), "", SETTINGS, *FUZZ)
    assert run.result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: baseline in [tool.xapi.gate.fuzz] of pyproject.toml: {fault}" in run.result.errlines


def test_without_property_tests_there_is_nothing_to_judge(gate: Gate) -> None:
    run = gate(APP.format(answer="1"), "def test_it(client): client.get('/number')")
    assert [verdict.gate for verdict in run.report.verdicts] == ["coverage", "undeclared"]
