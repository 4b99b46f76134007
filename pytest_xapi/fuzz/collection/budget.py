"""The time that the property tests of a run may take, and each item's part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.schedule import Entry
from pytest_xapi.fuzz.model.findings import Record
from pytest_xapi.fuzz.model.item_time import ItemTime
from pytest_xapi.fuzz.model.omissions import WHOLE, Omission
from pytest_xapi.reports.keys import RECORDS

_MOST_BETWEEN = 0.5
"""Of what is left, this much at most is kept for what passes between the items."""
_BUDGET = pytest.StashKey["Budget"]()


class Budget:
    """What is left of the time is shared among the items that are left, by their parts.

    So what a short item leaves over is there for those after it. The clock starts when the first item is
    ready to send: imports, collection and the first start of the app are not counted. Each worker of
    pytest-xdist has the whole time, and expects to run its part of the items.
    """

    def __init__(self, seconds: float | None, workers: int = 1) -> None:
        self._seconds = seconds
        self._until: float | None = None
        self._workers = workers
        self._expected = 1
        self._done = self._begun = 0
        self._between = self._ended = 0.0

    @property
    def is_up(self) -> bool:
        """Whether no other item is begun."""
        return self._until is not None and perf_counter() >= self._until

    @property
    def was_up(self) -> str:
        """Why an item has sent nothing, where that is the reason."""
        return f"{options.TIME.flag}: the {self._seconds:g} s were over before it could send a case"

    def expect(self, parts: int) -> None:
        """Say how many parts all items have together, in all workers."""
        self._expected = parts

    def pass_over(self, parts: int) -> None:
        """Count an item that is not begun."""
        self._done += parts

    @contextmanager
    def share(self, parts: int) -> Iterator[ItemTime]:
        """The time of the next item, which runs inside of the context.

        What passes between two items, such as the start of the app, belongs to none of them: the items that
        are left are expected to need as much of it as those before them.

        Args:
            parts: Of those that were expected.
        """
        now = perf_counter()
        if self._seconds is None:
            yield ItemTime(now)
            return
        if self._until is None:
            self._until = now + self._seconds
        else:
            self._between += now - self._ended
        left = max(parts, self._expected / self._workers - self._done)
        rest = max(0.0, self._until - now)
        between = min(self._between / max(1, self._begun) * (left - parts), rest * _MOST_BETWEEN)
        self._done += parts
        self._begun += 1
        try:
            yield ItemTime(now, now + (rest - between) * parts / left)
        finally:
            self._ended = perf_counter()


def skip_if_late(item: pytest.Item, entry: Entry) -> None:
    """Skip an item whose time is up before it has begun, and so before its app is started."""
    run = of(item.config)
    if not run.is_up or entry.problem is not None:
        return
    run.pass_over(entry.parts)
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
