"""The comparison of libraries' tests: what counts as lost, its reasons, and the page of it."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import environments  # noqa: E402
import outcomes  # noqa: E402
import page  # noqa: E402

LIBRARY = environments.Library("lib", "1.0", fastapi="0.165.0", tests=("tests",))
CASES = {
    "fastapi": {"kept": "", "broken": "", "gone": "", "never": "<failure message='no'>no</failure>"},
    "xapi": {
        "kept": "",
        "broken": "<error message='AttributeError'>trace</error>",
        "never": "",
        "new": "<skipped message='why'/>",
    },
}


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of both runs of a library."""
    monkeypatch.setattr(environments, "WORK", tmp_path)
    (tmp_path / "lib").mkdir()
    for way, cases in CASES.items():
        told = "".join(
            f"<testcase classname='t' name='{name}'>{text}</testcase>" for name, text in cases.items()
        )
        (tmp_path / f"lib/{way}.xml").write_text(f"<testsuites><testsuite>{told}</testsuite></testsuites>")


@pytest.mark.usefixtures("results")
def test_lost_is_what_passed_and_does_not_any_more() -> None:
    lost = outcomes.lost(LIBRARY)
    assert lost.keys() == {"t::broken", "t::gone"}
    assert lost["t::gone"] is None
    assert lost["t::broken"] == outcomes.Outcome("failed", "AttributeError\ntrace")


@pytest.mark.usefixtures("results")
def test_each_loss_has_a_reason_or_is_a_fault() -> None:
    known = [page.Difference("lib", "broken$", "departure", "on purpose")]
    row = page.row_of(LIBRARY, known)
    assert row is not None
    assert (row.passed, row.kept) == (3, 1)
    assert row.reasons == {("departure", "on purpose"): 1, ("fault", "not looked into"): 1}


def test_parameters_that_are_named_at_random_are_paired_in_order() -> None:
    passed, failed = outcomes.Outcome("passed"), outcomes.Outcome("failed")
    before = {"t[1]": passed, "t[x-7]": passed, "t[x-9]": passed, "u": passed}
    after = {"t[1]": passed, "t[y-1]": failed, "t[y-2]": passed}
    assert outcomes.paired(before, after) == {"t[1]": passed, "t[x-7]": failed, "t[x-9]": passed, "u": None}


def test_what_was_not_run_has_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "WORK", tmp_path)
    assert page.row_of(LIBRARY, []) is None


@pytest.mark.usefixtures("results")
def test_what_misses_something_is_not_counted_and_says_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        page, "libraries", lambda: [LIBRARY, replace(LIBRARY, name="other", missing="A thing.")]
    )
    written = page.text()
    assert "| **1 libraries** |  |  | **3** | **1** |" in written
    assert "\nother 1.0 is not counted. A thing.\n" in written
    (environments.WORK / "lib").rename(environments.WORK / "other")
    assert (
        "other 1.0 is not counted: 1 of 3 tests that pass with FastAPI pass with xapi. A thing."
        in page.text()
    )


def test_the_page_is_of_the_libraries_in_the_table() -> None:
    found = {library.name: library.version for library in environments.libraries()}
    written = page.PAGE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w.-]+) \| ([\d][\w.]*) \|", written, re.MULTILINE))
    assert rows
    assert rows.items() <= found.items()
    assert all(difference.library in found for difference in page.differences())


def test_tests_of_ours_are_there() -> None:
    own = [test for library in environments.libraries() if library.is_own for test in library.tests]
    assert own
    assert [test for test in own if not (HERE / test).is_file()] == []
