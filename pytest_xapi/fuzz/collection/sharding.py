"""Shards: runs on several machines that share the property tests, and are put together as one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import plan, schedule, selection, targets
from pytest_xapi.reports.keys import SHARD
from pytest_xapi.reports.model import Shard

_IS_EMPTY = pytest.StashKey[bool]()


def note(config: pytest.Config) -> None:
    """Say which shard this run is, for its report."""
    if settings.value(config, options.SHARD) is None:
        return
    document = targets.known(config)
    chosen = selection.of(config)
    entries = [] if document is None else schedule.of_all_shards(document, chosen)
    number, count = chosen.shard
    config.stash[SHARD] = Shard(number, count, _digest(config, entries) if entries else "")
    config.stash[_IS_EMPTY] = bool(entries) and not chosen.share(entries)


def leaves_tests_to_another(config: pytest.Config) -> bool:
    """Whether the project's own tests run elsewhere: in the first shard, and in no other."""
    number, _ = settings.value(config, options.SHARD, (1, 1))
    return bool(number > 1)


def is_empty(config: pytest.Config, records: Sequence[Mapping[str, Any]]) -> bool:
    """Whether there are fewer property tests than shards, and none for this one.

    Where only a fixture gives the app, that is known once the one item has run, by what it has recorded.
    """
    shard = config.stash.get(SHARD, None)
    is_late = shard is not None and shard.count > 1 and not shard.whole
    return not records if is_late else config.stash.get(_IS_EMPTY, False)


def described(config: pytest.Config) -> str:
    """What the header says of the shard; nothing where there is none."""
    number, count = settings.value(config, options.SHARD, (1, 1))
    if count == 1:
        return ""
    where = "here" if number == 1 else "in shard 1"
    return f", shard {number} of {count} (the project's own tests run {where})"


def _digest(config: pytest.Config, entries: list[schedule.Entry]) -> str:
    """The same for all shards of one run: what they are to run, and how much of it."""
    text = "\0".join((repr(plan.of(config)), *(entry.name for entry in entries)))
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
