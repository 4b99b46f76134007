"""Where reports are written, and what is said when they cannot be."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import pytest

from pytest_xapi.reports import options, outputs
from pytest_xapi.reports.model import Report


@pytest.mark.parametrize("form", options.FORMS)
def test_every_form_is_written_to_its_file(form: str, report: Report, tmp_path: Path) -> None:
    path = tmp_path / "reports" / f"report.{form}"
    outputs.write(report, options.output(f"{form}:{path}"), _refuse)
    # The data file of coverage.py is no text: it has lines, and no rules.
    assert b"XG101" in path.read_bytes() or form in ("har", "coverage")
    assert os.listdir(path.parent) == [path.name]


def test_what_is_no_text_does_not_go_to_the_standard_output(report: Report) -> None:
    with pytest.raises(outputs.UnusableOutput, match="write coverage:PATH"):
        outputs.write(report, options.output("coverage:-"), _refuse)


def test_a_report_can_go_to_the_standard_output(report: Report) -> None:
    said: list[str] = []
    outputs.write(report, options.output("json:-"), said.append)
    assert json.loads("".join(said))["seed"] == 7


def test_annotations_go_to_the_standard_output_by_themselves(report: Report) -> None:
    said: list[str] = []
    outputs.write(report, options.output("github"), said.append)
    assert said[0].startswith("::error file=notes/main.py")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "pdf:x",
            "'pdf:x': there is no form 'pdf' of reports; there are json, html, sarif, har, markdown, github, "
            "coverage",
        ),
        ("html", "'html' names no file: write html:PATH, or html:- for the standard output"),
        ("json:", "'json:' names no file: write json:PATH, or json:- for the standard output"),
    ],
)
def test_an_output_that_cannot_be_meant_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        options.output(text)
    assert str(caught.value) == complaint


def test_a_file_that_cannot_be_written_is_named(report: Report, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "report.json"
    with pytest.raises(outputs.UnusableOutput, match=r"cannot write .*report\.json: "):
        outputs.write(report, options.Output("json", str(path)), _refuse)


def test_a_report_replaces_the_one_before_it(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    outputs.write(report, options.Output("json", str(path)), _refuse)
    assert json.loads(path.read_text(encoding="utf-8"))["xapi_report"] == 1
    assert os.listdir(tmp_path) == [path.name]


def test_html_without_jinja_says_what_to_install(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(outputs.UnusableOutput) as caught:
        outputs.write(report, options.Output("html", str(tmp_path / "report.html")), _refuse)
    assert 'pip install "xapi-framework[test]"' in str(caught.value)
    assert os.listdir(tmp_path) == []


def _refuse(text: str) -> None:
    raise AssertionError(f"nothing should be said: {text}")
