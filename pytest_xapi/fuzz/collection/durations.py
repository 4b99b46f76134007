"""What items have cost in earlier runs: by that they are spread over the workers of pytest-xdist."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.items import FuzzItem

_KEY = "xapi/fuzz-costs"
_BY_PHASE = {"stateful": 10.0, "random": 2.0}
"""What is expected of an item that was never run, in seconds."""


def spread(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest property tests first where workers share them: then none begins a long one at the end.

    With a time for the whole run the order stays: cheap phases first.
    """
    if not hasattr(config, "workerinput") or settings.value(config, options.TIME) is not None:
        return
    known = _known(config)
    items.sort(key=lambda item: -_expected(item, known))


def one_at_a_time(config: pytest.Config) -> None:
    """Let pytest-xdist hand out few items at once, unless the user says how many."""
    if getattr(config.option, "maxschedchunk", 0) is None:
        config.option.maxschedchunk = 1


def keep(config: pytest.Config, durations: Mapping[str, float]) -> None:
    """Remember what items have cost."""
    cache = getattr(config, "cache", None)
    if cache is not None and durations:
        cache.set(_KEY, {**_known(config), **{name: round(cost, 2) for name, cost in durations.items()}})


def _known(config: pytest.Config) -> Mapping[str, float]:
    cache = getattr(config, "cache", None)
    found: Mapping[str, float] = {} if cache is None else cache.get(_KEY, {})
    return found


def _expected(item: pytest.Item, known: Mapping[str, float]) -> float:
    if not isinstance(item, FuzzItem):
        return 0.0
    phase = "" if item.entry is None else item.entry.phase
    return known.get(item.nodeid, _BY_PHASE.get(phase, 1.0))
