"""The branches of a schema: alternatives, optional properties, enumerated values; all, and those of a value.

A branch is a text: where it is in a value, as a JSON pointer whose `*` stands for every item, and which one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from xapi.testing.conformance import validator
from xapi.testing.documents import Document

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
    choices: list[tuple[str, Any, _Node]] = field(default_factory=list)
    """Alternatives: label, schema, and what is in it."""
    values: tuple[Any, ...] = ()
    also: list[_Node] = field(default_factory=list)
    """Schemas that hold together with this one."""


class Branches:
    """The branches of the schemas of one document. A schema inside itself is not followed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes: dict[int, _Node] = {}

    def all(self, schema: Any) -> Iterator[str]:
        """The branches that there are."""
        return self._all(self._node(schema), "", ())

    def taken(self, schema: Any, value: Any) -> Iterator[str]:
        """The branches that a value takes."""
        return self._taken(self._node(schema), value, "", ())

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
        for part in node.also:
            yield from self._all(part, at, around)

    def _taken(self, node: _Node, value: Any, at: str, around: tuple[_Node, ...]) -> Iterator[str]:
        if node in around:
            return
        around = (*around, node)
        yield from (_equals(at, known) for known in node.values if known == value)
        if isinstance(value, dict):
            yield from self._taken_in_object(node, value, at, around)
        elif isinstance(value, list) and node.items is not None:
            for item in value[:_MOST_ITEMS]:
                yield from self._taken(node.items, item, f"{at}/*", around)
        for label, schema, part in node.choices:
            if _fits_at_a_glance(label, value) and validator(self._document, schema).is_valid(value):
                yield _is(at, label)
                yield from self._taken(part, value, at, around)
        for part in node.also:
            yield from self._taken(part, value, at, around)

    def _taken_in_object(
        self, node: _Node, value: dict[str, Any], at: str, around: tuple[_Node, ...]
    ) -> Iterator[str]:
        for name, (part, is_optional) in node.properties.items():
            if is_optional:
                yield f"{at}/{name} {'present' if name in value else 'absent'}"
            if name in value:
                yield from self._taken(part, value[name], f"{at}/{name}", around)
        if node.others is not None:
            for name in [name for name in value if name not in node.properties][:_MOST_ITEMS]:
                yield from self._taken(node.others, value[name], f"{at}/*", around)

    def _node(self, schema: Any) -> _Node:
        resolved = self._document.resolve(schema)
        if not isinstance(resolved, Mapping):
            return _Node()
        node = self._nodes.get(id(resolved))
        if node is None:
            node = self._nodes[id(resolved)] = _Node()
            self._fill(node, resolved)
        return node

    def _fill(self, node: _Node, schema: Mapping[str, Any]) -> None:
        required = schema.get("required", ())
        for name, part in schema.get("properties", {}).items():
            node.properties[name] = self._node(part), name not in required
        if isinstance(schema.get("additionalProperties"), Mapping):
            node.others = self._node(schema["additionalProperties"])
        if isinstance(schema.get("items"), Mapping):
            node.items = self._node(schema["items"])
        node.values = tuple(schema.get("enum", ()))
        node.also = [self._node(part) for part in schema.get("allOf", ())]
        alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        if isinstance(schema.get("type"), list):
            alternatives += [{"type": kind} for kind in schema["type"]]
        labels = [_label(part) for part in alternatives]
        for number, (label, part) in enumerate(zip(labels, alternatives, strict=True)):
            unique = label if labels.count(label) == 1 else f"{label} #{number + 1}"
            node.choices.append((unique, part, self._node(part)))


def _label(schema: Any) -> str:
    """How an alternative is named: by the component, the title, or the type."""
    if not isinstance(schema, Mapping):
        return "anything" if schema else "nothing"
    if isinstance(schema.get("$ref"), str):
        return str(schema["$ref"]).rpartition("/")[2]
    for key in ("title", "type", "const"):
        if isinstance(schema.get(key), str):
            return str(schema[key])
    return "schema"


def _fits_at_a_glance(label: str, value: Any) -> bool:
    return (value is None) == (label == "null") or label == "schema"


def _is(at: str, label: str) -> str:
    return f"{at or '/'} is {label}"


def _equals(at: str, value: Any) -> str:
    return f"{at or '/'} = {value!r}"
