"""What keeps several reports from being those of one whole run: shards that are missing, or there twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pytest_xapi.reports.model import Report, Shard
from pytest_xapi.words import counted


def of(reports: Mapping[str, Report]) -> Iterator[str]:
    """A sentence for each thing that is not as it should be.

    Args:
        reports: By the names of their files.
    """
    shards = {name: report.shard for name, report in reports.items() if report.shard is not None}
    if shards:
        yield from _of_shards(shards)
        yield from (f"{name} is not a shard, but other files are" for name in reports if name not in shards)
    judged = [name for name, report in reports.items() if report.evidence]
    if judged:
        for name in reports:
            if name not in judged:
                yield f"{name} has no evidence for the gates: it was run without --xapi-gate, or interrupted"


def _of_shards(shards: Mapping[str, Shard]) -> Iterator[str]:
    first, shard = next(iter(shards.items()))
    strangers = [name for name, other in shards.items() if not _is_of_one_run(shard, other)]
    for name in strangers:
        other = shards[name]
        difference = "" if other.count != shard.count else " with other cases to run"
        yield f"{name} is {other}{difference}, but {first} is {shard}: they belong to different runs"
    if strangers:
        return
    for number in range(1, shard.count + 1):
        names = [name for name, other in shards.items() if other.number == number]
        if not names:
            yield f"shard {number} of {shard.count} is missing"
        elif len(names) > 1:
            times = counted(len(names), "time")
            yield f"shard {number} of {shard.count} was given {times}: {', '.join(names)}"


def _is_of_one_run(one: Shard, other: Shard) -> bool:
    """Whether two shards share the same cases; where only a fixture gives the app, the number has to do."""
    is_same = one.whole == other.whole or not (one.whole and other.whole)
    return one.count == other.count and is_same
