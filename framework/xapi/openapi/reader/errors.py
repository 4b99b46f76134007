"""Errors in a document."""

from __future__ import annotations

from dataclasses import dataclass


class DocumentError(Exception):
    """There is no usable OpenAPI document. The message says what was tried and what to do."""


class UnresolvedReference(LookupError):
    """A reference leads nowhere.

    Args:
        reference: the value of `$ref`.
        reason: why it cannot be followed.
    """

    def __init__(self, reference: str, reason: str) -> None:
        super().__init__(f"the reference {reference!r} {reason}")
        self.reference = reference
        self.reason = reason


@dataclass(frozen=True)
class Problem:
    """A part of a document that cannot be used."""

    pointer: str
    message: str
    operation: str | None = None
    """The label of the operation that it belongs to, if it is one's."""

    def __str__(self) -> str:
        return f"{self.pointer or 'the document'}: {self.message}"
