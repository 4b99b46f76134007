"""`[tool.xapi.gate]`: every mistake names the file, the table and the key, and what could be meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Gate = Callable[..., Any]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            "[tool.xapi.gate.coverag]",
            "[tool.xapi.gate] of pyproject.toml: unknown key 'coverag' (did you mean 'coverage'?); known are "
            "coverage, undeclared, contract, fuzz, budgets, rules",
        ),
        (
            "[tool.xapi.gate.coverage]\nfail-over = 3",
            "[tool.xapi.gate.coverage] of pyproject.toml: unknown key 'fail-over' (did you mean "
            "'fail-under'?); known are fail-under, tags, allow",
        ),
        (
            "[tool.xapi.gate.coverage.fail-under]\nstatus = 3",
            "[tool.xapi.gate.coverage.fail-under] of pyproject.toml: unknown key 'status' (did you mean "
            "'statuses'?); known are operations, statuses, parameters, media-types, security, "
            "response-branches",
        ),
        (
            "[tool.xapi.gate.coverage.tags.'my tag']\nstatuses = 101",
            'statuses in [tool.xapi.gate.coverage.tags."my tag"] of pyproject.toml: give a number from 0 to '
            "100, not 101",
        ),
        (
            "[tool.xapi.gate.coverage]\nallow = 'GET /'",
            "allow in [tool.xapi.gate.coverage] of pyproject.toml: give a list of texts, not 'GET /'",
        ),
        (
            "[tool.xapi.gate.coverage]\ntags = 3",
            "tags in [tool.xapi.gate.coverage] of pyproject.toml: give a table, not 3",
        ),
        (
            "[tool.xapi.gate.coverage]\ntags = {a = 3}",
            "tags.a in [tool.xapi.gate.coverage] of pyproject.toml: give a table, not 3",
        ),
        (
            "[tool.xapi.gate]\ncoverage = 3",
            "coverage in [tool.xapi.gate] of pyproject.toml: give a table, or false to switch it off, not 3",
        ),
        (
            "[tool.xapi.gate.undeclared]\nfuzz = 'no'",
            "fuzz in [tool.xapi.gate.undeclared] of pyproject.toml: give true or false, not 'no'",
        ),
        (
            "[tool.xapi.gate.budgets]\nlatency = -1",
            "latency in [tool.xapi.gate.budgets] of pyproject.toml: give a number, 0 or more, not -1",
        ),
        (
            "[tool.xapi.gate.budgets]\nerror-rate = 0",
            "error-rate in [tool.xapi.gate.budgets] of pyproject.toml: give a chance above 0: nothing that "
            "is measured is certain",
        ),
        (
            "[tool.xapi.gate]\nfuzz = 'strict'",
            "fuzz in [tool.xapi.gate] of pyproject.toml: give a table, or false to switch it off, not "
            "'strict'",
        ),
        (
            "[tool.xapi.gate.fuzz]\nbaseline = 'a.json'",
            "[tool.xapi.gate.fuzz] of pyproject.toml: unknown key 'baseline'; there is nothing to set",
        ),
        (
            "[tool.xapi]\ngate = 3",
            "gate in [tool.xapi] of pyproject.toml: give a table, not 3",
        ),
    ],
)
def test_a_mistake_is_a_usage_error(gate: Gate, settings: str, message: str) -> None:
    run = gate("", "def test_it(): pass", settings)
    assert run.result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message}" in run.result.errlines


def test_settings_of_gates_are_not_read_without_gates(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n[tool.xapi.gate.coverag]\n")
    pytester.makepyfile("def test_it(): pass")
    assert pytester.runpytest_inprocess("-p", "no:asyncio").ret == pytest.ExitCode.OK


def test_hyphens_and_underscores_are_the_same(gate: Gate) -> None:
    app = "from xapi import XAPI\napp = XAPI()\n@app.get('/one')\ndef one() -> int: return 1\n"
    for settings in ("fail-under = {media-types = 50}", "fail_under = {media_types = 50}"):
        run = gate(app, "def test_it(client): client.get('/one')", f"[tool.xapi.gate.coverage]\n{settings}\n")
        assert run.verdict("coverage").threshold == "50 %"
