"""What is run, in which order: an entry for each operation and phase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_xapi.fuzz.collection.documents import has_examples
from pytest_xapi.fuzz.collection.selection import Selection, named
from pytest_xapi.fuzz.model.sequences import may_be_repeated
from pytest_xapi.fuzz.options import PHASES
from xapi.openapi.reader import Document, Operation, Problem

REPLAY = "replay"
GUIDED = "guided"
"""The phase in which what requests reach in the app's code decides which are sent next."""
STATEFUL = "stateful"
"""The phase, and the entry, that sends requests one after the other, as the links of the document say."""
_OPERATIONS_TO_A_PART = 4
"""Of sequences: so many operations have as much of the time as one item of one operation."""


@dataclass(frozen=True)
class Entry:
    """One operation in one phase, or what sends several of an app: sequences, guided ones too."""

    phase: str
    operation: Operation | None = None
    problem: Problem | None = None
    """Why something of the document is no operation, so that nothing is sent."""
    parts: int = 1
    """How many parts of the time of a run it has; sequences have more where there are many operations."""

    @property
    def name(self) -> str:
        """`GET /notes/{note_id} boundary`, `stateful`, or `/notes document`."""
        return self.phase if self.label == self.phase else f"{self.label} {self.phase}"

    @property
    def label(self) -> str:
        """The operation: `GET /notes/{note_id}`; of the sequences, the phase."""
        if self.problem is not None:
            return named(self.problem)
        return self.phase if self.operation is None else self.operation.label


DOCUMENT = "document"
"""The phase of what cannot be used as an operation."""


def entries(document: Document, selection: Selection, recorded: frozenset[str]) -> list[Entry]:
    """The entries of an app: one phase of all operations before the next, what is cheap and certain first.

    Args:
        document: Its document. What cannot be used as an operation has an entry too, which fails.
        selection: Which of them, which phases, and which share.
        recorded: The labels of the operations that have stored failures.
    """
    share = selection.share(of_all_shards(document, selection))
    return [entry for entry in share if entry.phase != REPLAY or entry.label in recorded]


def of_all_shards(document: Document, selection: Selection) -> list[Entry]:
    """What all shards share, whatever failures each of them has stored.

    Shards run on machines of their own: what is stored on one must not move the shares of another.
    """
    chosen = [operation for operation in document.operations if selection.has(operation)]
    phases = [phase for phase in PHASES if phase in selection.phases]
    unusable = [Entry(DOCUMENT, problem=problem) for problem in document.problems]
    found = [entry for entry in unusable if selection.has_unusable(entry.label)]
    return [*found, *(entry for phase in phases for entry in _of(phase, chosen))]


def _of(phase: str, operations: Sequence[Operation]) -> Iterator[Entry]:
    if phase == STATEFUL:
        if has_sequences(operations):
            yield Entry(STATEFUL, parts=_parts_of_sequences(operations))
        return
    for operation in operations:
        if phase == "examples" and not has_examples(operation):
            continue
        yield Entry(phase, operation)
    if phase == GUIDED and len(operations) > 1:
        yield Entry(GUIDED, parts=_parts_of_sequences(operations))


def _parts_of_sequences(operations: Sequence[Operation]) -> int:
    return -(-len(operations) // _OPERATIONS_TO_A_PART)


def has_sequences(operations: Sequence[Operation]) -> bool:
    """Whether one operation can use what another one answers, or may be sent twice."""
    takes = len(operations) > 1 and any("{" in operation.path for operation in operations)
    return takes or any(_has_links(item) or may_be_repeated(item.label) for item in operations)


def _has_links(operation: Operation) -> bool:
    """Whether the document says what follows an answer."""
    return any(response.mapping.get("links") for response in operation.responses.values())
