"""Where a run keeps what only this machine needs."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest


def folder_of(config: pytest.Config, name: str) -> Path:
    """A folder in pytest's cache; without a cache one that is removed when the run is over."""
    cache = getattr(config, "cache", None)
    if cache:
        return Path(cache.mkdir(name))
    made = tempfile.mkdtemp(prefix=f"xapi-{name}-")
    config.add_cleanup(partial(shutil.rmtree, made, ignore_errors=True))
    return Path(made)
