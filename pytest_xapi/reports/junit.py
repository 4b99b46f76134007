"""The figures of a run as properties of pytest's own JUnit report."""

from __future__ import annotations

from collections.abc import Mapping

import pytest


def add_properties(config: pytest.Config, figures: Mapping[str, object]) -> None:
    """Add properties of the test suite, where `--junitxml` writes one.

    It is what the fixture `record_testsuite_property` does, which only tests can use: so the plugin that
    writes the file is told by what it offers.
    """
    for plugin in config.pluginmanager.get_plugins():
        add = getattr(plugin, "add_global_property", None)
        if callable(add):
            for name, figure in figures.items():
                add(f"xapi_{name}", str(figure))
