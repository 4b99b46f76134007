"""Processes that property tests end: what was in flight is a finding, and the rest goes on in another one.

pytest-xdist replaces a worker that has ended and goes on with the next item. What the worker had sent is read
from the file that it has left, and the finding goes into the report of the item.
"""

from __future__ import annotations

import shlex
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import store
from pytest_xapi.fuzz.collection.items import FuzzItem
from pytest_xapi.fuzz.collection.schedule import STATEFUL
from pytest_xapi.fuzz.model.findings import Exchange, Finding, Record
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.model.wire import WireResponse
from pytest_xapi.fuzz.monitors import in_flight
from pytest_xapi.fuzz.monitors.in_flight import InFlight, Sent
from pytest_xapi.fuzz.processes.folders import folder_of
from pytest_xapi.fuzz.processes.heartbeat import Heartbeat
from pytest_xapi.fuzz.processes.last_words import LastWords
from pytest_xapi.fuzz.reporting import report
from pytest_xapi.fuzz.reporting.serialization import shown

FLIGHT = pytest.StashKey[InFlight]()
"""Where this process notes what it sends."""

_INPUT = "xapi_in_flight"
_LONGER = 5.0
"""How many seconds longer than one answer may take all threads may stand still."""
_MOST_LINES = 30


def register(config: pytest.Config, seconds: float) -> InFlight:
    """Watch the property tests of this process, and the workers that it has.

    `seconds` is how long one answer may take. Returns where this process notes what it sends.
    """
    given: dict[str, Any] = getattr(config, "workerinput", {})
    folder = Path(given[_INPUT]) if _INPUT in given else folder_of(config, "xapi-in-flight")
    watch = Watch(folder, given.get("workerid", "main"), seconds + _LONGER, speaks=not given)
    config.stash[FLIGHT] = watch.flight
    config.pluginmanager.register(watch, "xapi-fuzz-watch")
    config.pluginmanager.register(Crashes(folder), "xapi-fuzz-crashes")
    return watch.flight


class Watch:
    """Notes what is in flight, and ends the process if it stands still for good."""

    def __init__(self, folder: Path, name: str, seconds: float, speaks: bool) -> None:
        """Prepare to watch.

        Args:
            folder: where what is in flight is noted.
            name: of this process.
            seconds: how long it may stand still.
            speaks: whether nobody else says which request has ended this process.
        """
        self.flight = InFlight(folder / f"{name}.request")
        self._seconds = seconds
        self._stacks = folder / f"{name}.stacks"
        self._heartbeat: Heartbeat | None = None
        """While property tests run: one for all that follow each other, because it has a thread."""
        self._last_words = LastWords(folder / f"{name}.request", self._stacks) if speaks else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """No test follows, though one was expected: the run was interrupted."""
        self._stop()

    def pytest_unconfigure(self) -> None:
        """The process ends in order."""
        self._stop()
        if self._last_words is not None:
            self._last_words.end()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Watch while a property test runs, until a test of another kind follows."""
        if not isinstance(item, FuzzItem):
            return (yield)
        self.flight.item = item.nodeid
        if self._last_words is not None:
            self._last_words.begin()
        if self._heartbeat is None:
            self._heartbeat = Heartbeat(self._seconds, self._stacks, lambda: self.flight.since)
        try:
            return (yield)
        finally:
            if not isinstance(nextitem, FuzzItem):
                self._stop()

    def _stop(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.stop()
            self._heartbeat = None


class Crashes:
    """Makes findings of what the workers of pytest-xdist had sent when they ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where to note what it sends."""
        node.workerinput[_INPUT] = str(self._folder)
        store.tell(node.config, node.workerinput)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport) -> None:
        """Say which request ended a worker."""
        worker = report.node.gateway.id
        sent = in_flight.read(self._folder / f"{worker}.request")
        if sent is None or sent.item != crashitem:
            return
        operation, phase = _entry(sent)
        finding = _finding(sent, operation, _end_of(self._folder / f"{worker}.stacks"))
        record = Record(_name(sent), phase=phase, findings=[finding])
        written = record.as_json()
        redactor = Redactor.of_expressions(sent.expressions)
        written["findings"][0] |= shown(finding, redactor, "")
        report.longrepr = _text(finding, phase, redactor)
        report.xapi_fuzz = {  # type: ignore[attr-defined]
            "records": [written],
            "judged": False,
            "together": None,
        }


def _finding(sent: Sent, operation: str, stacks: str) -> Finding:
    message = f"The process of {sent.item} ended while the app answered this request."
    if not sent.is_whole:
        message += " Its body was too large to be stored."
    if stacks:
        message += f" It made no progress, and was ended:\n{stacks}"
    return Finding(
        operation=operation,
        check="process_ended",
        title="The process ended",
        message=message,
        exchanges=(Exchange(sent.request, WireResponse(0, (), b"")),),
        cause="stood still" if stacks else "ended",
    )


def _entry(sent: Sent) -> tuple[str, str]:
    """The operation and the phase of what was sent; of sequences the operation is not known by its label."""
    label, _, phase = _name(sent).rpartition(" ")
    if phase in options.PHASES and label:
        return label, phase
    return f"{sent.request.method} {sent.request.path}", STATEFUL


def _name(sent: Sent) -> str:
    return sent.item.rpartition("::")[2]


def _text(finding: Finding, phase: str, redactor: Redactor) -> str:
    words = ["pytest", options.FUZZ.flag, options.ISOLATE.flag]
    if phase != STATEFUL:
        words += [options.OPERATION.flag, finding.operation]
    command = shlex.join([*words, options.CHOSEN_PHASES.flag, phase])
    return report.failure([(finding, "")], redactor, command)


def _end_of(stacks: Path) -> str:
    """The stacks that a process has left, the current thread's first."""
    try:
        lines = stacks.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[:_MOST_LINES])
