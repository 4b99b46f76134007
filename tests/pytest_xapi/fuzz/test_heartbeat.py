"""The end of a process that hangs for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

START = """
    import pathlib, re, sys, threading, time
    from pytest_xapi.fuzz.processes.heartbeat import Heartbeat

    sent = None
    heartbeat = Heartbeat(0.3, pathlib.Path(sys.argv[1]), lambda: sent)
"""
HANGS = {
    "a regular expression in another thread": """
        thread = threading.Thread(target=re.fullmatch, args=("(a|aa|aaa)+b", "a" * 100))
        thread.start()
        thread.join()
    """,
    "a request without answer": """
        sent = time.monotonic()
        threading.Event().wait()
    """,
}


@pytest.mark.parametrize("hang", HANGS)
def test_a_process_that_hangs_is_ended_and_its_stacks_are_kept(hang: str, tmp_path: Path) -> None:
    done = run(START + dedent(HANGS[hang]).replace("\n", "\n    "), tmp_path / "stacks")
    assert done.returncode == 1
    stacks = (tmp_path / "stacks").read_text()
    assert "most recent call first" in stacks
    assert "fullmatch" in stacks or "wait" in stacks


def test_a_process_that_does_not_hang_goes_on(tmp_path: Path) -> None:
    script = """
    busy_until = time.monotonic() + 0.7
    while time.monotonic() < busy_until:
        pass
    heartbeat.stop()
    thread = threading.Thread(target=lambda: time.sleep(0.4))
    thread.start()
    thread.join()
    print("done")
    """
    done = run(START + script, tmp_path / "stacks")
    assert (done.returncode, done.stdout) == (0, "done\n")
    assert (tmp_path / "stacks").read_text() == ""


def run(script: str, stacks: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", dedent(script), str(stacks)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
