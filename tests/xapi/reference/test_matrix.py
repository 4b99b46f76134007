"""Our programs beside the reference's: each feature in each place and spelling (`tests/reference/matrix`).

What is otherwise is listed beside this file. A difference that is not listed fails, and so does one that is
listed and no longer there.
"""

from __future__ import annotations

import fnmatch
import importlib
import sys
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "reference"
sys.path.insert(0, str(REFERENCE))
try:
    comparison = importlib.import_module("matrix.comparison")
    records = importlib.import_module("matrix.records")
    CASES = comparison.cases()
finally:
    sys.path.remove(str(REFERENCE))

RECORDS = {feature: records.read(feature) for feature in records.features()}
DEPARTURES = {feature: records.read(feature, records.DEPARTURES) for feature in records.features()}
DEPARTING = comparison.departing(CASES)
PENDING = comparison.pending()


@pytest.mark.parametrize("name", CASES)
def test_a_program_does_what_it_does_under_the_reference(name: str) -> None:
    feature, case = CASES[name]
    ours = comparison.outcomes(case)
    different = comparison.differences(ours, RECORDS[feature][case.name])
    if name in PENDING:
        assert different != {}, (
            "it is as under the reference: tests/reference/settle.py takes it out of pending.toml"
        )
    elif name in DEPARTING:
        assert different != {}, "listed as a departure, but as under the reference"
        assert comparison.differences(ours, DEPARTURES[feature][case.name]) == {}, (
            "(ours, ours when it was listed)"
        )
    else:
        assert different == {}, "(ours, the reference's)"


def test_every_entry_of_the_lists_is_about_a_case() -> None:
    assert set(PENDING) - CASES.keys() == set()
    patterns = [pattern for some in comparison.listed(comparison.DEPARTURES).values() for pattern in some]
    assert [pattern for pattern in patterns if not fnmatch.filter(CASES, pattern)] == []
    assert set(PENDING) & set(DEPARTING) == set()


def test_the_records_are_of_the_cases_that_there_are() -> None:
    recorded = {f"{feature}: {name}" for feature, record in RECORDS.items() for name in record}
    assert recorded == CASES.keys(), "`make record` is due"
    kept = {f"{feature}: {name}" for feature, record in DEPARTURES.items() for name in record}
    assert kept == set(DEPARTING), "run tests/reference/settle.py and look at what it changes"
