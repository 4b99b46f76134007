"""Documents whose operations stand where a simple reader looks for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from xapi.openapi.reader.document import Document
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.operations import Operation


def flattened(document: Document, labels: Collection[str] | None = None) -> dict[str, Any]:
    """The content of a document with everything but schemas in place, for readers that follow less.

    Path items hold their operations themselves, operations all of their parameters, their body and their
    responses. Schemas, and references to them, stay as they are. What cannot be used is left out.

    Args:
        document: the document.
        labels: the operations to keep; all if None.
    """
    paths: dict[str, Any] = {}
    for operation in document.operations:
        if labels is None or operation.label in labels:
            paths.setdefault(operation.path, {}).update(_operation(operation))
    found = {**document.content, "paths": paths}
    if document.security_schemes:
        schemes = {name: dict(node.mapping) for name, node in document.security_schemes.items()}
        found["components"] = {**document.root.child("components").mapping, "securitySchemes": schemes}
    return found


def _operation(operation: Operation) -> Iterator[tuple[str, Any]]:
    content = dict(operation.node.mapping)
    servers = operation.item.child("servers")
    if "servers" not in content and servers.items():
        content["servers"] = servers.value
    content["parameters"] = [dict(parameter.node.mapping) for parameter in operation.parameters]
    if operation.request_body is not None:
        content["requestBody"] = _with_content(operation, operation.request_body)
    else:
        content.pop("requestBody", None)
    if operation.responses:
        content["responses"] = {
            status: _with_content(operation, response) for status, response in operation.responses.items()
        }
    yield operation.method.lower(), content


def _with_content(operation: Operation, node: Node) -> Mapping[str, Any]:
    found = dict(node.mapping)
    if "content" in found:
        found["content"] = {name: dict(item.mapping) for name, item in operation.content(node).items()}
    links = {name: dict(operation.references.resolved(link).mapping) for name, link in node.children("links")}
    return {**found, "links": links} if links else found
