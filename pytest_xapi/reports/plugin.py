"""The hooks that write reports; registered by `pytest_xapi.plugin` for `--xapi-report`."""

from __future__ import annotations

from dataclasses import replace
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
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write them, once all is judged.

        Raises:
            pytest.UsageError: one cannot be written.
        """
        if hasattr(self._config, "workerinput"):
            return
        report = self._report(session.exitstatus != pytest.ExitCode.OK)
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

    def _report(self, has_failed: bool) -> Report:
        judged = self._config.stash.get(keys.REPORT, None)
        if judged is None:
            fuzz, seed = keys.fuzz_results(self._config)
            shard = self._config.stash.get(keys.SHARD, None)
            root = self._config.rootpath
            return Report(fuzz=fuzz, seed=seed, tests_failed=has_failed, shard=shard, root=root)
        # What fails a run whose gates have passed is something else.
        failed = has_failed if judged.gates_passed else judged.tests_failed
        return replace(judged, tests_failed=failed, root=self._config.rootpath)
