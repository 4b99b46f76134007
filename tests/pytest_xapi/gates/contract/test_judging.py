"""The verdict of the gate: what fails, where it is shown, and what is excepted."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates import registry
from pytest_xapi.gates.contract import gate
from pytest_xapi.gates.settings import read_file
from pytest_xapi.gates.tables import SettingsError, Table
from pytest_xapi.reports.model import SourceLocation, Verdict

TOMORROW = date.today() + timedelta(days=1)
YESTERDAY = date.today() - timedelta(days=1)
Judge = Callable[..., Verdict | None]


def document(*, required: bool, title: str = "Notes") -> dict[str, Any]:
    parameter = {"in": "query", "name": "tag", "required": required, "schema": {"type": "string"}}
    responses = {"200": {"description": ""}}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "paths": {
            "/notes": {
                "parameters": [parameter],
                "get": {"responses": responses},
                "delete": {"operationId": "delete_notes", "responses": responses},
            }
        },
    }


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judges an app that needs a parameter, against a contract in which it could be left out."""
    (tmp_path / "openapi.lock.json").write_text(json.dumps(document(required=False)))

    def judged(new: dict[str, Any] | None = None, apps: Any = None, **values: Any) -> Verdict | None:
        table = Table("tool.xapi.gate.contract", {"against": "openapi.lock.json"} | values, tmp_path)
        read = gate.read(table)
        table.finish()
        app = {"document": new or document(required=True), "under_test": True}
        app["places"] = {"DELETE /notes": {"file": "notes.py", "line": 7}}
        return gate.judge(read, {"apps": apps or {"Notes": app}})

    return judged


def excepted(**values: Any) -> list[dict[str, Any]]:
    given = {
        "kind": "parameter-became-required",
        "operation": "GET /notes",
        "reason": "agreed with the users",
    }
    return [
        {key: value for key, value in (given | {"expires": TOMORROW} | values).items() if value is not None}
    ]


def test_a_breaking_change_fails_and_is_shown_at_the_handler(judge: Judge) -> None:
    verdict = judge()

    assert verdict is not None
    assert not verdict.passed
    assert (verdict.gate, verdict.figure, verdict.threshold) == (
        "contract",
        "1 breaking",
        "no breaking changes",
    )
    (problem,) = verdict.problems
    assert (problem.rule, problem.severity, problem.operation) == ("XG317", "error", "DELETE /notes")
    assert (
        problem.message
        == "breaking for who writes requests: the parameter `tag` of the query is required now"
    )
    assert problem.pointer == "/paths/~1notes/parameters/0"
    assert problem.place == SourceLocation("notes.py", 7)
    assert problem.details == (
        "parameter-became-required at /paths/~1notes/parameters/0 of the new document\nalso in GET /notes"
    )


def test_the_same_document_passes(judge: Judge) -> None:
    verdict = judge(document(required=False))

    assert verdict is not None
    assert verdict.passed
    assert (verdict.figure, verdict.problems) == ("no changes", ())


def test_risky_changes_are_warnings_and_fail_where_that_is_set(judge: Judge) -> None:
    new = document(required=False)
    new["paths"]["/notes"]["delete"]["operationId"] = "clear"

    verdict, strict = judge(new), judge(new, **{"fails-on": "risky"})

    assert verdict is not None
    assert strict is not None
    assert (verdict.passed, strict.passed) == (True, False)
    assert [problem.severity for problem in (*verdict.problems, *strict.problems)] == ["warning", "error"]
    assert strict.threshold == "only safe changes"


def test_safe_changes_are_only_counted(judge: Judge) -> None:
    new = document(required=False)
    new["info"]["version"] = "2"

    verdict = judge(new)

    assert verdict is not None
    assert (verdict.passed, verdict.figure, verdict.problems) == (True, "1 safe", ())


@pytest.mark.parametrize(
    "place",
    [{}, {"operation": None, "pointer": "/paths/~1notes"}, {"pointer": "/paths/~1notes/parameters/0"}],
)
def test_an_exception_lets_a_change_pass_and_keeps_its_reason(judge: Judge, place: dict[str, Any]) -> None:
    verdict = judge(exceptions=excepted(**place))

    assert verdict is not None
    assert verdict.passed
    (problem,) = verdict.problems
    assert problem.severity == "note"
    assert f"excepted until {TOMORROW}: agreed with the users" in problem.details


def test_an_exception_holds_on_its_last_day(judge: Judge) -> None:
    verdict = judge(exceptions=excepted(expires=date.today()))

    assert verdict is not None
    assert verdict.passed


def test_an_expired_exception_covers_nothing_and_is_a_problem(judge: Judge) -> None:
    verdict = judge(exceptions=excepted(expires=YESTERDAY))

    assert verdict is not None
    assert not verdict.passed
    assert [(problem.rule, problem.severity) for problem in verdict.problems] == [
        ("XG317", "error"),
        ("XG398", "error"),
    ]
    assert verdict.problems[1].message == (
        "the exception 'parameter-became-required GET /notes' of [[tool.xapi.gate.contract.exceptions]] "
        f"expired on {YESTERDAY}"
    )


