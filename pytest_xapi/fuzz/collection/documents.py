"""The document whose operations are tested, and what of it matters to the choice of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_xapi import documents
from pytest_xapi.fuzz.model.wire import Send, WireRequest
from xapi.openapi.reader import Document, DocumentError, Operation

_HOW_TO_GIVE_ONE = (
    f"{documents.HOW_TO_SHOW_ONE}; "
    "name another path with --xapi-openapi-url PATH, or a file with --xapi-openapi FILE; "
    "or name another app with --xapi-app, the ini option xapi_app, or a fixture `xapi_app` in conftest.py"
)


def read(app: Any, send: Send, path: str | None = None) -> Document:
    """The document of an app whose operations are to be tested.

    Args:
        app: the app.
        send: sends it a request.
        path: where it shows the document; None for the usual places.

    Raises:
        DocumentError: it shows none, or one without operations.
    """
    accept = (("Accept", "application/json"),)
    found = documents.shown(
        app, lambda target: send(WireRequest("GET", target, accept)), _HOW_TO_GIVE_ONE, path
    )
    return with_operations(found, documents.named(app))


def has_examples(operation: Operation) -> bool:
    """Whether the document gives examples of what to send, in the operation or in what it refers to."""
    sent = [operation.item.child("parameters").value, operation.node.get("parameters")]
    return _has_examples([*sent, operation.node.get("requestBody")], operation, set())


def _has_examples(part: Any, operation: Operation, seen: set[str]) -> bool:
    if isinstance(part, list):
        return any(_has_examples(item, operation, seen) for item in part)
    if not isinstance(part, Mapping):
        return False
    if "example" in part or part.get("examples"):
        return True
    reference = part.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        target = operation.references.find(reference)
        return target is not None and _has_examples(target.value, operation, seen)
    # Of properties the keys are names, which may be any word.
    return any(
        _has_examples(
            list(value.values()) if key == "properties" and isinstance(value, Mapping) else value,
            operation,
            seen,
        )
        for key, value in part.items()
        if key not in ("default", "enum", "const")
    )


def with_operations(document: Document, owner: str) -> Document:
    """The same document.

    Raises:
        DocumentError: it has no operations.
    """
    if document.operations or document.problems:
        return document
    raise DocumentError(
        f"nothing to fuzz: the OpenAPI document of {owner} has no operations; is the right app under test?"
    )
