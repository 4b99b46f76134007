"""Puts the apps of the contract in reach, and runs property tests of FastAPI's apps."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

sys.path.insert(0, str(Path(__file__).parent / "apps"))


@pytest.fixture
def run_on_fastapi(
    tmp_path: Path, require: Callable[[bool, str], None], peer_environments: Any
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run(files, *arguments)` writes a project and runs pytest with the plugin and FastAPI."""
    require(
        peer_environments.is_ready("fastapi"), "the environment of fastapi is not there: run `make ci-deps`"
    )

    def run(files: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(dedent(text), encoding="utf-8")
        folders = os.pathsep.join(str(ROOT / folder) for folder in ("framework", "."))
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
        return subprocess.run(
            [peer_environments.python_of("fastapi"), "-m", "pytest", "-p", "pytest_xapi.plugin", *arguments],
            cwd=tmp_path,
            env=kept | {"PYTHONPATH": folders, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
