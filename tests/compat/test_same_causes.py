"""A run on a FastAPI app finds the same causes alone, in two processes, in shards and in a random order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compat.conftest import RunOnPeer
from tests.pytest_xapi.reports import shelf


def test_a_run_finds_the_same_causes_however_it_is_run(
    run_on_fastapi: RunOnPeer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shelf.files("fastapi", "FastAPI")

    def start(*arguments: str) -> tuple[int, str]:
        done = run_on_fastapi(project, "--xapi-fuzz", "--xapi-fuzz-profile=quick", *arguments)
        return done.returncode, done.stdout + done.stderr

    shelf.check_same_causes(tmp_path, start, {"XF101", "XF102", "XF111", "XF113"}, capsys)
