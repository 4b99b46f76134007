"""What the property tests of a run sent and found, for gates and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz.keys import RECORDS


def of(config: pytest.Config) -> tuple[tuple[Mapping[str, Any], ...], int | None]:
    """The records of all items, and the seed; nothing where no property tests were asked for."""
    if not settings.read(config).fuzz:
        return (), None
    from pytest_xapi.fuzz import plan

    records: list[Mapping[str, Any]] = [*config.stash[RECORDS]]
    return tuple(records), plan.of(config).seed
