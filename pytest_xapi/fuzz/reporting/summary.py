"""What all property tests of a run sent and found: collected, shown, and written down."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import baseline, durations, last_causes, plan, sharding
from pytest_xapi.fuzz.reporting import causes, notes, omissions, reached, report, unusable
from pytest_xapi.reports import contents, junit
from pytest_xapi.reports.keys import RECORDS
from xapi.texts import visible

ADDED = "baseline: {count} new in {file}; write the reasons, or the next run is refused"

EMPTY_SHARE = "there are more shards than property tests: none is left for this one"
NO_CASES = "no case was sent, so nothing was tested: the run has failed"


def progress(records: list[dict[str, Any]]) -> str:
    """What an item has sent and found, in a few words."""
    cases = sum(record["cases"] for record in records)
    seconds = sum(record["seconds"] for record in records)
    findings = sum(len(record["findings"]) for record in records)
    rate = f", {cases / seconds:.0f}/s" if seconds else ""
    return f"{cases} cases{rate}, {findings} found"


class RunSummary:
    """A plugin of the process that reports: the controller, where pytest-xdist runs workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        config.stash[RECORDS] = []
        self._judged = False
        self._has_run = False
        self._together: list[str] = []
        self._durations: dict[str, float] = {}
        self._told: set[str] = set()
        self._added: int | None = None
        self._is_empty = False
        self._has_no_share = False
        self._is_first = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what the report of a property test carries."""
        carried: dict[str, Any] | None = getattr(report, "xapi_fuzz", None)
        if carried is not None:
            if report.when == "call":
                self._durations[report.nodeid] = report.duration
            self._has_run = True
            self._config.stash[RECORDS] += carried["records"]
            self._judged |= carried["judged"]
            if carried["together"] not in (None, *self._together):
                self._together.append(carried["together"])

    def pytest_report_teststatus(
        self, report: pytest.TestReport, config: pytest.Config
    ) -> tuple[str, str, str] | None:
        """With -v, show what an item has sent and found beside its outcome."""
        carried = getattr(report, "xapi_fuzz", None)
        # Subtests have words of their own, and so have gates for what they accept.
        if carried is None or hasattr(report, "context") or hasattr(report, "wasxfail"):
            return None
        if not carried["records"] or report.outcome == "skipped" or report.nodeid in self._told:
            return None
        # Once: the line at the end of a run begins with pytest's own word.
        self._told.add(report.nodeid)
        letter = "." if report.passed else "F"
        return report.outcome, letter, f"{report.outcome.upper()} ({progress(carried['records'])})"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the figures of the run."""
        records = self._config.stash[RECORDS]
        if self._has_no_share:
            terminalreporter.section("xapi fuzz")
            terminalreporter.line(EMPTY_SHARE)
        if not records and not self._is_empty:
            return
        terminalreporter.section("xapi fuzz")
        if self._is_empty:
            terminalreporter.line(NO_CASES, red=True)
        for line in (
            *report.summary(records, plan.of(self._config).seed),
            *reached.lines(records),
            *omissions.lines(records),
            *omissions.unlinked(records),
            *unusable.lines(records),
            *notes.lines(records),
            *baseline.remarks(baseline.of(self._config), records),
            *causes.credentials(records),
            *causes.lines(last_causes.of_records(records), self._is_first),
        ):
            terminalreporter.line(visible(line))
        if self._added is not None:
            terminalreporter.line(ADDED.format(count=self._added, file=baseline.path_of(self._config)))
        for item in self._together:
            terminalreporter.line(report.TOGETHER.format(item=item))
        if self._judged:
            terminalreporter.line(report.COERCION_RULE)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what is new to the baseline, and what the items have cost; a run without cases fails."""
        if hasattr(self._config, "workerinput"):
            return
        records = self._config.stash[RECORDS]
        if sharding.is_empty(self._config, records):
            if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
                session.exitstatus = pytest.ExitCode.OK
            self._has_no_share = session.exitstatus == pytest.ExitCode.OK
        sent_nothing = not any(record["cases"] for record in records)
        self._is_empty = self._has_run and sent_nothing and not self._has_no_share
        if self._is_empty and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if settings.value(self._config, options.BASELINE_UPDATE):
            file = baseline.path_of(self._config)
            found = [finding for record in records for finding in record["findings"]]
            self._added = 0 if file is None else baseline.update(file, found)
        durations.keep(self._config, self._durations)
        figures = contents.counts(records).as_json() | {"seed": plan.of(self._config).seed}
        junit.add_properties(self._config, figures)
        self._note_causes()

    def _note_causes(self) -> None:
        """Write down what was found, for `xapi fuzz`; where that cannot be, it stands on the screen alone."""
        root, records = self._config.rootpath, self._config.stash[RECORDS]
        if not records:
            return
        self._is_first = not ((root / last_causes.FILE).exists() or baseline.of(self._config).entries)
        found = last_causes.LastRun(
            last_causes.of_records(records), settings.value(self._config, options.BASELINE)
        )
        if not self._config.pluginmanager.has_plugin("cacheprovider"):
            return  # who wants nothing to be kept gets nothing written
        with suppress(OSError):
            last_causes.write(root, found)
