"""The gate in a run of pytest: one breaking change makes it red, at the line of the handler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

APP = """
from xapi import XAPI

app = XAPI(title="Notes")


@app.get("/notes")
def list_notes(tag: str = ""):
    "Lists notes."
    return []
"""
TESTS = "def test_it(client): client.get('/notes?tag=a')"
SETTINGS = '\n[tool.xapi]\ncontract = "openapi.lock.json"\n'


def write_contract(folder: Path, *, required: bool) -> None:
    parameter = {"in": "query", "name": "tag", "required": required}
    parameter["schema"] = {"type": "string"} | ({} if required else {"default": ""})
    answers = {"200": {"content": {"application/json": {"schema": {}}}}, "422": {}}
    operation = {"operationId": "list_notes_notes_get", "parameters": [parameter], "responses": answers}
    document = {"openapi": "3.1.0", "info": {"title": "Notes"}, "paths": {"/notes": {"get": operation}}}
    (folder / "openapi.lock.json").write_text(json.dumps(document))


def test_one_breaking_change_makes_the_run_red_with_the_line_of_the_handler(
    gate: Any, pytester: pytest.Pytester
) -> None:
    write_contract(pytester.path, required=False)

    run = gate(APP.replace('tag: str = ""', "tag: str"), TESTS, SETTINGS)

    assert run.result.ret == pytest.ExitCode.TESTS_FAILED
    problem = run.problems("contract")[0]
    assert (problem.rule, problem.severity, problem.operation) == ("XG317", "error", "GET /notes")
    assert (problem.place.file, problem.place.line) == ("main.py", 7)
    run.result.stdout.fnmatch_lines(["*XG317*main.py:7*the parameter `tag` of the query is required now*"])


def test_what_breaks_nobody_passes(gate: Any, pytester: pytest.Pytester) -> None:
    write_contract(pytester.path, required=True)

    run = gate(APP, TESTS, SETTINGS)

    assert run.result.ret == pytest.ExitCode.OK
    assert (run.verdict("contract").passed, run.problems("contract")) == (True, [])


def test_the_ini_option_names_the_contract(gate: Any, pytester: pytest.Pytester) -> None:
    write_contract(pytester.path, required=False)

    run = gate(APP.replace('tag: str = ""', "tag: str"), TESTS, "", "-o", "xapi_contract=openapi.lock.json")

    assert run.rules("contract") == ["XG317"]


def test_a_contract_that_is_not_there_is_a_usage_error(gate: Any) -> None:
    run = gate(APP, TESTS, SETTINGS)

    assert run.result.ret == pytest.ExitCode.USAGE_ERROR
    told = "\n".join(run.result.errlines)
    assert "against in [tool.xapi.gate.contract] of pyproject.toml: there is no file " in told
    assert "write it with `xapi contract update`" in told


def test_a_broken_rule_of_documents_makes_the_run_red(gate: Any) -> None:
    run = gate(
        APP.replace('title="Notes"', 'title="Notes", openapi_tags=[{"name": "a"}, {"name": "a"}]'), TESTS
    )

    assert run.result.ret == pytest.ExitCode.TESTS_FAILED
    assert run.rules("rules").count("XG607") == 1
    assert gate(APP, TESTS).verdict("rules").passed
