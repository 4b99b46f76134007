"""The page of a report in a browser that has no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.reports import options, outputs
from pytest_xapi.reports.model import Place, Problem, Report, Table, Verdict


@pytest.fixture
def page(tmp_path: Path) -> str:
    exchange = {
        "request": {
            "method": "GET",
            "target": "/notes?per_page=0",
            "headers": [["Accept", "*/*"]],
            "body": "",
        },
        "answer": {
            "status": 500,
            "headers": [],
            "body": "<script>document.title='owned'</script>",
            "seconds": 0.1,
        },
    }
    finding = {
        "fingerprint": "f00d", "cause": "ZeroDivisionError", "rule": "XF101", "severity": "error",
        "operation": "GET /notes", "check": "not_a_server_error", "title": "Server error", "message": "",
        "repeatable": True, "accepted": False, "file": "notes/main.py", "line": 28, "curl": "curl -i /notes",
        "python": "def test(client): ...", "rerun": "pytest --xapi-fuzz", "exchanges": [exchange],
    }  # fmt: skip
    record = {
        "item": "GET /notes random",
        "cases": 10,
        "seconds": 0.5,
        "answers": {"GET /notes": {"500": 10}},
        "findings": [finding],
    }
    problem = Problem(
        "XG101", "error", "no test asks for it", "GET /notes/{note_id}", place=Place("notes/main.py", 12)
    )
    table = Table("API coverage", ("operation", "statuses"), (("GET /notes", "1 of 2"),))
    verdict = Verdict("coverage", False, "50 %", "90 %", (problem,), (table,))
    report = Report(verdicts=(verdict,), fuzz=(record,), seed=7)
    file = tmp_path / "report.html"
    outputs.write(report, options.Output("html", str(file)), print)
    return file.as_uri()


def test_the_page_shows_gates_problems_and_findings(browser: Any, page: str) -> None:
    browser.open(page)
    assert browser.find("h1").text.startswith("Failed")
    assert browser.find("tbody tr", "coverage").text.split() == ["coverage", "50", "%", "90", "%", "failed"]
    assert browser.find(".finding summary", "Server error")
    assert browser.find(".finding pre.request", "Accept: */*")
    browser.click(".problem summary", "no test asks for it")
    browser.click("details summary", "API coverage")
    browser.find("details td", "1 of 2")
    browser.screenshot("report")


def test_what_the_app_sent_does_not_run(browser: Any, page: str) -> None:
    browser.open(page)
    assert browser.driver.title == "xapi: failed"
    assert browser.find("pre.answer", "<script>document.title='owned'</script>")
    assert browser.loaded() == []
    assert browser.complaints() == []
