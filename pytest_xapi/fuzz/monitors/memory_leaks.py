"""Noticing what an app keeps of each request, by sending one of them again and again."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from time import perf_counter

from pytest_xapi.fuzz.model.wire import Send, WireRequest

ROUNDS = 6
REPEATS = 100
"""How often it is sent in each round."""
_WARM_UP = 2
"""The rounds that say nothing: caches fill, and what earlier cases have left is freed."""


def objects_per_request(send: Send, request: WireRequest, until: float) -> int:
    """How many objects the app keeps of each request, at least; 0 where that is none, or not sure.

    It grows for sure only if it grows in each of the rounds: what fills up, such as a cache, comes to an end.
    Nothing is said where an answer is another than 2xx, or where the time is up, on the clock of
    `perf_counter`.
    """
    live = []
    with _collecting_only_what_is_new():
        for _ in range(ROUNDS):
            if not _repeat(send, request, until):
                return 0
            live.append(_live())
    least = min(after - before for before, after in pairwise(live[_WARM_UP - 1 :]))
    return max(round(least / REPEATS), 0)


@contextmanager
def _collecting_only_what_is_new() -> Iterator[None]:
    """Keep the collector from all that is there before: that would take long, and free what others left."""
    gc.collect()
    is_ours = gc.get_freeze_count() == 0
    if is_ours:
        gc.freeze()
    try:
        yield
    finally:
        if is_ours:
            gc.unfreeze()


def _live() -> int:
    """The number of live objects, once what nobody refers to is gone.

    The collector does not follow texts, numbers, and dictionaries of these; the allocator has them all.
    """
    gc.collect()
    return sys.getallocatedblocks()


def _repeat(send: Send, request: WireRequest, until: float) -> bool:
    return all(perf_counter() < until and send(request).is_success for _ in range(REPEATS))
