"""The alternatives of two unions: which of them are the same, which are new, which are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_xapi.gates.contract.changes import Change, changed, gone
from pytest_xapi.gates.contract.pairs import Comparison, Found, Pair, Sides
from pytest_xapi.gates.contract.schemas import Schema
from xapi.openapi.reader.nodes import Node


@dataclass(frozen=True)
class _Branch:
    """An alternative, and what it says."""

    node: Node
    schema: Schema

    @property
    def name(self) -> str:
        """What people call it: the component, the title, or the type."""
        if self.schema.pointer != self.schema.place:
            return self.schema.name
        return str(self.schema.texts.get("title") or " or ".join(sorted(self.schema.types or {"anything"})))

    def constant(self, comparison: Callable[[Node], Schema]) -> str | None:
        """The first property that has one value only, with that value."""
        for name, node in self.schema.properties.items():
            values = comparison(node).values
            if values is not None and len(values) == 1:
                return f"{name}={values[0]}"
        return None


def compare(sides: Sides, comparison: Comparison) -> Found:
    """The changes of two unions, which may be none."""
    found = list(_discriminator(sides))
    if sides.old.union != sides.new.union:
        what = f"{sides.new.union or 'no union'} was {sides.old.union or 'no union'}"
        found.append(sides.change("keyword-changed", sides.new.union or sides.old.union, what))
    matched = _matched(sides, sides.old.branches, sides.new.branches, comparison)
    return Found((*found, *matched.changes), matched.below)


def with_a_single_one(sides: Sides, comparison: Comparison) -> Found:
    """The changes where only one of the schemas is a union: the other one is its only alternative."""
    union = sides.old if sides.old.branches else sides.new
    if union.has_base:
        return Found((sides.change("keyword-changed", union.union, f"{union.union} is new or gone"),))
    old = sides.old.branches or [sides.pair.old]
    new = sides.new.branches or [sides.pair.new]
    return _matched(sides, old, new, comparison)


def _matched(sides: Sides, old: list[Node], new: list[Node], comparison: Comparison) -> Found:
    left_old = [_Branch(node, comparison.read_old(node)) for node in old]
    left_new = [_Branch(node, comparison.read_new(node)) for node in new]
    below: list[Pair] = []
    for is_match in _ways_to_match(sides, comparison, len(old) == len(new)):
        for before in list(left_old):
            after = next((branch for branch in left_new if is_match(before, branch)), None)
            if after is not None:
                left_old.remove(before)
                left_new.remove(after)
                below.append(sides.below(before.node, after.node, compares_null=False))
    where, side = f"`{sides.new.name}` {sides.where}", sides.pair.side
    found: list[Change] = [
        gone("alternative-removed", side, left.node.pointer, f"{where}: the alternative {left.name} is gone")
        for left in left_old
    ]
    found += [
        changed("alternative-added", side, left.node.pointer, f"{where}: the alternative {left.name} is new")
        for left in left_new
    ]
    return Found(tuple(found), tuple(below))


def _ways_to_match(
    sides: Sides, comparison: Comparison, is_same_number: bool
) -> Iterator[Callable[[_Branch, _Branch], bool]]:
    """When two alternatives are the same one: the surest way first."""
    yield lambda a, b: comparison.is_same(sides.below(a.node, b.node, compares_null=False))
    yield lambda a, b: a.name == b.name
    yield (
        lambda a, b: (
            (constant := a.constant(comparison.read_old)) is not None
            and constant == b.constant(comparison.read_new)
        )
    )
    if is_same_number:
        yield lambda a, b: a.schema.types == b.schema.types and not a.constant(comparison.read_old)


def _discriminator(sides: Sides) -> Iterator[Change]:
    old, new = (schema.keywords.get("discriminator") for schema in (sides.old, sides.new))
    if old == new:
        return
    if old is None or new is None:
        what = "it has no discriminator any more" if new is None else "it has a discriminator"
        yield sides.change("keyword-changed", "discriminator", what)
        return
    before, after = (value.get("propertyName") if isinstance(value, dict) else None for value in (old, new))
    if before != after:
        what = f"the discriminator is {after}, was {before}"
        yield sides.change("discriminator-changed", "discriminator", what)
        return
    old_values, new_values = (set(value.get("mapping", ())) for value in (old, new))
    for value in sorted(old_values - new_values):
        yield sides.change("discriminator-value-removed", "discriminator", f"the value {value!r} is gone")
    for value in sorted(new_values - old_values):
        yield sides.change("discriminator-value-added", "discriminator", f"the value {value!r} is new")
