"""The fixtures under the short names that tests use, where no other plugin has a fixture of that name."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def app(xapi_app: Any) -> Any:
    """The app under test."""
    return xapi_app


FIXTURES = {"app": app}


def free(pluginmanager: pytest.PytestPluginManager) -> ModuleType:
    """A plugin with the short names that no plugin loaded so far uses for a fixture.

    Fixtures in the user's conftest files and test modules win over those of plugins by themselves; between
    plugins the order of loading would decide, so ours give way.
    """
    plugin = ModuleType("pytest_xapi short names")
    for name, fixture in FIXTURES.items():
        others = (getattr(other, name, None) for other in pluginmanager.get_plugins())
        if not any(isinstance(other, type(fixture)) for other in others):
            setattr(plugin, name, fixture)
    return plugin
