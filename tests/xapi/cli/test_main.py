"""The command line as a user calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from xapi.cli import main
from xapi.version import __version__


def test_version_prints_name_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"xapi {__version__}\n"


def test_help_describes_the_command_and_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith("usage: xapi ")
    assert "--version" in printed


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("usage: xapi ")


def test_an_unknown_argument_is_named_and_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--verison"])
    assert stop.value.code == 2
    assert "xapi: error: unrecognized arguments: --verison" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [[sys.executable, "-m", "xapi"], [str(Path(sys.executable).with_name("xapi"))]],
    ids=["python -m xapi", "xapi"],
)
def test_module_and_script_are_the_same_command(command: list[str], tmp_path: Path) -> None:
    run = subprocess.run(
        [*command, "--version"], cwd=tmp_path, env=os.environ, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, f"xapi {__version__}\n", "")


def test_the_console_script_is_the_same_function() -> None:
    (script,) = entry_points(group="console_scripts", name="xapi")
    assert script.load() is main
