"""Faults of an app as a whole, which each of its operations shows: one finding for all of them.

Which operations may show one follows from the document. The item of the first of them asks them all, and the
items of the others leave out what their operation answers when it is asked so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from pytest_xapi.fuzz.collection.last_causes import shortened
from pytest_xapi.fuzz.collection.schedule import Entry
from pytest_xapi.fuzz.model import allow
from pytest_xapi.fuzz.model.cases import Failed
from pytest_xapi.fuzz.model.findings import THE_APP, Exchange, Finding
from pytest_xapi.fuzz.model.readable import is_readable, least, unreadable
from pytest_xapi.fuzz.model.wire import WireResponse
from pytest_xapi.fuzz.schemathesis_adapter import Api
from pytest_xapi.words import counted, listed, phrase
from xapi.openapi.reader import Operation

_OF_ACCESS = (401, 403)
_OF_CLIENTS = range(400, 500)
_PHASES = ("boundary", "random", "examples")
"""Those in which an operation answers for the others, the first that is run."""
_MOST_LISTED = 8
_MOST_ASKED_AGAIN = 3
"""Of so many operations a key has the names: one is enough to show it."""
_STATUS = "status_code_conformance"
_ALLOW = "allow_header_conformance"
_ACCESS, _BODIES, _METHODS = "access", "bodies", "methods"

Shown = Mapping[str, Exchange]
"""By operation, the exchange that shows a fault."""


@dataclass(frozen=True)
class _Kind:
    """One kind of fault that operations may have in common."""

    check: str
    name: str
    """What it is about, as stored failures have it."""
    operations: Sequence[Operation]
    may_show: Callable[[Operation], bool]
    """Whether it is one of those that may show it."""
    ask: Callable[[Api, str], Exchange | None]
    """Asks an operation; nothing comes back where it does not show the fault."""
    covers: Callable[[Failed, WireResponse], bool]
    """Whether a failure is the same as what its operation has answered when it was asked."""
    tell: Callable[[Shown], Iterator[Finding]]
    known: dict[str, Exchange | None] = field(default_factory=dict)

    @cached_property
    def labels(self) -> list[str]:
        """The operations that may show it."""
        return [operation.label for operation in self.operations if self.may_show(operation)]

    @cached_property
    def first(self) -> str | None:
        """The first of them, which tells it. Each item asks: no more are looked at than need be."""
        first = next(filter(self.may_show, self.operations), None)
        return None if first is None else first.label

    def asked(self, api: Api, label: str) -> Exchange | None:
        """What an operation shows; each is asked once."""
        if label not in self.known:
            self.known[label] = self.ask(api, label)
        return self.known[label]

    def is_shown_by(self, api: Api, label: str, failed: Failed) -> bool:
        """Whether a failure of an operation is this fault."""
        if failed.check != self.check or label not in self.labels:
            return False
        exchange = self.asked(api, label)
        return exchange is not None and self.covers(failed, exchange.answer)

    def findings(self, api: Api, labels: Sequence[str], is_late: Callable[[], bool]) -> Iterator[Finding]:
        """What operations show; nothing more is asked once it is late."""
        asked = ((label, None if is_late() else self.asked(api, label)) for label in labels)
        shown = {label: exchange for label, exchange in asked if exchange is not None}
        if shown:
            yield from map(_with_a_way_out, self.tell(shown))


@dataclass(frozen=True)
class SharedCauses:
    """What the operations of a run have in common."""

    operations: Sequence[Operation]
    """Those that are chosen, in the order of the document."""
    phases: Sequence[str]
    framework: str = ""
    """The name of the app's class."""

    def forget(self) -> None:
        """Forget what was asked: the app was started anew."""
        for kind in self._kinds:
            kind.known.clear()

    def is_shared(self, api: Api, label: str, failed: Failed) -> bool:
        """Whether a failure of an operation is shown for the app as a whole."""
        return bool(self._phase) and any(kind.is_shown_by(api, label, failed) for kind in self._kinds)

    def findings(self, api: Api, entry: Entry, is_late: Callable[[], bool]) -> Iterator[Finding]:
        """The findings for which an entry is the one to tell; nothing more is asked once it is late."""
        for kind in self._kinds if entry.phase == self._phase else ():
            if kind.first == entry.label:
                yield from kind.findings(api, kind.labels, is_late)

    def again(self, api: Api, failure: Mapping[str, Any]) -> Iterator[Finding]:
        """What the operations that a stored failure names show now, if it is the same."""
        for kind in self._kinds:
            # One that was stored without a name may be of any kind that has its check.
            if kind.check == failure["check"] and kind.name == failure["probe"].get("about", kind.name):
                labels = [label for label in failure["probe"]["operations"] if label in self._by_label]
                yield from kind.findings(api, labels, lambda: False)

    @property
    def _phase(self) -> str:
        return next((phase for phase in _PHASES if phase in self.phases), "")

    @cached_property
    def _kinds(self) -> tuple[_Kind, ...]:
        counts = Counter(operation.path for operation in self.operations)
        kind = partial(_Kind, operations=self.operations)
        return (
            kind(
                _STATUS,
                _ACCESS,
                may_show=_refuses_undeclared,
                ask=self._refused,
                covers=_has_its_status,
                tell=self._of_access,
            ),
            kind(
                _STATUS,
                _BODIES,
                may_show=_may_get_an_unreadable_body,
                ask=self._unread,
                covers=_is_of_the_body,
                tell=self._of_bodies,
            ),
            kind(
                _ALLOW,
                _METHODS,
                may_show=lambda operation: counts[operation.path] > 1,
                ask=self._allowed,
                covers=lambda *_: True,
                tell=_of_allow,
            ),
        )

    def _refused(self, api: Api, label: str) -> Exchange | None:
        """What an operation answers without credentials, if it is a refusal that it does not declare."""
        exchange = api.without_credentials(label)
        status = 0 if exchange is None else exchange[1].status
        is_shown = status in _OF_ACCESS and not self._declares(label, status)
        return Exchange(*exchange) if exchange and is_shown else None

    def _unread(self, api: Api, label: str) -> Exchange | None:
        """What is answered to a body that cannot be read, if that is why, and it is not declared."""
        exchange = api.with_body(label, unreadable)
        status = 0 if exchange is None else exchange[1].status
        if exchange is None or status not in _OF_CLIENTS or status in _OF_ACCESS:
            return None
        if self._declares(label, status):
            return None
        other = api.with_body(label, least)
        return None if other is not None and other[1].status == status else Exchange(*exchange)

    def _allowed(self, api: Api, label: str) -> Exchange | None:
        """What is answered to OPTIONS, if `Allow` has some of the path's methods and lacks others."""
        exchange = api.with_method(label, "OPTIONS")
        path = label.partition(" ")[2]
        own = allow.explicit(operation.method for operation in self.operations if operation.path == path)
        named = frozenset[str]() if exchange is None else allow.named(exchange[1])
        return Exchange(*exchange) if exchange and named and named < own else None

    def _declares(self, label: str, status: int) -> bool:
        return self._by_label[label].describes(status)

    @cached_property
    def _by_label(self) -> dict[str, Operation]:
        return {operation.label: operation for operation in self.operations}

    def _of_access(self, shown: Shown) -> Iterator[Finding]:
        return self._of_statuses(
            shown,
            _ACCESS,
            "operations that need credentials",
            "a request without credentials",
            "operations with security",
        )

    def _of_bodies(self, shown: Shown) -> Iterator[Finding]:
        what = "bodies that cannot be read"
        return self._of_statuses(shown, _BODIES, what, "a body that cannot be read as its media type", what)

    def _of_statuses(
        self, shown: Shown, about: str, of_what: str, to_what: str, cause: str
    ) -> Iterator[Finding]:
        for status in sorted({exchange.answer.status for exchange in shown.values()}):
            of_it = {label: one for label, one in shown.items() if one.answer.status == status}
            does = "does" if len(of_it) == 1 else "do"
            yield Finding(
                operation=THE_APP,
                check=_STATUS,
                title=f"Undocumented status {status} of {of_what}",
                message=(
                    f"{counted(len(of_it), 'operation')} answered {status} to {to_what}, and {does} not "
                    f"declare it: {listed(list(of_it), _MOST_LISTED)}.\n{self._declaration(status)}"
                ),
                exchanges=(next(iter(of_it.values())),),
                cause=f"undeclared {status} of {cause}",
                operations=tuple(of_it),
                probe=_probe(of_it, about),
            )

    def _declaration(self, status: int) -> str:
        if self.framework not in ("XAPI", "FastAPI"):
            return f"To declare it: add a response `{status}` to each of them in the document."
        described = f'{{{status}: {{"description": "{phrase(status)}"}}}}'
        return f"To declare it for all: {self.framework}(responses={described}), or the same on an APIRouter."


