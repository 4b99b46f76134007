"""A TypeScript client that is generated from an example's document compiles, and calls the running app."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NOTES = HERE.parents[1] / "examples/notes"


@pytest.fixture
def folder(tmp_path: Path, require: Callable[[bool, str], None]) -> Path:
    """A folder with the client's sources and the packages that it needs."""
    tools = shutil.which("node") is not None and (HERE / "node_modules/.package-lock.json").is_file()
    require(tools, "Node.js and the packages in tests/typescript are not both installed: run `make ci-deps`")
    for name in ("client.ts", "package.json", "tsconfig.json"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    return tmp_path


def run(folder: Path, *command: str | Path) -> str:
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_a_generated_client_compiles_and_calls_the_app(
    folder: Path, serve: Callable[[Any], AbstractContextManager[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = folder / "node_modules/.bin"
    xapi = Path(sys.executable).with_name("xapi")
    run(folder, xapi, "openapi", NOTES / "notes/main.py", "--output", "notes.json")
    run(folder, programs / "openapi-typescript", "notes.json", "--output", "notes.ts")
    run(folder, programs / "tsc", "--strict", "--project", "tsconfig.json")

    monkeypatch.syspath_prepend(NOTES)
    monkeypatch.setenv("NOTES_DATABASE", str(folder / "notes.db"))
    from notes.main import app

    with serve(app) as url:
        answers = json.loads(run(folder, "node", "built/client.js", url))
    assert answers == {
        "created": [201, "Tide table", True, False],
        "read": [200, "High at noon"],
        "list": ["Tide table"],
        "missing": [404, {"detail": "There is no note with this id."}],
        "refused": 422,
        "nowhere": 404,
        "misread": 422,
        "deleted": 204,
    }
