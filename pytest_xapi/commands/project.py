"""What a command knows of the project that it is called in: `[tool.xapi]` of pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xapi.cli.errors import CommandError


def settings(folder: Path) -> Mapping[str, Any]:
    """`[tool.xapi]` of the pyproject.toml in a directory; empty where there is none.

    Raises:
        CommandError: the file is not TOML.
    """
    file = folder / "pyproject.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CommandError(f"{file}: {error}") from error
    table: Mapping[str, Any] = content.get("tool", {}).get("xapi", {})
    return table
