"""What the modules that send sequences need of the operations of a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from pytest_xapi.fuzz.model.cases import Case, Outcome
from pytest_xapi.fuzz.model.wire import WireRequest
from pytest_xapi.fuzz.schemathesis_adapter.checks import Check
from pytest_xapi.fuzz.schemathesis_adapter.direct import Direct


class CaseSender(Protocol):
    """Sends cases of the operations of one document (see `Api`, which is one)."""

    direct: Direct
    change: Callable[[Case], Case | None]
    restart: Callable[[], None]

    def preview(self, case: Case) -> WireRequest | None:
        """The request that a case will be sent as; `None` if HTTP has no way to say it."""

    def send(self, case: Case) -> Outcome:
        """Send a case and run the checks that its answer may not pass."""

    def checked(self, case: Case, response: Any, recorder: Any, checks: list[Check] | None = None) -> Outcome:
        """Run checks on the answer to a case that was sent."""

    def require(self, label: str) -> None:
        """Make sure that cases of an operation can be sent."""
