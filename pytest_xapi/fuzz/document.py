"""The OpenAPI document of an app, and the operations that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_xapi.fuzz import pointers
from pytest_xapi.fuzz.wire import Send, WireRequest

DOCUMENT_PATH = "/openapi.json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The fixed fields of a path item that are operations (OpenAPI 3.1, section 4.8.9.1)."""

Document = dict[str, Any]

HOW_TO_GIVE_ONE = (
    "give the app a method openapi() that returns the document, or let it answer GET /openapi.json; "
    "or name another app with --xapi-app, the ini option xapi_app, or a fixture `xapi_app` in conftest.py"
)


class NoDocument(Exception):
    """An app shows no OpenAPI document. The text says what was tried."""


@dataclass(frozen=True)
class NamedOperation:
    """An operation as a document names it."""

    method: str
    path: str
    operation_id: str | None = None

    @property
    def label(self) -> str:
        """`GET /notes/{note_id}`."""
        return f"{self.method} {self.path}"


def read(app: Any, send: Send) -> Document:
    """The document of `app`: from its method `openapi()`, else from `GET /openapi.json`.

    Raises:
        NoDocument: there is neither, or what there is is no OpenAPI document.
    """
    method = getattr(app, "openapi", None)
    if callable(method):
        return _checked(method(), app, "openapi() returned")
    tried = f"tried openapi(), which {_named(app)} does not have, and GET {DOCUMENT_PATH}, which"
    answer = send(WireRequest("GET", DOCUMENT_PATH, (("Accept", "application/json"),)))
    if answer.exception is not None:
        kind = type(answer.exception).__name__
        raise NoDocument(
            f"no OpenAPI document: {tried} raised {kind}: {answer.exception}; {HOW_TO_GIVE_ONE}"
        ) from answer.exception
    if answer.status != 200:
        raise NoDocument(f"no OpenAPI document: {tried} answered {answer.status}; {HOW_TO_GIVE_ONE}")
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise NoDocument(f"no OpenAPI document: {tried} is no JSON ({error}); {HOW_TO_GIVE_ONE}") from error
    return _checked(found, app, f"GET {DOCUMENT_PATH} answered")


def operations(document: Document) -> list[NamedOperation]:
    """The operations of a document, in its order."""
    return list(_operations(document))


def _operations(document: Document) -> Iterator[NamedOperation]:
    for path, item in document["paths"].items():
        for method, description in _resolved(item, document).items():
            if method in METHODS:
                yield NamedOperation(method.upper(), path, description.get("operationId"))


def _resolved(item: Document, document: Document) -> Document:
    """A path item, which may be a reference to one in the same document."""
    reference = item.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return item
    found: Any = document
    for token in reference.removeprefix("#/").split("/"):
        found = found[pointers.unescaped(token)]
    resolved: Document = found
    return resolved


def _checked(found: Any, app: Any, source: str) -> Document:
    has_paths = isinstance(found, dict) and isinstance(found.get("paths"), dict)
    if not has_paths or not ("openapi" in found or "swagger" in found):
        raise NoDocument(
            f"no OpenAPI document: {source} {_excerpt(found)} for {_named(app)}, "
            f"which lacks `openapi` or `paths`; {HOW_TO_GIVE_ONE}"
        )
    if not any(True for _ in _operations(found)):
        raise NoDocument(
            f"nothing to fuzz: the OpenAPI document of {_named(app)} has no operations; "
            "is the right app under test?"
        )
    document: Document = found
    return document


def _named(app: Any) -> str:
    kind = app if isinstance(app, type) or hasattr(app, "__qualname__") else type(app)
    return f"{kind.__module__}.{kind.__qualname__}"


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
