"""What was sent and what came of it, in terms of nobody's library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse

Case: TypeAlias = Any
"""A generated request. Only the adapter looks into it."""


class Absent(Enum):
    """The body of a request that has none; `None` is the JSON body `null`. Copies of it are itself."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT

BYTES = "$bytes"
RAW = "$raw"
"""The names under which bytes, and bodies whose bytes are decided, are written down in base64 (RFC 4648)."""


@dataclass(frozen=True)
class Parts:
    """What a case sends, by place, as the values that it was made from."""

    path_parameters: dict[str, Any]
    query: dict[str, Any]
    headers: dict[str, Any]
    cookies: dict[str, Any]
    body: Any

    def with_value(self, place: str, name: str, value: Any) -> Parts:
        """The same with a value where a binding says (see `Binding`).

        Raises:
            LookupError: there is no such place.
        """
        return replace(self, **{place: placed(getattr(self, place), place, name, value)})


def placed(values: Any, place: str, name: str, value: Any) -> Any:
    """What a place of a request holds, with a value where a binding says.

    Raises:
        LookupError: there is no such place.
    """
    if place == "body" and not name:
        return value
    if place == "body" and name.startswith("/"):
        return pointers.put(values, name, value)
    if not isinstance(values, dict):
        raise LookupError(name)
    return {**values, name: value}


@dataclass(frozen=True)
class Failed:
    """One check that an answer did not pass."""

    check: str
    title: str
    message: str
    cause: str
    """What tells it apart from other failures of this check."""
    request: WireRequest
    """The request to blame: that of the case, or one that the check derived from it and sent."""
    answer: WireResponse


@dataclass(frozen=True)
class Outcome:
    """A case that was sent, and what came of it."""

    case: Case
    operation: str
    """The label of the operation that the case is for."""
    request: WireRequest
    answer: WireResponse
    failed: tuple[Failed, ...]


@dataclass(frozen=True)
class Binding:
    """A value of a request that was taken from an earlier answer of its sequence."""

    place: str
    """The attribute of `Parts` that holds it."""
    name: str
    """Its name there; of a body a property, a JSON pointer (RFC 6901), or nothing, which is all of it."""
    step: int
    """The position of the earlier step in the sequence."""
    pointer: str
    """Where in that step's JSON body (RFC 6901)."""


@dataclass(frozen=True)
class Step:
    """One request of a sequence, with the values in it that earlier answers gave."""

    outcome: Outcome
    bindings: tuple[Binding, ...] = ()
    parent: int | None = None
    """The position of the step that this one follows up."""


class Reason(NamedTuple):
    """Why an accepted request should not have been."""

    cause: str
    """What is broken, without the value that breaks it."""
    text: str


Objection = Callable[[str, WireRequest, frozenset[str]], Reason | None]
"""Judges an accepted request that is held to break the document: label of the operation, request, and the
locations that break it. Returns why the finding stands, or `None` if it does not."""
