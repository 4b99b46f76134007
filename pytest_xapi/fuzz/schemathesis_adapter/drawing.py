"""What Hypothesis draws, as lists, and how it is told to do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

_Drawn = TypeVar("_Drawn")


def _settings(count: int) -> hypothesis.settings:
    """Settings that make Hypothesis generate, and do nothing else."""
    return hypothesis.settings(
        max_examples=count,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )


def generated(strategy: st.SearchStrategy[_Drawn], seed: int, count: int) -> list[_Drawn]:
    """At most `count` values that a strategy makes."""
    values: list[_Drawn] = []

    @hypothesis.seed(seed)
    @_settings(count)
    @hypothesis.given(strategy)
    def collect(value: _Drawn) -> None:
        values.append(value)

    try:
        collect()
    except Unsatisfiable:
        pass  # no such value exists; what was found before it became clear is good
    return values


@contextmanager
def undisturbed(directory: Path) -> Iterator[None]:
    """Let what Hypothesis draws follow from seeds alone, and keep its tables in `directory`.

    It draws constants from all local modules that happen to be imported, which depends on what ran before.
    Those of the app come from Schemathesis, which reads its source. The tables would be put beside the tests,
    in `.hypothesis`.
    """
    local_constants = providers._get_local_constants
    providers._get_local_constants = Constants
    providers.CONSTANTS_CACHE.cache.clear()
    set_hypothesis_home_dir(directory)
    try:
        yield
    finally:
        set_hypothesis_home_dir(None)
        providers.CONSTANTS_CACHE.cache.clear()
        providers._get_local_constants = local_constants
