"""A suite before and after it moves to the client of xapi: what is changed, run, counted and said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import command, migration
from benchmarks.migration import Run, Size

TESTS = """
import pytest
{line}

async def app(scope, receive, send):
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"hello"}})

def test_it_answers():
    assert TestClient(app).get("/").text == "hello"

def test_the_module():
    assert TestClient.__module__.startswith({module!r})

@pytest.mark.skip
def test_skipped(): ...
"""


def project(folder: Path, module: str) -> Path:
    (folder / "tests").mkdir(parents=True)
    line = "from starlette.testclient import TestClient"
    (folder / "tests" / "test_it.py").write_text(TESTS.format(line=line, module=module))
    return folder


@pytest.fixture
def nothing_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "prepare", lambda name, tell: Path(sys.executable))


def test_one_line_changes_and_the_tests_run_with_the_other_client(tmp_path: Path) -> None:
    moved = project(tmp_path / "moved", module="xapi.")
    size = migration.move(moved)
    assert size == Size(lines=len(TESTS.splitlines()), changed=1)
    ran = migration.run(Path(sys.executable), moved)
    assert ran.passed == 2
    assert 0 < ran.in_tests < ran.whole


@pytest.mark.usefixtures("nothing_fetched")
def test_fewer_tests_that_pass_fail_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(migration, "fetch", lambda python, folder: project(folder, module="starlette."))
    assert command.main(["migration", "--rounds", "1"]) == 1
    title, _, headings, passed, lines, changed, *_ = capsys.readouterr().out.splitlines()
    assert title == "starlette-exporter==0.24.0, medians of 1"
    assert headings.split() == ["Starlette's", "client", "xapi's"]
    assert passed.split() == ["tests", "that", "pass", "2", "1"]
    assert lines.split()[-2:] == [str(len(TESTS.splitlines()))] * 2
    assert changed.split()[-1] == "1"


@pytest.mark.usefixtures("nothing_fetched")
def test_a_suite_that_cannot_be_run_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_tests(python: Path, folder: Path) -> Path:
        (folder / "tests").mkdir(parents=True)
        return folder

    monkeypatch.setattr(migration, "fetch", without_tests)
    assert command.main(["migration", "--rounds", "1"]) == 2
    assert "benchmarks: exit code 5: " in capsys.readouterr().err


def test_seconds_are_medians_and_tests_the_fewest() -> None:
    runs = [
        (Run(3, before, 2 * before), Run(passed, 1.0, 1.5)) for before, passed in ((1, 3), (9, 2), (2, 3))
    ]
    lines = migration.table(Size(lines=10, changed=1), runs).lines
    assert [list(line)[1:] for line in lines] == [
        ["3", "2"],
        ["10", "10"],
        ["", "1"],
        ["2.00", "1.00"],
        ["4.00", "1.50"],
    ]
