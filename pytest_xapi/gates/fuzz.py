"""The gate `fuzz`: what property tests found and a baseline does not know.

| rule | what is wrong |
|---|---|
| XG401 | a finding that the baseline does not have |
| XG402 | a finding that the baseline has accepted only until a day that has passed |

The baseline is a JSON file: `{"findings": [{"fingerprint": ..., "reason": ..., "expires": "2027-01-31"}]}`. A
finding is known by its fingerprint; `reason` has to be given, `expires` need not, other keys are for readers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pytest_xapi.gates.problems import counted, pointer_to
from pytest_xapi.gates.settings import Table
from pytest_xapi.reports.model import Place, Problem, Verdict

_NEW = "XG401"
_EXPIRED = "XG402"


@dataclass(frozen=True)
class Settings:
    """The findings that are known."""

    baseline: str | None
    """The path as it is set."""
    accepted: Mapping[str, date | None]
    """Until when, by fingerprint; None where for good."""

    def accepts(self, fingerprint: str, today: date) -> bool:
        """Whether the baseline has a finding, and still accepts it."""
        if fingerprint not in self.accepted:
            return False
        expires = self.accepted[fingerprint]
        return expires is None or today <= expires


def read(table: Table) -> Settings:
    """The settings of this gate, with what its baseline has."""
    path = table.text("baseline")
    if path is None:
        return Settings(None, {})
    try:
        return Settings(path, _accepted(table.root / path))
    except OSError as error:
        raise table.refuse("baseline", f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise table.refuse("baseline", f"{path} is no baseline: {_reason(error)}") from error


def _accepted(path: Path) -> dict[str, date | None]:
    accepted: dict[str, date | None] = {}
    for number, entry in enumerate(json.loads(path.read_text(encoding="utf-8"))["findings"], 1):
        if not str(entry.get("reason", "")).strip():
            raise ValueError(f"finding {number} has no `reason`")
        expires = entry.get("expires")
        accepted[entry["fingerprint"]] = None if expires is None else date.fromisoformat(expires)
    return accepted


def _reason(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def judge(settings: Settings, evidence: Mapping[str, Any]) -> Verdict | None:
    """Fails if a finding is not accepted; None where no property test ran."""
    records = evidence.get("fuzz", ())
    if not records:
        return None
    today = date.today()
    findings = {fingerprint(finding): finding for record in records for finding in record["findings"]}
    problems = [
        _problem(known, finding, settings)
        for known, finding in sorted(findings.items())
        if not settings.accepts(known, today)
    ]
    accepted = len(findings) - len(problems)
    return Verdict(
        gate="fuzz",
        passed=not problems,
        figure=counted(len(problems), "new finding") + (f", {accepted} accepted" if accepted else ""),
        threshold="none" if settings.baseline is None else f"those in {settings.baseline}",
        problems=tuple(problems),
    )


def fingerprint(finding: Mapping[str, Any]) -> str:
    """What a baseline knows a finding by."""
    given = finding.get("fingerprint")
    if given is not None:
        return str(given)
    return Problem(
        _NEW, "error", finding["title"], finding["operation"], identity=finding["check"]
    ).fingerprint


def _problem(known: str, finding: Mapping[str, Any], settings: Settings) -> Problem:
    operation = finding["operation"]
    place = Place(finding["file"], finding["line"]) if finding.get("file") else None
    if known in settings.accepted:
        rule, remark = _EXPIRED, f"; {settings.baseline} accepted it until {settings.accepted[known]}"
    else:
        rule, remark = _NEW, ""
    return Problem(
        rule=rule,
        severity="error",
        message=f"{finding['title']} [{finding['check']}, fingerprint {known}]{remark}",
        operation=operation,
        pointer=pointer_to(operation),
        place=place,
        details=finding["message"],
        identity=known,
    )