@pytest.mark.parametrize(
    "given",
    [{"operation": "PUT /notes"}, {"kind": "path-removed"}, {"pointer": "/paths/~1note"}],
)
def test_an_exception_that_covers_nothing_is_a_problem(judge: Judge, given: dict[str, Any]) -> None:
    verdict = judge(exceptions=excepted(**given))

    assert verdict is not None
    assert [problem.rule for problem in verdict.problems] == ["XG317", "XG397"]
    assert (
        "covers no change: remove it from [[tool.xapi.gate.contract.exceptions]]"
        in verdict.problems[1].message
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"fails-on": "safe"},
            "fails-on in [tool.xapi.gate.contract] of pyproject.toml: give one of breaking, risky",
        ),
        ({"exceptions": excepted(kind="path-remove")}, "not 'path-remove' (did you mean 'path-removed'?)"),
        ({"exceptions": excepted(reason=" ")}, "say in a sentence why the change is wanted"),
        ({"exceptions": excepted(operation=None)}, "name an operation (`GET /notes`) or a pointer"),
        ({"exceptions": excepted(expires="2027-01-31")}, "give a date, as 2027-01-31 without quotes"),
        ({"exceptions": excepted(expires=None)}, "give a date, as 2027-01-31 without quotes, not None"),
        ({"exceptions": excepted(until=TOMORROW)}, "unknown key 'until'"),
        ({"against": "nowhere.json"}, "nowhere.json: write it with `xapi contract update`"),
    ],
)
def test_settings_that_are_wrong_are_told(judge: Judge, values: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        judge(**values)
    assert told in str(refusal.value)


def test_without_a_contract_there_is_no_verdict(judge: Judge) -> None:
    assert judge(against=None) is None


@pytest.mark.parametrize(
    ("pyproject", "ini", "figure"),
    [
        ('[tool.xapi]\ncontract = "openapi.lock.json"\n', None, "1 breaking"),
        ('[tool.xapi]\ncontract = "openapi.lock.json"\n', "new.json", "no changes"),
        ('[tool.xapi]\ncontract = "new.json"\ngate.contract = "openapi.lock.json"\n', None, "1 breaking"),
        ('[tool.xapi.gate]\ncontract.against = "openapi.lock.json"\n', "new.json", "1 breaking"),
        ('[tool.xapi]\ncontract = "new.json"\ngate.contract = true\n', None, "no changes"),
        ('[tool.xapi]\ncontract = "new.json"\ngate.contract = false\n', None, None),
        ("", None, None),
    ],
)
def test_the_contract_is_named_in_tool_xapi_or_its_table_or_by_the_ini_option(
    judge: Judge, tmp_path: Path, pyproject: str, ini: str | None, figure: str | None
) -> None:
    (tmp_path / "pyproject.toml").write_text(pyproject)
    (tmp_path / "new.json").write_text(json.dumps(document(required=True)))
    app = {"document": document(required=True), "under_test": True, "places": {}}

    verdicts = registry.evaluate(
        read_file(tmp_path, ini).gates, {"apps": {"Notes": app | {"operations": {}, "undeclared": {}}}}
    )

    assert next((verdict.figure for verdict in verdicts if verdict.gate == "contract"), None) == figure


def test_of_several_apps_the_one_of_the_same_title_is_meant(judge: Judge) -> None:
    def app(title: str, required: bool) -> dict[str, Any]:
        return {"document": document(required=required, title=title), "places": {}, "under_test": True}

    verdict = judge(apps={"Notes": app("Notes", False), "Shop": app("Shop", True)})
    assert verdict is not None
    assert verdict.passed

    verdict = judge(apps={"Diary": app("Diary", False), "Shop": app("Shop", True)})
    assert verdict is not None
    assert not verdict.passed
    assert [(problem.rule, problem.message) for problem in verdict.problems] == [
        (
            "XG399",
            "the contract is that of 'Notes', and the apps under test are 'Diary', 'Shop': "
            "none of them is meant",
        )
    ]


def test_without_a_document_of_the_app_there_is_no_verdict(judge: Judge) -> None:
    assert judge(apps={"Notes": {"document": {}, "places": {}, "under_test": True}}) is None


@pytest.mark.parametrize("against", ["HEAD:openapi.lock.json", "git:HEAD:./openapi.lock.json"])
def test_the_contract_may_be_that_of_a_revision(judge: Judge, tmp_path: Path, against: str) -> None:
    for command in (
        ["git", "init", "--quiet", "."],
        ["git", "add", "openapi.lock.json"],
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True)
    (tmp_path / "openapi.lock.json").write_text(json.dumps(document(required=True)))

    verdict = judge(against=against)

    assert verdict is not None
    assert verdict.figure == "1 breaking"


def test_a_revision_that_is_not_there_is_told(judge: Judge, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "."], cwd=tmp_path, check=True)
    with pytest.raises(SettingsError, match=r"git has no main:openapi.lock.json in .*: fatal: "):
        judge(against="main:openapi.lock.json")


def test_without_git_that_is_told(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SettingsError, match=r"git cannot be run for main:openapi.lock.json: "):
        judge(against="main:openapi.lock.json")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.json", "{", "a.json cannot be read: "),
        ("a.yaml", "a: [", "a.yaml cannot be read: "),
        ("a.json", "[]", "a.json is no OpenAPI document: it has no `openapi`, the version"),
        ("a.json", '{"swagger": "2.0"}', "a.json is no OpenAPI document"),
        ("a.json", '{"openapi": "2.0"}', "a.json is of OpenAPI 2.0; only 3.0 and later can be compared"),
        ("a.json", "\ud800", "a.json cannot be read: "),
    ],
)
def test_a_file_that_is_no_document_is_told(
    judge: Judge, tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SettingsError) as refusal:
        judge(against=name)
    assert told in str(refusal.value)


def test_a_contract_may_be_yaml(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(json.dumps(document(required=False)))
    verdict = judge(against="a.yaml")
    assert verdict is not None
    assert verdict.figure == "1 breaking"
