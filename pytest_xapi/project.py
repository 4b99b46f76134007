"""Which app a project has set, for the command `xapi`: by what pytest reads, in the same order."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pytest_xapi.pyproject import PYPROJECT, read_table, read_tools
from xapi.cli.choice import Configured

_VARIABLE = "XAPI_APP"
_INI = "xapi_app"
_KEY = "app"
_INI_FILES = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
"""The files of pytest beside pyproject.toml, and their sections."""


def configured_app(start: Path) -> Configured | None:
    """The app of the project that a directory is in, from the nearest directory above that sets one.

    Raises:
        ValueError: a file cannot be read; the text names it.
    """
    if text := os.environ.get(_VARIABLE, "").strip():
        return Configured(text, f"{_VARIABLE} in the environment", start)
    for folder in (start, *start.parents):
        for text, source in _settings_in(folder):
            return Configured(text, source, folder)
        if (folder / PYPROJECT).is_file() or (folder / ".git").exists():
            return None
    return None


def _settings_in(folder: Path) -> Iterator[tuple[str, str]]:
    for name, section in _INI_FILES:
        if (folder / name).is_file() and (text := _in_ini(folder / name, section)):
            yield text, f"{_INI} in {name}"
    pytest_options = read_tools(folder).get("pytest", {})
    for options in (pytest_options, pytest_options.get("ini_options", {})):
        found = options.get(_INI) if isinstance(options, Mapping) else None
        if isinstance(found, str) and found.strip():
            yield found.strip(), f"{_INI} in {PYPROJECT}"
    table = read_table(folder)
    if _KEY in table:
        yield str(table[_KEY]), f"{_KEY} in [tool.xapi] of {PYPROJECT}"


def _in_ini(file: Path, section: str) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from error
    return parser.get(section, _INI, fallback="").strip()
