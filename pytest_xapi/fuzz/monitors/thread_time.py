"""How long code has held a thread, whatever else the machine was busy with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

_NANOSECONDS = 1e-9


def held_seconds(native_id: int | None, now: float) -> float:
    """A clock that stands still while a thread could run and does not get a processor.

    It goes on while the thread runs, and while it waits: for a file, the network, `time.sleep`.

    Args:
        native_id: the thread, as the operating system counts it; None if that is not known.
        now: the time of day, in seconds.

    Returns:
        Seconds; only differences mean something. Where the operating system does not tell how long threads
        wait for a processor (it is Linux that does), `now` itself.
    """
    return now if native_id is None else now - _waited()(native_id)


@cache
def _waited() -> Callable[[int], float]:
    """Tells how long a thread has waited for a processor until now."""
    if not sys.platform.startswith("linux") or not Path("/proc/self/schedstat").exists():
        return lambda native_id: 0.0
    return _run_delay


def _run_delay(native_id: int) -> float:
    """The second figure of `schedstat` (Linux, Documentation/scheduler/sched-stats.rst)."""
    try:
        figures = Path(f"/proc/self/task/{native_id}/schedstat").read_text(encoding="ascii").split()
        return int(figures[1]) * _NANOSECONDS
    except (OSError, ValueError, IndexError):
        return 0.0  # the thread has ended
