"""Libraries for FastAPI, quick ones of the table: their tests under FastAPI and under the alias."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import environments
import page
import run

QUICK = [library for library in environments.libraries() if library.quick]


@pytest.mark.parametrize("library", QUICK, ids=lambda library: library.name)
def test_what_passes_with_fastapi_passes_under_the_alias(
    library: environments.Library, require: Callable[[bool, str], None]
) -> None:
    is_ready = environments.is_ready(library)
    require(is_ready, f"the environment of {library.name} is not there: run `make ci-deps`")
    for way in run.WAYS:
        run.run(library, way)
    row = page.row_of(library, page.differences())
    assert row is not None
    assert row.passed, f"nothing passes with FastAPI: see {library.folder / 'fastapi.log'}"
    unexpected = {reason: tests for reason, tests in row.reasons.items() if reason[0] != "departure"}
    assert not unexpected, f"see {library.folder / 'xapi.log'}"


def test_there_are_eight() -> None:
    assert len(QUICK) >= 8
