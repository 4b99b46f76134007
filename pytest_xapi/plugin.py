"""The hooks of the pytest plugin; loading it imports pytest and the standard library only."""

from __future__ import annotations

import pytest

from pytest_xapi import discovery, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the flags and ini options."""
    settings.declare(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the property tests where they are asked for."""
    if settings.read(config).fuzz:
        from pytest_xapi.fuzz import plugin as fuzz_plugin

        config.pluginmanager.register(fuzz_plugin, "xapi-fuzz")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse a bad `--xapi-app` before any test is collected."""
    app = settings.read(session.config).app
    if app is not None and app.source == settings.APP.flag:
        discovery.load(session.config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say which app is under test, and where that was set."""
    return discovery.header(config)
