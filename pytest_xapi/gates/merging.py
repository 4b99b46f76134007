"""The reports of several runs, such as the shards of one, as the report of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_xapi.gates import evidence, registry
from pytest_xapi.gates.settings import read_file
from pytest_xapi.reports.model import Report


class NothingToJudge(ValueError):
    """No run has sent anything to an app that shows a document; the message says so."""


def merged(reports: Sequence[Report], root: Path) -> Report:
    """One report; its gates judge by what all of the runs have seen, whether or not these only warned.

    Args:
        reports: Those of the runs.
        root: The directory whose pyproject.toml has the settings of the gates.

    Raises:
        SettingsError: the settings of the gates are wrong, or do not fit what was seen.
        NothingToJudge: gates were asked for, and no app was seen.
    """
    fuzz = _records(reports)
    judged = [report for report in reports if report.evidence]
    found = evidence.merged(report.evidence for report in judged) if judged else {}
    if judged and not found["apps"]:
        raise NothingToJudge(
            "no run sent a request to an app that shows an OpenAPI document: nothing to judge"
        )
    seeds = {report.seed for report in reports if report.seed is not None}
    return Report(
        verdicts=registry.evaluate(read_file(root).gates, {**found, "fuzz": fuzz}) if judged else (),
        fuzz=fuzz,
        evidence=found,
        seed=seeds.pop() if len(seeds) == 1 else None,
        tests_failed=any(report.tests_failed for report in reports),
    )


def _records(reports: Sequence[Report]) -> tuple[Mapping[str, Any], ...]:
    """What the property tests found; an item that was run in two shards counts once, with its larger part."""
    found: dict[str, Mapping[str, Any]] = {}
    for report in reports:
        for record in report.fuzz:
            known = found.get(record["item"])
            if known is None or known["cases"] < record["cases"]:
                found[record["item"]] = record
    return tuple(found.values())
