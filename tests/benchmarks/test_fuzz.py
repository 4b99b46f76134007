"""The benchmark of property tests: that it works at all, what counts as found, and what as lost."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import command
from benchmarks.fuzz import command as fuzz_command
from benchmarks.fuzz import figures as fuzz_figures
from benchmarks.fuzz import runs
from benchmarks.fuzz.figures import Figures
from benchmarks.fuzz.log import Log, digest
from benchmarks.fuzz.runs import OURS, PLAIN, Job, Run, take
from benchmarks.fuzz.speed import Row
from benchmarks.fuzz.speed import table as speed_table
from benchmarks.fuzz.target import bugs

BUG = bugs()["report_pages"]
SEQUENCE = bugs()["second_delete"]
FOUND = [(BUG.operation, "not_a_server_error")]


def ran(tool: str, shown: float | None, *, app: str = BUG.name, fixed: bool = False, seed: int = 1) -> Run:
    """A run that has begun to send after two seconds."""
    found = [] if shown is None else [(bugs()[app].operation, "not_a_server_error")]
    return Run(
        Job(tool, app, fixed, seed), first=2.0, shown=shown, found=found, counts=[(2.0, 1, 1), (4.0, 30, 20)]
    )


def figures(*runs: Run, seeds: int = 1) -> Figures:
    return Figures([BUG, SEQUENCE], range(1, seeds + 1), [1.0, 5.0], runs)


def test_a_bug_is_found_when_a_request_has_shown_it_and_the_tool_has_reported_it() -> None:
    run = ran(OURS, 2.5)
    assert run.took(BUG.operation, BUG.checks) == 0.5
    assert replace(run, shown=None).took(BUG.operation, BUG.checks) is None
    assert replace(run, found=[]).took(BUG.operation, BUG.checks) is None


def test_reports_of_other_operations_and_checks_do_not_count() -> None:
    run = ran(OURS, 2.5)
    elsewhere = replace(run, found=[("GET /other", "not_a_server_error")])
    otherwise = replace(run, found=[(BUG.operation, "status_code_conformance")])
    assert elsewhere.took(BUG.operation, BUG.checks) is None
    assert otherwise.took(BUG.operation, BUG.checks) is None


def test_time_is_counted_from_the_first_request_and_from_the_start() -> None:
    found = figures(ran(OURS, 2.5), ran(OURS, 6.0, app=SEQUENCE.name))
    assert found.found(OURS, 1.0) == [1]
    assert found.found(OURS, 5.0) == [2]
    assert found.found(OURS, 5.0, stateful=True) == [1]
    assert found.found(OURS, 1.0, with_start=True) == [0]
    assert found.found(OURS, 5.0, with_start=True) == [1]


def test_the_summary_has_the_median_and_the_worst_seed() -> None:
    found = figures(
        ran(OURS, 2.5), ran(OURS, 2.5, seed=2), ran(OURS, None, seed=3), ran(PLAIN, None), seeds=3
    )
    ours = fuzz_figures.summary(found).lines[0]
    assert ours == ["bugs found", "ours", "1 (0)", "1 (0)", "2"]


def test_fewer_bugs_than_schemathesis_are_a_loss() -> None:
    assert list(fuzz_command.losses(figures(ran(OURS, 2.5), ran(PLAIN, 2.5)))) == []
    assert list(fuzz_command.losses(figures(ran(OURS, 6.0), ran(PLAIN, 2.5)))) == [
        "after 1 s Schemathesis has found more bugs"
    ]


def test_a_false_alarm_of_ours_is_a_loss_and_one_of_schemathesis_is_counted() -> None:
    alarm = replace(ran(PLAIN, None, fixed=True), found=FOUND)
    found = figures(alarm)
    assert list(fuzz_command.losses(found)) == []
    assert fuzz_figures.alarms(found).lines == [["Schemathesis", BUG.name, *FOUND[0]]]
    ours = replace(alarm, job=replace(alarm.job, tool=OURS))
    assert list(fuzz_command.losses(figures(ours))) == ["ours has reported something of a clean report_pages"]


def test_what_clients_add_to_each_request_does_not_make_it_another_one() -> None:
    plain = digest("GET", "/x", "", {}, b"")
    assert digest("GET", "/x", "", {"user-agent": "a", "x-schemathesis-testcaseid": "b"}, b"") == plain
    assert digest("GET", "/x", "", {"x-token": "a"}, b"") != plain
    assert digest("GET", "/x", "a=1", {}, b"") != plain


def test_multipart_bodies_are_told_apart_without_their_boundary() -> None:
    def body(boundary: str, text: str) -> bytes:
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        return digest("POST", "/x", "", headers, f"--{boundary}\r\n{text}\r\n--{boundary}--".encode())

    assert body("one", "text") == body("two", "text")
    assert body("one", "text") != body("one", "other")


def test_a_log_is_read_back_also_when_its_process_was_ended(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", started=0.0)
    log.sent("GET", "/x", "", {}, b"")
    log.sent("GET", "/x", "", {}, b"")
    log.shows()
    log.found(*FOUND[0])
    log.count()
    log.close()
    run = Run(Job(OURS, BUG.name, fixed=False, seed=1))
    for line in [*(tmp_path / "log").read_text().splitlines(), '{"kind": "cou']:
        take(run, line)
    assert run.first is not None
    assert run.shown is not None
    assert 0 < run.processor["first"] <= run.processor["shown"]
    assert (run.found, run.counts[-1][1:]) == (FOUND, (2, 1))


def test_an_unknown_app_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["fuzz", "--apps", "nothing"])
    assert "no app of the corpus is called nothing; there are allow_header, " in capsys.readouterr().err


def test_the_apps_of_a_kind_are_chosen() -> None:
    assert fuzz_command.parse(["--kind", "guided"]).kinds == ["guided"]
    assert fuzz_command.parse([]).kinds == ["general", "guided"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--kind", "guided", "--apps", "coupon"], "not of that kind: coupon"),
        (["--kind", "guided", "--write"], "--write is for a run of all apps"),
        (["--kind", "nothing"], "invalid choice: 'nothing'"),
    ],
    ids=["app", "write", "kind"],
)
def test_a_kind_that_does_not_fit_is_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command.main(["fuzz", *arguments])
    assert told in capsys.readouterr().err


def test_budgets_can_be_of_processor_time() -> None:
    run = replace(ran(OURS, 8.0), processor={"first": 1.5, "shown": 2.0})
    found = replace(figures(run), by_processor=True)
    assert found.found(OURS, 1.0) == [1]
    assert found.found(OURS, 1.0, with_start=True) == [0]
    assert found.found(OURS, 5.0, with_start=True) == [1]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools run in the environment of the tests, which has all that they need but FastAPI."""
    monkeypatch.setattr(fuzz_command, "prepare", lambda name, tell: Path(sys.executable))
    monkeypatch.setattr(runs, "python_of", lambda name: Path(sys.executable))


