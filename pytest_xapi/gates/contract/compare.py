"""Two OpenAPI documents compared: what has changed, and whom it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_xapi.gates.contract import operations, security
from pytest_xapi.gates.contract.changes import Change, Changes, changed, gone
from pytest_xapi.gates.contract.kinds import Side
from pytest_xapi.gates.contract.schema_changes import SchemaComparison
from xapi.openapi.reader import Document, Operation
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.pointers import escape

_TEXTS = ("openapi", "info", "tags", "externalDocs", "jsonSchemaDialect")
_SIDES: tuple[Side, ...] = ("writer", "reader")


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The changes from one OpenAPI document (3.0 or 3.1) to another, the worst first.

    Schemas are compared by what they allow, references followed: in requests it breaks to allow less, in
    responses to give more. References to other files are compared as they are written.

    Args:
        old: the document that clients were made for.
        new: the document of today.
    """
    found = Changes()
    before, after = Document(old), Document(new)
    _compare_operations(before, after, found)
    first, second = before.root, after.root
    for change in (
        *operations.servers(first, second),
        *operations.sent_by_the_server(first.child("webhooks"), second.child("webhooks"), "webhook"),
        *security.scheme_renames(security.SecurityComparison(before, after)),
        *_components(before, after),
        *_texts(first, second),
    ):
        found.add(change)
    return found.sorted()


def _compare_operations(before: Document, after: Document, found: Changes) -> None:
    old = {operation.key: operation for operation in before.operations}
    new = {operation.key: operation for operation in after.operations}
    comparison = operations.OperationComparison(before, after)
    for key, operation in old.items():
        if key in new:
            for change in comparison.changes(operation, new[key]):
                found.add(change, new[key].label)
        else:
            found.add(_removed(operation, {path for _, path in new}), operation.label)
    paths = {path for _, path in old}
    for key, operation in new.items():
        if key not in old:
            found.add(_added(operation, paths), operation.label)


def _removed(operation: Operation, paths: set[str]) -> Change:
    if operation.node.get("deprecated") is True:
        what = f"the deprecated operation {operation.label} is gone"
        return gone("deprecated-operation-removed", "both", operation.node.pointer, what)
    if operation.key[1] in paths:
        return gone("operation-removed", "both", operation.node.pointer, f"{operation.label} is gone")
    pointer = f"/paths/{escape(operation.path)}"
    return gone("path-removed", "both", pointer, f"the path {operation.path} is gone")


def _added(operation: Operation, paths: set[str]) -> Change:
    if operation.key[1] in paths:
        return changed("operation-added", "both", operation.node.pointer, f"{operation.label} is new")
    pointer = f"/paths/{escape(operation.path)}"
    return changed("path-added", "both", pointer, f"the path {operation.path} is new")


def _components(before: Document, after: Document) -> Iterator[Change]:
    """Schemas that are new, gone, or the same under another name."""
    old, new = (dict(document.components("schemas")) for document in (before, after))
    comparison = SchemaComparison(before.references, after.references)
    fresh = {name: node for name, node in new.items() if name not in old}
    for name, node in old.items():
        if name in new:
            continue
        again = next((other for other in fresh if _is_same(comparison, node, fresh[other])), None)
        if again is None:
            yield gone("component-removed", "both", node.pointer, f"the schema {name} is gone")
        else:
            place = fresh.pop(again).pointer
            yield changed("component-renamed", "both", place, f"the schema {again} was named {name}")
    for name, node in fresh.items():
        yield changed("component-added", "both", node.pointer, f"the schema {name} is new")


def _is_same(comparison: SchemaComparison, old: Node, new: Node) -> bool:
    return all(
        change.kind == "text-changed" for side in _SIDES for change in comparison.changes(old, new, side)
    )


def _texts(old: Node, new: Node) -> Iterator[Change]:
    for keyword in sorted({*old.mapping, *new.mapping}):
        is_text = keyword in _TEXTS or keyword.startswith("x-")
        if is_text and old.get(keyword) != new.get(keyword):
            yield changed("text-changed", "both", f"/{escape(keyword)}", f"{keyword} has changed")
