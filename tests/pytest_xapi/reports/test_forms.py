"""The forms of a report: JSON, SARIF, HAR, annotations, Markdown and HTML."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.reports import (
    contents,
    github,
    har,
    headline,
    html,
    json_form,
    markdown,
    priorities,
    sarif,
)
from pytest_xapi.reports.model import Problem, Report, Verdict

Make = Callable[..., dict[str, Any]]


def test_a_report_comes_back_from_json_as_it_was(report: Report) -> None:
    assert json_form.read(json_form.written(report)) == report


def test_an_empty_report_comes_back_from_json_as_it_was() -> None:
    assert json_form.read(json_form.written(Report())) == Report()


def test_the_json_form_says_whether_the_run_passed_and_names_problems_by_fingerprint(report: Report) -> None:
    written = json.loads(json_form.written(report))
    assert written["passed"] is False
    (problem,) = written["verdicts"][0]["problems"]
    assert problem["fingerprint"] == report.verdicts[0].problems[0].fingerprint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "it is not JSON (Expecting property name"),
        ("[]", "it is not a report of xapi: it has no key `xapi_report`"),
        ('{"openapi": "3.1.0"}', "it is not a report of xapi: it has no key `xapi_report`"),
        (
            '{"xapi_report": 99, "version": "9.0"}',
            "it has the format 99 (xapi 9.0), and this version reads the format 1: write it anew",
        ),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(json_form.NoReport) as caught:
        json_form.read(text)
    assert complaint in str(caught.value)


def test_a_fingerprint_stays_when_the_line_and_the_words_change(report: Report) -> None:
    (problem,) = report.verdicts[0].problems
    assert replace(problem, place=None, message="in other words").fingerprint == problem.fingerprint
    assert replace(problem, identity="405").fingerprint != problem.fingerprint
    assert replace(problem, operation="GET /notes").fingerprint != problem.fingerprint
    assert replace(problem, rule="XG102").fingerprint != problem.fingerprint


def test_problems_are_listed_once_with_errors_first(report: Report) -> None:
    rules = [problem.rule for problem in contents.problems(report)]
    assert rules == ["XG101", "XF101", "XG601"]


def test_an_accepted_finding_is_no_problem(finding: Make, record: Make) -> None:
    report = Report(fuzz=(record("GET /notes random", finding(accepted=True)),))
    assert contents.problems(report) == []
    assert [cause.is_accepted for cause in contents.causes(report.fuzz)] == [True]


def test_sarif_puts_each_problem_on_the_line_of_its_handler(report: Report) -> None:
    log = json.loads(sarif.written(report))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["XF101", "XG101", "XG601"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        assert len(result["partialFingerprints"]["xapi/v1"]) == 16
    first, second, third = run["results"]
    assert first["level"] == "error"
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "notes/main.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 12, "startColumn": 1, "endLine": 12},
            },
            "logicalLocations": [
                {"fullyQualifiedName": "GET /notes/{note_id}", "kind": "resource"},
                {"fullyQualifiedName": "/paths/~1notes~1{note_id}/get/responses/404", "kind": "element"},
            ],
        }
    ]
    assert second["message"]["text"].endswith("division by <b>zero</b>")
    assert third["level"] == "warning"
    # Code hosts refuse results without a file.
    artifact = third["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == "pyproject.toml"


@pytest.mark.parametrize(
    ("workspace", "file"),
    [
        ("/repo", "services/notes/notes/main.py"),
        ("/repo/services/notes", "notes/main.py"),
        ("/elsewhere", "notes/main.py"),
        ("", "notes/main.py"),
    ],
)
def test_annotations_name_files_relative_to_the_workspace(
    workspace: str, file: str, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", workspace)
    first, *_ = github.written(replace(report, root=Path("/repo/services/notes"))).splitlines()
    assert first.startswith(f"::error file={file},line=12,")
    assert github.written(report).startswith("::error file=notes/main.py,line=12,")


def test_a_finding_of_several_items_and_operations_is_annotated_once(finding: Make, record: Make) -> None:
    other = finding(operation="GET /pages", fingerprint="beef")
    report = Report(
        fuzz=(record("GET /notes boundary", finding()), record("stateful", finding(), other)), seed=1
    )
    assert len(github.written(report).splitlines()) == 1


def test_of_many_annotations_the_worst_come_first_and_the_rest_is_told(finding: Make, record: Make) -> None:
    found = [
        *(finding(severity="warning", cause=f"w{number}", rule="XF111") for number in range(3)),
        *(finding(cause=f"e{number}", rule="XF106") for number in range(11)),
        finding(cause="z", rule="XF103"),
    ]
    for number, one in enumerate(found):
        one["fingerprint"] = str(number)
    first, *lines = github.written(Report(fuzz=(record("stateful", *found),), seed=1)).splitlines()
    assert first == (
        "::notice title=xapi report::15 problems: GitHub shows 10 errors, warnings and notices of a step; "
        "all of them are in its log"
    )
    assert len(lines) == 15
    assert "title=XF103" in lines[0]
    assert [line.startswith("::error") for line in lines] == [True] * 12 + [False] * 3


def test_annotations_have_file_line_and_title_and_are_escaped(report: Report) -> None:
    error, fault, warning = github.written(report).splitlines()
    assert error == (
        "::error file=notes/main.py,line=12,title=XG101 GET /notes/{note_id}"
        "::no test has made GET /notes/{note_id} answer 404"
    )
    assert fault.startswith("::error file=notes/main.py,line=28,title=XF101 GET /notes::Server error")
    assert warning == "::warning title=XG601::GET /notes has no description, 100%25: really%0Aone%0Atwo"


def test_a_title_cannot_end_an_annotation_early() -> None:
    problem = Problem("XG1", "note", "text", operation="GET /a:b,c")
    report = Report(verdicts=(_verdict(problem),))
    assert github.written(report) == "::notice title=XG1 GET /a%3Ab%2Cc::text\n"


def test_annotations_are_warnings_where_gates_only_warn(report: Report) -> None:
    lines = github.written(replace(report, only_warns=True)).splitlines()
    assert all(line.startswith("::warning ") for line in lines)


def test_har_has_the_exchanges_of_each_finding_once(report: Report) -> None:
    log = json.loads(har.written(report))["log"]
    assert log["version"] == "1.2"
    assert [page["title"] for page in log["pages"]] == ["XF101 Server error: GET /notes"]
    (entry,) = log["entries"]
    assert entry["pageref"] == log["pages"][0]["id"]
    assert entry["time"] == 12.5
    request: dict[str, Any] = entry["request"]
    assert request["url"] == "http://testserver/notes?per_page=0&q=%C3%A4"
    assert request["queryString"] == [{"name": "per_page", "value": "0"}, {"name": "q", "value": "ä"}]
    assert request["cookies"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    assert request["postData"] == {
        "mimeType": "application/json",
        "text": '{"a": "<script>alert(1)</script>"}',
    }
    response = entry["response"]
    assert (response["status"], response["statusText"]) == (500, "Internal Server Error")
    assert response["cookies"] == [{"name": "s", "value": "1"}]
    assert response["content"] == {
        "size": 2,
        "mimeType": "text/plain",
        "text": "/wA=",
        "encoding": "base64",
    }


def test_markdown_has_the_table_of_gates_and_the_problems(report: Report) -> None:
    lines = markdown.written(report).splitlines()
    assert lines[0] == "## xapi: failed"
    assert "| coverage | 87 % | 90 % | ❌ failed |" in lines
    assert "| rules | 1 warning | no errors | ✅ passed |" in lines
    assert "Property tests: 1 operation, 20 cases, 1 finding (1 error), seed 7." in lines
    assert (
        "- ❌ **XG101** `GET /notes/{note_id}`: no test has made GET /notes/{note\\_id} answer 404 "
        "(notes/main.py:12)"
    ) in lines


def test_markdown_does_not_grow_without_end() -> None:
    problems = tuple(Problem("XG1", "error", f"number {number}") for number in range(250))
    text = markdown.written(Report(verdicts=(replace(_verdict(), problems=problems),)))
    assert "- ... and 150 more" in text.splitlines()
    assert "   and 246 more messages<br>" in text.splitlines(), "one rule is one thing to fix"
    assert text.count("number ") == 104


def test_markdown_begins_with_what_to_do(report: Report) -> None:
    text = markdown.written(replace(report, tests_failed=True))
    order = [
        "## xapi: failed",
        "- 1 of 2 gates did not pass: coverage.",
        "- Property tests: 1 finding (1 error) in 20 cases.",
        "- Tests of this run failed.",
        "### What to fix first",
        "1. ❌ **Server error** (XF101)",
        "   `GET /notes` at notes/main.py:28<br>",
        "ZeroDivisionError at notes/main.py:30",
        "   `POST /notes?per_page=0&q=%C3%A4 -> 500`<br>",
        "   **Fix:** Handle the case",
        "curl -i 'http://127.0.0.1:8000/notes?per_page=0'",
        "2. ❌ **No test requests the operation** (XG101)",
        "3. ⚠️ ",
        "### Gates",
        "<details>",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


@pytest.mark.parametrize("text", ["a`b", "``", "`a", "a\nb", "\x1b[31m", "<b>*_[x](y)"])
def test_markdown_of_what_the_app_answered_stays_text(text: str, finding: Make, record: Make) -> None:
    markup = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    found = finding(operation=f"GET /{text}", message=text, title=text, curl=f"curl '{text}'")
    written = markdown.written(Report(fuzz=(record("GET /notes random", found),), seed=1))
    page = markup.render(written)
    assert "\x1b" not in page
    assert "<b>" not in page.replace("<b></b>", "")
    assert "<em>" not in page
    assert page.count("<h3>") == 1


def test_markdown_links_lines_where_github_runs(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "shop/api")
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert "https://git.example" not in markdown.written(report)
    monkeypatch.setenv("GITHUB_SHA", "c0ffee")
    link = "[notes/main.py:28](https://git.example/shop/api/blob/c0ffee/notes/main.py#L28)"
    assert link in markdown.written(report)
    monkeypatch.setenv("GITHUB_WORKSPACE", "/repo")
    in_folder = replace(report, root=Path("/repo/a b"))
    assert "blob/c0ffee/a%20b/notes/main.py#L28)" in markdown.written(in_folder)


@pytest.mark.parametrize(
    ("changed", "title", "first"),
    [
        ({}, "Failed", "1 of 2 gates did not pass: coverage."),
        (
            {"only_warns": True},
            "Passed with warnings",
            "1 of 2 gates did not pass: coverage. They only warn.",
        ),
        ({"verdicts": (), "fuzz": ()}, "Passed", "The run had no gates and no property tests."),
        ({"verdicts": (), "fuzz": (), "tests_failed": True}, "Failed", "Tests of this run failed."),
        ({"gaps": ("shard 2 of 2 is missing",)}, "Failed", "Incomplete: shard 2 of 2 is missing."),
    ],
)
def test_the_headline_says_why(changed: dict[str, Any], title: str, first: str, report: Report) -> None:
    changed_report = replace(report, **changed)
    assert headline.title(changed_report) == title
    assert next(headline.reasons(changed_report)) == first


def test_what_lets_somebody_in_is_fixed_first(finding: Make, record: Make) -> None:
    found = [
        finding(),
        finding(rule="XF113", severity="warning", cause="a", fingerprint="1"),
        finding(rule="XF102", cause="b", fingerprint="2"),
        finding(rule="XF110", cause="c", fingerprint="3"),
        finding(rule="XF102", cause="d", fingerprint="4", accepted=True),
    ]
    leads = priorities.leads(Report(fuzz=(record("stateful", *found),), seed=1))
    assert [lead.rule.id for lead in leads] == ["XF102", "XF110", "XF101"]


def test_a_message_of_several_problems_is_shown_once(report: Report) -> None:
    problems = [Problem("XG620", "warning", "it has no description", f"GET /{number}") for number in range(9)]
    (lead,) = priorities.leads(Report(verdicts=(_verdict(*problems),)))
    assert lead.lines == ("it has no description",)
    assert len(lead.operations) == 9


def test_a_note_is_nothing_to_begin_with(report: Report) -> None:
    note = replace(_verdict(Problem("XG601", "note", "the API has no description")), passed=True)
    assert priorities.leads(Report(verdicts=(note,))) == []


def test_the_page_escapes_what_the_app_sent(report: Report) -> None:
    page = html.written(report)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "division by &lt;b&gt;zero&lt;/b&gt;" in page


def test_the_page_loads_nothing(report: Report) -> None:
    page = html.written(report)
    for word in ("src=", "<link", "@import", "url("):
        assert word not in page


def test_the_page_cuts_long_bodies(finding: Make, record: Make) -> None:
    exchange = finding()["exchanges"][0]
    exchange = {**exchange, "answer": {**exchange["answer"], "body": "x" * 50_000}}
    page = html.written(Report(fuzz=(record("GET /notes random", finding(exchanges=[exchange])),)))
    assert "x... (50000 characters)" in page
    assert page.count("x" * 100) == 100, "cut, and there once"


def test_the_page_of_an_older_report_is_written(finding: Make, record: Make) -> None:
    found = finding()
    assert "traceback" not in found
    assert "Server error" in html.written(Report(fuzz=(record("GET /notes random", found),), seed=1))
    newer = finding(traceback="notes/main.py:30: in count\nZeroDivisionError: <b>")
    page = html.written(Report(fuzz=(record("GET /notes random", newer),), seed=1))
    assert "in count\nZeroDivisionError: &lt;b&gt;" in page


def _verdict(*problems: Problem) -> Verdict:
    return Verdict("coverage", passed=False, figure="", threshold="", problems=problems)
