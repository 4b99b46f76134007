"""What a document says of its operations: what the gates `contract` and `rules` both read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_xapi.documents import NO_PARAMETERS
from pytest_xapi.gates.nodes import Node, References
from xapi.testing.documents import METHODS

SUBSCHEMAS = (
    "items", "additionalProperties", "contains", "propertyNames", "contentSchema",
    "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
"""Keywords that hold one schema."""

Place = tuple[str, str]
"""Where a parameter is, and its name."""
Alternative = Mapping[str, frozenset[str]]
"""The schemes of security that are needed together, each with its scopes."""

_PARAMETER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Operation:
    """An operation of one of the documents."""

    method: str
    path: str
    node: Node
    item: Node
    """The path item that it is in."""

    @property
    def label(self) -> str:
        """`GET /notes/{note_id}`."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same operation in another document: not the names of its path parameters."""
        return self.method, shape(self.path)


def shape(path: str) -> str:
    """A path without the names of its parameters."""
    return _PARAMETER.sub("{}", path)


def names_in(path: str) -> list[str]:
    """The names of the parameters of a path, in their order."""
    return _PARAMETER.findall(path)


def operations(references: References) -> Iterator[Operation]:
    """The operations of a document."""
    root = Node(references.document, "", "the document")
    for path, written in root.children("paths"):
        item = references.resolved(written)
        for method in METHODS:
            if method in item.mapping:
                yield Operation(method.upper(), path, item.child(method), item)


def parameters(references: References, *parents: Node) -> dict[Place, Node]:
    """The parameters of a path item and an operation, whose own win."""
    found: dict[Place, Node] = {}
    for parent in parents:
        for written in parent.child("parameters").items():
            node = references.resolved(written)
            place, name = str(node.get("in")), str(node.get("name"))
            key = (place, name.lower() if place == "header" else name)
            if place == "header" and key[1] in NO_PARAMETERS:
                continue
            found[key] = Node(node.value, node.pointer, name)
    return found


def alternatives(root: Node, operation: Node) -> list[Alternative]:
    """The ways to authenticate for an operation; where nobody has to, one that needs no scheme."""
    written = operation.get("security", root.get("security", []))
    found: list[Alternative] = [
        {
            str(name): frozenset(map(str, scopes if isinstance(scopes, list) else ()))
            for name, scopes in alternative.items()
        }
        for alternative in (written if isinstance(written, list) else ())
        if isinstance(alternative, dict)
    ]
    return found or [{}]
