"""The hooks that write reports; registered by `pytest_xapi.plugin` for `--xapi-report`."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_xapi import settings
from pytest_xapi.reports import keys, outputs
from pytest_xapi.reports.model import Report
from pytest_xapi.reports.options import REPORT


class ReportPlugin:
    """Writes the reports of a run, in the process that reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._said: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write them, once all is judged.

        Raises:
            pytest.UsageError: one cannot be written.
        """
        if hasattr(self._config, "workerinput"):
            return
        report = self._report()
        for output in settings.value(self._config, REPORT):
            try:
                outputs.write(report, output, self._said.append)
            except outputs.UnusableOutput as error:
                raise pytest.UsageError(f"{REPORT.flag}: {error}") from error

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show what goes to the standard output."""
        for text in self._said:
            terminalreporter.section("xapi report")
            terminalreporter.write(text)

    def _report(self) -> Report:
        judged = self._config.stash.get(keys.REPORT, None)
        if judged is not None:
            return judged
        fuzz, seed = keys.fuzz_results(self._config)
        return Report(fuzz=fuzz, seed=seed)
