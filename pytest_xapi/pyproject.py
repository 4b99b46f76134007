"""`[tool.xapi]` of a project's pyproject.toml: the only place that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PYPROJECT = "pyproject.toml"


def read_table(folder: Path) -> dict[str, Any]:
    """`[tool.xapi]` of the pyproject.toml in a directory; empty where there is none.

    Most projects have none, and do not pay for a parser of TOML.

    Raises:
        ValueError: The file cannot be read, or is not TOML, or `tool.xapi` is not a table. The text names it.
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
        table = tomllib.loads(text).get("tool", {}).get("xapi", {})
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise ValueError(f"{file}: {error}") from error
    if not isinstance(table, dict):
        raise ValueError(f"{file}: `tool.xapi` is {table!r}: expected a table")
    return table
