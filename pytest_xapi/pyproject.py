"""A project's pyproject.toml, and `[tool.xapi]` in it: the only place that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PYPROJECT = "pyproject.toml"


def read_table(folder: Path) -> dict[str, Any]:
    """`[tool.xapi]` of the pyproject.toml in a directory; empty where there is none.

    Raises:
        ValueError: The file cannot be read, or is not TOML, or `tool.xapi` is not a table. The text names it.
    """
    table = read_tools(folder).get("xapi", {})
    if not isinstance(table, dict):
        raise ValueError(f"{folder / PYPROJECT}: `tool.xapi` is {table!r}: expected a table")
    return table


def read_tools(folder: Path) -> dict[str, Any]:
    """`[tool]` of the pyproject.toml in a directory that names xapi; empty where there is none.

    Most projects have none, and do not pay for a parser of TOML.

    Raises:
        ValueError: The file cannot be read, or is not TOML. The text names it.
    """
    file = folder / PYPROJECT
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from error
    if "xapi" not in text:
        return {}

    import tomllib

    try:
        tools = tomllib.loads(text).get("tool", {})
        return dict(tools.items())
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise ValueError(f"{file}: {error}") from error
