"""The page of a report in a browser that has no network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.reports import options, outputs
from pytest_xapi.reports.model import Problem, Report, SourceLocation, Table, Verdict


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
        "XG101",
        "error",
        "no test asks for it",
        "GET /notes/{note_id}",
        place=SourceLocation("notes/main.py", 12),
    )
    table = Table("API coverage", ("operation", "statuses"), (("GET /notes", "1 of 2"),))
    verdict = Verdict("coverage", False, "50 %", "90 %", (problem,), (table,))
    report = Report(verdicts=(verdict,), fuzz=(record,), seed=7)
    file = tmp_path / "report.html"
    outputs.write(report, options.Output("html", str(file)), print)
    return file.as_uri()


def test_the_page_shows_first_what_is_to_be_done(browser: Any, page: str) -> None:
    browser.open(page)
    assert browser.find("h1").text == "Failed"
    assert browser.texts("header li") == [
        "1 of 1 gate did not pass: coverage.",
        "Property tests: 1 finding (1 error) in 10 cases.",
    ]
    assert browser.texts("dd") == ["1", "10", "1", "1", "0", "0", "0"]
    first, second = browser.texts(".lead h3")
    assert first.split("\n") == ["1. Server error", "error"]
    assert second.split("\n") == ["2. No test requests the operation", "error"]
    assert "GET /notes?per_page=0 returned 500 Internal Server Error" in browser.texts(".lead")[0]
    browser.screenshot("first")


def test_the_page_shows_gates_problems_and_findings(browser: Any, page: str) -> None:
    browser.open(page)
    assert browser.find("#gate-table tr", "coverage").text.split() == [
        "coverage",
        "50",
        "%",
        "90",
        "%",
        "failed",
    ]
    browser.click(".finding summary", "Server error")
    assert browser.find(".finding pre.request", "Accept: */*").text.startswith("GET /notes?per_page=0")
    assert browser.find(".finding pre.answer").text.startswith("500 Internal Server Error")
    browser.click(".problem summary", "no test asks for it")
    browser.click("details summary", "API coverage")
    browser.find("details td", "1 of 2")
    browser.screenshot("report")


def test_the_problems_of_one_rule_are_shown_together(browser: Any, tmp_path: Path) -> None:
    problems = tuple(
        Problem(
            "XG620",
            "warning",
            f"it has no description {name}",
            f"GET /{name}",
            place=SourceLocation("a.py", 1),
        )
        for name in "abc"
    )
    single = Problem("XG601", "note", "the API has no description")
    report = Report(verdicts=(Verdict("rules", True, "3 warnings", "no errors", (*problems, single)),))
    file = tmp_path / "report.html"
    outputs.write(report, options.Output("html", str(file)), print)
    browser.open(file.as_uri())
    assert browser.texts("h2") == ["What to fix first", "Gates", "Gate rules: 4 problems"]
    assert len(browser.texts("details.problem")) == 2
    browser.click(".problem summary", "3 times")
    assert [text.splitlines()[0] for text in browser.texts(".one")] == [
        f"GET /{name} it has no description {name} a.py:1" for name in "abc"
    ]


def test_a_link_opens_what_it_leads_to(browser: Any, page: str) -> None:
    browser.open(page)
    assert not browser.driver.find_element("css selector", ".finding pre.answer").is_displayed()
    browser.click(".lead a", "Details")
    browser.find(".finding pre.answer")
    browser.click("#gate-table a", "coverage")
    assert browser.driver.current_url.endswith("#problems-coverage")


def test_each_link_within_the_page_leads_somewhere(browser: Any, page: str) -> None:
    browser.open(page)
    script = (
        "return [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
        ".filter(href => !document.getElementById(href.slice(1)))"
    )
    assert browser.driver.execute_script(script) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_screens_in_light_and_dark(browser: Any, page: str, scheme: str, width: int) -> None:
    with browser.as_device(width, scheme):
        browser.open(page)
        browser.driver.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert browser.driver.execute_script("return document.documentElement.scrollWidth") <= width
        colors = browser.driver.execute_script(
            "const of = one => getComputedStyle(document.querySelector(one));"
            "return [of('body').color, of('body').backgroundColor, of('.badge.error').color,"
            " of('.badge.error').backgroundColor, of('.place').color, of('pre').backgroundColor]"
        )
        text, background, badge, behind_badge, quiet, behind_code = map(luminance, colors)
        assert (text > background) == (scheme == "dark")
        # WCAG 2.2, success criterion 1.4.3 (AA).
        for one, other in (
            (text, background),
            (badge, behind_badge),
            (quiet, background),
            (text, behind_code),
        ):
            assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5
        browser.screenshot(f"report-{width}-{scheme}")
    assert browser.complaints() == []


def luminance(color: str) -> float:
    """The relative luminance of `rgb(...)`, as WCAG 2.2 defines it."""
    channels = [int(number) / 255 for number in re.findall(r"\d+", color)[:3]]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_what_the_app_sent_does_not_run(browser: Any, page: str) -> None:
    browser.open(page)
    browser.click(".finding summary", "Server error")
    assert browser.driver.title == "xapi: failed"
    assert browser.find("pre.answer", "<script>document.title='owned'</script>")
    assert browser.loaded() == []
    assert browser.complaints() == []
