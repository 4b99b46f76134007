"""Many requests to several apps, and what a process keeps of them."""

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.worker.load import Answer, Load


class SteadyLoad:
    """Several work items in one process, which share the requests.

    Args:
        loads: The work items.
    """

    def __init__(self, loads: Sequence[Load]) -> None:
        self._loads = loads

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        """See `Load.answers`."""
        return [answer for load in self._loads for answer in load.answers(numbers)]

    def run(self, count: int) -> int:
        """See `Load.run`; each item gets its share, rounded up."""
        share = -(-count // len(self._loads))
        return sum(load.run(share) for load in self._loads)

    def close(self) -> None:
        """See `Load.close`."""
        for load in self._loads:
            load.close()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is alive in a process when all garbage is collected.

    Attributes:
        objects: How many objects the collector knows.
        resident: Resident memory in bytes.
    """

    objects: int
    resident: int


def kept() -> Kept:
    """What this process keeps now."""
    gc.collect()
    return Kept(len(gc.get_objects()), resident_bytes())


def resident_bytes() -> int:
    """The process's resident memory now, as Linux tells it (proc(5), ``statm``)."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
