"""Which gates there are, and how they judge.

A gate is a module with two functions, and a line in `GATES`:

    def read(table: Table) -> Settings
        # The gate's own settings, a frozen dataclass, from its table in `[tool.xapi.gate]`; the table is
        # empty where nothing is set. Asks the table for each key that it knows (`table.number("latency")`);
        # keys that it never asked for are refused by the caller. Raises SettingsError (`table.refuse(...)`).

    def judge(settings: Settings, evidence: Evidence) -> Verdict | None
        # Pure: the same evidence gives the same verdict, in the run itself and when shards are merged. It has
        # no app at hand, and may read only files that its settings name, below `table.root`. None where there
        # is nothing to judge, as for a gate that is not set up. Settings that do not fit the evidence, such
        # as an exception for an operation that is not there, are problems with a rule of their own; a file
        # that cannot be used raises SettingsError.

A module is imported when its gate is judged, or its settings are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pytest_xapi.gates.tables import Table
from pytest_xapi.reports.model import Verdict

Evidence = Mapping[str, Any]
"""What gates judge by, as JSON; `pytest_xapi.gates.evidence` says what it holds."""


@dataclass(frozen=True)
class Gate:
    """A gate that can be set up in `[tool.xapi.gate]`."""

    name: str
    """Of its table, and of its verdict."""
    module: str
    main_key: str | None = None
    """The key that a text stands for: `NAME = "text"` is `NAME = {MAIN_KEY = "text"}`."""
    needs_settings: bool = False
    """Whether there is nothing to judge where nothing is set: then the module is not loaded."""

    def read(self, table: Table) -> Any:
        """The settings of this gate."""
        return import_module(self.module).read(table)

    def judge(self, settings: Any, evidence: Evidence) -> Verdict | None:
        """What this gate says."""
        verdict: Verdict | None = import_module(self.module).judge(settings, evidence)
        return verdict


GATES: tuple[Gate, ...] = (
    Gate("coverage", "pytest_xapi.gates.coverage"),
    Gate("undeclared", "pytest_xapi.gates.undeclared"),
    Gate("contract", "pytest_xapi.gates.contract.gate", main_key="against", needs_settings=True),
    Gate("fuzz", "pytest_xapi.gates.fuzz"),
    Gate("budgets", "pytest_xapi.gates.budgets", needs_settings=True),
    Gate("rules", "pytest_xapi.gates.rules.gate"),
)
"""In the order in which they are shown."""


def evaluate(settings: Mapping[str, Any], evidence: Evidence) -> tuple[Verdict, ...]:
    """The verdicts of all gates that are not switched off.

    Args:
        settings: those of each gate, by its name.
        evidence: that of a report, with the records of its property tests as `fuzz`.

    Raises:
        SettingsError: a file that settings name cannot be used.
    """
    verdicts = [gate.judge(settings[gate.name], evidence) for gate in GATES if gate.name in settings]
    return tuple(verdict for verdict in verdicts if verdict is not None)
