"""What pytest itself says of property tests without secrets: tracebacks, logs, output, warnings."""

from __future__ import annotations

import warnings
from collections.abc import Generator

import pytest

from pytest_xapi.fuzz.collection.items import FuzzItem
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.monitors.in_flight import InFlight


class Redaction:
    """A plugin of the process that runs the tests; `flight` has the redactor of the test that runs."""

    def __init__(self, flight: InFlight) -> None:
        self._flight = flight

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hide the secrets in the report of a property test, before anybody sees it."""
        made = yield
        if isinstance(item, FuzzItem):
            _redact(made, self._flight.redactor)
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Hide the secrets in what an app warns of."""
        text = str(warning_message.message)
        hidden = self._flight.redactor.output(text)
        if hidden != text:
            warning_message.message = Warning(hidden)


def _redact(made: pytest.TestReport, redactor: Redactor) -> None:
    made.sections = [(name, redactor.output(text)) for name, text in made.sections]
    if made.longrepr is not None and not isinstance(made.longrepr, tuple):
        text = str(made.longrepr)
        hidden = redactor.text(text)
        if hidden != text:
            made.longrepr = hidden
