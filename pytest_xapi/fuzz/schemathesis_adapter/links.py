"""The links between operations, declared and inferred, in our own terms.

What a link takes is a runtime expression (OpenAPI 3.1, section 4.8.20.3): a value of the answer, of the
request before it, or a constant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemathesis.core.result import Ok
from schemathesis.specs.openapi.stateful import collect_transitions

from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.sequences import ANSWER, CONSTANT, Link, Taken

_WHOLE = ("", "/")
"""Pointers to all of a body; Schemathesis writes the second one."""
_PLACES = {
    "$request.path.": "path_parameters",
    "$request.query.": "query",
    "$request.header.": "headers",
}


@dataclass(frozen=True)
class Unfollowed:
    """A link that asks for something that no sequence knows."""

    source: str
    target: str
    expression: str


def links_of(schema: Any) -> Iterator[Link | Unfollowed]:
    """The links that Schemathesis reads in a document, and those that it infers.

    Args:
        schema: What Schemathesis has made of the document.
    """
    if schema.analysis.should_inject_links():
        schema.analysis.inject_links()
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    usable = [operation for operation in found if not operation.has_skipped_required_body]
    for transitions in collect_transitions(usable).operations.values():
        for link in transitions.outgoing:
            given = [(str(item.container_name), item.name, item.expression) for item in link.parameters]
            given += _of_body(link.body)
            taken = [_taken(*one) for one in given]
            unknown = [text for (_, _, text), one in zip(given, taken, strict=True) if one is None]
            if unknown:
                yield Unfollowed(link.source.label, link.target.label, str(unknown[0]))
            elif taken:
                yield Link(link.source.label, link.target.label, tuple(filter(None, taken)))


def _of_body(body: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """The expressions in the description of a body; those of its own properties by name."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            yield from _of_body(value, f"{pointer}/{pointers.escape(name)}")
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from _of_body(value, f"{pointer}/{index}")
    elif isinstance(body, str | int | float | None):
        yield "body", pointer, body


def _taken(place: str, name: str, expression: Any) -> Taken | None:
    """What an expression stands for; `None` for what sequences do not know."""
    if not isinstance(expression, str) or not ("{$" in expression or expression.startswith("$")):
        return Taken(place, name, json.dumps(expression), CONSTANT)
    head, mark, pointer = expression.partition("#")
    if head in ("$response.body", "$request.body") and (mark or not pointer):
        origin = ANSWER if head == "$response.body" else "body"
        return Taken(place, name, "" if pointer in _WHOLE else pointer, origin)
    if head.startswith("$response.header."):
        return Taken(place, name, pointers.HEADER + head.removeprefix("$response.header.").lower())
    for start, origin in _PLACES.items():
        if head.startswith(start):
            return Taken(place, name, head.removeprefix(start), origin)
    return None
