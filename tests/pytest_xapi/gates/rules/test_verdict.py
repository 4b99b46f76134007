"""The verdict on a document: severities, places, what is ignored."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates.rules import gate
from pytest_xapi.gates.tables import SettingsError, Table
from pytest_xapi.reports.model import SourceLocation, Verdict

ROOT = Path(__file__).parents[4]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1", "description": "Notes."},
    "paths": {
        "/notes/": {"get": {"operationId": "list_notes", "description": "Lists.", "responses": {"200": {}}}},
        "/tags": {"get": {"operationId": "list_notes", "responses": {"200": {}}}},
    },
}
Judge = Callable[..., Verdict | None]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    def judged(document: Any = DOCUMENT, **values: Any) -> Verdict | None:
        table = Table("tool.xapi.gate.rules", values, tmp_path)
        settings = gate.read(table)
        table.finish()
        app = {"document": document, "under_test": True}
        app["places"] = {"GET /tags": {"file": "tags.py", "line": 3}}
        return gate.judge(settings, {"apps": {"Notes": app}})

    return judged


def rules(verdict: Verdict | None) -> list[tuple[str, str, str | None]]:
    assert verdict is not None
    return [(problem.rule, problem.severity, problem.operation) for problem in verdict.problems]


def test_problems_have_their_severity_and_stand_at_the_handler(judge: Judge) -> None:
    verdict = judge()

    assert rules(verdict) == [
        ("XG612", "warning", None),
        ("XG617", "error", "GET /notes/"),
        ("XG617", "error", "GET /tags"),
        ("XG620", "warning", "GET /tags"),
    ]
    assert verdict is not None
    assert (verdict.passed, verdict.figure, verdict.threshold) == (False, "2 errors, 2 warnings", "no errors")
    problem = verdict.problems[2]
    assert problem.message == "2 operations have the operationId 'list_notes' (operation-operationId-unique)"
    assert problem.pointer == "/paths/~1tags/get/operationId"
    assert problem.place == SourceLocation("tags.py", 3)
    assert problem.details == "No two operations have one operationId."


def test_severities_are_set_by_name_or_id(judge: Judge) -> None:
    levels = {"operation-operationId-unique": "warning", "XG612": "off", "info-license": "error"}

    verdict = judge(severity=levels)

    assert ("XG603", "error", None) in rules(verdict)
    assert [rule for rule, severity, _ in rules(verdict) if severity == "warning"] == [
        "XG617",
        "XG617",
        "XG620",
    ]


@pytest.mark.parametrize(("level", "passed"), [("error", True), ("warning", False), ("note", False)])
def test_what_fails_is_set(judge: Judge, level: str, passed: bool) -> None:
    verdict = judge(severity={"operation-operationId-unique": "warning"}, **{"fails-on": level})

    assert verdict is not None
    assert verdict.passed is passed


@pytest.mark.parametrize(
    "place",
    [{}, {"operation": "GET /tags"}, {"pointer": "/paths/~1tags"}, {"pointer": "/paths/~1tags/get"}],
)
def test_a_rule_is_ignored_where_that_is_said(judge: Judge, place: dict[str, str]) -> None:
    verdict = judge(ignore=[{"rule": "operation-description", "reason": "a generated one"} | place])

    assert "XG620" not in [rule for rule, _, _ in rules(verdict)]


def test_what_is_ignored_for_nothing_is_a_problem(judge: Judge) -> None:
    verdict = judge(ignore=[{"rule": "XG620", "operation": "GET /notes/", "reason": "a generated one"}])

    assert ("XG620", "warning", "GET /tags") in rules(verdict)
    assert ("XG600", "warning", "GET /notes/") in rules(verdict)
    assert verdict is not None
    assert verdict.problems[-1].message == (
        "'operation-description GET /notes/' is ignored, and there is no such problem: "
        "remove it from [[tool.xapi.gate.rules.ignore]]"
    )


def test_a_style_of_names_is_a_warning(judge: Judge) -> None:
    verdict = judge(naming={"operation-id": "camelCase"})

    assert verdict is not None
    assert [problem.message for problem in verdict.problems if problem.rule == "XG619"] == [
        "the operationId `list_notes` is not camelCase (operation-id-naming)"
    ] * 2
    assert rules(judge(naming={"operation-id": "[a-z]+_notes"})) == rules(judge())


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"severity": {"info-descripton": "off"}},
            "no rule 'info-descripton' (did you mean 'info-description'?)",
        ),
        ({"severity": {"XG601": "bad"}}, "give one of error, warning, note, off, not 'bad'"),
        ({"severity": "off"}, "severity in [tool.xapi.gate.rules] of pyproject.toml: give a table of rules"),
        ({"fails-on": "off"}, "give one of error, warning, note, not 'off'"),
        (
            {"naming": {"schema": "["}},
            "give one of snake_case, camelCase, PascalCase, kebab-case, or a regular",
        ),
        ({"naming": {"schemas": "camelCase"}}, "unknown key 'schemas' (did you mean 'schema'?)"),
        ({"ignore": [{"rule": "XG601"}]}, "say in a sentence why the rule need not hold"),
        ({"ignore": [{"reason": "a"}]}, "there is no rule None"),
        ({"sevrity": {}}, "unknown key 'sevrity' (did you mean 'severity'?)"),
    ],
)
def test_settings_that_are_wrong_are_told(judge: Judge, values: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        judge(**values)
    assert told in str(refusal.value)


def test_without_a_document_there_is_no_verdict(judge: Judge) -> None:
    assert judge(document={}) is None


@pytest.mark.parametrize("example", ["notes", "shop"])
def test_an_app_as_xapi_documents_it_breaks_no_rule_by_default(judge: Judge, example: str) -> None:
    # Not imported here: another test may import it, and SQLModel knows each of its tables once in a process.
    written = subprocess.run(
        [sys.executable, "-m", "xapi", "openapi", f"examples/{example}/{example}/main.py"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    verdict = judge(document=json.loads(written.stdout))

    assert verdict is not None
    assert [problem.message for problem in verdict.problems if problem.severity != "note"] == []


def test_schemas_that_cannot_be_used_are_no_subject_of_examples(judge: Judge) -> None:
    for schema in ({"type": "nope"}, {"$ref": "https://elsewhere.test/a.json"}, {"pattern": "(?<"}):
        components = {"schemas": {"Note": {**schema, "example": 1}}}
        found = [problem.rule for problem in judge(document=DOCUMENT | {"components": components}).problems]
        assert "XG644" not in found
