"""Tables of settings in pyproject.toml, each key checked where it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_xapi.pyproject import PYPROJECT
from pytest_xapi.settings import suggestion


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


def _quoted(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else f'"{name}"'
