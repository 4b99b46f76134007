"""Two operations compared: names, parameters, bodies, responses, security."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_xapi.gates.contract import bodies, parameters, responses, security
from pytest_xapi.gates.contract.changes import Change, changed, gone
from pytest_xapi.gates.contract.schema_changes import SchemaComparison
from xapi.openapi.reader import Document, Operation
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.paths import names_in

_TEXTS = ("summary", "description", "tags", "externalDocs")


class OperationComparison:
    """Compares operations of two documents."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old.references
        self._new = new.references
        self._schemas = SchemaComparison(self._old, self._new)
        self._security = security.SecurityComparison(old, new)

    def changes(self, old: Operation, new: Operation) -> Iterator[Change]:
        """What has changed between two operations that answer the same method and path."""
        yield from _names(old, new)
        yield from parameters.compare(self._parameters(old, new), self._schemas)
        body = bodies.BodyComparison(self._old, self._new, self._schemas)
        yield from body.requests(old.node, new.node)
        yield from responses.compare(self._old, self._new, body, old.node, new.node)
        yield from self._security.changes(old, new)
        yield from _callbacks(old.node, new.node)
        yield from _servers(_with_servers(old), _with_servers(new))

    def _parameters(self, old: Operation, new: Operation) -> parameters.Lists:
        renamed = dict(zip(names_in(old.path), names_in(new.path), strict=True))
        return parameters.Lists(_parameters(old), _parameters(new), renamed)


def _parameters(operation: Operation) -> dict[parameters.Key, Node]:
    return {
        parameter.key: parameter.node
        for parameter in operation.parameters
        if not parameter.is_described_elsewhere
    }


def _with_servers(operation: Operation) -> Node:
    """What has the servers of an operation, or of its path; those of the document are compared once."""
    return operation.node if "servers" in operation.node.mapping else operation.item.node


def _names(old: Operation, new: Operation) -> Iterator[Change]:
    before, after = old.node.get("operationId"), new.node.get("operationId")
    if before != after:
        what = f"the operationId is {after or 'not set'}, was {before or 'not set'}"
        yield changed("operation-id-changed", "both", f"{new.node.pointer}/operationId", what)
    for was, name in zip(names_in(old.path), names_in(new.path), strict=True):
        if was != name:
            what = f"the path parameter `{name}` was named `{was}`"
            yield changed("path-parameter-renamed", "writer", new.node.pointer, what)
    was_deprecated, is_deprecated = (node.get("deprecated") is True for node in (old.node, new.node))
    if was_deprecated != is_deprecated:
        kind = "deprecated" if is_deprecated else "deprecation-withdrawn"
        what = "the operation is deprecated" if is_deprecated else "the operation is deprecated no more"
        yield changed(kind, "both", new.node.pointer, what)
    for keyword in sorted({*old.node.mapping, *new.node.mapping}):
        is_text = keyword in _TEXTS or keyword.startswith("x-")
        if is_text and old.node.get(keyword) != new.node.get(keyword):
            yield changed("text-changed", "both", new.node.pointer, f"{keyword} of the operation has changed")


def _callbacks(old: Node, new: Node) -> Iterator[Change]:
    yield from sent_by_the_server(old.child("callbacks"), new.child("callbacks"), "callback")


def sent_by_the_server(old: Node, new: Node, what: str) -> Iterator[Change]:
    """Callbacks or webhooks, compared as they are written: clients play the server in them."""
    for name in old.mapping:
        if name not in new.mapping:
            yield gone("callback-changed", "reader", old.child(name).pointer, f"the {what} `{name}` is gone")
        elif old.get(name) != new.get(name):
            yield changed(
                "callback-changed", "reader", new.child(name).pointer, f"the {what} `{name}` has changed"
            )
    for name in new.mapping:
        if name not in old.mapping:
            yield changed("callback-added", "reader", new.child(name).pointer, f"the {what} `{name}` is new")


def _servers(old: Node, new: Node) -> Iterator[Change]:
    if "servers" in old.mapping or "servers" in new.mapping:
        yield from servers(old, new)


def servers(old: Node, new: Node) -> Iterator[Change]:
    """The base URLs of a document, a path or an operation."""
    before, after = (
        {str(server.get("url")): index for index, server in enumerate(node.get("servers") or [{"url": "/"}])}
        for node in (old, new)
    )
    for url, index in before.items():
        if url not in after:
            yield gone(
                "server-removed", "both", f"{old.pointer}/servers/{index}", f"the server {url} is gone"
            )
    for url, index in after.items():
        if url not in before:
            yield changed(
                "server-added", "both", f"{new.pointer}/servers/{index}", f"the server {url} is new"
            )
