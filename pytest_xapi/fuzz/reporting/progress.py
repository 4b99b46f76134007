"""A running total on the terminal while the property tests run."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import Any

import pytest

from pytest_xapi.reports import contents
from pytest_xapi.reports.keys import RECORDS
from pytest_xapi.words import counted

SECONDS_BETWEEN = 5.0
"""How long nothing more is said after a line: the dots of pytest are to be read, too."""


def show_on(config: pytest.Config) -> None:
    """Show the running total of a run, where somebody looks at its terminal.

    To a file or a pipe, under `-q`, and in the workers of pytest-xdist, nothing is written.
    """
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(config, "workerinput"):
        return
    if terminal.isatty and config.get_verbosity() >= 0:
        config.pluginmanager.register(Progress(config, terminal), "xapi-fuzz-progress")


class Progress:
    """A plugin of the process that reports: it sums up what the reports of items carry."""

    def __init__(self, config: pytest.Config, terminal: Any) -> None:
        self._config = config
        self._terminal = terminal
        self._started: float | None = None
        self._said = 0.0

    def pytest_runtest_logstart(self) -> None:
        """The clock runs from the first test."""
        if self._started is None:
            self._started = self._said = perf_counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None]:
        """Say where the run is, after what pytest says of the test."""
        yield
        now = perf_counter()
        if self._started is None or now < self._said + SECONDS_BETWEEN:
            return
        if getattr(report, "xapi_fuzz", None) is not None:
            self._said = now
            # The dots of pytest-xdist stand in no line that the terminal knows of.
            if self._config.pluginmanager.hasplugin("dsession") and self._config.get_verbosity() == 0:
                self._terminal.line("")
            self._terminal.write_line(total(self._config.stash[RECORDS], now - self._started))


def total(records: list[dict[str, Any]], seconds: float) -> str:
    """What was sent and found so far, in this many seconds."""
    counts = contents.counts(records)
    return (
        f"xapi fuzz, so far: {counted(counts.operations, 'operation')}, {counted(counts.cases, 'case')} "
        f"({counts.cases / seconds:.0f}/s), {counted(counts.findings, 'finding')}"
    )