def _refuses_undeclared(operation: Operation) -> bool:
    """Whether an operation needs credentials, and does not declare a refusal of who has none."""
    return {} not in operation.security and not all(map(operation.describes, _OF_ACCESS))


def _may_get_an_unreadable_body(operation: Operation) -> bool:
    return any(unreadable(media_type) for media_type in operation.content(operation.request_body))


def _has_its_status(failed: Failed, answer: WireResponse) -> bool:
    return failed.answer.status == answer.status


def _is_of_the_body(failed: Failed, answer: WireResponse) -> bool:
    is_unread = not is_readable(failed.request.header("content-type") or "", failed.request.body)
    return is_unread and failed.answer.status == answer.status


def _with_a_way_out(finding: Finding) -> Finding:
    """A finding whose text says how to accept it, for it may be nothing that the app can mend."""
    words = f"xapi fuzz accept {shortened(finding.problem.fingerprint)} --reason"
    return replace(finding, message=f'{finding.message}\nTo accept it: {words} "..."')


def _probe(shown: Collection[str], about: str) -> dict[str, Any]:
    labels = list(shown)[:_MOST_ASKED_AGAIN]
    return {"operation": labels[0], "operations": labels, "about": about}


def _of_allow(shown: Shown) -> Iterator[Finding]:
    answer = next(iter(shown.values())).answer
    yield Finding(
        operation=THE_APP,
        check=_ALLOW,
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
        probe=_probe(shown, _METHODS),
    )
