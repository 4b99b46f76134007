"""What type checkers see of the public names, in a program of a user's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("user_project.py")
PYRIGHT = ROOT / "tests/typescript/node_modules/.bin/pyright"
NAMES = re.findall(
    r"^\| `([\w.]+)` \| (.*) \|$", (ROOT / "docs/public-names.md").read_text("utf-8"), re.MULTILINE
)
# Of Starlette, whose type it is.
UNKNOWN_ELSEWHERE = {"xapi.concurrency.run_until_first_complete"}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with both packages as they are when installed: type checkers do not follow editable ones."""
    for package in (ROOT / "framework/xapi", ROOT / "pytest_xapi"):
        shutil.copytree(package, tmp_path / package.name)
    return tmp_path


def pyright(folder: Path, *files: Path) -> list[dict[str, Any]]:
    """What pyright says of files, with everything of `folder` to import."""
    settings = {"typeCheckingMode": "strict", "include": [file.name for file in files], "extraPaths": ["."]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [PYRIGHT, "--outputjson", "--pythonpath", sys.executable, "--project", folder]
    finished = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""})
    answer = json.loads(finished.stdout)
    assert answer["summary"]["filesAnalyzed"] > 0
    return list(answer["generalDiagnostics"])


def revealing(folder: Path) -> tuple[Path, list[str]]:
    """A program that reveals the type of every public name, and the names in the order of its lines."""
    names = [(module, name) for module, listed in NAMES for name in re.findall(r"`(\w+)`", listed)]
    lines = ["import typing", *(f"import {module}" for module, _ in NAMES)]
    lines += [f"typing.reveal_type({module}.{name})" for module, name in names]
    program = folder / "names.py"
    program.write_text("\n".join(lines), encoding="utf-8")
    return program, [f"{module}.{name}" for module, name in names]


@pytest.fixture
def needs_pyright(require: Callable[[bool, str], None]) -> None:
    there = shutil.which("node") is not None and PYRIGHT.is_file()
    require(there, "Node.js and the packages in tests/typescript are not both installed: run `make ci-deps`")


@pytest.mark.usefixtures("needs_pyright")
def test_pyright_finds_nothing_in_a_users_project(installed: Path) -> None:
    program = Path(shutil.copy(PROGRAM, installed))
    said = pyright(installed, program)
    assert [f"{one['range']['start']['line'] + 1}: {one['message']}" for one in said] == []


@pytest.mark.usefixtures("needs_pyright")
def test_pyright_knows_the_type_of_every_public_name(installed: Path) -> None:
    program, names = revealing(installed)
    told = pyright(installed, program)
    said = [one["message"] for one in told if one["severity"] == "information"]
    assert len(said) == len(names) > 200
    unknown = [
        name for name, message in zip(names, said, strict=True) if re.search(r"Unknown|is \"Any\"", message)
    ]
    assert set(unknown) == UNKNOWN_ELSEWHERE


def test_mypy_finds_nothing_in_a_users_project_nor_in_the_names(tmp_path: Path) -> None:
    program, names = revealing(tmp_path)
    command = [sys.executable, "-m", "mypy", "--strict", PROGRAM, program]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    revealed = re.findall(r"Revealed type is \"(.*)\"", finished.stdout)
    assert [line for line in finished.stdout.splitlines() if ": error: " in line] == []
    assert len(revealed) == len(names)
    assert [name for name, known in zip(names, revealed, strict=True) if known == "Any"] == []
