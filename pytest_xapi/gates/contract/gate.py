"""The gate `contract`, as `pytest_xapi.gates.judging` knows gates."""

from __future__ import annotations

from typing import Any

from pytest_xapi.gates.contract import sources
from pytest_xapi.gates.contract.judging import verdict
from pytest_xapi.gates.contract.settings import GATE, Settings, read
from pytest_xapi.gates.evidence import apps_to_judge
from pytest_xapi.gates.judging import Evidence
from pytest_xapi.gates.settings import TABLE, SettingsError
from pytest_xapi.reports.model import Place, Verdict

__all__ = ["judge", "read"]


def judge(settings: Settings, evidence: Evidence) -> Verdict | None:
    """What the gate says of the app under test; nothing, if there is no contract.

    Raises:
        SettingsError: there is no document where the settings say, or no telling which app it is about.
    """
    if settings.against is None:
        return None
    try:
        contract = sources.read(settings.against, settings.root)
    except sources.NoContract as error:
        raise SettingsError(
            f"the contract of [{TABLE}.{GATE}] or of contract in [tool.xapi]: {error}"
        ) from error
    app = _app(contract, apps_to_judge(evidence))
    if app is None:
        return None
    places = {name: Place(place["file"], place["line"]) for name, place in app["places"].items()}
    return verdict(contract, app["document"], settings, places)


def _app(contract: dict[str, Any], apps: dict[str, Any]) -> Any:
    """The app that the contract is about: the only one, or the one of its title."""
    documented = {name: app for name, app in apps.items() if app["document"]}
    if len(documented) <= 1:
        return next(iter(documented.values()), None)
    title = str(contract.get("info", {}).get("title", ""))
    if title not in documented:
        raise SettingsError(
            f"[{TABLE}.{GATE}]: the contract is titled {title!r}, and the apps under test are "
            f"{', '.join(map(repr, sorted(documented)))}: none of them is meant"
        )
    return documented[title]
