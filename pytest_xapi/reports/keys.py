"""What reports are made of, in pytest's stashes: put there by property tests and gates, where they run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pytest_xapi.reports.model import Report, Shard

REPORT = pytest.StashKey[Report]()
"""Of the configuration, from the end of the session on, where gates have judged it."""

RECORDS = pytest.StashKey[list[dict[str, Any]]]()
"""Of an item: what it sent and found, as `Record.as_json` has it. Of the configuration: that of all items."""

SEED = pytest.StashKey[int]()
"""Of the configuration: the seed of the property tests' cases."""

SHARD = pytest.StashKey[Shard]()
"""Of the configuration: which part of a run this one is, where it is one."""


def fuzz_results(config: pytest.Config) -> tuple[tuple[Mapping[str, Any], ...], int | None]:
    """The records of all items, and the seed; nothing where no property tests were asked for."""
    records: list[Mapping[str, Any]] = [*config.stash.get(RECORDS, ())]
    return tuple(records), config.stash.get(SEED, None)
