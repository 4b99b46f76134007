"""From a machine with Python and pip to a tested, fuzzed app with a green gate, by the commands that we tell.

The environment is empty at first. What `pip` installs comes from the wheel that this project builds and, for
what that needs, from the registry. `pytest -s` shows how many commands, lines and minutes it took.
"""

from __future__ import annotations

import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from followed_pages import AS_READERS, Differs, Reader, commands, run, section

ROOT = Path(__file__).parents[2]
TUTORIAL = sorted((ROOT / "docs/tutorial").glob("*.md"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


class Newcomer:
    """Has a machine with Python and pip, types what we tell, and looks at the clock."""

    def __init__(self, home: Path, wheel: Path) -> None:
        self.scripts = home / "bin"
        self.commands: list[str] = []
        self.seconds = 0.0
        self._wheel = wheel

    def type(self, command: str, folder: Path) -> str:
        """Run a command."""
        began = time.monotonic()
        told = command.replace("xapi-framework[", f"{self._wheel}[")
        finished = run(told, folder, self.scripts, **AS_READERS)
        self.commands.append(command)
        self.seconds += time.monotonic() - began
        assert finished.returncode == 0, f"$ {command}\n{finished.stdout}{finished.stderr}"
        return finished.stdout


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, require: Callable[[bool, str], None]) -> Path:
    """An environment that is empty at first; each test goes on with what the one before it installed."""
    home = tmp_path_factory.mktemp("machine")
    venv.create(home, with_pip=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "download", "--quiet", "--no-deps", "iniconfig"]
    reached = subprocess.run(pip, cwd=tmp_path_factory.mktemp("reached"), capture_output=True)
    require(reached.returncode == 0, "no package registry is reached, and a newcomer installs from one")
    return home


@pytest.fixture
def newcomer(machine: Path, wheel: Path) -> Newcomer:
    return Newcomer(machine, wheel)


def told(newcomer: Newcomer, lines: int, record_property: Callable[[str, object], None]) -> None:
    """Note what it took."""
    figures = {"commands": len(newcomer.commands), "lines": lines, "minutes": round(newcomer.seconds / 60, 1)}
    for name, figure in figures.items():
        record_property(name, figure)
    sys.stdout.write(f"\n{figures}\n")


def test_two_commands_make_a_project_and_two_more_judge_it(
    newcomer: Newcomer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for command in commands(section(README, "Start")):
        newcomer.type(command, tmp_path)
    project = tmp_path / "book-shop"
    to_judge = commands(section((project / "README.md").read_text(), "Test it"))
    assert len(to_judge) == 2
    shown = [newcomer.type(command, project) for command in to_judge][-1]
    assert "All gates passed." in shown
    assert "0 findings" in shown
    told(newcomer, 0, record_property)


def test_the_tutorial_ends_with_a_green_gate(
    newcomer: Newcomer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path / "reading-list"
    folder.mkdir()
    reader = Reader(folder, newcomer.scripts, lambda command: str(newcomer.type(command, folder)))
    began = time.monotonic()
    try:
        for page in TUTORIAL:
            reader.follow(page.read_text(encoding="utf-8"))
    except Differs as difference:
        pytest.fail(f"{page.name}: {difference}", pytrace=False)
    finally:
        reader.close()
    newcomer.seconds = time.monotonic() - began
    newcomer.commands += reader.ran
    assert any("--xapi-gate" in command for command in reader.ran)
    lines = sum(len([line for line in text.splitlines() if line.strip()]) for text in reader.written.values())
    told(newcomer, lines, record_property)
