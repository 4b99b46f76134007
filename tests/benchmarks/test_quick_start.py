"""A first app and its suite, under FastAPI and under the alias: what is run, served and said."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from benchmarks import command as benchmarks
from benchmarks.processes import WorkFailed
from benchmarks.quick_start import command
from benchmarks.quick_start.command import Round, Way
from benchmarks.sockets.load import Sent

ALIAS = command.WAYS[1]


def test_the_app_and_its_suite_run_under_the_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    def sent(port: int, item: str, first: int, seconds: int) -> Sent:
        assert urlopen(f"http://127.0.0.1:{port}/items/7?search=a").status == 200
        return Sent(requests=50, failed=0)

    monkeypatch.setattr(command, "send", sent)
    found = command.measure(Path(sys.executable), ALIAS)
    assert (found.tests, found.passed) == (25, 25)
    assert found.served == dict.fromkeys(command.SERVED, 50 / command.SECONDS)


def test_a_server_that_ends_is_told() -> None:
    nowhere = Way("nowhere", (), ("-c", "raise SystemExit('no such app')"))
    serving = command.serving(Path(sys.executable), nowhere)
    with pytest.raises(WorkFailed, match="uvicorn ended: no such app"), serving:
        pass


@pytest.mark.parametrize(("passed", "code"), [(25, 0), (24, 1)])
def test_a_test_that_fails_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], passed: int, code: int
) -> None:
    monkeypatch.setattr(command, "prepare", lambda name, tell: Path(sys.executable))
    monkeypatch.setattr(
        command, "measure", lambda python, way: Round(25, passed, 0.5, 1.0, {"c": 100.0, "d": 50.0})
    )
    assert benchmarks.main(["quick-start", "--rounds", "3"]) == code
    title, *_ = lines = capsys.readouterr().out.splitlines()
    assert title == "A first app, medians of 3"
    assert [line.split()[-2:] for line in lines[3:]] == [
        [str(passed)] * 2,
        ["0.50"] * 2,
        ["1.00"] * 2,
        ["100"] * 2,
        ["50"] * 2,
    ]