@pytest.mark.usefixtures("here")
def test_both_tools_find_a_simple_bug(capsys: pytest.CaptureFixture[str]) -> None:
    code = command.main(["fuzz", "--apps", "count_as_text", "--seeds", "1", "--budgets", "60"])
    output = capsys.readouterr()
    assert code == 0, output.out + output.err
    line = next(line for line in output.out.splitlines() if line.startswith("count_as_text"))
    assert line.count("1/1") == 2


@pytest.mark.usefixtures("here")
def test_runs_that_are_written_down_are_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["fuzz", "--apps", "count_as_text", "--seeds", "1", "--budgets", "60"]
    arguments += ["--json", str(tmp_path / "runs.jsonl")]
    assert command.main(arguments) == 0
    first = capsys.readouterr().out
    monkeypatch.setattr(fuzz_command, "run", lambda job, limit: pytest.fail("it was run again"))
    assert command.main(arguments) == 0
    assert capsys.readouterr().out == first


def test_the_table_is_written_of_all_apps_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["fuzz", "--apps", "coupon", "--write"])
    assert "--write is for a run of all apps" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_tool_that_sends_nothing_ends_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    code = command.main(["fuzz", "--apps", "count_as_text", "--seeds", "1", "--ours=--no-such-option"])
    assert code == 2
    told = capsys.readouterr().err
    assert "ours sent count_as_text nothing (seed 1):" in told
    assert "unrecognized arguments: --no-such-option" in told


def test_the_speed_is_a_ratio_of_distinct_requests_per_second() -> None:
    fast = replace(ran(OURS, None), counts=[(2.0, 1, 1), (4.0, 400, 200)])
    row = Row("xapi", "fuzz.all", {OURS: [fast], PLAIN: [ran(PLAIN, None)]})
    assert speed_table([row]).lines == [
        ["xapi", "fuzz.all", "200", "100", "20", "10.0", "10.0", ">= 5"],
    ]
