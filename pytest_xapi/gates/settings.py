"""`[tool.xapi.gate]` of pyproject.toml: a table for each gate, or `false` where it is switched off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_xapi.gates.registry import GATES, Gate
from pytest_xapi.gates.tables import SettingsError, Table
from pytest_xapi.pyproject import PYPROJECT, read_table

TABLE = "tool.xapi.gate"


@dataclass(frozen=True)
class GateSettings:
    """What is set for all gates."""

    gates: Mapping[str, Any]
    """The settings of each gate by its name; one that is switched off, or not set up, is not there."""


def read(content: Mapping[str, Any], root: Path) -> GateSettings:
    """The settings of the gates, from what is written in `[tool.xapi.gate]`.

    Raises:
        SettingsError: a key or a value is wrong.
    """
    whole = Table(TABLE, content, root)
    found: dict[str, Any] = {}
    for gate in GATES:
        value = whole.value(gate.name)
        if value is False or (value in (None, True) and gate.needs_settings):
            continue
        table = _table_of(gate, value, whole)
        found[gate.name] = gate.read(table)
        table.finish()
    whole.finish()
    return GateSettings(found)


def read_file(root: Path, contract: str | None = None) -> GateSettings:
    """The settings of the gates, from pyproject.toml in a directory; the defaults where there is none.

    Args:
        root: the directory.
        contract: what the ini option `xapi_contract` names; it wins over `contract` in `[tool.xapi]`.

    Raises:
        SettingsError: a key or a value is wrong, or the file is not TOML.
    """
    try:
        table = read_table(root)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    whole = table.get("gate", {})
    if not isinstance(whole, dict):
        raise SettingsError(f"gate in [tool.xapi] of {PYPROJECT}: give a table, not {whole!r}")
    return read(_with_contract(whole, contract or table.get("contract")), root)


def _with_contract(whole: Mapping[str, Any], contract: Any) -> Mapping[str, Any]:
    """The tables of the gates; that of the contract with what is said beside them."""
    own = whole.get("contract", {})
    own = {} if own is True else own
    if contract is None or not isinstance(own, Mapping) or "against" in own:
        return whole
    return {**whole, "contract": {**own, "against": contract}}


def _table_of(gate: Gate, value: Any, whole: Table) -> Table:
    name = f"{TABLE}.{gate.name}"
    if value is None or value is True:
        return Table(name, {}, whole.root)
    if isinstance(value, str) and gate.main_key is not None:
        return Table(name, {gate.main_key: value}, whole.root)
    if not isinstance(value, dict):
        raise whole.refuse(gate.name, f"give a table, or false to switch it off, not {value!r}")
    return Table(name, value, whole.root)
