"""A run on a FastAPI app finds the same causes alone, in two processes, in shards and in a random order."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.reports import contents, json_form
from tests.compat.conftest import RunOnPeer
from xapi.cli import main

APP = """
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.responses import JSONResponse

app = FastAPI(title="Shelf")
notes = {}
User = Annotated[object, Depends(HTTPBearer())]

class Note(BaseModel):
    id: int = 0
    text: str

def share(size: int) -> int:
    return 100 // size

@app.get("/pages")
def pages(size: int = 10) -> int:
    return share(size)

@app.get("/books")
def books(size: int = 10) -> int:
    return share(size)

@app.post("/notes", status_code=201)
def add(note: Note) -> Note:
    notes[len(notes) + 1] = Note(id=len(notes) + 1, text=note.text)
    return notes[len(notes)]

@app.get("/notes/{note_id}", responses={404: {"description": "There is none."}})
def read(note_id: int) -> Note:
    if note_id not in notes:
        raise HTTPException(404)
    return notes[note_id]

@app.get("/words")
def words(who: User) -> int:
    return JSONResponse("one")
"""
CONFTEST = """
import pytest

@pytest.fixture
def xapi_auth():
    return {"HTTPBearer": "a-token-of-somebody"}

@pytest.fixture
def xapi_reset():
    from shelf import notes
    return notes.clear
"""
SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["."]
[tool.xapi]
app = "shelf:app"
fuzz_profile = "quick"
"""
FILES = {"shelf.py": APP, "conftest.py": CONFTEST, "pyproject.toml": SETTINGS}
Causes = list[tuple[Any, ...]]


def causes_of(report: Path) -> Causes:
    """All that tells causes from others, and what is shown of them."""
    read = json_form.read(report.read_text(encoding="utf-8"))
    return [
        (
            cause.finding["rule"],
            cause.finding["cause"],
            cause.finding["fingerprint"],
            cause.operations,
            sorted(cause.fingerprints),
            [request["target"] for request in cause.finding["requests"]],
        )
        for cause in contents.causes(read.fuzz)
    ]


def test_a_run_finds_the_same_causes_however_it_is_run(
    run_on_fastapi: RunOnPeer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(name: str, *arguments: str) -> Causes:
        # What one run has stored is not for the next one.
        shutil.rmtree(tmp_path / ".xapi", ignore_errors=True)
        done = run_on_fastapi(FILES, "--xapi-fuzz", f"--xapi-report=json:{name}.json", *arguments)
        assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
        assert ("Using --randomly-seed" in done.stdout) == ("randomly" in arguments)
        return causes_of(tmp_path / f"{name}.json")

    alone = run("alone")
    rules = [rule for rule, *_ in alone]
    assert {"XF101", "XF102", "XF111", "XF113"} <= set(rules)
    assert rules.count("XF101") == 1, "two operations reach the same line"
    assert len(alone) == len({fingerprint for _, _, fingerprint, *_ in alone})

    assert run("processes", "-n", "2") == alone
    assert run("random", "-p", "randomly", "--randomly-seed=7") == alone

    for number in (1, 2):
        run(str(number), f"--xapi-shard={number}/2")
    shards = [str(tmp_path / f"{number}.json") for number in (2, 1)]
    merged = tmp_path / "merged.json"
    assert main(["report", "merge", *shards, "--report", f"json:{merged}"]) == 1
    assert causes_of(merged) == alone
    assert capsys.readouterr().err == ""
