"""`xapi completion`: scripts that shells run."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from xapi.cli import main


def completed(line: str, script: str) -> list[str]:
    """What bash offers after a line."""
    words = " ".join(f"'{word}'" for word in line.split(" "))
    program = (
        f"{script}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
        "_shtab_xapi; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    run = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_bash_completes_commands_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    assert completed("xapi ro", script) == ["routes"]
    assert completed("xapi run --wo", script) == ["--workers"]
    assert {"new", "dev", "run", "routes", "openapi", "contract", "migrate"} <= set(
        completed("xapi ", script)
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_there_is_a_script_for_each_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "xapi" in script
    if (program := shutil.which(shell)) is not None and shell != "tcsh":
        subprocess.run([program, "-n"], input=script, text=True, check=True)


def test_without_shtab_the_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 1
    assert "pip install shtab" in capsys.readouterr().err
