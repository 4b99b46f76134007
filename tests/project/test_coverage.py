"""The table of what is covered of the reference: complete, of tests that exist, as generated."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def coverage(imported: Callable[[str, Path], ModuleType]) -> ModuleType:
    return imported("table", ROOT / "tests/reference/coverage_table.py")


def test_the_page_is_as_the_generator_writes_it(coverage: ModuleType) -> None:
    text = coverage.TABLE.read_text(encoding="utf-8")
    assert coverage.table(coverage.results_of(text)) == text, "`make coverage-table` is due"
    assert "fail" not in coverage.results_of(text).values()


def test_the_tests_that_the_table_names_exist(coverage: ModuleType) -> None:
    named = [selector for page in coverage.rows() for selector in coverage.selectors(page)]
    files = sorted({selector.partition("::")[0] for selector in named})
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert [name for name in named if not any(coverage.belongs(test, name) for test in collected)] == []


def test_a_row_passes_only_if_all_its_tests_were_run_and_passed(coverage: ModuleType) -> None:
    passed = dict.fromkeys(coverage.selectors("tutorial-body"), "passed")
    assert coverage.result("tutorial-body", passed) == "pass"
    for name in passed:
        assert coverage.result("tutorial-body", {**passed, name: "failed"}) == "fail"
        assert coverage.result("tutorial-body", {**passed, name: "skipped"}) == "fail"
        assert coverage.result("tutorial-body", {k: v for k, v in passed.items() if k != name}) == "fail"
