"""What is kept in pytest's stashes."""

from __future__ import annotations

from pathlib import Path

import pytest

JUDGED = pytest.StashKey[bool]()
"""Of an item: whether accepted requests were judged by the app's own validators."""

STORAGE = pytest.StashKey[Path]()
"""The folder in which Hypothesis keeps its tables."""
