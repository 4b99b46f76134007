"""A small project with faults of several causes, and the check that runs of all kinds find the same ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.reports import contents, json_form
from xapi.cli import main

APP = """
from typing import Annotated

from pydantic import BaseModel
from starlette.responses import JSONResponse
from {framework} import {app_class}, Depends, HTTPException
from {framework}.security import HTTPBearer

app = {app_class}(title="Shelf")
notes = {{}}
user = Annotated[object, Depends(HTTPBearer())]

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

@app.get("/notes/{{note_id}}", responses={{404: {{"description": "There is none."}}}})
def read(note_id: int) -> Note:
    if note_id not in notes:
        raise HTTPException(404)
    return notes[note_id]

@app.delete("/notes/{{note_id}}", status_code=204, responses={{404: {{"description": "There is none."}}}})
def remove(note_id: int, who: user) -> None:
    if note_id not in notes:
        raise HTTPException(404)

@app.get("/words")
def words(who: user) -> int:
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
"""
Causes = list[tuple[Any, ...]]
Start = Callable[..., tuple[int, str]]
"""Runs property tests in the project with further arguments: gives the exit code and what was printed."""


def files(framework: str, app_class: str) -> dict[str, str]:
    """The project, of an app of a framework."""
    app = APP.format(framework=framework, app_class=app_class)
    return {"shelf.py": app, "conftest.py": CONFTEST, "pyproject.toml": SETTINGS}


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


def check_same_causes(
    folder: Path, start: Start, rules: Set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Run the project alone, in two processes, in a random order and in two shards.

    Args:
        folder: Where the project is.
        start: Runs it.
        rules: Some of those that findings are of.
        capsys: That of the test.
    """

    def run(name: str, *arguments: str) -> Causes:
        # What one run has stored is not for the next one.
        shutil.rmtree(folder / ".xapi", ignore_errors=True)
        code, output = start(f"--xapi-report=json:{name}.json", *arguments)
        assert code == pytest.ExitCode.TESTS_FAILED, output
        assert ("Using --randomly-seed" in output) == ("randomly" in arguments)
        return causes_of(folder / f"{name}.json")

    alone = run("alone", "-p", "no:randomly")
    found = [rule for rule, *_ in alone]
    assert rules <= set(found)
    assert found.count("XF101") == 1, "two operations reach the same line"
    assert len(alone) == len({fingerprint for _, _, fingerprint, *_ in alone})

    assert run("processes", "-p", "no:randomly", "-n", "2") == alone
    assert run("random", "-p", "randomly", "--randomly-seed=7") == alone

    for number in (1, 2):
        run(str(number), "-p", "no:randomly", f"--xapi-shard={number}/2")
    shards = [str(folder / f"{number}.json") for number in (2, 1)]
    merged = folder / "merged.json"
    assert main(["report", "merge", *shards, "--report", f"json:{merged}"]) == 1
    assert causes_of(merged) == alone
    assert capsys.readouterr().err == ""
