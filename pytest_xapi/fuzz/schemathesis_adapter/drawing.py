"""What Hypothesis draws, as lists, and how it is told to do nothing else."""

from __future__ import annotations

from typing import TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

_Drawn = TypeVar("_Drawn")


def generation_settings(count: int) -> hypothesis.settings:
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
    @generation_settings(count)
    @hypothesis.given(strategy)
    def collect(value: _Drawn) -> None:
        values.append(value)

    try:
        collect()
    except Unsatisfiable:
        pass  # no such value exists; what was found before it became clear is good
    return values
