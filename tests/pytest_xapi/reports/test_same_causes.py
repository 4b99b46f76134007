"""The same run finds the same causes alone, in two processes, in two shards and in a random order."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.reports import contents, json_form
from xapi.cli import main

APP = """
from typing import Annotated

from pydantic import BaseModel
from starlette.responses import JSONResponse
from xapi import XAPI, Depends, HTTPException
from xapi.security import HTTPBearer

app = XAPI(title="Shelf")
notes = {}
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

@app.get("/notes/{note_id}", responses={404: {"description": "There is none."}})
def read(note_id: int) -> Note:
    if note_id not in notes:
        raise HTTPException(404)
    return notes[note_id]

@app.delete("/notes/{note_id}", status_code=204, responses={404: {"description": "There is none."}})
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
TESTS = """
import pytest

@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages(client, size):
    assert client.get("/pages", params={"size": size}).json() == 100 // size
"""
SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["-p", "no:asyncio", "-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:schemathesis"]
[tool.xapi]
app = "shelf:app"
max_examples = 10
"""
Causes = list[tuple[Any, ...]]
Run = Callable[..., Causes]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(name, *arguments)` gives the causes that a run of the project has found."""
    folder = pytester.path
    (folder / "shelf.py").write_text(APP)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_shelf.py").write_text(TESTS)
    (folder / "pyproject.toml").write_text(SETTINGS)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PYTEST_ADDOPTS")

    def start(name: str, *arguments: str) -> Causes:
        # What one run has stored is not for the next one.
        shutil.rmtree(folder / ".xapi", ignore_errors=True)
        done = pytester.runpytest_subprocess("--xapi-fuzz", f"--xapi-report=json:{name}.json", *arguments)
        assert done.ret == pytest.ExitCode.TESTS_FAILED
        assert ("Using --randomly-seed" in done.stdout.str()) == ("randomly" in arguments)
        return causes_of(f"{name}.json")

    return start


def causes_of(name: str) -> Causes:
    """All that tells causes from others, and what is shown of them."""
    report = json_form.read(Path(name).read_text(encoding="utf-8"))
    return [
        (
            cause.finding["rule"],
            cause.finding["cause"],
            cause.finding["fingerprint"],
            cause.operations,
            sorted(cause.fingerprints),
            [request["target"] for request in cause.finding["requests"]],
        )
        for cause in contents.causes(report.fuzz)
    ]


def test_a_run_finds_the_same_causes_however_it_is_run(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    alone = run("alone", "-p", "no:randomly")
    rules = [rule for rule, *_ in alone]
    assert {"XF101", "XF104", "XF111", "XF113"} <= set(rules)
    assert rules.count("XF101") == 1, "two operations reach the same line"
    assert len(alone) == len({fingerprint for _, _, fingerprint, *_ in alone})

    assert run("processes", "-p", "no:randomly", "-n", "2") == alone
    assert run("random", "-p", "randomly", "--randomly-seed=7") == alone

    for number in (1, 2):
        run(str(number), "-p", "no:randomly", f"--xapi-shard={number}/2")
    assert main(["report", "merge", "2.json", "1.json", "--report", "json:merged.json"]) == 1
    assert causes_of("merged.json") == alone
    assert capsys.readouterr().err == ""
