"""Accepted findings: they fail nothing, need a reason, expire, and are told when nothing needs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_xapi.fuzz.test_findings import BUGGY

FILE = "--xapi-fuzz-baseline=accepted.toml"
UPDATE = "--xapi-fuzz-baseline-update"


@pytest.fixture
def accepted(app_module, fuzz, pytester: pytest.Pytester) -> Path:
    """The baseline of an app with one bug, its reason still to be written."""
    app_module(BUGGY)
    run = fuzz(FILE, UPDATE, "--xapi-fuzz-phase=boundary")
    assert run.outcomes == {"xapi::POST /items boundary": "failed"}
    file = pytester.path / "accepted.toml"
    assert f"baseline: 1 new in {file}; write the reasons, or the next run is refused" in run.output
    return file


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_entry_without_reason_is_refused(accepted: Path, fuzz) -> None:
    run = fuzz(FILE)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {accepted}: no reason for " in run.output
    assert "(POST /items: Server error); say why it is accepted, or delete the entry" in run.output


def test_an_accepted_finding_fails_nothing_and_is_counted(accepted: Path, fuzz) -> None:
    change(accepted, 'reason = ""', 'reason = "mended in May"\nexpires = 9999-12-31')
    run = fuzz(FILE, "--xapi-fuzz-failures=elsewhere")
    assert run.exit_code == 0
    assert " 0 findings, 1 accepted, seed 1" in run.output
    assert "baseline: " not in run.output
    (finding,) = run.records["POST /items boundary"]["findings"]
    assert finding["accepted"]


def test_an_expired_entry_accepts_nothing_and_is_told(accepted: Path, fuzz) -> None:
    change(accepted, 'reason = ""', 'reason = "mended in May"\nexpires = 2000-01-31')
    run = fuzz(FILE, "--xapi-fuzz-phase=boundary")
    assert run.outcomes == {"xapi::POST /items boundary": "failed"}
    assert "(POST /items: Server error) has expired on 2000-01-31" in run.output


def test_an_entry_that_nothing_needs_is_told_when_all_was_sent(
    accepted: Path, fuzz, pytester: pytest.Pytester
) -> None:
    change(accepted, 'reason = ""', 'reason = "mended in May"')
    change(pytester.path / "shop.py", "100 // item.size", "item.size")
    assert "was not found" not in fuzz(FILE, "--xapi-fuzz-phase=boundary").output
    assert "(POST /items: Server error) was not found: delete the entry" in fuzz(FILE).output


def test_an_update_leaves_what_is_there_as_it_is(accepted: Path, fuzz) -> None:
    change(accepted, 'reason = ""', 'reason = "mended in May"  # by hand')
    before = accepted.read_text(encoding="utf-8")
    run = fuzz(FILE, UPDATE, "--xapi-fuzz-phase=boundary")
    assert "baseline: 0 new in " in run.output
    assert accepted.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "--xapi-fuzz-baseline: cannot read {file}: No such file or directory"),
        ("[[accepted]]\nreason = 'x'\n", "{file}: an entry [[accepted]] has no 'fingerprint'"),
        ("accepted = 1\n", "{file} is not a baseline: 'int' object is not iterable"),
        (
            "[[accepted]]\nfingerprint = 'a'\nreason = 'x'\nexpires = 'soon'\n",
            "{file} is not a baseline: expires = 'soon' is not a date; write it as in 2026-12-31",
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_a_usage_error(
    text: str | None, message: str, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(BUGGY)
    file = pytester.path / "accepted.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    run = fuzz(FILE)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message.format(file=file)}" in run.output.splitlines()


def test_an_update_needs_a_file(app_module, fuzz) -> None:
    app_module(BUGGY)
    run = fuzz(UPDATE)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {UPDATE}: set the file with --xapi-fuzz-baseline FILE" in run.output
