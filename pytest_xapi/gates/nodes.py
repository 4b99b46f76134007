"""Places in an OpenAPI document: values with their pointers, and references followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pytest_xapi.fuzz.pointers import escaped, unescaped

MAX_REFERENCES = 50
"""References that lead to references: more are a cycle."""


@dataclass(frozen=True)
class Node:
    """A value, where it is, and what people call it."""

    value: Any
    pointer: str
    name: str

    def items(self, name: str | None = None) -> list[Node]:
        """What is in it, if it is a list."""
        count = len(self.value) if isinstance(self.value, list) else 0
        return [self.child(index, name) for index in range(count)]

    def child(self, key: str | int, name: str | None = None) -> Node:
        """What is below this one; an empty object where nothing is."""
        is_item = isinstance(self.value, list) and isinstance(key, int)
        value = self.value[key] if is_item else self.mapping.get(str(key), {})
        return Node(value, f"{self.pointer}/{escaped(str(key))}", name or self.name)

    def children(self, key: str) -> Iterator[tuple[str, Node]]:
        """The members of the object `key`."""
        parent = self.child(key)
        for name in parent.mapping:
            yield name, parent.child(name)

    @property
    def mapping(self) -> Mapping[str, Any]:
        """The value if it is an object, else an empty one."""
        return self.value if isinstance(self.value, dict) else {}

    def get(self, key: str, default: Any = None) -> Any:
        """A member of the object."""
        return self.mapping.get(key, default)


class References:
    """Follows the references within one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def target(self, reference: Any) -> Node | None:
        """What a reference leads to; `None` if that is not in this document."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        pointer = unquote(reference[1:])
        value: Any = self.document
        tokens = [unescaped(token) for token in pointer.split("/")[1:]]
        try:
            for token in tokens:
                value = value[int(token)] if isinstance(value, list) else value[token]
        except (LookupError, TypeError, ValueError):
            return None
        return Node(value, pointer, tokens[-1] if tokens else "")

    def resolved(self, node: Node) -> Node:
        """A node, or what its reference leads to: for parameters, bodies, responses, path items ..."""
        for _ in range(MAX_REFERENCES):
            target = self.target(node.get("$ref"))
            if target is None:
                break
            node = Node(target.value, target.pointer, node.name)
        return node
