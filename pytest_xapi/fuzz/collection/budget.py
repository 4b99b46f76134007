"""The time that the property tests of a run may take, and each item's part of it."""

from __future__ import annotations

from time import perf_counter

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options

_BUDGET = pytest.StashKey["Budget"]()


class Budget:
    """What is left of the time is shared equally among the items that are left.

    So what a short item leaves over is there for those after it. Each worker of pytest-xdist has the whole
    time, and expects to run its part of the items.
    """

    def __init__(self, seconds: float | None, workers: int = 1) -> None:
        self._until = None if seconds is None else perf_counter() + seconds
        self._workers = workers
        self._expected = 1
        self._done = 0

    def expect(self, items: int) -> None:
        """Say how many items there are, in all workers together."""
        self._expected = items

    def next_deadline(self) -> float:
        """When the next item has to stop sending, on the clock of `perf_counter`."""
        if self._until is None:
            return float("inf")
        left = max(1.0, self._expected / self._workers - self._done)
        self._done += 1
        now = perf_counter()
        return now + max(0.0, self._until - now) / left


def of(config: pytest.Config) -> Budget:
    """The budget of a run; it begins when it is first asked for."""
    if _BUDGET not in config.stash:
        workers = getattr(config, "workerinput", {}).get("workercount", 1)
        config.stash[_BUDGET] = Budget(settings.value(config, options.TIME), workers)
    return config.stash[_BUDGET]
