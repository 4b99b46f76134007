"""The gate `fuzz`: what property tests found and the project has not accepted.

| rule | what is wrong |
|---|---|
| XG401 | a finding that is not accepted |

Which findings are accepted is said where they are made, for then the test that finds one passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_xapi.gates.problems import pointer_to
from pytest_xapi.gates.settings import Table
from pytest_xapi.reports.model import Place, Problem, Verdict
from pytest_xapi.words import counted


@dataclass(frozen=True)
class Settings:
    """There is nothing to set but whether the gate is there."""


def read(table: Table) -> Settings:
    """The settings of this gate."""
    return Settings()


def judge(settings: Settings, evidence: Mapping[str, Any]) -> Verdict | None:
    """Fails if a finding is not accepted; None where no property test ran."""
    records = evidence.get("fuzz", ())
    if not records:
        return None
    findings = [finding for record in records for finding in record["findings"]]
    new = [finding for finding in findings if not finding.get("accepted", False)]
    # Several tests may come upon the same: it is one problem.
    problems = {problem.fingerprint: problem for problem in map(_problem, new)}
    accepted = len(findings) - len(new)
    return Verdict(
        gate="fuzz",
        passed=not problems,
        figure=counted(len(problems), "new finding") + (f", {accepted} accepted" if accepted else ""),
        threshold="none",
        problems=tuple(problems.values()),
    )


def _problem(finding: Mapping[str, Any]) -> Problem:
    operation = finding["operation"]
    return Problem(
        rule="XG401",
        severity="error",
        message=f"{finding['title']} [{finding['check']}]",
        operation=operation,
        pointer=pointer_to(operation),
        place=Place(finding["file"], finding["line"]) if finding.get("file") else None,
        details=finding["message"],
        identity=finding.get("fingerprint", f"{finding['check']} {finding['title']}"),
    )
