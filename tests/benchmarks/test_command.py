"""The command line: what is chosen, what is refused, and the exit codes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import command
from benchmarks.environments import EnvironmentFailed
from benchmarks.fuzz import speed
from benchmarks.fuzz.runs import OURS, PLAIN, Job, Run
from benchmarks.measure import Effort, Measured
from benchmarks.rows import COLD, ROWS, Row

Samples = dict[str, list[float]]


@pytest.fixture
def measuring(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the command find these figures without measuring."""

    def pretend(
        samples: Samples,
        absent: dict[str, str] | None = None,
        held: dict[str, float] | None = None,
        reasons: dict[tuple[str, str], str] | None = None,
    ) -> None:
        def measure(row: Row, effort: Effort) -> Measured:
            return Measured(row, samples, absent or {})

        monkeypatch.setattr(command, "prepare", lambda name, tell: Path())
        monkeypatch.setattr(command, "measure_warm", measure)
        monkeypatch.setattr(command, "measure_served", measure)
        monkeypatch.setattr(command, "read_reasons", lambda: reasons or {})
        monkeypatch.setattr(command, "read_held", lambda: held or {})

    return pretend


def test_everything_is_chosen_by_no_name() -> None:
    assert command.parse([]).rows == list(ROWS.values())


def test_groups_and_rows_are_chosen_in_the_order_of_the_tables() -> None:
    names = [row.name for row in command.parse(["startup", "client.get", "a"]).rows]
    first = ["first.large", "first.others", "first.included", "first.others.included", "first.small"]
    assert names == ["a", "client.get", "import", "build", "openapi", "memory", *first]


def test_each_row_of_the_start_is_measured_by_one_cold_start() -> None:
    measured = [name for together in COLD for name in together]
    assert sorted(measured) == sorted(row.name for row in ROWS.values() if row.group == "startup")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "aa", "zz"], "no group or row is called aa, zz; see --help"),
        (["--repeats", "0"], "--repeats needs at least 1"),
        (["a", "--write"], "--write is for a run of all rows, not quick, with 7 repeats or more"),
        (["--quick", "--write"], "--write is for a run of all rows"),
        (["--repeats", "3", "--write"], "--write is for a run of all rows"),
    ],
)
def test_a_wrong_command_line_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.parse(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


def test_a_missed_target_fails_the_run_and_is_told_with_its_reason(
    measuring: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    measuring({"fastapi": [100.0], "xapi": [50.0]}, reasons={("b", "fastapi"): "Threads are slow."})
    assert command.main(["b"]) == command.MISSED
    output = capsys.readouterr()
    line = next(line for line in output.out.splitlines() if "times faster" in line)
    assert re.search(r"times faster than FastAPI +missed +2\.00 +±0\.00 +>= 4\.5 +-$", line)
    assert "Missed, and why" in output.out
    assert "Threads are slow." in output.out
    assert "missed: b: 2.00 times faster than FastAPI; the target is >= 4.5" in output.err


def test_a_missed_target_is_no_failure_where_only_held_rows_count(
    measuring: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    measuring({"fastapi": [100.0], "xapi": [50.0]}, held={"b": 1.9})
    assert command.main(["b", "--held"]) == 0
    assert "missed: b" in capsys.readouterr().err


def test_a_target_that_is_reached_is_success(
    measuring: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    measuring({"fastapi": [500.0], "xapi": [50.0]})
    assert command.main(["b"]) == 0
    output = capsys.readouterr()
    assert "Missed" not in output.out
    assert "missed" not in output.err


def test_a_distinct_request_of_both_tools_is_compared(
    measuring: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_of(tool: str, distinct: int) -> Run:
        return Run(Job(tool, "speed", False, 1), first=1.0, counts=[(3.0, distinct, distinct)])

    measuring({})
    runs = {OURS: [run_of(OURS, 600)], PLAIN: [run_of(PLAIN, 100)]}
    monkeypatch.setattr(speed, "measured", lambda name, framework, repeats: runs)
    assert command.main(["fuzz.all"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if "times faster than" in line)
    assert row.split()[-6:] == ["reached", "6.00", "±0.00", ">=", "5", "-"]


def test_without_wrk_it_says_who_sends_the_requests(
    measuring: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measuring({"fastapi": [500.0], "xapi": [50.0]})
    monkeypatch.setattr(command, "has_wrk", lambda: False)
    assert command.main(["served.a"]) == 0
    assert "wrk is not installed" in capsys.readouterr().err


def test_a_row_below_what_it_is_held_to_fails_the_run(
    measuring: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    measuring({"fastapi": [100.0], "xapi": [50.0]}, held={"b": 3.0})
    assert command.main(["b", "--held"]) == command.MISSED
    output = capsys.readouterr()
    assert "LOST" in output.out
    assert "benchmarks: LOST: b is held to 3 and reached 2.00" in output.err


def test_a_contender_that_takes_no_part_fails_the_run(
    measuring: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    measuring({"xapi": [50.0]}, absent={"fastapi": "ImportError: no fastapi"})
    assert command.main(["b"]) == command.FAILED
    output = capsys.readouterr()
    assert "not measured" in output.out
    assert "benchmarks: b: fastapi took no part: ImportError: no fastapi" in output.err


def test_an_environment_that_cannot_be_made_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(name: str, tell: object) -> Path:
        raise EnvironmentFailed(f"pip could not install {name}")

    monkeypatch.setattr(command, "prepare", fail)
    assert command.main(["b"]) == command.FAILED
    assert capsys.readouterr().err == "benchmarks: pip could not install fastapi\n"
