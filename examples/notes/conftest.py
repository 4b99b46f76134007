"""What holds for every test of the notes, written by hand or generated."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts on a new database."""
    monkeypatch.setenv("NOTES_DATABASE", str(tmp_path / "notes.db"))


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"
