"""Values of a document together with their location."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from xapi.openapi.reader.pointers import escape


@dataclass(frozen=True, eq=False)
class Node:
    """A value of a document, its JSON Pointer, and the name that messages give it."""

    value: Any = field(repr=False)
    pointer: str
    name: str

    def items(self, name: str | None = None) -> list[Node]:
        """The items, if the value is a list."""
        count = len(self.value) if isinstance(self.value, list) else 0
        return [self.child(index, name) for index in range(count)]

    def child(self, key: str | int, name: str | None = None) -> Node:
        """The member or item `key`; an empty object where there is none."""
        is_item = isinstance(self.value, list) and isinstance(key, int)
        value = self.value[key] if is_item else self.mapping.get(str(key), {})
        return Node(value, f"{self.pointer}/{escape(str(key))}", name or self.name)

    def children(self, key: str) -> Iterator[tuple[str, Node]]:
        """The members of the object `key`, by name."""
        parent = self.child(key)
        for name in parent.mapping:
            yield name, parent.child(name)

    @property
    def mapping(self) -> Mapping[str, Any]:
        """The value if it is an object, else an empty one."""
        value = self.value
        # Nearly all are dictionaries, and the question for an abstract class takes ten times as long.
        return value if type(value) is dict or isinstance(value, Mapping) else {}

    def get(self, key: str, default: Any = None) -> Any:
        """A member of the object."""
        return self.mapping.get(key, default)

    def text(self, key: str) -> str | None:
        """A member of the object, if it is a string."""
        value = self.mapping.get(key)
        return value if isinstance(value, str) else None
