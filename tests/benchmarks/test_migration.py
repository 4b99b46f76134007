"""Suites before and after they move to the client of xapi: what is changed, run, counted and said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import command, migration
from benchmarks.migration import Moved, Run, Size, Suite

SUITE = migration.SUITES["starlette-exporter"]
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
EITHER = "test_it_answers", "test_the_module"


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
    size = migration.move(SUITE, moved)
    assert size == Size(lines=len(TESTS.splitlines()), changed=1)
    ran = migration.run(Path(sys.executable), moved, "tests")
    assert ran.passed == {f"tests.test_it::{name}" for name in EITHER}
    assert ran.tests == 3
    assert 0 < ran.in_tests < ran.whole


def test_the_file_that_makes_the_client_changes_alone(tmp_path: Path) -> None:
    suite = Suite("some", "1.0", "tests/inner", {"before": "after"}, moved="../conftest.py")
    (tmp_path / "tests/inner").mkdir(parents=True)
    (tmp_path / "tests/conftest.py").write_text("before\n")
    (tmp_path / "tests/inner/test_it.py").write_text("before\n")
    assert migration.move(suite, tmp_path) == Size(lines=2, changed=1)
    assert (tmp_path / "tests/conftest.py").read_text() == "after\n"
    assert (tmp_path / "tests/inner/test_it.py").read_text() == "before\n"


@pytest.mark.usefixtures("nothing_fetched")
def test_a_test_that_is_lost_fails_the_run_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        migration, "fetch", lambda python, suite, folder: project(folder, module="starlette.")
    )
    assert command.main(["migration", "starlette-exporter", "--rounds", "1"]) == 1
    said = capsys.readouterr()
    title, _, _, line = said.out.splitlines()
    assert title == "Suites that are moved, medians of 1"
    assert line.split()[:6] == ["starlette-exporter", "0.24.0", "2", "1", str(len(TESTS.splitlines())), "1"]
    assert "starlette-exporter: tests.test_it::test_the_module" in said.err


@pytest.mark.usefixtures("nothing_fetched")
def test_a_suite_that_cannot_be_run_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_tests(python: Path, suite: Suite, folder: Path) -> Path:
        (folder / "tests").mkdir(parents=True)
        return folder

    monkeypatch.setattr(migration, "fetch", without_tests)
    assert command.main(["migration", "starlette-exporter", "--rounds", "1"]) == 2
    assert "benchmarks: exit code 5: " in capsys.readouterr().err


def test_an_unknown_suite_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["migration", "none"])
    assert "no suite is called none; there are starlette-exporter, " in capsys.readouterr().err


def test_seconds_are_medians_and_tests_the_fewest() -> None:
    every, fewer = frozenset("abc"), frozenset("ab")
    runs = [
        (Run(3, every, before, 2 * before), Run(3, passed, 1.0, 1.5))
        for before, passed in ((1, every), (9, fewer), (2, every))
    ]
    moved = Moved(SUITE, Size(lines=10, changed=1), runs)
    assert migration.table([moved], 3).lines == [
        ["starlette-exporter 0.24.0", "3", "2", "10", "1", "2.00", "1.00", "4.00", "1.50"]
    ]
    assert moved.lost == {"c"}


def test_each_suite_has_an_environment() -> None:
    requirements = Path(migration.__file__).parent / "requirements"
    assert {path.stem for path in requirements.glob("migration-*")} == {
        f"migration-{name}" for name in migration.SUITES
    }
