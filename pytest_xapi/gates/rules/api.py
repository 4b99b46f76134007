"""A document as rules look at it: its operations, and every schema with the operation that it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xapi.openapi.reader import Document
from xapi.openapi.reader.dialect import NAMED_SCHEMAS, ONE_SCHEMA, SCHEMA_LISTS
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.pointers import escape

_VALUES = ("example", "default", "enum", "const")
_NAMED = (
    "responses", "properties", "patternProperties", "schemas", "parameters", "headers", "requestBodies",
    "callbacks", "pathItems", "paths", "webhooks", "content", "encoding", "examples", "links",
)  # fmt: skip
"""Objects whose keys are the author's."""


@dataclass(frozen=True)
class Finding:
    """Where a document breaks a rule."""

    rule: str
    """The name of the rule."""
    pointer: str
    message: str
    operation: str | None = None


class Api:
    """An OpenAPI document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = Document(document)
        self.references = self.document.references
        self.root = self.document.root
        self.operations = self.document.operations

    @cached_property
    def schemas(self) -> list[Node]:
        """All schemas, those of components and those in operations, with the schemas in them."""
        found = [
            schema for part in self.below_root() for root in _roots(part) for schema in _with_subschemas(root)
        ]
        for _, component in self.root.child("components").children("schemas"):
            found += _with_subschemas(component)
        return found

    @cached_property
    def _operation_of(self) -> dict[str, str]:
        return {operation.node.pointer: operation.label for operation in reversed(self.operations)}

    def below_root(self) -> Iterator[Node]:
        """The parts of the document that hold more than texts, without the schemas of the components."""
        for name in ("paths", "webhooks"):
            yield self.root.child(name)
        components = self.root.child("components")
        for name in components.mapping:
            if name not in ("schemas", "securitySchemes", "examples"):
                yield components.child(name)

    def operation_at(self, pointer: str) -> str | None:
        """The label of the operation that a place is in."""
        while pointer and pointer not in self._operation_of:
            pointer = pointer.rpartition("/")[0]
        return self._operation_of.get(pointer)

    def finding(self, rule: str, node: Node | str, message: str) -> Finding:
        """A problem at a place; the operation is that around it."""
        pointer = node if isinstance(node, str) else node.pointer
        return Finding(rule, pointer, message, self.operation_at(pointer))

    def named(self, node: Node) -> str:
        """How a place is named in messages: the property, the component, or its pointer."""
        tokens = node.pointer.split("/")
        if tokens[1:3] == ["components", "schemas"] and len(tokens) > 3:
            steps = [token for token in tokens[4:] if token not in ("properties", *SCHEMA_LISTS)]
            return ".".join(tokens[3:4] + steps)
        return node.name if node.name != "the document" else node.pointer

    def components(self, section: str) -> Iterator[tuple[str, Node]]:
        """The components of one kind."""
        return self.document.components(section)


def holds_value(pointer: str, key: str) -> bool:
    """Whether what is below a key of an object is data, or an extension, and no part of the description."""
    return pointer.rpartition("/")[2] not in _NAMED and (key in _VALUES or key.startswith("x-"))


def _roots(node: Node) -> Iterator[Node]:
    """The schemas of parameters, headers and media types below a place."""
    for item in node.items():
        yield from _roots(item)
    for key in node.mapping:
        name = str(node.get("name")) if isinstance(node.get("name"), str) else node.name
        if key in ("schema", "itemSchema"):
            yield node.child(key, name)
        elif key != "examples" and not holds_value(node.pointer, key):
            yield from _roots(node.child(key))


def _with_subschemas(node: Node) -> Iterator[Node]:
    if not isinstance(node.value, dict):
        return
    yield node
    for keyword in ONE_SCHEMA:
        if keyword in node.value:
            yield from _with_subschemas(node.child(keyword))
    for keyword in SCHEMA_LISTS:
        for branch in node.child(keyword).items():
            yield from _with_subschemas(branch)
    for keyword in NAMED_SCHEMAS:
        for name, child in node.children(keyword):
            yield from _with_subschemas(Node(child.value, child.pointer, name))


def references_in(value: Any) -> Iterator[tuple[str, str]]:
    """All references below a value: where they are, and what they refer to; not those in examples."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, current = waiting.pop()
        if isinstance(current, list):
            waiting += [(f"{pointer}/{index}", item) for index, item in enumerate(current)]
        if not isinstance(current, dict):
            continue
        for key, item in current.items():
            place = f"{pointer}/{escape(key)}"
            if key == "$ref" and isinstance(item, str):
                yield place, item
            elif key == "mapping" and isinstance(item, dict):
                for name, target in item.items():
                    yield (
                        f"{place}/{escape(name)}",
                        target if "/" in target else f"#/components/schemas/{target}",
                    )
            elif not holds_value(pointer, key):
                waiting.append((place, item))
