"""SARIF as code scanning takes it: rules in words, regions, paths, and no error of a public checker."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates.contract.kinds import KINDS
from pytest_xapi.gates.rules.catalog import RULES
from pytest_xapi.reports import rule_texts, sarif
from pytest_xapi.reports.model import Problem, Report, SourceLocation, Verdict

Make = Callable[..., dict[str, Any]]

ROOT = Path(__file__).parents[3]
MULTITOOL = ROOT / "tests/typescript/node_modules/@microsoft/sarif-multitool/bin.js"
SOURCE = "import os\n\n    async def read_note(note_id: int) -> Note:  \n"


def run_of(report: Report) -> dict[str, Any]:
    (run,) = json.loads(sarif.written(report))["runs"]
    assert isinstance(run, dict)
    return run


def problem_at(*places: SourceLocation | None) -> Report:
    problems = tuple(
        Problem("XG102", "error", "not covered", f"GET /{number}", place=place, identity=str(number))
        for number, place in enumerate(places)
    )
    return Report(verdicts=(Verdict("coverage", False, "50 %", "90 %", problems),))


def physical(report: Report) -> list[dict[str, Any]]:
    return [result["locations"][0]["physicalLocation"] for result in run_of(report)["results"]]


def all_rules() -> set[str]:
    """The ids of all rules, as they stand in the code."""
    known = {kind.rule for kind in KINDS} | {rule.id for rule in RULES}
    for file in (ROOT / "pytest_xapi").rglob("*.py"):
        known |= set(re.findall(r'"(X[GF]\d{3})"', file.read_text(encoding="utf-8")))
    return known | {f"XG10{number}" for number in range(1, 7)}


def test_each_rule_has_words() -> None:
    for rule in all_rules():
        text = rule_texts.of(rule)
        assert text.id == rule
        assert "another version" not in text.summary, f"{rule} has no words"
        for sentence in (text.summary, text.meaning, text.fix):
            assert sentence.endswith("."), (rule, sentence)
        assert len(text.summary) <= 120
        assert text.uri.startswith("https://")
        assert ("security" in text.tags) == (text.security_severity is not None)


def test_a_rule_that_is_not_known_is_said_to_be_of_another_version() -> None:
    assert "another version of xapi: XF999" in rule_texts.of("XF999").summary
    assert rule_texts.of("ZZ1").id == "ZZ1"


@pytest.mark.parametrize(
    ("rule", "name", "level", "tags", "security"),
    [
        ("XF101", "NotAServerError", "error", ["property-tests"], None),
        ("XF103", "ObjectLevelAuthorization", "error", ["property-tests", "security"], "8.1"),
        ("XG344", "SecurityRemoved", "warning", ["gate", "contract", "security"], "7.5"),
        ("XG640", "NoRefSiblings", "warning", ["gate", "rules"], None),
        ("XG201", "UndeclaredStatus", "error", ["gate", "undeclared"], None),
    ],
)
def test_a_rule_is_described(rule: str, name: str, level: str, tags: list[str], security: str | None) -> None:
    verdict = Verdict("any", False, "1", "0", (Problem(rule, "error", "wrong"),))
    (described,) = run_of(Report(verdicts=(verdict,)))["tool"]["driver"]["rules"]
    assert (described["id"], described["name"]) == (rule, name)
    assert described["shortDescription"]["text"]
    assert described["fullDescription"]["text"].startswith(described["shortDescription"]["text"])
    assert described["helpUri"] in described["help"]["markdown"]
    assert "How to fix it" in described["help"]["text"]
    assert described["defaultConfiguration"] == {"level": level}
    assert described["properties"]["tags"] == tags
    assert described["properties"].get("security-severity") == security


def test_a_region_is_the_text_of_the_line(tmp_path: Path) -> None:
    (tmp_path / "notes.py").write_text(SOURCE)
    (found,) = physical(replace(problem_at(SourceLocation("notes.py", 3)), root=tmp_path))
    assert found["artifactLocation"] == {"uri": "notes.py", "uriBaseId": "%SRCROOT%"}
    assert found["region"] == {
        "startLine": 3,
        "startColumn": 5,
        "endLine": 3,
        "endColumn": 47,
        "snippet": {"text": "async def read_note(note_id: int) -> Note:"},
    }


@pytest.mark.parametrize("content", [None, "", "one line\n", "\n\n\n", b"\xff\n\xff\n\xff"])
def test_a_line_that_cannot_be_read_is_a_region_all_the_same(
    content: str | bytes | None, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "notes.py").write_bytes(content if isinstance(content, bytes) else content.encode())
    (found,) = physical(replace(problem_at(SourceLocation("notes.py", 3)), root=tmp_path))
    assert found["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3}


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("my notes/größe#1.py", "my%20notes/gr%C3%B6%C3%9Fe%231.py"),
        ("100%/main.py", "100%25/main.py"),
        ("../shared/main.py", "../shared/main.py"),
        ("a:b.py", "a%3Ab.py"),
    ],
)
def test_a_path_is_a_uri_relative_to_the_root(file: str, uri: str) -> None:
    (found,) = physical(problem_at(SourceLocation(file, 1)))
    assert found["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_file_elsewhere_has_a_uri_of_its_own(tmp_path: Path) -> None:
    (found,) = physical(replace(problem_at(SourceLocation("/site packages/main.py", 1)), root=tmp_path))
    assert found["artifactLocation"] == {"uri": "file:///site%20packages/main.py"}


@pytest.mark.parametrize(
    ("there", "shown"), [("tox.ini", "tox.ini"), ("pytest.ini", "pytest.ini"), ("", "pyproject.toml")]
)
def test_a_problem_without_a_line_stands_on_the_configuration(there: str, shown: str, tmp_path: Path) -> None:
    if there:
        (tmp_path / there).write_text("")
    (found,) = physical(replace(problem_at(None), root=tmp_path))
    assert found["artifactLocation"]["uri"] == shown
    assert found["region"]["startLine"] == 1


def test_the_root_is_where_the_relative_paths_begin(tmp_path: Path) -> None:
    run = run_of(replace(problem_at(None), root=tmp_path))
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == f"{tmp_path.as_uri()}/"
    assert "uri" not in run_of(problem_at(None))["originalUriBaseIds"]["%SRCROOT%"]


def test_a_result_says_what_was_sent(report: Report) -> None:
    (result,) = (one for one in run_of(report)["results"] if one["ruleId"] == "XF101")
    first, sent, *_ = result["message"]["text"].splitlines()
    assert first == "Server error [not_a_server_error]."
    assert sent == "POST /notes?per_page=0&q=%C3%A4 -> 500"
    fingerprint = result["partialFingerprints"]["xapi/v1"]
    assert result["partialFingerprints"]["primaryLocationLineHash"] == f"{fingerprint}:1"


def test_two_problems_on_one_line_are_two_alerts() -> None:
    one, other = run_of(problem_at(SourceLocation("a.py", 1), SourceLocation("a.py", 1)))["results"]
    assert one["partialFingerprints"] != other["partialFingerprints"]


def test_a_run_that_was_cut_short_says_so(record: Make) -> None:
    records = (
        {**record("GET /a random"), "cut": True, "unsent": ""},
        {
            **record("GET /b random"),
            "cut": False,
            "unsent": "its body is of a media type that nothing writes",
        },
        {**record("GET /c random"), "cut": False, "unsent": ""},
    )
    (invocation,) = run_of(Report(fuzz=records))["invocations"]
    assert invocation["executionSuccessful"] is True
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"]] == [
        "GET /a random: not all cases were sent: the time was up",
        "GET /b random: not all cases were sent: its body is of a media type that nothing writes",
    ]


@pytest.mark.parametrize(
    ("links", "uri"),
    [
        ([], "pkg:pypi/xapi-framework"),
        (["Changes, https://a.example/c"], "pkg:pypi/xapi-framework"),
        (["Homepage, https://a.example", "Documentation, https://a.example/docs"], "https://a.example/docs"),
        (["homepage,https://a.example"], "https://a.example"),
    ],
)
def test_the_tool_names_its_page(links: list[str], uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from email.message import Message

    found = Message()
    for link in links:
        found["Project-URL"] = link
    monkeypatch.setattr(metadata, "metadata", lambda name: found)
    assert run_of(Report())["tool"]["driver"]["informationUri"] == uri


@pytest.fixture
def checked(require: Callable[[bool, str], None], tmp_path: Path) -> Callable[[Report], list[str]]:
    """Gives what the SARIF Multitool says against a report: its errors and warnings."""
    tools = shutil.which("node") is not None and MULTITOOL.is_file()
    require(tools, "Node.js and the packages in tests/typescript are not both installed: run `make ci-deps`")
    # It would ask for the URIs that it reads, and there is nothing but this machine.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    environment = {**os.environ, **nowhere, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}

    def check(report: Report) -> list[str]:
        file = tmp_path / "report.sarif"
        file.write_text(sarif.written(report), encoding="utf-8")
        program = ("node", str(MULTITOOL), "validate", file.name, "--rule-kind", "Sarif;Ghas")
        done = subprocess.run(
            [*program, "--level", "Error;Warning", "--kind", "Fail"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Analysis completed successfully" in done.stdout, done.stdout + done.stderr
        return [line for line in done.stdout.splitlines() if re.search(r": (error|warning) \w*\d+:", line)]

    return check


def test_the_checker_finds_faults(
    checked: Callable[[Report], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "_ROOT", "")
    assert checked(problem_at(SourceLocation("a.py", 0)))


def test_a_public_checker_has_nothing_against_findings_with_lines(
    checked: Callable[[Report], list[str]], report: Report, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/main.py").write_text("\n" * 11 + "def read(): ...\n" + "\n" * 15 + "def add(): ...\n")
    assert checked(replace(report, root=tmp_path)) == []


def test_a_public_checker_has_nothing_against_findings_without_lines(
    checked: Callable[[Report], list[str]], finding: Make, record: Make
) -> None:
    found = [
        finding(file=None, line=None),
        finding(file="/elsewhere/a b.py", line=3, fingerprint="1", cause="b"),
    ]
    assert checked(Report(fuzz=(record("GET /notes random", *found),), seed=1)) == []


def test_a_public_checker_has_nothing_against_a_run_without_findings(
    checked: Callable[[Report], list[str]], record: Make
) -> None:
    assert checked(Report(fuzz=(record("GET /notes random"),), seed=1)) == []


def test_a_public_checker_has_nothing_against_any_rule(checked: Callable[[Report], list[str]]) -> None:
    problems = tuple(Problem(rule, "error", "wrong", identity=rule) for rule in sorted(all_rules()))
    assert checked(Report(verdicts=(Verdict("any", False, "1", "0", problems),))) == []
