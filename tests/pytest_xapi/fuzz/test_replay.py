"""Failures are stored, sent first in later runs, and sent again by their key, also in a new checkout."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_xapi.fuzz.collection import store
from tests.pytest_xapi.fuzz.test_authorization import ADMIN, NOTES, TWO_USERS, conftest
from tests.pytest_xapi.fuzz.test_findings import BUGGY, DELETED
from tests.pytest_xapi.fuzz.test_mass_assignment import source as members
from tests.pytest_xapi.fuzz.test_shared_causes import CONFTEST as KEY
from tests.pytest_xapi.fuzz.test_shared_causes import GUARDED, SOME_METHODS
from tests.pytest_xapi.fuzz.test_watch import SHARED, USERS


def replay_line(output: str, phase: str) -> list[str]:
    lines = output.partition(f" {phase} _")[2].splitlines()
    return shlex.split(next(line for line in lines if "--xapi-replay" in line))


def run_as_printed(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("source", "phase", "operation"),
    [(BUGGY, "boundary", "POST /items"), (DELETED, "stateful", "GET /items/{item_id}")],
    ids=["one request", "a sequence"],
)
def test_the_line_that_a_failure_prints_works_as_printed_in_a_new_checkout(
    source: str, phase: str, operation: str, app_module, fuzz, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    app_module(source)
    command = replay_line(fuzz(f"--xapi-fuzz-phase={phase}").output, phase)
    assert command[:4] == ["pytest", "--xapi-fuzz", "--xapi-op", operation]
    for name in ("shop.py", "tox.ini"):
        shutil.copy(pytester.path / name, tmp_path)
    shutil.copytree(pytester.path / ".xapi", tmp_path / ".xapi")
    again = run_as_printed(command, tmp_path)
    assert again.returncode == pytest.ExitCode.TESTS_FAILED, again.stdout + again.stderr
    assert f"FAILED xapi::{operation} replay" in again.stdout
    assert "1 failed" in again.stdout


def test_a_short_key_holds_all_that_is_needed(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(BUGGY)
    command = replay_line(fuzz("--xapi-fuzz-phase=boundary").output, "boundary")
    shutil.rmtree(pytester.path / ".xapi")
    assert command[-1].startswith("x1-")
    again = fuzz(*command[2:])
    assert again.outcomes == {"xapi::POST /items replay": "failed"}


def test_a_recorded_failure_is_sent_first_until_it_is_mended(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(BUGGY)
    fuzz("--xapi-fuzz-phase=boundary")
    (file,) = pytester.path.glob(".xapi/failures/*.json")
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert (stored["operation"], stored["check"]) == ("POST /items", "not_a_server_error")
    run = fuzz()
    assert next(iter(run.outcomes.items())) == ("xapi::POST /items replay", "failed")
    assert run.records["POST /items replay"]["cases"] == 1
    # What several items find is one finding.
    assert " 1 finding (1 error), seed 1" in run.output
    source = pytester.path.joinpath("shop.py")
    source.write_text(
        source.read_text(encoding="utf-8").replace("100 // item.size", "item.size"), encoding="utf-8"
    )
    mended = fuzz()
    assert set(mended.outcomes.values()) == {"passed"}
    assert "xapi::POST /items replay" in mended.outcomes


def test_a_recorded_failure_of_what_the_document_no_longer_has_is_skipped_and_told(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(DELETED)
    assert ("GET /items/{item_id}", "not_a_server_error") in fuzz("--xapi-fuzz-phase=stateful").findings
    file = pytester.path / "shop.py"
    file.write_text(file.read_text().replace('post("/items"', 'post("/things"'))
    run = fuzz("--xapi-fuzz-phase=replay", "--xapi-fuzz-phase=boundary")
    assert run.outcomes["xapi::GET /items/{item_id} replay"] == "skipped"
    assert run.outcomes["xapi::GET /items/{item_id} boundary"] == "passed"
    assert "the document no longer has POST /items, of which the failure has a request" in run.output


def test_a_key_of_nothing_is_a_usage_error(app_module, fuzz) -> None:
    app_module(BUGGY)
    run = fuzz("--xapi-op=POST /items", "--xapi-replay=0123")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: --xapi-replay: no stored failure '0123': there is no file " in run.output
    assert "copy it from the machine where it failed" in run.output
    run = fuzz("--xapi-op=POST /items", "--xapi-replay=x1-abc")
    assert (
        "--xapi-replay: 'x1-abc' is not a key of a stored failure; check that it was copied completely"
        in run.output
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting property name"),
        ('{"version": 9}', "version 9 is not known"),
        ('{"version": 1, "operation": "GET /", "steps": []}', "it names no operation or has no steps"),
        ("{}", "KeyError('version')"),
    ],
)
def test_a_file_that_is_no_stored_failure_is_a_usage_error(
    text: str, reason: str, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(BUGGY)
    folder = pytester.mkdir("kept")
    folder.joinpath("a.json").write_text(text, encoding="utf-8")
    run = fuzz("--xapi-fuzz-failures=kept")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"kept/a.json is not a stored failure: {reason}" in run.output


def test_a_long_key_is_that_of_a_file(
    app_module, fuzz, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LONGEST_KEY", 0)
    app_module(BUGGY)
    command = replay_line(fuzz("--xapi-fuzz-phase=boundary").output, "boundary")
    assert pytester.path.joinpath(".xapi", "failures", f"{command[-1]}.json").is_file()
    assert fuzz(*command[2:]).outcomes == {"xapi::POST /items replay": "failed"}


def test_a_folder_that_cannot_be_written_is_told_where_it_matters(
    app_module, fuzz, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_module(BUGGY)
    pytester.path.joinpath("kept").write_text("a file", encoding="utf-8")
    arguments = ("--xapi-fuzz-failures=kept", "--xapi-fuzz-phase=boundary")
    assert "--xapi-replay x1-" in fuzz(*arguments).output
    monkeypatch.setattr(store, "LONGEST_KEY", 0)
    assert f"(cannot be stored: {pytester.path / 'kept'}: File exists)" in fuzz(*arguments).output


def test_a_command_is_for_the_folder_of_the_app(fuzz, pytester: pytest.Pytester) -> None:
    app = BUGGY.replace("\n    ", "\n")
    folder = pytester.mkdir("one")
    pytester.makepyfile(shop=app)
    pytester.makeini("[pytest]\npythonpath = .\n")
    conftest = "import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.app\n"
    folder.joinpath("conftest.py").write_text(conftest, encoding="utf-8")
    output = fuzz("--xapi-fuzz-phase=boundary").output
    assert "   pytest one --xapi-fuzz --xapi-op 'POST /items' --xapi-replay x1-" in output
    line = next(line for line in output.splitlines() if "--xapi-replay" in line)
    again = fuzz(*shlex.split(line)[1:])
    assert list(again.records) == ["POST /items replay"]
    assert again.findings == {("POST /items", "not_a_server_error")}


OPEN = NOTES.replace("PATH", "notes").replace("CHECK", "False")
ROLES = conftest("two", {"alan": {"scopes": ["read"]}})
OWNED = "if notes.get(which, [reader])[0] != reader or which not in"


@pytest.mark.parametrize(
    ("source", "fixtures", "phase", "rule", "mend"),
    [
        (members(TAKEN="read"), "", "boundary", "XF110", ("{**read,", "{**draft.model_dump(),")),
        (ADMIN.replace("CHECKED", "False"), ROLES, "boundary", "XF121", ("if False and", "if")),
        (OPEN, TWO_USERS, "boundary", "XF103", ("if which not in", OWNED)),
        (
            SHARED.replace("MAY_NOT_READ", "0 > 1"),
            USERS,
            "stateful",
            "XF103",
            ("0 > 1", "notes[note_id] != name"),
        ),
        (GUARDED.replace("STATUS", "401"), KEY, "boundary", "XF111", ("HTTPException(401)", "KeyError")),
        (
            SOME_METHODS,
            "",
            "boundary",
            "XF119",
            ("methods=[name.upper()]", "methods=['PUT', 'GET', 'DELETE']"),
        ),
    ],
    ids=["XF110", "XF121", "XF103", "XF103 in a sequence", "XF111 of the app", "XF119 of the app"],
)
def test_what_is_found_beyond_cases_has_a_key_that_looks_for_it_again(
    source: str,
    fixtures: str,
    phase: str,
    rule: str,
    mend: tuple[str, str],
    app_module,
    fuzz,
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest(fixtures)
    app_module(source)
    found = fuzz(f"--xapi-fuzz-phase={phase}")
    shown = found.output[found.output.index(f", {rule}, ") :]
    assert "curl" in shown.partition("--xapi-replay")[0]
    command = shlex.split(next(line for line in shown.splitlines() if "--xapi-replay" in line))
    again = fuzz(*command[2:])
    assert list(again.outcomes.values()) == ["failed"]
    assert f", {rule}, " in again.output
    file = pytester.path / "shop.py"
    file.write_text(file.read_text().replace(*mend))
    mended = fuzz(*command[2:])
    assert f", {rule}, " not in mended.output
    assert list(mended.outcomes.values()) == ["passed"]
