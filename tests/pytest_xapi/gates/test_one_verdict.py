"""The same project gets the same verdict alone, in two processes, and from two shards that are merged."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.reports import json_form
from pytest_xapi.reports.model import Report
from xapi.cli import main

SOUND = """
from sqlalchemy import NullPool, create_engine, text
from starlette.responses import JSONResponse
from xapi import XAPI

app = XAPI(title="Pages", openapi_tags=[{"name": "pages"}])
engine = create_engine("sqlite://", poolclass=NullPool)


@app.get("/pages", tags=["pages"])
def pages(size: int = 10) -> int:
    "Count pages."
    return 100 // (size or 1)


@app.get("/authors")
def authors(name: str = "") -> int:
    "Count authors."
    with engine.connect() as connection:
        for _ in range(2):
            connection.execute(text("select 1"))
    return 1


@app.get("/words")
def words() -> int:
    "Count words."
    return JSONResponse(1)
"""
FAULTS = {
    "coverage": ('"/words"', '"/words", responses={404: {"description": "No words."}}'),
    "undeclared": ("JSONResponse(1)", 'JSONResponse("one")'),
    "contract": ('name: str = ""', "name: str"),
    "fuzz": ("(size or 1)", "size"),
    "budgets": ("range(2)", "range(3)"),
    "rules": ('[{"name": "pages"}]', '[{"name": "pages"}] * 2'),
}
"""For each gate something in the app that it does not let pass."""
TESTS = """
def test_pages(client):
    assert client.get("/pages").json() == 10

def test_authors(client):
    assert client.get("/authors?name=a").json() == 1
    assert client.get("/authors").status_code in (200, 422)

def test_words(client):
    assert client.get("/words").is_success
"""
SETTINGS = """
[tool.pytest.ini_options]
addopts = ["-p", "no:asyncio", "-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:schemathesis"]
pythonpath = ["."]

[tool.xapi]
app = "main:app"
contract = "openapi.lock.json"

[tool.xapi.gate]
coverage = {fail-under = {operations = 100, statuses = 90}, allow = ["GET /authors: 422*"]}
budgets = {queries = 2}
"""
GATED = ("--xapi-gate", "--xapi-fuzz", "--xapi-seed=1", "--xapi-max-examples=3")
Problems = set[tuple[Any, ...]]


@dataclass(frozen=True)
class Outcome:
    """What a run, or a merge, ends as."""

    code: int
    report: Report

    @property
    def table(self) -> list[tuple[str, str, str, bool]]:
        """The table of verdicts."""
        return [
            (verdict.gate, verdict.figure, verdict.threshold, verdict.passed)
            for verdict in self.report.verdicts
        ]

    @property
    def problems(self) -> Problems:
        """What is wrong, and where."""
        return {
            (
                verdict.gate,
                problem.rule,
                problem.severity,
                problem.fingerprint,
                problem.pointer,
                problem.place,
            )
            for verdict in self.report.verdicts
            for problem in verdict.problems
        }


@pytest.fixture(params=["sound", "faulty"])
def failing(request: pytest.FixtureRequest, pytester: pytest.Pytester, monkeypatch: Any) -> set[str]:
    """Write a project with a contract, and perhaps with faults; the gates that do not pass."""
    folder = pytester.path
    (folder / "main.py").write_text(SOUND)
    (folder / "test_main.py").write_text(TESTS)
    (folder / "pyproject.toml").write_text(SETTINGS)
    subprocess.run([sys.executable, "-m", "xapi", "contract", "update"], cwd=folder, check=True)
    monkeypatch.chdir(folder)
    if request.param == "sound":
        return set()
    for old, new in FAULTS.values():
        text = (folder / "main.py").read_text()
        assert old in text
        (folder / "main.py").write_text(text.replace(old, new))
    return set(FAULTS)


@pytest.mark.usefixtures("fuzzing_imported")
def test_a_verdict_is_the_same_alone_in_processes_and_from_shards(
    pytester: pytest.Pytester, failing: set[str]
) -> None:
    def run(name: str, *arguments: str, start: Any = pytester.runpytest_inprocess) -> Outcome:
        # What one run has stored is not for the next one.
        shutil.rmtree(pytester.path / ".xapi", ignore_errors=True)
        code = start(*GATED, *arguments, f"--xapi-report=json:{name}.json").ret
        return outcome(code, pytester.path / f"{name}.json")

    alone = run("alone")
    processes = run("processes", "-n", "2", start=pytester.runpytest_subprocess)
    run("1", "--xapi-shard=1/2")
    run("2", "--xapi-shard=2/2")
    code = main(["report", "merge", "1.json", "2.json", "--report", "json:merged.json"])
    merged = outcome(code, pytester.path / "merged.json")

    assert {gate for gate, _, _, passed in alone.table if not passed} == failing
    assert [gate for gate, *_ in alone.table] == list(FAULTS)
    assert alone.code == (1 if failing else 0)
    for other in (processes, merged):
        assert other.table == alone.table
        assert other.problems == alone.problems
        assert other.code == alone.code


def outcome(code: int, file: Path) -> Outcome:
    return Outcome(code, json_form.read(file.read_text(encoding="utf-8")))
