"""The alias in the processes that `multiprocessing` starts anew, as servers do for workers and reloading.

What such a process is told before it does anything is pickled. One thing more is added to that, which sets up
the alias when it is unpickled: before the process imports anything of the program.
"""

from __future__ import annotations

import sys
from functools import wraps
from multiprocessing import spawn
from typing import Any


class _Alias:
    """Unpickled, it sets up the alias."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"import sys; sys.path[:] = {sys.path!r}; import xapi.as_fastapi",)


def prepare() -> None:
    """Have the processes that are started from now on set up the alias first."""
    tell = spawn.get_preparation_data

    @wraps(tell)
    def told(name: str) -> dict[str, Any]:
        return {"as_fastapi": _Alias(), **tell(name)}

    spawn.get_preparation_data = told
