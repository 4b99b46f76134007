"""Our programs beside the reference's: each feature in each place and spelling (`tests/reference/matrix`).

What is otherwise is listed beside this file. A difference that is not listed fails, and so does one that is
listed and no longer there.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from xapi.exceptions import XAPIError

REFERENCE = Path(__file__).parents[2] / "reference"
sys.path.insert(0, str(REFERENCE))
try:
    comparison = importlib.import_module("matrix.comparison")
    records = importlib.import_module("matrix.records")
    CASES = comparison.cases()
finally:
    sys.path.remove(str(REFERENCE))

RECORDS = {feature: records.read(feature) for feature in records.features()}
DEPARTURES = comparison.departures()
PENDING = {case for cases in comparison.pending().values() for case in cases}


@pytest.mark.parametrize("name", CASES)
def test_a_program_does_what_it_does_under_the_reference(name: str) -> None:
    feature, case = CASES[name]
    found = comparison.compared(name, case, RECORDS[feature][case.name], XAPIError)
    different = {item: pair for item, pair in found.items() if not comparison.same(*pair)}
    departing = {item for item in found if comparison.matches(item, DEPARTURES)}
    missing = {item: pair for item, pair in different.items() if item not in departing}
    if name in PENDING:
        assert missing != {}, "it is as under the reference: take it out of pending.toml"
        return
    assert missing == {}, "(ours, the reference's)"
    assert departing - different.keys() == set(), "listed as departures, but as under the reference"


def test_every_entry_of_the_lists_is_about_a_case() -> None:
    assert PENDING - CASES.keys() == set()
    parts = [
        f"{feature}: {name} ({variant}): {part}"
        for feature, record in RECORDS.items()
        for name, variants in record.items()
        for variant, outcome in variants.items()
        for part in (
            "refused",
            "warnings",
            "document",
            *(f"answer to {answer[0]}" for answer in outcome.get("answers", ())),
        )
    ]
    assert [
        pattern for pattern in DEPARTURES if not any(comparison.matches(part, [pattern]) for part in parts)
    ] == []


def test_the_records_are_of_the_cases_that_there_are() -> None:
    recorded = {f"{feature}: {name}" for feature, record in RECORDS.items() for name in record}
    assert recorded == CASES.keys(), "`make record` is due"
