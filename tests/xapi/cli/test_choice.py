"""One entry point: each command reads the app of the project where pytest does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

APP = """
from xapi import XAPI

app = XAPI(title="{title}")
other = XAPI(title="{title}, other")

@app.get("/{title}")
@other.get("/{title}-other")
def read() -> None: ...
"""
COMMANDS = [("openapi",), ("routes",), ("contract", "update", "--file=written.json")]
PYPROJECT, INI = "pyproject.toml", "pytest.ini"
TABLE = '[tool.xapi]\napp = "set:app"\n'
SETTINGS = {
    "table": (PYPROJECT, TABLE),
    "a path in the table": (PYPROJECT, '[tool.xapi]\napp = "set.py"\n'),
    "pytest's table": (PYPROJECT, '[tool.pytest.ini_options]\nxapi_app = "set:app"\n'),
    "pytest.ini": (INI, "[pytest]\nxapi_app = set:app\n"),
    "tox.ini": ("tox.ini", "[tox]\n[pytest]\nxapi_app = set:app\n"),
    "setup.cfg": ("setup.cfg", "[tool:pytest]\nxapi_app = set:app\n"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("set", "main", "named"):
        (tmp_path / f"{name}.py").write_text(APP.format(title=name), encoding="utf-8")
    return tmp_path


def xapi(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command writes, also to its file."""
    kept = {key: value for key, value in os.environ.items() if key != "XAPI_APP"}
    finished = subprocess.run(
        [sys.executable, "-m", "xapi", *arguments],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )
    written = folder / "written.json"
    text = finished.stdout + finished.stderr
    return text + written.read_text(encoding="utf-8") if written.exists() else text


@pytest.mark.parametrize(("file", "text"), SETTINGS.values(), ids=SETTINGS)
def test_the_app_of_the_project_is_the_app_of_a_command(file: str, text: str, folder: Path) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    assert "/set" in xapi(folder, "routes")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ((), "/set"),
        (("named.py",), "/named"),
        (("--app", "other"), "/set-other"),
        (("--app", "named:other"), "/named-other"),
        (("--entrypoint", "named:app"), "/named"),
    ],
    ids=str,
)
def test_all_commands_take_the_same_arguments(
    command: tuple[str, ...], arguments: tuple[str, ...], path: str, folder: Path
) -> None:
    (folder / PYPROJECT).write_text(TABLE, encoding="utf-8")
    assert path in xapi(folder, *command, *arguments)


def test_differences_are_those_of_the_same_app(folder: Path) -> None:
    (folder / PYPROJECT).write_text(TABLE, encoding="utf-8")
    xapi(folder, "contract", "update", "--file", "old.json")
    assert "no changes" in xapi(folder, "contract", "diff", "old.json")
    for arguments in (("--app", "other"), ("--app", "named:app"), ("-e", "named:app")):
        assert "breaking" in xapi(folder, "contract", "diff", "old.json", *arguments)


def test_the_environment_comes_first_and_pytest_s_option_before_the_table(folder: Path) -> None:
    (folder / PYPROJECT).write_text(TABLE.replace("set", "main"), encoding="utf-8")
    (folder / INI).write_text("[pytest]\nxapi_app = set:app\n", encoding="utf-8")
    assert "/set" in xapi(folder, "routes")
    assert "/named" in xapi(folder, "routes", XAPI_APP="named:app")


def test_a_folder_below_is_of_the_same_project(folder: Path) -> None:
    (folder / PYPROJECT).write_text(TABLE, encoding="utf-8")
    (folder / "docs").mkdir()
    assert "/set" in xapi(folder / "docs", "routes")


def test_what_is_set_and_wrong_is_told_with_its_place(folder: Path) -> None:
    (folder / PYPROJECT).write_text(TABLE.replace("set:app", "set:nothing"), encoding="utf-8")
    output = xapi(folder, "routes")
    assert "xapi: error: app in [tool.xapi] of pyproject.toml: module 'set'" in output
    (folder / PYPROJECT).write_text("[tool.xapi", encoding="utf-8")
    assert "pyproject.toml" in xapi(folder, "routes")


@pytest.mark.parametrize(
    "arguments",
    [("main.py", "-e", "named:app"), ("main.py", "--app", "named:app"), ("-e", "a:b", "--app", "c:d")],
)
def test_two_apps_are_one_too_many(arguments: tuple[str, ...], folder: Path) -> None:
    assert "name one app" in xapi(folder, "routes", *arguments)
