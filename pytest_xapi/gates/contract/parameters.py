"""The parameters of two operations compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_xapi.gates.contract.changes import Change, changed, gone
from pytest_xapi.gates.contract.schema_changes import SchemaComparison
from xapi.openapi.reader.media_types import is_json
from xapi.openapi.reader.nodes import Node

Key = tuple[str, str]
"""Location and name of a parameter."""

_DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


@dataclass(frozen=True)
class Lists:
    """The parameters of two operations."""

    old: Mapping[Key, Node]
    new: Mapping[Key, Node]
    renamed: Mapping[str, str]
    """The path parameters of the old one, with their names in the new one."""


def compare(lists: Lists, schemas: SchemaComparison) -> Iterator[Change]:
    """The changes of the parameters."""
    left = dict(lists.new)
    missing: list[tuple[Key, Node]] = []
    for (place, name), old in lists.old.items():
        key = (place, lists.renamed.get(name, name) if place == "path" else name)
        new = left.pop(key, None)
        if new is None:
            missing.append((key, old))
        else:
            yield from _common(place, old, new, schemas)
    for key, old in missing:
        yield from _missing(key, old, left)
    for (place, name), new in left.items():
        kind = "required-parameter-added" if _is_required(new) else "optional-parameter-added"
        what = f"the {'required' if _is_required(new) else 'optional'} parameter {_named(place, name)} is new"
        yield changed(kind, "writer", new.pointer, what)


def _missing(key: Key, old: Node, left: dict[Key, Node]) -> Iterator[Change]:
    """A parameter that is not where it was: moved, written in another case, or gone."""
    place, name = key
    for candidate in [found for found in left if found[1] == name]:
        new = left.pop(candidate)
        what = f"the parameter {_named(*candidate)} was one of the {place}"
        yield changed("parameter-moved", "writer", new.pointer, what)
        return
    for candidate in [found for found in left if found[0] == place and found[1].lower() == name.lower()]:
        new = left.pop(candidate)
        what = f"the parameter {_named(*candidate)} was written `{name}`, and case counts"
        yield changed("parameter-case-changed", "writer", new.pointer, what)
        return
    yield gone("parameter-removed", "writer", old.pointer, f"the parameter {_named(place, name)} is gone")


def _common(place: str, old: Node, new: Node, schemas: SchemaComparison) -> Iterator[Change]:
    name = _named(place, new.name)
    was, now = _is_required(old), _is_required(new)
    if was != now:
        kind = "parameter-became-required" if now else "parameter-became-optional"
        what = f"the parameter {name} {'is required now' if now else 'may be left out'}"
        yield changed(kind, "writer", new.pointer, what)
    before, after = _serialization(place, old), _serialization(place, new)
    if before != after:
        what = f"the parameter {name} is written as {after}, was written as {before}"
        yield changed("parameter-style-changed", "writer", new.pointer, what)
    if (old.get("deprecated") is True) != (new.get("deprecated") is True):
        kind = "deprecation-withdrawn" if old.get("deprecated") is True else "deprecated"
        what = "is deprecated" if kind == "deprecated" else "is deprecated no more"
        yield changed(kind, "writer", new.pointer, f"the parameter {name} {what}")
    for keyword in ("description", "example", "examples"):
        if old.get(keyword) != new.get(keyword):
            yield changed(
                "text-changed", "writer", new.pointer, f"{keyword} of the parameter {name} has changed"
            )
    for keyword in ("allowReserved", "allowEmptyValue"):
        if bool(old.get(keyword)) != bool(new.get(keyword)):
            yield changed(
                "keyword-changed", "writer", new.pointer, f"{keyword} of the parameter {name} has changed"
            )
    yield from _schema(name, was or now, old, new, schemas)


def _schema(
    name: str, is_required: bool, old: Node, new: Node, schemas: SchemaComparison
) -> Iterator[Change]:
    old_types, new_types = (list(node.get("content", {})) for node in (old, new))
    if old_types != new_types:
        what = f"the parameter {name} is {_content(new_types)}, was {_content(old_types)}"
        yield changed("parameter-content-changed", "writer", new.pointer, what)
        return
    if old_types:
        old, new = (node.child("content").child(old_types[0]) for node in (old, new))
    is_text = not (old_types and is_json(old_types[0]))
    for change in schemas.changes(old.child("schema"), new.child("schema"), "writer", is_text=is_text):
        if not (is_required and change.kind == "default-changed"):
            yield change


def _is_required(parameter: Node) -> bool:
    return parameter.get("required") is True


def _named(place: str, name: str) -> str:
    return f"`{name}` of the {place}"


def _content(media_types: list[Any]) -> str:
    return f"written as {media_types[0]}" if media_types else "described by a schema"


def _serialization(place: str, parameter: Node) -> str:
    style = parameter.get("style") or _DEFAULT_STYLES.get(place, "form")
    explodes = parameter.get("explode", style == "form")
    return f"{style}{', exploded' if explodes else ''}"
