"""The links between operations, declared and inferred, in our own terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_xapi.fuzz.model.sequences import Link, Taken

_FROM_BODY = "$response.body#"


def links_of(machine: Any) -> Iterator[Link]:
    """The links that a state machine of Schemathesis follows, of those that take values out of JSON bodies.

    Args:
        machine: The class that Schemathesis makes of a document.
    """
    for transitions in machine._transitions.operations.values():
        for link in transitions.outgoing:
            given = [(str(item.container_name), item.name, item.expression) for item in link.parameters]
            if isinstance(link.body, dict):
                given += [("body", name, expression) for name, expression in link.body.items()]
            if given and all(_is_pointer(expression) for _, _, expression in given):
                taken = (Taken(place, name, text.removeprefix(_FROM_BODY)) for place, name, text in given)
                yield Link(link.source.label, link.target.label, tuple(taken))


def _is_pointer(expression: Any) -> bool:
    return isinstance(expression, str) and expression.startswith(f"{_FROM_BODY}/")
