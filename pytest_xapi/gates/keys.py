"""What is kept in pytest's stashes."""

from __future__ import annotations

import pytest

from pytest_xapi.reports.model import Report

REPORT = pytest.StashKey[Report]()
"""Of the configuration, from the end of the session on, where gates have judged it."""
