"""Noticing dependencies whose teardown does not run when a request fails."""

from __future__ import annotations

from functools import cache
from types import CodeType
from typing import Any

from pytest_xapi.fuzz.model import traceback_origin
from pytest_xapi.fuzz.model.wire import Observed
from pytest_xapi.fuzz.monitors.teardown import skipped_line
from xapi.pipeline.resolve import passing_through

CHECK = "dependency_not_closed"


class TeardownWatch:
    """Hears of each dependency that lets an exception through; those of xapi's apps alone tell."""

    def __init__(self) -> None:
        self._seen: dict[int, CodeType] = {}

    def begin(self) -> None:
        """A request begins."""
        self._seen.clear()
        passing_through.set(self._note)

    def end(self) -> list[Observed]:
        """The request is answered: whose teardown was left out."""
        passing_through.set(None)
        found = [_observed(code.co_filename, code.co_qualname, code) for code in self._seen.values()]
        return [observed for observed in found if observed is not None]

    def _note(self, generator: Any) -> None:
        code = getattr(generator, "ag_code", None) or getattr(generator, "gi_code", None)
        if code is not None:
            self._seen[id(code)] = code


@cache
def _observed(file: str, function: str, code: CodeType) -> Observed | None:
    # Code that was compiled from the same lines of two files compares equal.
    if traceback_origin.is_foreign(file):
        return None
    line = skipped_line(code)
    if line is None:
        return None
    name = f"{function} ({traceback_origin.importable(file)})"
    return Observed(
        check=CHECK,
        title="Dependency not closed",
        message=(
            f"An exception was raised at the yield of {name}, and the code after it did not run "
            f"(line {line}). Put the yield into try, and the code after it into finally."
        ),
        cause=name,
    )
