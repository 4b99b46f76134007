"""The first property tests and gates of a FastAPI app: few causes, each once, and a way to accept them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.commands import fuzz as command
from pytest_xapi.fuzz.collection import last_causes
from pytest_xapi.reports import contents, json_form

MAIN = """
    from typing import Annotated
    from fastapi import APIRouter, Depends, FastAPI, HTTPException
    from fastapi.security import OAuth2PasswordBearer
    from pydantic import BaseModel

    app = FastAPI()
    scheme = OAuth2PasswordBearer(tokenUrl="token")
    notes = {}

    class Note(BaseModel):
        text: str
        stars: int = 0

    def user(token: Annotated[str, Depends(scheme)]) -> str:
        if token != "a-good-token":
            raise HTTPException(401)
        return token

    router = APIRouter(prefix="/notes", dependencies=[Depends(user)])

    @router.get("")
    def listed(limit: int = 10) -> list[Note]:
        return list(notes.values())[:limit]

    @router.post("", status_code=201)
    def add(note: Note) -> Note:
        notes[len(notes)] = note
        return note

    @router.get("/{number}")
    def one(number: int) -> Note:
        if number not in notes:
            raise HTTPException(404)
        return notes[number]

    app.include_router(router, prefix="/v1")

    @app.get("/share")
    def share(parts: int) -> float:
        return 1 / parts

    @app.post("/echo")
    def echo(words: dict[str, str]) -> dict[str, str]:
        return words
"""
PYPROJECT = """
    [tool.pytest.ini_options]
    testpaths = ["tests"]
    pythonpath = ["."]

    [tool.xapi]
    app = "main:app"

    [tool.xapi.gate]
    rules = false
    coverage = false
"""
AUTH = """
    import pytest

    @pytest.fixture
    def xapi_auth():
        return {"OAuth2PasswordBearer": "a-good-token"}
"""
TESTS = """
    def test_share(client):
        assert client.get("/share?parts=2").json() == 0.5

    def test_the_router_answers(client):
        assert client.get("/v1/notes/5/anything").status_code == 404
        assert client.put("/v1/notes/5").status_code == 405

    def test_notes_are_for_users(client):
        assert client.get("/v1/notes").status_code == 401
"""
GATED = (
    "--xapi-fuzz",
    "--xapi-gate",
    "--xapi-seed=1",
    "--xapi-report=json:r.json",
    "--xapi-max-examples=20",
)


def files(**changed: str) -> dict[str, str]:
    known = {"main.py": MAIN, "pyproject.toml": PYPROJECT, "tests/test_notes.py": TESTS}
    return known | {"tests/conftest.py": ""} | changed


def rules(folder: Path) -> list[str]:
    report = json_form.read((folder / "r.json").read_text(encoding="utf-8"))
    return sorted(problem.rule for problem in contents.problems(report))


def test_a_first_run_tells_each_cause_once_and_at_its_line(run_on_fastapi: Any, tmp_path: Path) -> None:
    run = run_on_fastapi(files(), *GATED)
    assert run.returncode == 1
    assert rules(tmp_path) == ["XF101", "XF111", "XF111", "XF119"]
    line = MAIN.splitlines().index("    def share(parts: int) -> float:")
    assert f"error XF101 GET /share: Server error [not_a_server_error] (main.py:{line + 1})" in run.stdout
    assert "first run of this app: 4 causes" in run.stdout
    assert "2 operations answered 400 to a body that cannot be read as its media type" in run.stdout
    assert 'FastAPI(responses={400: {"description": "Bad Request"}})' in run.stdout
    assert "3 operations without the credentials required" in run.stdout
    assert 'return {"OAuth2PasswordBearer": "..."}' in run.stdout


def test_findings_of_handlers_of_included_routers_have_lines(run_on_fastapi: Any, tmp_path: Path) -> None:
    run = run_on_fastapi(files(**{"tests/conftest.py": AUTH}), *GATED)
    report = json_form.read((tmp_path / "r.json").read_text(encoding="utf-8"))
    placed = {problem.operation: problem.place for problem in contents.problems(report)}
    line = MAIN.splitlines().index("    def one(number: int) -> Note:") + 1
    assert placed["GET /v1/notes/{number}"].line == line, run.stdout


def test_three_steps_later_the_gates_are_green(
    run_on_fastapi: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mended = MAIN.replace("1 / parts", "1 / (parts or 1)")
    mended = mended.replace("FastAPI()", 'FastAPI(responses={401: {"description": "Unauthorized"}})')
    given = {"main.py": mended, "tests/conftest.py": AUTH}
    run_on_fastapi(files(**given), *GATED)
    known = last_causes.read(tmp_path)
    assert known is not None
    parser = argparse.ArgumentParser()
    command.add_to(parser.add_subparsers())
    arguments = parser.parse_args(["fuzz", "accept", "--all", "--reason", "FastAPI's, or for later"])
    assert arguments.run(arguments) == 0
    run = run_on_fastapi(files(**given), *GATED)
    assert run.returncode == 0, run.stdout
    assert rules(tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ('[tool.xapi.checks."* /v1/*"]\n    XF119 = "off"\n    XF111 = "off"', ["XF101", "XF111"]),
        ('[tool.xapi.gate.undeclared]\n    allow = ["* /v1/*: 401", "POST *: 400"]', ["XF101", "XF119"]),
    ],
)
def test_checks_are_switched_off_for_tests_and_gates(
    run_on_fastapi: Any, tmp_path: Path, settings: str, left: list[str]
) -> None:
    run_on_fastapi(files(**{"pyproject.toml": f"{PYPROJECT}\n    {settings}\n"}), *GATED)
    assert rules(tmp_path) == left
