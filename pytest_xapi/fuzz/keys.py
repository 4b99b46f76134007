"""What is kept in pytest's stashes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

RECORDS = pytest.StashKey[list[dict[str, Any]]]()
"""Of an item: what it sent and found, as `Record.as_json` has it. Of the configuration: that of all items."""

JUDGED = pytest.StashKey[bool]()
"""Of an item: whether accepted requests were judged by the app's own validators."""

STORAGE = pytest.StashKey[Path]()
"""The folder in which Hypothesis keeps its tables."""
