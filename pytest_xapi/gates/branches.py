"""The branches of a schema: alternatives, optional properties, enumerated values; all, and those of a value.

A branch is a text: where it is in a value, as a JSON pointer whose `*` stands for every item, and which one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xapi.openapi.reader import Document, Node
from xapi.openapi.reader.references import reference_of
from xapi.openapi.reader.schemas import UnusableSchema

_MOST_ITEMS = 100
"""Of one array are looked at: the hundredth item rarely shows what those before have not."""


@dataclass(eq=False)
class _Node:
    """What a schema says that makes branches."""

    properties: dict[str, tuple[_Node, bool]] = field(default_factory=dict)
    """By name, with whether it may be absent."""
    others: _Node | None = None
    """Of properties that are not named."""
    items: _Node | None = None
    choices: list[tuple[str, Node, _Node]] = field(default_factory=list)
    """Alternatives: label, schema, and what is in it."""
    types: list[str] = field(default_factory=list)
    """The types, where there are several."""
    values: tuple[Any, ...] = ()
    also: list[_Node] = field(default_factory=list)
    """Schemas that hold together with this one."""

    @cached_property
    def is_plain(self) -> bool:
        """Whether there are no branches in it, nor below."""
        below = self.properties or self.others or self.items or self.choices or self.types or self.also
        return not (below or self.values)


class Branches:
    """The branches of the schemas of one document. A schema inside itself is not followed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes: dict[str, _Node] = {}

    def all(self, schema: Node) -> Iterator[str]:
        """The branches that there are."""
        return self._all(self._node(schema), "", ())

    def taken(self, schema: Node, value: Any) -> set[str]:
        """The branches that a value takes."""
        found: set[str] = set()
        self._take(self._node(schema), value, "", (), found)
        return found

    def _all(self, node: _Node, at: str, around: tuple[_Node, ...]) -> Iterator[str]:
        if node in around:
            return
        around = (*around, node)
        yield from (_equals(at, value) for value in node.values)
        for name, (part, is_optional) in node.properties.items():
            if is_optional:
                yield f"{at}/{name} present"
                yield f"{at}/{name} absent"
            yield from self._all(part, f"{at}/{name}", around)
        for part in filter(None, (node.items, node.others)):
            yield from self._all(part, f"{at}/*", around)
        for label, _, part in node.choices:
            yield _is(at, label)
            yield from self._all(part, at, around)
        yield from (_is(at, kind) for kind in node.types)
        for part in node.also:
            yield from self._all(part, at, around)

    def _take(self, node: _Node, value: Any, at: str, around: tuple[_Node, ...], found: set[str]) -> None:
        if node in around:
            return
        around = (*around, node)
        for known in node.values:
            if known == value:
                found.add(_equals(at, known))
        if isinstance(value, dict):
            self._take_object(node, value, at, around, found)
        elif isinstance(value, list) and node.items is not None and not node.items.is_plain:
            for item in value[:_MOST_ITEMS]:
                self._take(node.items, item, f"{at}/*", around, found)
        for label, schema, part in node.choices:
            if _fits_at_a_glance(label, value) and self._is_valid(schema, value):
                found.add(_is(at, label))
                self._take(part, value, at, around, found)
        found.update(_is(at, kind) for kind in node.types if _is_of_type(value, kind))
        for part in node.also:
            self._take(part, value, at, around, found)

    def _take_object(
        self, node: _Node, value: dict[str, Any], at: str, around: tuple[_Node, ...], found: set[str]
    ) -> None:
        for name, (part, is_optional) in node.properties.items():
            is_present = name in value
            if is_optional:
                found.add(f"{at}/{name} {'present' if is_present else 'absent'}")
            if is_present and not part.is_plain:
                self._take(part, value[name], f"{at}/{name}", around, found)
        if node.others is not None and not node.others.is_plain:
            for name in [name for name in value if name not in node.properties][:_MOST_ITEMS]:
                self._take(node.others, value[name], f"{at}/*", around, found)

    def _is_valid(self, schema: Node, value: Any) -> bool:
        try:
            return bool(self._document.schemas.validator(schema).is_valid(value))
        except UnusableSchema:
            return False

    def _node(self, schema: Node) -> _Node:
        resolved = self._document.references.resolved(schema)
        node = self._nodes.get(resolved.pointer)
        if node is None:
            node = self._nodes[resolved.pointer] = _Node()
            self._fill(node, resolved)
        return node

    def _fill(self, node: _Node, schema: Node) -> None:
        required = [item.value for item in schema.child("required").items()]
        for name, part in schema.children("properties"):
            node.properties[name] = self._node(part), name not in required
        if schema.child("additionalProperties").mapping:
            node.others = self._node(schema.child("additionalProperties"))
        if schema.child("items").mapping:
            node.items = self._node(schema.child("items"))
        node.values = tuple(item.value for item in schema.child("enum").items())
        node.also = [self._node(part) for part in schema.child("allOf").items()]
        node.types = [item.value for item in schema.child("type").items()]
        alternatives = [*schema.child("anyOf").items(), *schema.child("oneOf").items()]
        labels = [_label(part) for part in alternatives]
        for number, (label, part) in enumerate(zip(labels, alternatives, strict=True)):
            unique = label if labels.count(label) == 1 else f"{label} #{number + 1}"
            node.choices.append((unique, part, self._node(part)))


def _label(schema: Node) -> str:
    """How an alternative is named: by the component, the title, or the type."""
    if not isinstance(schema.value, Mapping):
        return "anything" if schema.value else "nothing"
    if (reference := reference_of(schema.value)) is not None:
        return reference.rpartition("/")[2]
    return next((text for key in ("title", "type", "const") if (text := schema.text(key))), "schema")


_TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),), "boolean": (bool,), "integer": (int,), "number": (int, float), "string": (str,),
    "array": (list,), "object": (dict,),
}  # fmt: skip


def _is_of_type(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    is_whole = kind == "integer" and isinstance(value, float) and value.is_integer()
    return is_whole or isinstance(value, _TYPES.get(kind, ()))


def _fits_at_a_glance(label: str, value: Any) -> bool:
    return (value is None) == (label == "null") or label == "schema"


def _is(at: str, label: str) -> str:
    return f"{at or '/'} is {label}"


def _equals(at: str, value: Any) -> str:
    return f"{at or '/'} = {value!r}"
