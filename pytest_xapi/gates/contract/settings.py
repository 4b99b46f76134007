"""`[tool.xapi.gate.contract]`: what the app is compared with, what fails, what is excepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pytest_xapi.gates import waivers
from pytest_xapi.gates.contract import sources
from pytest_xapi.gates.contract.changes import Change
from pytest_xapi.gates.contract.kinds import BY_NAME, Severity
from pytest_xapi.gates.tables import Table
from pytest_xapi.gates.waivers import Waiver
from pytest_xapi.settings import suggestion

GATE = "contract"
FAILING: tuple[Severity, ...] = ("breaking", "risky")


@dataclass(frozen=True)
class Excepted(Waiver):
    """A change that is wanted, for a while."""

    expires: date = field(kw_only=True)
    """The last day on which it holds."""

    def covers(self, change: Change) -> bool:
        """Whether it is about a change."""
        return self.holds(change.kind, change.operations, change.pointer)


@dataclass(frozen=True)
class ContractSettings:
    """What is set for the contract."""

    contract: Mapping[str, Any] | None
    """The document that the app is compared with; without one there is nothing to judge."""
    today: date
    fails_on: Severity = "breaking"
    exceptions: tuple[Excepted, ...] = ()


def read(table: Table) -> ContractSettings:
    """The settings of the gate, with the document that `against` names.

    Raises:
        SettingsError: a value is wrong, or there is no such document.
    """
    against = table.text("against")
    try:
        contract = None if against is None else sources.read(against, table.root)
    except sources.NoContract as error:
        raise table.refuse("against", str(error)) from error
    fails_on = table.text("fails-on", FAILING)
    return ContractSettings(
        contract=contract,
        today=date.today(),
        fails_on="risky" if fails_on == "risky" else "breaking",
        exceptions=tuple(_exception(row) for row in table.rows("exceptions")),
    )


def _exception(row: Table) -> Excepted:
    kind, operation, pointer = row.text("kind"), row.text("operation"), row.text("pointer")
    if kind is None or kind not in BY_NAME:
        near = suggestion(kind or "", tuple(BY_NAME))
        raise row.refuse("kind", f"give a kind of changes, not {kind!r}{near}; docs/contract.md lists them")
    reason = waivers.reason(row, "the change is wanted")
    if operation is None and pointer is None:
        raise row.refuse(
            "operation", "name an operation (`GET /notes`) or a pointer: or any such change passes"
        )
    expires = row.value("expires")
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise row.refuse("expires", f"give a date, as 2027-01-31 without quotes, not {expires!r}")
    return Excepted(kind, reason, operation, pointer, expires=expires)
