"""The reports of several runs, such as the shards of one, as the report of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_xapi.gates import evidence, judging
from pytest_xapi.gates.settings import SettingsError, read_file
from pytest_xapi.reports.model import Report, Verdict
from xapi.cli.errors import CommandError


def merged(reports: Sequence[Report], root: Path) -> Report:
    """One report; its gates judge by what all of the runs have seen, whether or not these only warned.

    Parameters:
        reports: those of the runs.
        root: the directory whose pyproject.toml has the settings of the gates.

    Raises:
        CommandError: the settings of the gates are wrong.
    """
    fuzz = _records(reports)
    judged = [report for report in reports if report.verdicts]
    found = evidence.merged(report.evidence for report in judged) if judged else {}
    seeds = {report.seed for report in reports if report.seed is not None}
    return Report(
        verdicts=_verdicts(found, fuzz, root) if judged else (),
        fuzz=fuzz,
        evidence=found,
        seed=seeds.pop() if len(seeds) == 1 else None,
    )


def _verdicts(
    found: Mapping[str, Any], fuzz: tuple[Mapping[str, Any], ...], root: Path
) -> tuple[Verdict, ...]:
    try:
        return judging.judge(read_file(root), {**found, "fuzz": fuzz})
    except SettingsError as error:
        raise CommandError(str(error)) from error


def _records(reports: Sequence[Report]) -> tuple[Mapping[str, Any], ...]:
    """What the property tests found; an item that was run in two shards counts once, with its larger part."""
    found: dict[str, Mapping[str, Any]] = {}
    for report in reports:
        for record in report.fuzz:
            known = found.get(record["item"])
            if known is None or known["cases"] < record["cases"]:
                found[record["item"]] = record
    return tuple(found.values())
