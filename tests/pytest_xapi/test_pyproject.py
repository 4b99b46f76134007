"""`[tool.xapi]` is read in one way by the plugin, the gates and the commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_xapi.pyproject import read_table


@pytest.mark.parametrize("text", ["", "[project]\nname = 'one'\n", "[tool.other]\nxapi = 1\n"])
def test_a_project_without_settings_has_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert read_table(tmp_path) == {}


def test_a_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert read_table(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[tool.xapi\n", "Expected ']'"),
        (b"[tool]\nxapi = 1\n", "`tool.xapi` is 1: expected a table"),
        (b"tool = 'xapi'\n", "'str' object"),
        (b"[tool.xapi]\napp = '\xff'\n", "codec can't decode"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: bytes, why: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_bytes(text)
    with pytest.raises(ValueError, match=re.escape(f"{file}: ")) as refused:
        read_table(tmp_path)
    assert why in str(refused.value)
    command = [Path(sys.executable).with_name("xapi"), "contract", "diff"]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert finished.returncode != 0
    assert f"{file}: " in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_plugin_refuses_it_too(pytester: pytest.Pytester) -> None:
    (pytester.path / "pyproject.toml").write_text("[tool]\nxapi = 1\n")
    run = pytester.runpytest()
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    run.stderr.fnmatch_lines(["*pyproject.toml: `tool.xapi` is 1: expected a table"])
