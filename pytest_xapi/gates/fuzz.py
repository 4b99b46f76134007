"""The gate `fuzz`: what property tests found and the project has not accepted.

Its problems are the findings, with the rules that they have everywhere: `XF101` and so on. Which ones are
accepted is said where they are made, for then the test that finds one passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_xapi.gates.problems import pointer_to
from pytest_xapi.gates.tables import Table
from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Verdict
from pytest_xapi.words import counted


@dataclass(frozen=True)
class FuzzSettings:
    """There is nothing to set but whether the gate is there."""


def read(table: Table) -> FuzzSettings:
    """The settings of this gate."""
    return FuzzSettings()


def judge(settings: FuzzSettings, evidence: Mapping[str, Any]) -> Verdict | None:
    """Fails if a finding is not accepted; None where no property test ran."""
    records = evidence.get("fuzz", ())
    if not records:
        return None
    counts = contents.counts(records)
    new = [cause.finding for cause in contents.causes(records) if not cause.is_accepted]
    return Verdict(
        gate="fuzz",
        passed=not any(finding.get("fails", True) for finding in new),
        figure=counted(counts.findings, "new finding")
        + (f", {counts.accepted} accepted" if counts.accepted else ""),
        threshold="none",
        problems=tuple(
            contents.as_problem(finding)
            if finding.get("operations")
            else replace(contents.as_problem(finding), pointer=pointer_to(finding["operation"]))
            for finding in new
        ),
    )
