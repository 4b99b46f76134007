"""What of a document is never sent, and why: nothing is left out in silence.

This is the only way to say it. Whoever decides that an operation, parameter, body, media type or value
is not sent notes that where it decides::

    self.omissions.note("query parameter `q`", "its pattern `\\p{L}` cannot be read")
    self.omissions.note("body application/x-protobuf", "nothing writes this media type")

`OperationGenerator.omissions` is the place for what follows from the document, and `Record.omissions` has all
that one item was told (see `fuzz_operation`). The summary of the run has a line for each reason, reports have
every one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

WHOLE = "the operation"
"""What is left out, where nothing of an operation was sent."""


@dataclass(frozen=True)
class Omission:
    """One thing that is never sent."""

    operation: str
    """Its label: `GET /notes/{note_id}`."""
    what: str
    """A noun phrase: ``query parameter `q` ``, `body application/pdf`, or `WHOLE`."""
    reason: str
    """A clause that can follow a colon. The same reason in the same words is one line of the summary."""
    pointer: str = ""
    """Where in the document (RFC 6901), if it stands there."""

    def as_json(self) -> dict[str, str]:
        """As plain data, for reports."""
        return asdict(self)


class Omissions:
    """What of one operation is never sent; each thing once, however often it is noted."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._noted: dict[Omission, None] = {}

    def note(self, what: str, reason: str, pointer: str = "") -> None:
        """Note that something of the operation is never sent.

        Args:
            what: a noun phrase, as in ``query parameter `q` ``.
            reason: why, as a clause that can follow a colon, the same for all operations that it holds for.
            pointer: where in the document that stands (RFC 6901).
        """
        self._noted[Omission(self._operation, what, reason, pointer)] = None

    def __iter__(self) -> Iterator[Omission]:
        return iter(self._noted)
