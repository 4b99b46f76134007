"""The time that the property tests of a run may take, and each item's part of it."""

from __future__ import annotations

from time import perf_counter

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.schedule import Entry
from pytest_xapi.fuzz.model.findings import Record
from pytest_xapi.fuzz.model.item_time import ItemTime
from pytest_xapi.fuzz.model.omissions import WHOLE, Omission
from pytest_xapi.reports.keys import RECORDS

_BUDGET = pytest.StashKey["Budget"]()


class Budget:
    """What is left of the time is shared equally among the items that are left.

    So what a short item leaves over is there for those after it. The clock starts when the first item is
    ready to send: imports, collection and the first start of the app are not counted. Each worker of
    pytest-xdist has the whole time, and expects to run its part of the items.
    """

    def __init__(self, seconds: float | None, workers: int = 1) -> None:
        self._seconds = seconds
        self._until: float | None = None
        self._workers = workers
        self._expected = 1
        self._done = 0

    @property
    def is_up(self) -> bool:
        """Whether no other item is begun."""
        return self._until is not None and perf_counter() >= self._until

    @property
    def was_up(self) -> str:
        """Why an item has sent nothing, where that is the reason."""
        return f"{options.TIME.flag}: the {self._seconds:g} s were over before it could send a case"

    def expect(self, items: int) -> None:
        """Say how many items there are, in all workers together."""
        self._expected = items

    def pass_over(self) -> None:
        """Count an item that is not begun."""
        self._done += 1

    def next_share(self) -> ItemTime:
        """The time of the next item, which begins now."""
        now = perf_counter()
        if self._seconds is None:
            return ItemTime(now)
        if self._until is None:
            self._until = now + self._seconds
        left = max(1.0, self._expected / self._workers - self._done)
        self._done += 1
        return ItemTime(now, now + max(0.0, self._until - now) / left)


def skip_if_late(item: pytest.Item, entry: Entry) -> None:
    """Skip an item whose time is up before it has begun, and so before its app is started."""
    run = of(item.config)
    if not run.is_up or entry.problem is not None:
        return
    run.pass_over()
    omissions = [] if entry.operation is None else [Omission(entry.label, WHOLE, run.was_up)]
    record = Record(entry.name, entry.phase, cut=True, unsent=run.was_up, omissions=omissions)
    item.stash.setdefault(RECORDS, []).append(record.as_json())
    pytest.skip(run.was_up)


def of(config: pytest.Config) -> Budget:
    """The budget of a run."""
    if _BUDGET not in config.stash:
        workers = getattr(config, "workerinput", {}).get("workercount", 1)
        config.stash[_BUDGET] = Budget(settings.value(config, options.TIME), workers)
    return config.stash[_BUDGET]
