"""The planted bugs of the buggy example are found."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "buggy"

BUGS = {
    1: {("GET /tickets", "not_a_server_error")},
    2: {("GET /tickets/{ticket_id}", "status_code_conformance")},
    3: {("GET /statistics", "response_schema_conformance")},
    4: {("DELETE /tickets/{ticket_id}", "content_type_conformance")},
    5: {
        ("POST /tickets", "negative_data_rejection"),
        ("PUT /tickets/{ticket_id}", "negative_data_rejection"),
    },
    6: {("POST /tickets/{ticket_id}/labels", "negative_data_rejection")},
    7: {
        ("PUT /tickets/{ticket_id}", "ignored_auth"),
        ("PUT /tickets/{ticket_id}", "missing_required_header"),
    },
    8: {("GET /tickets/{ticket_id}", "not_a_server_error")},
}
"""What finds each bug, by the number that its source gives it."""
BEHIND_CODE = {9: {("GET /references/{reference}", "not_a_server_error")}}
"""What only requests find that follow from the code."""


@pytest.fixture(autouse=True)
def example(pytester: pytest.Pytester) -> None:
    for path in EXAMPLE.iterdir():
        if path.is_dir():
            shutil.copytree(path, pytester.path / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, pytester.path)


def test_each_bug_is_named_in_its_source() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in EXAMPLE.rglob("*.py"))
    assert sorted(int(number) for number in re.findall(r"Bug (\d)", source)) == sorted(BUGS | BEHIND_CODE)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_all_bugs_are_found_and_nothing_else(seed: int, fuzz) -> None:
    run = fuzz(f"--xapi-seed={seed}", "-o", "addopts=--import-mode=importlib", cases=20)
    assert run.exit_code == pytest.ExitCode.TESTS_FAILED
    found = {number for number, marks in BUGS.items() if marks & run.findings}
    assert found == set(BUGS)
    assert run.findings <= set.union(*BUGS.values())


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_the_bug_behind_a_computed_condition_is_found_by_guided_requests(seed: int, fuzz) -> None:
    chosen = (f"--xapi-seed={seed}", "--xapi-op=GET /references/{reference}")
    arguments = (*chosen, "-o", "addopts=--import-mode=importlib")
    assert fuzz(*arguments, cases=20).findings == set()
    assert fuzz(*arguments, "--xapi-fuzz-phase=guided", cases=20).findings == BEHIND_CODE[9]


def test_the_crash_after_a_sequence_is_shown_with_the_deletion_before_it(fuzz) -> None:
    run = fuzz("-k", "stateful", "-o", "addopts=--import-mode=importlib")
    (finding,) = [
        finding
        for finding in run.records["stateful"]["findings"]
        if finding["operation"] == "GET /tickets/{ticket_id}" and finding["check"] == "not_a_server_error"
    ]
    assert finding["repeatable"]
    assert [step["method"] for step in finding["requests"]][-2:] == ["DELETE", "GET"]
    assert "AttributeError: 'NoneType' object has no attribute 'model_dump'" in run.output
