"""The gate `contract`, as `pytest_xapi.gates.registry` knows gates."""

from __future__ import annotations

from typing import Any

from pytest_xapi.gates.contract.judging import verdict
from pytest_xapi.gates.contract.settings import GATE, ContractSettings, read
from pytest_xapi.gates.evidence import apps_to_judge
from pytest_xapi.gates.problems import places_of
from pytest_xapi.gates.registry import Evidence
from pytest_xapi.reports.model import Problem, Verdict

__all__ = ["judge", "read"]

_NO_APP = "XG399"


def judge(settings: ContractSettings, evidence: Evidence) -> Verdict | None:
    """What the gate says of the app under test; nothing, if there is no contract, or no document."""
    if settings.contract is None:
        return None
    apps = {name: app for name, app in apps_to_judge(evidence).items() if app["document"]}
    if not apps:
        return None
    title = str(settings.contract.get("info", {}).get("title", ""))
    if len(apps) > 1 and title not in apps:
        return _unknown(title, apps)
    app = apps[title] if len(apps) > 1 else next(iter(apps.values()))
    return verdict(settings.contract, app["document"], settings, places_of(app))


def _unknown(title: str, apps: dict[str, Any]) -> Verdict:
    names = ", ".join(map(repr, sorted(apps)))
    message = f"the contract is that of {title!r}, and the apps under test are {names}: none of them is meant"
    problem = Problem(_NO_APP, "error", message, identity=title)
    return Verdict(GATE, passed=False, figure="no app", threshold="an app", problems=(problem,))
