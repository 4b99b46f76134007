"""What is not a fault, but worth a look: taken while an item runs, and said at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any

from pytest_xapi.fuzz.collection.schedule import Entry
from pytest_xapi.fuzz.model.cases import Outcome
from pytest_xapi.fuzz.model.wire import Send, WireRequest
from pytest_xapi.fuzz.monitors import memory_leaks, unused_parameters
from pytest_xapi.fuzz.monitors.unused_parameters import Compared, Comparison
from pytest_xapi.words import counted
from xapi.openapi.reader import Document

_SECONDS_OF_REPEATS = 20.0


@dataclass
class Notes:
    """What was noticed in one item, each by operation."""

    documented: dict[str, list[str]] = field(default_factory=dict)
    """The statuses that the document names."""
    dropped: dict[str, list[str]] = field(default_factory=dict)
    """The fields that endpoints returned and that their response models left out."""
    compared: dict[str, Compared] = field(default_factory=dict)
    """How answers differed where requests did in one parameter."""
    grown: dict[str, int] = field(default_factory=dict)
    """How many objects each request has left."""

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


class NoteTaker:
    """Watches the requests of one item."""

    def __init__(self, app: Any, described: Document, entry: Entry) -> None:
        self._app = app
        self._document = described
        self._entry = entry
        self._dropped: dict[str, dict[str, None]] = {}
        self._comparison = Comparison(described, entry.label)
        self._accepted: WireRequest | None = None

    def watching(self) -> AbstractContextManager[None]:
        """The context in which the requests are sent."""
        from pytest_xapi.fuzz.monitors.response_fields import record_dropped_fields
        from xapi import XAPI

        return (
            record_dropped_fields(self._app, self._dropped) if isinstance(self._app, XAPI) else nullcontext()
        )

    def take(self, outcome: Outcome) -> None:
        """Look at one case that was sent."""
        request, answer = outcome.request, outcome.answer
        self._comparison.take(request, answer)
        if self._accepted is None and request.method == "GET" and answer.is_success:
            self._accepted = request

    def notes(self, send: Send, *, repeat: bool) -> Notes:
        """What was noticed; if `repeat`, one accepted request is sent again and again for it."""
        taken = Notes({operation.label: list(operation.responses) for operation in self._document.operations})
        taken.dropped = {operation: list(names) for operation, names in self._dropped.items()}
        if self._comparison.compared:
            taken.compared[self._entry.label] = self._comparison.compared
        if repeat and self._accepted is not None:
            left = memory_leaks.objects_per_request(
                send, self._accepted, perf_counter() + _SECONDS_OF_REPEATS
            )
            if left:
                taken.grown[self._entry.label] = left
        return taken


def lines(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The notes of a run: each of them once."""
    taken = [record["notes"] for record in records if record["notes"]]
    for text in (
        *_never_answered(records, taken),
        *_left_out(taken),
        *_without_effect(taken),
        *_grown(taken),
    ):
        yield f"note: {text}"


def _never_answered(
    records: Sequence[Mapping[str, Any]], taken: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    documented: dict[str, list[str]] = {}
    for notes in taken:
        documented |= notes["documented"]
    answered: dict[str, set[str]] = {}
    for record in records:
        for operation, counts in record["answers"].items():
            answered.setdefault(operation, set()).update(counts)
    for operation, statuses in documented.items():
        seen = answered.get(operation, set())
        never = [status for status in statuses if status != "default" and not _is_answered(status, seen)]
        if seen and never:
            yield f"{operation} never answered {', '.join(never)}, which its document names"


def _is_answered(status: str, seen: set[str]) -> bool:
    """Whether a status, or one of a range such as `4XX`, was answered."""
    return any(found == status or (status.endswith("XX") and found[0] == status[0]) for found in seen)


def _left_out(taken: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    dropped: dict[str, dict[str, None]] = {}
    for notes in taken:
        for operation, names in notes["dropped"].items():
            dropped.setdefault(operation, {}).update(dict.fromkeys(names))
    for operation, names in dropped.items():
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        yield f"{operation} returned {listed}, which its response model leaves out"


def _without_effect(taken: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    by_operation: dict[str, list[Compared]] = {}
    for notes in taken:
        for operation, compared in notes["compared"].items():
            by_operation.setdefault(operation, []).append(compared)
    for operation, all_compared in by_operation.items():
        for name, pairs in unused_parameters.without_effect(all_compared):
            yield (
                f"{operation} answered the same whatever the query parameter `{name}` was, "
                f"in {counted(pairs, 'pair')} of requests that differ in it alone"
            )


def _grown(taken: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for notes in taken:
        for operation, left in notes["grown"].items():
            yield (
                f"{operation} keeps at least {counted(left, 'object')} of each request in memory: "
                f"it was sent {memory_leaks.ROUNDS * memory_leaks.REPEATS} times, "
                "and the number grew all along"
            )
