"""Bring the lists of what is otherwise than under the reference up to date with what xapi does.

    python tests/reference/settle.py

What does by now what it does under the reference is taken out of `pending.toml`, and what we do in the cases
of `departures.toml` is written to `matrix/departures/`, where it is to be looked at before it is kept. The
counts in docs/coverage-of-the-reference.md follow.
"""

from __future__ import annotations

import json
import sys

import coverage_table
from matrix import comparison, records


def main() -> None:
    """Write both anew."""
    cases = comparison.cases()
    settle_departures(cases)
    before = comparison.listed(comparison.PENDING)
    after = {
        reason: [name for name in names if name in cases and is_otherwise(*cases[name])]
        for reason, names in before.items()
    }
    comparison.PENDING.write_text(as_toml(after), encoding="utf-8")
    page = coverage_table.TABLE
    results = coverage_table.results_of(page.read_text(encoding="utf-8"))
    page.write_text(coverage_table.table(results), encoding="utf-8")
    left = sum(map(len, after.values()))
    sys.stderr.write(f"{sum(map(len, before.values())) - left} taken out, {left} left\n")


def is_otherwise(feature: str, case: comparison.Case) -> bool:
    """Whether we do anything else in a case than the reference."""
    ours = comparison.outcomes(case)
    return comparison.differences(ours, records.read(feature)[case.name]) != {}


def settle_departures(cases: dict[str, tuple[str, comparison.Case]]) -> None:
    """Write what we do in the cases that depart."""
    found: dict[str, dict[str, dict[str, records.Outcome]]] = {}
    for name in comparison.departing(cases):
        feature, case = cases[name]
        found.setdefault(feature, {})[case.name] = comparison.outcomes(case)
    records.DEPARTURES.mkdir(exist_ok=True)
    for path in records.DEPARTURES.glob("*.json"):
        path.unlink()
    for feature, outcomes in found.items():
        records.write(feature, records.usual_document(feature), outcomes, records.DEPARTURES)


def as_toml(pending: dict[str, list[str]]) -> str:
    """The list of what is pending."""
    head = "# What xapi has still to do as the reference: what is missing, and the cases that show it.\n"
    entries = [
        f"\n{json.dumps(reason)} = [\n" + "".join(f"  {json.dumps(name)},\n" for name in names) + "]\n"
        for reason, names in pending.items()
        if names
    ]
    return head + "".join(entries)


if __name__ == "__main__":
    main()
