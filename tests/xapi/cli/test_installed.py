"""Commands that installed packages add to `xapi`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

GREETINGS = """
import sys

def add_to(commands):
    parser = commands.add_parser("greet", help="say hello", description="Say hello.")
    parser.add_argument("--name", default="you")
    parser.set_defaults(run=run)

def run(arguments):
    sys.stdout.write(f"hello {arguments.name}\\n")
    return 3 if arguments.name == "nobody" else None
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the import path, with an installed package that adds a command."""
    (tmp_path / "greetings.py").write_text(GREETINGS)
    install(tmp_path, "greet = greetings:add_to")
    return tmp_path


def install(folder: Path, *lines: str) -> None:
    metadata = folder / "greetings-1.0.dist-info"
    metadata.mkdir(exist_ok=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: greetings\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("\n".join(["[xapi.commands]", *lines, ""]))


def xapi(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xapi", *arguments],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def test_a_command_of_a_package_is_one_of_the_commands(folder: Path) -> None:
    finished = xapi(folder, "greet", "--name", "Ada")

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "hello Ada\n", "")
    assert "say hello" in xapi(folder, "--help").stdout


def test_what_it_returns_is_the_exit_code(folder: Path) -> None:
    assert xapi(folder, "greet", "--name", "nobody").returncode == 3


@pytest.mark.parametrize("arguments", [[], ["--name", "Ada"], ["--help"], ["here", "-x", "--", "--y=1"]])
def test_one_that_cannot_be_loaded_says_why_whatever_follows_its_name(
    folder: Path, arguments: list[str]
) -> None:
    (folder / "greetings.py").write_text("import nowhere_to_be_found")
    finished = xapi(folder, "greet", *arguments)

    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr == (
        "xapi: error: the command 'greet' of the package greetings cannot be loaded from greetings:add_to: "
        "ModuleNotFoundError: No module named 'nowhere_to_be_found'\n"
    )


def test_one_that_cannot_be_loaded_leaves_the_others_alone(folder: Path) -> None:
    (folder / "greetings.py").write_text("import nowhere_to_be_found")
    finished = xapi(folder, "routes", "nowhere:app")

    assert "no module 'nowhere'" in finished.stderr
    assert re.search(r"greet +\(cannot be loaded\)", xapi(folder, "--help").stdout)


def test_a_name_that_is_taken_is_left_out_with_a_warning(folder: Path) -> None:
    install(folder, "routes = greetings:add_to")
    finished = xapi(folder, "--help")

    assert finished.returncode == 0
    assert finished.stderr == (
        "xapi: warning: the command 'routes' of the package greetings is ignored: "
        "there is another command of this name\n"
    )
