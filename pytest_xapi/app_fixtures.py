"""Who defines the fixture `xapi_app`: conftest modules, other plugins, test modules, classes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

NAME = "xapi_app"
_OWN = "pytest_xapi.fixtures"
"""The module whose fixture stands in where nobody defines one."""


def defines_app(owner: Any) -> bool:
    """Whether a module or a class has a fixture `xapi_app`, under that name or by `name="xapi_app"`."""
    if getattr(owner, "__name__", None) == _OWN:
        return False
    return any(definition.name == NAME for definition in definitions(owner)) or _inherits_it(owner)


def definitions(owner: Any) -> Iterator[Any]:
    """The fixtures of a module or a class, each with its `name`."""
    return (value for value in list(vars(owner).values()) if isinstance(value, _Definition))


def is_autouse(definition: Any) -> bool:
    """Whether tests in reach use a fixture without asking for it."""
    marker = getattr(definition, "_fixture_function_marker", None)  # there is no public way to tell
    return bool(getattr(marker, "autouse", False))


def _inherits_it(owner: Any) -> bool:
    return isinstance(owner, type) and any(defines_app(base) for base in owner.__mro__[1:-1])


def plugins_with_app(config: pytest.Config) -> Iterator[ModuleType]:
    """The conftest modules and plugins, loaded so far, that define the fixture."""
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, ModuleType) and defines_app(plugin):
            yield plugin


def is_conftest(plugin: ModuleType) -> bool:
    """Whether a plugin is a `conftest.py`, which holds for its folder only."""
    file = getattr(plugin, "__file__", None)
    return file is not None and Path(file).name == "conftest.py"


@pytest.fixture
def _example() -> None:
    """A fixture, for the kind of object that fixtures are."""


_Definition: Any = type(_example)
