"""What one form takes in memory: told for both, and judged for ours."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from benchmarks import command, form_memory
from benchmarks.form_memory import Taken
from benchmarks.processes import WorkFailed
from benchmarks.worker import form

MEBIBYTE = 1024 * 1024


@pytest.fixture
def nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_memory, "prepare", lambda name, tell: Path(sys.executable))


@pytest.mark.usefixtures("nothing_made")
@pytest.mark.parametrize(("ours", "code"), [(10, 0), (40, 1)])
def test_ours_is_held_to_its_budget(
    ours: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = {"fastapi": Taken(200, 300 * MEBIBYTE), "xapi": Taken(413, ours * MEBIBYTE)}
    monkeypatch.setattr(form_memory, "measure", lambda peer, kind, mebibytes: taken[peer])
    assert command.main(["form-memory"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 + len(form_memory.KINDS)
    assert all(line.split()[-4:] == ["300", "(200)", str(ours), "(413)"] for line in lines[3:])


@pytest.mark.usefixtures("nothing_made")
def test_a_process_that_fails_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(peer: str, kind: str, mebibytes: int) -> Taken:
        raise WorkFailed("no memory")

    monkeypatch.setattr(form_memory, "measure", failing)
    assert command.main(["form-memory"]) == 2
    assert "no memory" in capsys.readouterr().err


@pytest.mark.parametrize("kind", form_memory.KINDS)
def test_a_form_is_sent_in_pieces_and_measured(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BENCHMARK_FRAMEWORK", "xapi")
    assert max(map(len, form.body(kind, 3 * MEBIBYTE))) <= form.PIECE
    assert sum(map(len, form.body(kind, 3 * MEBIBYTE))) > 2.9 * MEBIBYTE
    asyncio.run(form.main(kind, 2 * MEBIBYTE))
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == 200
    assert answer["taken"] >= 0
