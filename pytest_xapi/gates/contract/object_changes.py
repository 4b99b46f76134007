"""What is in two objects or lists: properties, other properties, items."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from pytest_xapi.gates.contract.changes import Change, changed, gone
from pytest_xapi.gates.contract.pairs import Comparison, Found, Pair, Sides
from pytest_xapi.gates.contract.schemas import SUBSCHEMAS, Schema
from xapi.openapi.reader.nodes import Node


def compare(sides: Sides, comparison: Comparison) -> Found:
    """The changes of what objects and lists hold."""
    found: list[Change] = []
    below: list[Pair] = []
    hidden = "readOnly" if sides.pair.side == "writer" else "writeOnly"
    for name in dict.fromkeys((*sides.old.properties, *sides.new.properties)):
        old, new = sides.old.properties.get(name), sides.new.properties.get(name)
        if old is not None and new is not None:
            before = _marked(comparison.read_old(old), hidden)
            after = _marked(comparison.read_new(new), hidden)
            if before or after:
                found += _mark(sides, name, new, before, after)
                continue
            optional = name not in sides.old.required | sides.new.required
            below.append(sides.property(name, old, new, may_be_left_out=optional))
        elif old is not None and not _marked(comparison.read_old(old), hidden):
            found.append(_removed(sides, name, old))
        elif new is not None and not _marked(comparison.read_new(new), hidden):
            found.append(_added(sides, name, new))
        found += _required(sides, name)
    for name in sorted(
        (sides.old.required | sides.new.required) - {*sides.old.properties, *sides.new.properties}
    ):
        found += _required(sides, name)
    found += _others(sides)
    found += _prefix(sides)
    return Found(tuple(found), (*below, *_subschemas(sides)))


def _marked(schema: Schema, keyword: str) -> bool:
    return schema.keywords.get(keyword) is True


def _mark(sides: Sides, name: str, new: Node, before: bool, after: bool) -> Iterator[Change]:
    """A property that is hidden from this side, before or now."""
    if before == after:
        return
    mark = "read-only" if sides.pair.side == "writer" else "write-only"
    if after:
        kind = f"{mark}-gained"
        if mark == "write-only" and name not in sides.old.required:
            kind = "optional-property-removed"
    elif mark == "read-only" and name in sides.new.required:
        kind = "required-read-only-lost"
    else:
        kind = f"{mark}-lost"
    word = mark.replace("-", " ")
    what = f"it is {word}" if after else f"it is {word} no more"
    yield changed(kind, sides.pair.side, new.pointer, f"`{new.name}` {sides.where}: {what}")


def _removed(sides: Sides, name: str, old: Node) -> Change:
    if sides.pair.side == "writer" and _is_closed(sides.new):
        kind = "property-refused"
    else:
        kind = "property-removed" if name in sides.old.required else "optional-property-removed"
    return gone(kind, sides.pair.side, old.pointer, f"`{old.name}` {sides.where}: the property is gone")


def _added(sides: Sides, name: str, new: Node) -> Change:
    is_required = name in sides.new.required
    if sides.pair.side == "reader" and _is_closed(sides.old):
        kind = "closed-object-extended"
    else:
        kind = "required-property-added" if is_required else "optional-property-added"
    what = f"the {'required' if is_required else 'optional'} property is new"
    return changed(kind, sides.pair.side, new.pointer, f"`{new.name}` {sides.where}: {what}")


def _required(sides: Sides, name: str) -> Iterator[Change]:
    """Whether a property that is in both objects, or declared in neither, may be left out."""
    if (name in sides.old.properties) != (name in sides.new.properties):
        return
    was, now = name in sides.old.required, name in sides.new.required
    if was == now:
        return
    property_ = sides.new.properties.get(name)
    pointer = property_.pointer if property_ else sides.new.at("required")
    kind = "property-became-required" if now else "property-became-optional"
    what = "the property is required now" if now else "the property may be left out"
    yield changed(kind, sides.pair.side, pointer, f"`{sides.new.name}.{name}` {sides.where}: {what}")


def _is_closed(schema: Schema) -> bool:
    return any(
        keyword in schema.subschemas and schema.subschemas[keyword].value is False
        for keyword in ("additionalProperties", "unevaluatedProperties")
    )


def _others(sides: Sides) -> Iterator[Change]:
    """Properties that are not declared: refused, of a schema, or anything."""
    keyword = "additionalProperties"
    old, new = (_width(schema) for schema in (sides.old, sides.new))
    if old == new:
        return
    words = ("refused", "limited by a schema", "allowed")
    kind = "additional-properties-tightened" if new < old else "additional-properties-loosened"
    yield sides.change(kind, keyword, f"other properties are {words[new]}, were {words[old]}")


def _width(schema: Schema) -> int:
    """0 if other properties are refused, 1 if they have a schema, 2 if they can be anything."""
    node = schema.subschemas.get("additionalProperties")
    if node is None or node.value is True or node.value == {}:
        return 2
    return 0 if node.value is False else 1


def _prefix(sides: Sides) -> Iterator[Change]:
    if len(sides.old.prefix) != len(sides.new.prefix):
        what = f"lists begin with {len(sides.new.prefix)} fixed items, and had {len(sides.old.prefix)}"
        yield sides.change("keyword-changed", "prefixItems", what)
    for pattern in sides.old.patterns.keys() ^ sides.new.patterns.keys():
        yield sides.change(
            "keyword-changed", "patternProperties", f"patternProperties: {pattern} is new or gone"
        )
    for keyword in SUBSCHEMAS:
        if keyword in ("additionalProperties", "items"):
            continue
        if (keyword in sides.old.subschemas) != (keyword in sides.new.subschemas):
            yield sides.change("keyword-changed", keyword, f"{keyword} is new or gone")


def _subschemas(sides: Sides) -> Iterator[Pair]:
    for keyword in SUBSCHEMAS:
        old, new = sides.old.subschemas.get(keyword), sides.new.subschemas.get(keyword)
        if keyword == "items" and (old or new) and sides.old.types == sides.new.types:
            anything = Node({}, f"{sides.new.pointer}/items", f"{sides.new.name}[]")
            yield sides.below(old or anything, new or anything)
        elif keyword == "additionalProperties" and not (_width(sides.old) == _width(sides.new) == 1):
            continue
        elif old is not None and new is not None:
            yield sides.below(old, new)
    for old, new in zip_longest(sides.old.prefix, sides.new.prefix):
        if old is not None and new is not None:
            yield sides.below(old, new)
    for pattern in sides.old.patterns.keys() & sides.new.patterns.keys():
        yield sides.below(sides.old.patterns[pattern], sides.new.patterns[pattern])
