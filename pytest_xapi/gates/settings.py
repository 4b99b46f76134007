"""`[tool.xapi.gate]` of pyproject.toml: a table for each gate, or `false` where it is switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_xapi.gates.judging import GATES, Gate
from pytest_xapi.settings import PYPROJECT, suggestion

TABLE = "tool.xapi.gate"


class SettingsError(ValueError):
    """A setting of the gates is wrong; the message names the file, the table and the key."""


class Table:
    """A table of settings that knows which of its keys somebody has asked for.

    Keys are written with hyphens or with underscores: `fail-under` is `fail_under`.
    """

    def __init__(self, name: str, values: Mapping[str, Any], root: Path) -> None:
        self.name = name
        """Without brackets: `tool.xapi.gate.coverage`."""
        self.root = root
        """The root directory, which paths are relative to."""
        self._values = {key.replace("_", "-"): value for key, value in values.items()}
        self._known: list[str] = []
        self._parts: list[Table] = []

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def value(self, key: str) -> Any:
        """What is written there, whatever it is; None where nothing is."""
        self._known.append(key)
        return self._values.get(key)

    def number(
        self, key: str, default: float | None = None, least: float = 0, most: float | None = None
    ) -> float | None:
        """A number between two bounds."""
        value = self.value(key)
        if value is None:
            return default
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or value < least or (most is not None and value > most):
            wanted = (
                f"a number, {least:g} or more" if most is None else f"a number from {least:g} to {most:g}"
            )
            raise self.refuse(key, f"give {wanted}, not {value!r}")
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.value(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.refuse(key, f"give true or false, not {value!r}")
        return value

    def text(self, key: str, words: Sequence[str] = ()) -> str | None:
        """A text, perhaps one of some words."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.refuse(key, f"give a text, not {value!r}")
        if words and value not in words:
            raise self.refuse(
                key, f"give one of {', '.join(words)}, not {value!r}{suggestion(value, list(words))}"
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.value(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self.refuse(key, f"give a list of texts, not {value!r}")
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table below this one; an empty one where there is none."""
        return self._part(key, self.value(key))

    def tables(self, key: str) -> dict[str, Table]:
        """A table of tables, whose keys are the user's: names of tags, of operations."""
        values = self.value(key)
        if values is None:
            return {}
        if not isinstance(values, dict):
            raise self.refuse(key, f"give a table, not {values!r}")
        return {name: self._part(f"{key}.{_quoted(name)}", value) for name, value in values.items()}

    def rows(self, key: str) -> tuple[Table, ...]:
        """A list of tables."""
        values = self.value(key)
        if values is None:
            return ()
        if not isinstance(values, list):
            raise self.refuse(key, f"give a list of tables, not {values!r}")
        return tuple(self._part(f"{key}.{number}", value) for number, value in enumerate(values, 1))

    def refuse(self, key: str, message: str) -> SettingsError:
        """The error for a key of this table."""
        return SettingsError(f"{key} in [{self.name}] of {PYPROJECT}: {message}")

    def finish(self) -> None:
        """Refuse the keys that nobody has asked for, here and in the tables below.

        Raises:
            SettingsError: there is such a key.
        """
        for key in self._values:
            if key not in self._known:
                known = list(dict.fromkeys(self._known))
                there_is = f"known are {', '.join(known)}" if known else "there is nothing to set"
                raise SettingsError(
                    f"[{self.name}] of {PYPROJECT}: unknown key {key!r}{suggestion(key, known)}; {there_is}"
                )
        for part in self._parts:
            part.finish()

    def _part(self, key: str, value: Any) -> Table:
        if value is not None and not isinstance(value, dict):
            raise self.refuse(key, f"give a table, not {value!r}")
        part = Table(f"{self.name}.{key}", value or {}, self.root)
        self._parts.append(part)
        return part


@dataclass(frozen=True)
class Settings:
    """What is set for all gates."""

    gates: Mapping[str, Any]
    """The settings of each gate by its name; one that is switched off, or not set up, is not there."""


def read(content: Mapping[str, Any], root: Path) -> Settings:
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
    return Settings(found)


def read_file(root: Path, contract: str | None = None) -> Settings:
    """The settings of the gates, from pyproject.toml in a directory; the defaults where there is none.

    Args:
        root: the directory.
        contract: what the ini option `xapi_contract` names; it wins over `contract` in `[tool.xapi]`.

    Raises:
        SettingsError: a key or a value is wrong, or the file is no TOML.
    """
    import tomllib

    try:
        content = tomllib.loads((root / PYPROJECT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        content = {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{root / PYPROJECT}: {error}") from error
    table = content.get("tool", {}).get("xapi", {})
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


def _quoted(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else f'"{name}"'
