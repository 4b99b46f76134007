"""What the benchmark of reached code counts, compares and refuses."""

from __future__ import annotations

import pytest

from benchmarks import command
from benchmarks.reach import command as reach
from benchmarks.reach.apps import APPLICATIONS
from benchmarks.reach.runs import OTHER_PHASES, OURS, PLAIN, START, UNGUIDED, Job, Run, part
from pytest_xapi.fuzz.options import PHASES

Places = frozenset[tuple[str, str]]


def places(*numbers: int) -> Places:
    return frozenset(("app.py", str(number)) for number in numbers)


def done(tool: str, seed: int, reached: Places, *raised: str) -> Run:
    crashes = [{"place": place, "said": "", "request": "GET /", "body": "{}"} for place in raised]
    seconds = (5.0,)
    return Run(Job(tool, "shop", seed, seconds), {5.0: reached}, frozenset(), crashes)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines 3 to 6 are not reached by the start."""
    of_start = Run(Job(START, "shop"), {0.0: places(1, 2)}, places(3, 4, 5, 6))
    monkeypatch.setattr(reach, "start", lambda app: of_start)


def test_lines_and_branches_of_imported_files_are_counted() -> None:
    file = {
        "executed_lines": [1],
        "executed_branches": [[1, 2]],
        "missing_lines": [2],
        "missing_branches": [],
    }
    never = {"executed_lines": [], "executed_branches": [], "missing_lines": [9], "missing_branches": []}
    report = {"files": {"app.py": file, "tool.py": never}}
    assert part(report, "executed") == {("app.py", "1"), ("app.py", "(1, 2)")}
    assert part(report, "missing") == {("app.py", "2")}


@pytest.mark.usefixtures("started")
def test_the_share_is_of_what_the_start_does_not_reach() -> None:
    runs = [done(OURS, 1, places(1, 2, 3)), done(OURS, 2, places(1, 3, 4, 5)), done(OURS, 3, places(3, 4))]
    table = reach.shares(["shop"], [5.0], runs)
    assert table.lines[0] == ["shop", "4", OURS, "50.0 (25.0 to 75.0)"]
    assert table.lines[2] == ["shop", "4", PLAIN, "-"]


@pytest.mark.usefixtures("started")
def test_more_of_schemathesis_is_a_loss() -> None:
    runs = [done(OURS, 1, places(3)), done(PLAIN, 1, places(3, 4))]
    assert [*reach.losses(["shop"], 5.0, runs)] == ["shop"]
    runs = [done(OURS, 1, places(3, 4)), done(PLAIN, 1, places(3, 4))]
    assert [*reach.losses(["shop"], 5.0, runs)] == []


def test_an_exception_is_shown_with_the_tools_that_met_it() -> None:
    runs = [
        done(OURS, 1, places(), "KeyError a.py:1"),
        done(OURS, 2, places(), "KeyError a.py:1"),
        done(UNGUIDED, 2, places(), "KeyError a.py:1", "ValueError a.py:2"),
    ]
    table = reach.crashes(["shop"], runs)
    assert table.lines == [
        ["shop", "KeyError a.py:1", "1 2", "2", "-", "GET / '{}'"],
        ["shop", "ValueError a.py:2", "-", "2", "-", "GET / '{}'"],
    ]


def test_without_guidance_runs_all_other_default_phases() -> None:
    assert {*PHASES} - {*OTHER_PHASES} == {"guided", "replay"}


def test_an_unknown_application_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["reach", "nothing"])
    assert f"no application is called nothing; there are {', '.join(APPLICATIONS)}" in capsys.readouterr().err
