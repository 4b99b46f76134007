"""Puts the apps of the contract in reach, and runs property tests of FastAPI's apps."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

sys.path.insert(0, str(Path(__file__).parent / "apps"))


RunOnPeer = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_on_peer(tmp_path: Path, require: Callable[[bool, str], None], peer_environments: Any) -> RunOnPeer:
    """`run(peer, files, *arguments)` writes a project, and runs pytest in a peer's environment."""

    def run(peer: str, files: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        is_ready = peer_environments.is_ready(peer)
        require(is_ready, f"the environment of {peer} is not there: run `make ci-deps`")
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(dedent(text), encoding="utf-8")
        in_order = () if "randomly" in arguments else ("-p", "no:randomly")
        command = [peer_environments.python_of(peer), "-m", "pytest", "-p", "pytest_xapi.plugin", *in_order]
        return subprocess.run(
            [*command, *arguments],
            cwd=tmp_path,
            env=peer_environments.variables(ROOT / "framework", ROOT),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def run_on_fastapi(run_on_peer: RunOnPeer) -> RunOnPeer:
    """The same with FastAPI."""
    return partial(run_on_peer, "fastapi")
