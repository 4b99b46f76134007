"""Faults of an app as a whole, which each of its operations shows: one finding for all of them.

Which operations may show one follows from the document. The item of the first of them asks them all, and the
items of the others leave out what their operation answers when it is asked so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pytest_xapi.fuzz.collection.last_causes import shortened
from pytest_xapi.fuzz.collection.schedule import Entry
from pytest_xapi.fuzz.model.cases import Failed
from pytest_xapi.fuzz.model.findings import THE_APP, Exchange, Finding
from pytest_xapi.fuzz.schemathesis_adapter import Api
from pytest_xapi.words import counted, listed, phrase
from xapi.openapi.reader import Operation

_OF_ACCESS = (401, 403)
_PHASES = ("boundary", "random", "examples")
"""Those in which an operation answers for the others, the first that is run."""
_MOST_LISTED = 8
_MOST_ASKED_AGAIN = 3
"""Of so many operations a key has the names: one is enough to show it."""


@dataclass(frozen=True)
class SharedCauses:
    """What the operations of a run have in common."""

    operations: Sequence[Operation]
    """Those that are chosen, in the order of the document."""
    phases: Sequence[str]
    framework: str = ""
    """The name of the app's class."""
    _known: dict[tuple[str, str], Exchange | None] = field(default_factory=dict)

    @cached_property
    def _guarded(self) -> list[str]:
        """The operations that need credentials and declare no refusal of who has none."""
        return [
            operation.label
            for operation in self.operations
            if {} not in operation.security and None in map(operation.response_key, _OF_ACCESS)
        ]

    @cached_property
    def _on_shared_paths(self) -> list[str]:
        """The operations whose path has several methods."""
        paths = [operation.path for operation in self.operations]
        return [operation.label for operation in self.operations if paths.count(operation.path) > 1]

    def is_shared(self, api: Api, label: str, failed: Failed) -> bool:
        """Whether a failure of an operation is shown for the app as a whole."""
        if not self._phase:
            return False
        if failed.check == "status_code_conformance" and failed.answer.status in _OF_ACCESS:
            asked = self._asked(api, label) if label in self._guarded else None
            return asked is not None and asked.answer.status == failed.answer.status
        if failed.check == "allow_header_conformance" and label in self._on_shared_paths:
            return self._allowed(api, label) is not None
        return False

    @property
    def _phase(self) -> str:
        return next((phase for phase in _PHASES if phase in self.phases), "")

    def findings(self, api: Api, entry: Entry, is_late: Callable[[], bool]) -> Iterator[Finding]:
        """The findings for which an entry is the one to tell; nothing more is asked once it is late."""
        if entry.phase != self._phase:
            return
        if entry.label in self._guarded[:1]:
            found = self._exchanges(self._guarded, lambda label: self._asked(api, label), is_late)
            yield from self._all_of_access(found)
        if entry.label in self._on_shared_paths[:1]:
            found = self._exchanges(self._on_shared_paths, lambda label: self._allowed(api, label), is_late)
            if found:
                yield _with_a_way_out(_of_allow(found))

    def again(self, api: Api, failure: Mapping[str, Any]) -> Iterator[Finding]:
        """What the operations that a stored failure names show now."""
        is_of_access = failure["check"] == "status_code_conformance"
        ask = self._asked if is_of_access else self._allowed
        labels = failure["probe"]["operations"]
        found = self._exchanges(labels, lambda label: ask(api, label), lambda: False)
        if is_of_access:
            yield from self._all_of_access(found)
        elif found:
            yield _with_a_way_out(_of_allow(found))

    def _all_of_access(self, found: Mapping[str, Exchange]) -> Iterator[Finding]:
        for status in _OF_ACCESS:
            shown = {label: exchange for label, exchange in found.items() if exchange.answer.status == status}
            if shown:
                yield _with_a_way_out(self._of_access(status, shown))

    def _exchanges(
        self, labels: Sequence[str], ask: Callable[[str], Exchange | None], is_late: Callable[[], bool]
    ) -> dict[str, Exchange]:
        asked = ((label, None if is_late() else ask(label)) for label in labels)
        return {label: exchange for label, exchange in asked if exchange is not None}

    def _asked(self, api: Api, label: str) -> Exchange | None:
        """What an operation answers without credentials, if it is a refusal that it does not declare."""
        if ("access", label) not in self._known:
            exchange = api.without_credentials(label)
            status = 0 if exchange is None else exchange[1].status
            declared = next(item for item in self.operations if item.label == label).response_key(status)
            is_shown = exchange is not None and status in _OF_ACCESS and declared is None
            self._known["access", label] = Exchange(*exchange) if exchange and is_shown else None
        return self._known["access", label]

    def _allowed(self, api: Api, label: str) -> Exchange | None:
        """What is answered to OPTIONS, if `Allow` has some of the path's methods and lacks others."""
        if ("allow", label) not in self._known:
            exchange = api.with_method(label, "OPTIONS")
            path = label.partition(" ")[2]
            own = {operation.method for operation in self.operations if operation.path == path}
            text = "" if exchange is None else exchange[1].header("allow") or ""
            named = {name.strip().upper() for name in text.split(",")} - {"", "OPTIONS", "HEAD"}
            is_shown = bool(named) and named < own
            self._known["allow", label] = Exchange(*exchange) if exchange and is_shown else None
        return self._known["allow", label]

    def _of_access(self, status: int, shown: dict[str, Exchange]) -> Finding:
        described = f'{{{status}: {{"description": "{phrase(status)}"}}}}'
        once = {"XAPI", "FastAPI"} & {self.framework}
        declare = (
            f"To declare it for all: {self.framework}(responses={described}), or the same on an APIRouter."
            if once
            else f"To declare it: add a response `{status}` to each of them in the document."
        )
        return Finding(
            operation=THE_APP,
            check="status_code_conformance",
            title=f"Undocumented status {status} of operations that need credentials",
            message=(
                f"{counted(len(shown), 'operation')} answered {status} to a request without credentials, and "
                f"does not declare this response: {listed(list(shown), _MOST_LISTED)}.\n{declare}"
            ),
            exchanges=(next(iter(shown.values())),),
            cause=f"undeclared {status} of operations with security",
            operations=tuple(shown),
            probe=_probe(shown),
        )


def _with_a_way_out(finding: Finding) -> Finding:
    """A finding whose text says how to accept it, for it may be nothing that the app can mend."""
    words = f"xapi fuzz accept {shortened(finding.problem.fingerprint)} --reason"
    return replace(finding, message=f'{finding.message}\nTo accept it: {words} "..."')


def _probe(shown: Collection[str]) -> dict[str, Any]:
    labels = list(shown)[:_MOST_ASKED_AGAIN]
    return {"operation": labels[0], "operations": labels}


def _of_allow(shown: dict[str, Exchange]) -> Finding:
    answer = next(iter(shown.values())).answer
    return Finding(
        operation=THE_APP,
        check="allow_header_conformance",
        title="`Allow` lacks methods of the path",
        message=(
            f"`Allow: {answer.header('allow')}` lists only some of the path's methods, but HTTP requires all "
            "methods of the resource (RFC 9110, sections 10.2.1 and 15.5.6): "
            f"{listed(list(shown), _MOST_LISTED)}.\n"
            "Some frameworks consult only the first route of a path; a middleware can add the others."
        ),
        exchanges=(next(iter(shown.values())),),
        cause="`Allow` of some of the methods of a path",
        operations=tuple(shown),
        probe=_probe(shown),
    )
