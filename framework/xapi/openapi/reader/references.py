"""Following the references of a document: the only module that interprets `$ref`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from xapi.openapi.reader import pointers
from xapi.openapi.reader.errors import UnresolvedReference
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.versions import Version

_OVERRIDING = ("summary", "description")
"""What may stand beside a reference and then counts (OpenAPI 3.1, "Reference Object")."""


def reference_of(value: Any) -> str | None:
    """The reference that an object is, if it is one: its `$ref` is a string."""
    is_object = type(value) is dict or isinstance(value, Mapping)
    reference = value.get("$ref") if is_object else None
    return reference if isinstance(reference, str) else None


class References:
    """Follows the references within one document.

    References are URI fragments: JSON Pointers, percent-encoded (RFC 6901, section 6), or anchors of
    schemas. A reference may lead to another one; one that leads to itself leads nowhere.
    """

    def __init__(self, content: Mapping[str, Any], version: Version) -> None:
        self._content = content
        self.version = version

    @property
    def has_schema_siblings(self) -> bool:
        """Whether keywords beside the reference of a schema count."""
        return self.version.has_schema_siblings

    def target(self, reference: str) -> Node:
        """The place that a reference leads to.

        Raises:
            UnresolvedReference: there is no such place in this document.
        """
        resource, _, fragment = reference.partition("#")
        if resource and resource not in self._anchors:
            raise UnresolvedReference(
                reference, "leads to another document: bundle the documents into one, or read it from a file"
            )
        start = self._anchors[resource] if resource else ""
        if fragment and not pointers.from_fragment(reference).startswith("/"):
            anchor = self._anchors.get(f"#{fragment}")
            if anchor is None:
                raise UnresolvedReference(reference, "names an anchor that no schema has")
            return self._at(reference, anchor)
        return self._at(reference, start + pointers.from_fragment(reference))

    def find(self, reference: Any) -> Node | None:
        """The place that a reference leads to; None where it leads nowhere, or is none."""
        try:
            return self.target(reference) if isinstance(reference, str) else None
        except UnresolvedReference:
            return None

    def resolved(self, node: Node) -> Node:
        """A node, or what it refers to in the end; the node itself where that leads nowhere."""
        try:
            return self.follow(node)
        except UnresolvedReference:
            return node

    def object_at(self, node: Node) -> Node | None:
        """The object that a node is, or refers to in the end; None where there is none."""
        found = self.resolved(node)
        return found if isinstance(found.value, Mapping) and reference_of(found.value) is None else None

    def follow(self, node: Node) -> Node:
        """A node, or what it refers to in the end, with the description that stands beside the reference.

        For everything but schemas, whose keywords beside a reference count as well (see `follow_schema`).

        Raises:
            UnresolvedReference: a reference on the way leads nowhere, or to itself.
        """
        found = self._end(node)
        beside = {key: node.get(key) for key in _OVERRIDING if key in node.mapping}
        if found is node or not beside or not self.has_schema_siblings:
            return found
        return Node({**found.mapping, **beside}, found.pointer, found.name)

    def follow_schema(self, schema: Any) -> Any:
        """A schema, or what it refers to, with the keywords beside the reference where the version has them.

        Raises:
            UnresolvedReference: a reference on the way leads nowhere, or to itself.
        """
        beside: dict[str, Any] = {}
        seen = set()
        while (reference := reference_of(schema)) is not None:
            if reference in seen:
                raise UnresolvedReference(reference, "leads back to itself")
            seen.add(reference)
            if self.has_schema_siblings:
                beside = {**{key: schema[key] for key in schema if key != "$ref"}, **beside}
            schema = self.target(reference).value
        return {**schema, **beside} if beside and isinstance(schema, Mapping) else schema

    def _end(self, node: Node) -> Node:
        seen = set()
        found = node
        while (reference := reference_of(found.value)) is not None:
            if reference in seen:
                raise UnresolvedReference(reference, "leads back to itself")
            seen.add(reference)
            target = self.target(reference)
            found = Node(target.value, target.pointer, node.name)
        return found

    def _at(self, reference: str, pointer: str) -> Node:
        value: Any = self._content
        name = ""
        for name in pointers.split(pointer):
            try:
                value = value[int(name)] if isinstance(value, list) else value[name]
            except (LookupError, TypeError, ValueError) as error:
                reason = f"leads nowhere: there is no {name!r} at that place"
                raise UnresolvedReference(reference, reason) from error
        return Node(value, pointer, name)

    @cached_property
    def _anchors(self) -> Mapping[str, str]:
        """The pointers of the schemas that have an `$anchor` (as `#name`) or an `$id`."""
        return dict(_anchors(self._content, ""))


def _anchors(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    waiting = [(value, pointer)]
    while waiting:
        current, place = waiting.pop()
        if isinstance(current, Mapping):
            if isinstance(current.get("$anchor"), str):
                yield f"#{current['$anchor']}", place
            if isinstance(current.get("$id"), str):
                yield current["$id"].rstrip("#"), place
            waiting += [(item, f"{place}/{pointers.escape(str(key))}") for key, item in current.items()]
        elif isinstance(current, list):
            waiting += [(item, f"{place}/{index}") for index, item in enumerate(current)]
