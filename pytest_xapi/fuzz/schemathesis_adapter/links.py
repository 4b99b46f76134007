"""The links between operations, declared and inferred, in our own terms.

What a link takes is a runtime expression (OpenAPI 3.1, section 4.8.20.3): a value of the answer, of the
request before it, or a constant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemathesis.core.errors import InvalidTransition
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.stateful.links import OpenApiLink

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
    """A link that no sequence follows."""

    source: str
    name: str
    reason: str
    """A clause."""


def links_of(schema: Any) -> Iterator[Link | Unfollowed]:
    """The links that Schemathesis reads in a document, and those that it infers.

    Args:
        schema: What Schemathesis has made of the document.
    """
    if schema.analysis.should_inject_links():
        schema.analysis.inject_links()
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    usable = [operation for operation in operations if not operation.has_skipped_required_body]
    labels, known = {operation.label for operation in usable}, dict[str, Any]()
    for operation in usable:
        for status, response in operation.responses.items():
            for name, described in response.iter_links():
                try:
                    link = OpenApiLink(name, status, described, operation, known)
                except InvalidTransition as invalid:
                    reason = "; ".join(error.message for error in invalid.errors)
                    yield Unfollowed(operation.label, name, reason)
                    continue
                found = _read(name, link)
                if found is not None and link.target.label in labels:
                    yield found


def _read(name: str, link: OpenApiLink) -> Link | Unfollowed | None:
    """A link in our terms; `None` for one that takes nothing."""
    given = [(str(item.container_name), item.name, item.expression) for item in link.parameters]
    given += _of_body(link.body)
    taken = [_taken(*one) for one in given]
    unknown = [text for (_, _, text), one in zip(given, taken, strict=True) if one is None]
    if unknown:
        return Unfollowed(link.source.label, name, f"sequences cannot evaluate `{unknown[0]}`")
    return Link(link.source.label, link.target.label, tuple(filter(None, taken))) if taken else None


def _of_body(body: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """The expressions in the description of a body, by JSON pointers."""
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
