"""Two schemas compared, for those who write values of them and for those who read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_xapi.gates.contract import branches, object_changes, value_changes
from pytest_xapi.gates.contract.changes import Change, changed
from pytest_xapi.gates.contract.kinds import Side
from pytest_xapi.gates.contract.pairs import Pair, Sides
from pytest_xapi.gates.contract.schemas import Schema, read
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.references import References


@dataclass(frozen=True)
class _Own:
    """What a pair of schemas says by itself, and the pairs below it."""

    changes: tuple[Change, ...]
    below: tuple[Pair, ...]


class SchemaComparison:
    """Compares schemas of two documents; each pair of places once, however many operations lead there."""

    def __init__(self, old: References, new: References) -> None:
        self._old = old
        self._new = new
        self._known: dict[tuple[Any, ...], _Own] = {}
        self._running: set[tuple[Any, ...]] = set()

    def changes(
        self,
        old: Node,
        new: Node,
        side: Side,
        *,
        is_text: bool = False,
        json_parts: frozenset[str] = frozenset(),
    ) -> Iterator[Change]:
        """What has changed between two schemas and all that they refer to.

        Args:
            old: the place of the schema in the old document.
            new: its place in the new one.
            side: who cares: `writer` for what is in requests, `reader` for what is in responses.
            is_text: whether values are written as text, as parameters, headers and fields of forms are.
            json_parts: the fields of a form that are written as JSON all the same.
        """
        return self._changes(Pair(old, new, side, is_text, json_parts=json_parts))

    def read_old(self, node: Node) -> Schema:
        """A schema of the old document."""
        return read(self._old, node)

    def read_new(self, node: Node) -> Schema:
        """A schema of the new document."""
        return read(self._new, node)

    def is_same(self, pair: Pair) -> bool:
        """Whether two schemas differ in nothing but texts."""
        return all(change.kind == "text-changed" for change in self._changes(pair))

    def _changes(self, pair: Pair) -> Iterator[Change]:
        seen = set()
        waiting = [pair]
        while waiting:
            pair = waiting.pop()
            if pair.key in seen:
                continue
            seen.add(pair.key)
            own = self._own(pair)
            yield from own.changes
            waiting.extend(reversed(own.below))

    def _own(self, pair: Pair) -> _Own:
        if pair.key in self._known:
            return self._known[pair.key]
        if pair.key in self._running:  # a union within itself: whatever differs is found where it began
            return _Own((), ())
        self._running.add(pair.key)
        try:
            own = self._compared(pair)
        finally:
            self._running.discard(pair.key)
        self._known[pair.key] = own
        return own

    def _compared(self, pair: Pair) -> _Own:
        sides = Sides(self.read_old(pair.old), self.read_new(pair.new), pair)
        found = list(_general(sides))
        if sides.old.allows_anything != sides.new.allows_anything:
            kind = "schema-added" if sides.old.allows_anything else "schema-removed"
            what = (
                "it has a schema, and could be anything"
                if sides.old.allows_anything
                else "it can be anything"
            )
            return _Own((*found, sides.change(kind, "type", what)), ())
        if bool(sides.old.branches) != bool(sides.new.branches):
            single = branches.with_a_single_one(sides, self)
            return _Own((*found, *single.changes), single.below)
        values = list(value_changes.compare(sides))
        found += values
        if any(change.kind == "type-changed" for change in values):
            return _Own(tuple(found), ())
        objects = object_changes.compare(sides, self)
        union = branches.compare(sides, self)
        found += [*objects.changes, *union.changes]
        return _Own(tuple(found), (*objects.below, *union.below))


def _general(sides: Sides) -> Iterator[Change]:
    """What any two schemas are compared by: null, the default, marks, texts."""
    old, new = sides.old, sides.new
    place, name = sides.pair.new.pointer, sides.pair.new.name
    compares_null = sides.pair.compares_null and not sides.pair.is_text
    if old.is_nullable != new.is_nullable and compares_null:
        # Said of the place, not of the component that it refers to: which has not changed.
        kind = "nullable-gained" if new.is_nullable else "nullable-lost"
        what = "null is allowed" if new.is_nullable else "null is not allowed any more"
        yield changed(kind, sides.pair.side, place, f"`{name}` {sides.where}: {what}")
    before, after = (_default(schema, sides.pair.is_text) for schema in (old, new))
    if before != after and sides.pair.may_be_left_out:
        yield sides.change("default-changed", "default", f"the default is {after}, was {before}")
    was_deprecated, is_deprecated = (schema.keywords.get("deprecated") is True for schema in (old, new))
    if was_deprecated != is_deprecated:
        kind = "deprecated" if is_deprecated else "deprecation-withdrawn"
        yield sides.change(
            kind, "deprecated", "it is deprecated" if is_deprecated else "it is deprecated no more"
        )
    for keyword in sorted({*old.texts, *new.texts}):
        if old.texts.get(keyword) != new.texts.get(keyword) and keyword not in ("$defs", "definitions"):
            yield sides.change("text-changed", keyword, f"its {keyword} has changed")


def _default(schema: Schema, is_text: bool) -> str:
    """A default as messages have it; as text, null is none, and a number is what it is written as."""
    default = schema.keywords.get("default")
    if "default" not in schema.keywords or (is_text and default is None):
        return "not set"
    if is_text and isinstance(default, float) and default.is_integer():
        default = int(default)
    if is_text and isinstance(default, int | float):
        default = json.dumps(default)
    return json.dumps(default, sort_keys=True, default=str)
