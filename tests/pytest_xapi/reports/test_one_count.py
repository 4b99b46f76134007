"""One run has one count: on the terminal, in each form of its report, and in JUnit XML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pytest_xapi.reports import json_form
from xapi.cli import main

APP = """
from starlette.responses import JSONResponse
from xapi import XAPI

app = XAPI(title="Pages")

def share(size: int) -> int:
    return 100 // size

@app.get("/pages")
def pages(size: int = 10) -> int:
    "Pages."
    return share(size)

@app.get("/books")
def books(size: int = 10) -> int:
    "Books."
    return share(size)

@app.get("/words")
def words() -> int:
    "Words."
    return JSONResponse("one")

@app.get("/letters")
def letters() -> int:
    "Letters."
    return JSONResponse("a", media_type="text/letter")

@app.get("/sound")
def sound() -> int:
    "Nothing is wrong with it."
    return 1
"""
SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["-p", "no:asyncio", "-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:schemathesis"]
[tool.xapi]
app = "pages:app"
fuzz_baseline = "accepted.toml"
"""
FUZZ = ("--xapi-fuzz", "--xapi-max-examples=3", "--xapi-fuzz-phase=boundary", "--xapi-fuzz-phase=random")
FORMS = ("json", "html", "sarif", "markdown", "github")
NAMES = ("operations", "cases", "findings", "errors", "warnings", "notes", "accepted")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with one exception that two operations reach, and with a finding that is accepted."""
    folder = pytester.path
    (folder / "pages.py").write_text(APP)
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "accepted.toml").write_text("")
    monkeypatch.chdir(folder)
    pytester.runpytest_inprocess(*FUZZ, "--xapi-op=GET /letters", "--xapi-fuzz-baseline-update")
    accepted = (folder / "accepted.toml").read_text()
    assert 'reason = ""' in accepted
    (folder / "accepted.toml").write_text(accepted.replace('reason = ""', 'reason = "known"'))
    return folder


@pytest.mark.usefixtures("fuzzing_imported")
@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["alone", "in two processes"])
def test_all_outputs_of_a_run_have_the_same_counts(
    processes: tuple[str, ...],
    project: Path,
    pytester: pytest.Pytester,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reports = [f"--xapi-report={form}:report.{form}" for form in FORMS]
    start = pytester.runpytest_subprocess if processes else pytester.runpytest_inprocess
    run: Any = start(*FUZZ, "--xapi-gate", *reports, "--junitxml=junit.xml", *processes)
    texts = {form: (project / f"report.{form}").read_text(encoding="utf-8") for form in FORMS}
    counts = json.loads(texts["json"])["counts"]

    assert tuple(counts) == NAMES
    assert (counts["operations"], counts["errors"]) == (5, 1)
    assert counts["accepted"] > 0
    assert counts["findings"] == counts["errors"] + counts["warnings"] + counts["notes"]
    assert counts["warnings"] > 0

    assert in_line(run.stdout.str()) == counts
    assert in_line(texts["markdown"]) == counts
    assert in_page(texts["html"]) == counts
    assert in_junit(project / "junit.xml") == counts
    assert in_sarif(texts["sarif"]) == counts
    assert annotated(texts["github"]) == (counts["errors"], counts["warnings"])
    assert f"{counts['findings']} new findings, {counts['accepted']} accepted" in run.stdout.str()

    capsys.readouterr()
    main(["report", "merge", "report.json", "--report", "json:merged.json"])
    assert in_line(capsys.readouterr().out) == counts
    merged = Path("merged.json").read_text(encoding="utf-8")
    assert json.loads(merged)["counts"] == counts
    assert json_form.read(merged).fuzz == json_form.read(texts["json"]).fuzz


def in_line(text: str) -> dict[str, int]:
    """The counts of the line that the terminal and the summary have."""
    (line,) = re.findall(r"\d+ operations?, \d+ cases?.*? findings?.*", text)
    return {
        name: int(found[1]) if (found := re.search(rf"(\d+) {name.removesuffix('s')}", line)) else 0
        for name in NAMES
    }


def in_page(page: str) -> dict[str, int]:
    found = re.findall(r"<dt>(\w+)</dt><dd>([\d,]+)</dd>", page)
    assert page.count('<details class="finding">') == sum(
        int(figure) for name, figure in found if name in ("findings", "accepted")
    )
    return {name: int(figure.replace(",", "")) for name, figure in found}


def in_junit(file: Path) -> dict[str, int]:
    properties = ElementTree.parse(file).iter("property")
    found = {one.get("name", ""): one.get("value", "") for one in properties}
    assert found["xapi_seed"] == "1"
    return {name: int(found[f"xapi_{name}"]) for name in NAMES}


def in_sarif(text: str) -> dict[str, int]:
    (run,) = json.loads(text)["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    levels = [
        result["level"]
        for result in run["results"]
        if "property-tests" in rules[result["ruleId"]]["properties"]["tags"]
    ]
    counts: dict[str, int] = run["properties"]["counts"]
    assert (levels.count("error"), levels.count("warning")) == (counts["errors"], counts["warnings"])
    assert len(levels) == counts["findings"]
    return counts


def annotated(text: str) -> tuple[int, int]:
    return tuple(len(re.findall(rf"^::{level} .*title=XF", text, re.M)) for level in ("error", "warning"))  # type: ignore[return-value]


def test_a_cause_is_one_result_whatever_gates_tell_of_it(
    finding: Callable[..., dict[str, Any]], record: Callable[..., dict[str, Any]]
) -> None:
    from pytest_xapi.reports import contents
    from pytest_xapi.reports.model import Report, Verdict

    found = [finding(), finding(operation="GET /pages")]
    told = [contents.as_problem(one) for one in found]
    found = [{**one, "fingerprint": problem.fingerprint} for one, problem in zip(found, told, strict=True)]
    verdicts = (Verdict("undeclared", False, "2", "none", tuple(told)),)
    report = Report(verdicts=verdicts, fuzz=(record("stateful", *found),), seed=1)
    assert contents.problems(report) == [told[0]]
