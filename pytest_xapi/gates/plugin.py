"""The hooks of the gates; registered by `pytest_xapi.plugin` for `--xapi-gate`."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

import pytest

from pytest_xapi import discovery, settings
from pytest_xapi.documents import HOW_TO_SHOW_ONE
from pytest_xapi.fuzz.options import FUZZ
from pytest_xapi.fuzz.options import SHARD as SHARE
from pytest_xapi.gates import evidence, registry, terminal
from pytest_xapi.gates.apps import RecordedApp
from pytest_xapi.gates.measures import Meter
from pytest_xapi.gates.record import CurrentTest, Recorder
from pytest_xapi.gates.settings import GateSettings, read_file
from pytest_xapi.gates.tables import SettingsError
from pytest_xapi.reports.keys import REPORT, SHARD, fuzz_results
from pytest_xapi.reports.model import Report, Verdict
from pytest_xapi.reports.options import REPORT as REPORTS

_OUTPUT = "xapi_gate"
_JUDGED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
NOT_JUDGED = "gates are judged when the shards are merged: xapi report merge FILE ..."
NOTHING_RAN = "no test ran, so there is nothing to judge"
NO_DOCUMENT = (
    "the requests of the tests went to apps that show no OpenAPI document, so there is nothing to judge; "
    f"{HOW_TO_SHOW_ONE}"
)


class _NothingToJudge(Exception):
    """No app that shows a document was used; the message says what to do."""


class GatePlugin:
    """Records what the tests of this process send; where the run is reported, judges it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        _refuse_unwritten_shard(config)
        self._settings = _read_settings(config)
        budgets = self._settings.gates.get("budgets")
        self._meter = Meter(None if budgets is None else budgets.measures)
        self._recorder = Recorder(config.rootpath, self._meter)
        self._parts: list[evidence.Json] = []
        self._refusal: str | None = None
        self._recorder.start()

    def pytest_unconfigure(self) -> None:
        """Observe no more."""
        self._recorder.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Know which test sends what is recorded."""
        is_fuzz = item.get_closest_marker("xapi_fuzz") is not None
        self._recorder.test = CurrentTest(item.nodeid, is_fuzz)
        try:
            return (yield)
        finally:
            self._recorder.test = CurrentTest()
            self._recorder.digest()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        """Know which apps the tests are for."""
        value = yield
        if fixturedef.argname == "xapi_app" and not isinstance(value, discovery.NoApp):
            self._recorder.note_under_test(value)
        return value

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker of pytest-xdist has recorded; one that crashed has left nothing."""
        text = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if text is not None:
            self._parts.append(json.loads(text))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge the run, or hand over what was recorded to whoever does."""
        output: dict[str, Any] | None = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = json.dumps(self._recorder.evidence())
            return
        if session.exitstatus not in _JUDGED or self._config.getoption("collectonly"):
            return
        warns = settings.read(self._config).gate == "warn"
        tests_failed = session.exitstatus != pytest.ExitCode.OK
        try:
            report = self._config.stash[REPORT] = self._report(warns, tests_failed)
        except (_NothingToJudge, SettingsError, pytest.UsageError) as error:
            self._refusal = str(error)
            if not warns:
                session.exitstatus = pytest.ExitCode.USAGE_ERROR
            return
        if not report.passed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        """Show the verdicts, and what is wrong."""
        report = self._config.stash.get(REPORT, None)
        refusal = NOTHING_RAN if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED else self._refusal
        if report is None and refusal is None:
            return
        terminalreporter.section("xapi gate")
        if refusal is not None:
            terminalreporter.line(f"--xapi-gate: {refusal}", red=True)
        elif report is not None and report.shard is not None and not report.verdicts:
            terminalreporter.line(f"{report.shard}: {NOT_JUDGED}")
        elif report is not None:
            terminal.show(report, terminalreporter)

    def _report(self, warns: bool, tests_failed: bool) -> Report:
        """The verdicts; without any in one of several shards, because a share cannot be judged alone."""
        found = evidence.merged([self._recorder.evidence(), *self._parts])
        self._add_configured_app(found)
        fuzz, seed = fuzz_results(self._config)
        shard = self._config.stash.get(SHARD, None)
        verdicts: tuple[Verdict, ...] = ()
        if shard is None or shard.count == 1:
            if not found["apps"]:
                raise _NothingToJudge(NO_DOCUMENT if found["without_document"] else discovery.NOT_SET)
            verdicts = registry.evaluate(self._settings.gates, {**found, "fuzz": fuzz})
        return Report(verdicts, fuzz, found, seed, warns, tests_failed, shard)

    def _add_configured_app(self, found: evidence.Json) -> None:
        """An app that is set, and that no test asked for, is not covered at all."""
        if settings.read(self._config).app is None or any(
            app["under_test"] for app in found["apps"].values()
        ):
            return
        recorded = RecordedApp(discovery.load(self._config), self._config.rootpath, self._meter)
        found.update(evidence.merged([found, recorded.evidence(under_test=True)]))


def _refuse_unwritten_shard(config: pytest.Config) -> None:
    """Refuse a shard whose evidence nobody would ever judge."""
    _, count = settings.value(config, SHARE, (1, 1))
    is_written = any(output.form == "json" for output in settings.value(config, REPORTS, ()))
    if count > 1 and settings.value(config, FUZZ) and not is_written:
        raise pytest.UsageError(
            f"--xapi-gate with {SHARE.flag}: {NOT_JUDGED}; add {REPORTS.flag} json:FILE to each shard"
        )


def _read_settings(config: pytest.Config) -> GateSettings:
    try:
        return read_file(config.rootpath, settings.read(config).contract)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error
