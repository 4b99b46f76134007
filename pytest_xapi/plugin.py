"""The hooks of the pytest plugin; loading it imports pytest and the standard library only."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_xapi import discovery, fixtures, settings, short_names, usage_errors


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the flags and ini options."""
    settings.declare(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the fixtures, and the property tests where they are asked for."""
    config.pluginmanager.register(fixtures, "xapi-fixtures")
    config.pluginmanager.register(short_names.free(config.pluginmanager), "xapi-short-names")
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


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear from a worker of pytest-xdist that has finished; one that crashed has left no output."""
    usage_errors.note_worker(node.config, getattr(node, "workeroutput", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End a run whose workers met a usage error with that exit code."""
    usage_errors.set_exit_status(session)
