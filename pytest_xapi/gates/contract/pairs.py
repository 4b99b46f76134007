"""A pair of schemas that are compared with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from pytest_xapi.gates.contract.changes import Change, changed, gone
from pytest_xapi.gates.contract.kinds import Side
from pytest_xapi.gates.contract.schemas import Schema
from xapi.openapi.reader.nodes import Node


@dataclass(frozen=True)
class Pair:
    """The places of two schemas, and how they are compared."""

    old: Node
    new: Node
    side: Side
    is_text: bool = False
    """Whether values are written as text: a text can be anything that a number can, and null is not written
    (OpenAPI 3.1, section 4.8.12: parameters, headers, forms).
    """
    may_be_left_out: bool = True
    """Whether values could be left out and still can: else nobody relies on the default."""
    compares_null: bool = True
    """Whether it matters that only one of them allows null: not if that was said of what they are in."""
    json_parts: frozenset[str] = frozenset()
    """The properties of a form that are written as JSON."""

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells pairs apart: the places, not what is there."""
        flags = self.is_text, self.may_be_left_out, self.compares_null, self.json_parts
        return self.old.pointer, self.new.pointer, self.side, flags


@dataclass(frozen=True)
class Sides:
    """The schemas of a pair, read."""

    old: Schema
    new: Schema
    pair: Pair

    @property
    def where(self) -> str:
        """`in a request` or `in a response`."""
        return "in a request" if self.pair.side == "writer" else "in a response"

    def change(self, kind: str, keyword: str, what: str) -> Change:
        """A change of a keyword, at its place in the new document, or in the old one where it is gone."""
        message = f"`{self.new.name}` {self.where}: {what}"
        if keyword in self.old.places and keyword not in self.new.places:
            return gone(kind, self.pair.side, self.old.at(keyword), message)
        return changed(kind, self.pair.side, self.new.at(keyword), message)

    def below(
        self, old: Node, new: Node, *, may_be_left_out: bool = True, compares_null: bool = True
    ) -> Pair:
        """A pair of schemas within these."""
        return Pair(old, new, self.pair.side, self.pair.is_text, may_be_left_out, compares_null)

    def property(self, name: str, old: Node, new: Node, *, may_be_left_out: bool) -> Pair:
        """The pair of schemas of a property."""
        is_text = self.pair.is_text and name not in self.pair.json_parts
        return Pair(old, new, self.pair.side, is_text, may_be_left_out)


@dataclass(frozen=True)
class Found:
    """Changes, and the pairs that have to be compared as well."""

    changes: tuple[Change, ...] = ()
    below: tuple[Pair, ...] = ()


class Comparison(Protocol):
    """What compares schemas, as those see it that compare a part of them."""

    def read_old(self, node: Node) -> Schema:
        """A schema of the old document."""

    def read_new(self, node: Node) -> Schema:
        """A schema of the new document."""

    def is_same(self, pair: Pair) -> bool:
        """Whether two schemas differ in nothing but texts."""
