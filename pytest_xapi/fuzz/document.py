"""The OpenAPI document of an app, and the operations that it names."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_xapi.documents import HOW_TO_SHOW_ONE
from pytest_xapi.fuzz import pointers
from pytest_xapi.fuzz.wire import Send, WireRequest
from xapi.testing.documents import METHODS

DOCUMENT_PATH = "/openapi.json"

Document = dict[str, Any]

_HOW_TO_GIVE_ONE = (
    f"{HOW_TO_SHOW_ONE}; "
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
    tags: tuple[str, ...] = ()
    has_examples: bool = False
    """Whether the document gives examples of what to send."""

    @property
    def label(self) -> str:
        """`GET /notes/{note_id}`."""
        return f"{self.method} {self.path}"


def read(app: Any, send: Send) -> Document:
    """The document of an app whose operations are to be tested.

    Raises:
        NoDocument: it shows none, or one without operations.
    """
    return _with_operations(shown(app, send, _HOW_TO_GIVE_ONE), _named(app))


def shown(app: Any, send: Send, mend: str = HOW_TO_SHOW_ONE) -> Document:
    """The document of `app`: from its method `openapi()`, else from `GET /openapi.json`.

    Args:
        app: an ASGI app.
        send: how it is asked.
        mend: what to do where it shows none.

    Raises:
        NoDocument: there is neither, or what there is is no OpenAPI document.
    """
    method = getattr(app, "openapi", None)
    if callable(method):
        return _checked(method(), _named(app), "openapi() returned", mend)
    tried = f"tried openapi(), which {_named(app)} does not have, and GET {DOCUMENT_PATH}, which"
    answer = send(WireRequest("GET", DOCUMENT_PATH, (("Accept", "application/json"),)))
    if answer.exception is not None:
        kind = type(answer.exception).__name__
        raise NoDocument(
            f"no OpenAPI document: {tried} raised {kind}: {answer.exception}; {mend}"
        ) from answer.exception
    if answer.status != 200:
        raise NoDocument(f"no OpenAPI document: {tried} answered {answer.status}; {mend}")
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise NoDocument(f"no OpenAPI document: {tried} is no JSON ({error}); {mend}") from error
    return _checked(found, _named(app), f"GET {DOCUMENT_PATH} answered", mend)


def from_file(file: Path) -> Document:
    """The document in a file of JSON, or of YAML if its name says so.

    Raises:
        NoDocument: the file cannot be read, or what it holds is no OpenAPI document.
    """
    try:
        text = file.read_text(encoding="utf-8")
        found = _from_yaml(text) if file.suffix in (".yaml", ".yml") else json.loads(text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())
        raise NoDocument(f"no OpenAPI document: it cannot be read: {reason}") from error
    return _with_operations(_checked(found, "the file", "it holds", "is it the right file?"), "the file")


def _from_yaml(text: str) -> Any:
    import yaml  # comes with Schemathesis

    try:
        # What is wanted of it are names: nothing has to become a number or a date.
        return yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ValueError(error) from error


def statuses(document: Document) -> dict[str, list[str]]:
    """The responses that each operation documents, by its label: `200`, `4XX`, `default`."""
    return {
        f"{method.upper()} {path}": list(description.get("responses", {}))
        for path, item in document["paths"].items()
        for method, description in _resolved(item, document).items()
        if method in METHODS
    }


def optional_parameters(document: Document, label: str, location: str) -> list[str]:
    """The names of the parameters of an operation that need not be sent, in one location such as `query`."""
    method, _, path = label.partition(" ")
    item = _resolved(document["paths"].get(path, {}), document)
    declared = [*item.get("parameters", ()), *item.get(method.lower(), {}).get("parameters", ())]
    try:
        resolved = [_resolved(parameter, document) for parameter in declared]
    except (LookupError, TypeError):
        return []  # the item of the operation fails with the reason
    required = {found["name"]: found.get("required") for found in resolved if found.get("in") == location}
    return [name for name, is_required in required.items() if not is_required]


def only(document: Document, labels: Collection[str]) -> Document:
    """The document without the operations whose label is not among these."""
    paths = {
        path: {
            name: value
            for name, value in _resolved(item, document).items()
            if name not in METHODS or f"{name.upper()} {path}" in labels
        }
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths}


def operations(document: Document) -> list[NamedOperation]:
    """The operations of a document, in its order."""
    return list(_operations(document))


def _operations(document: Document) -> Iterator[NamedOperation]:
    for path, item in document["paths"].items():
        resolved = _resolved(item, document)
        for method, description in resolved.items():
            if method in METHODS:
                sent = [
                    resolved.get("parameters"),
                    description.get("parameters"),
                    description.get("requestBody"),
                ]
                yield NamedOperation(
                    method.upper(),
                    path,
                    description.get("operationId"),
                    tuple(description.get("tags", ())),
                    _has_examples(sent, document, set()),
                )


def _resolved(item: Document, document: Document) -> Document:
    """A path item or a parameter, which may be a reference to one in the same document."""
    reference = item.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return item
    resolved: Document = _referred(reference, document)
    return resolved


def _referred(reference: str, document: Document) -> Any:
    found: Any = document
    for token in reference.removeprefix("#/").split("/"):
        found = found[pointers.unescaped(token)]
    return found


def _has_examples(part: Any, document: Document, seen: set[str]) -> bool:
    """Whether a part of the document, or what it refers to, has an example."""
    if isinstance(part, list):
        return any(_has_examples(item, document, seen) for item in part)
    if not isinstance(part, dict):
        return False
    if "example" in part or part.get("examples"):
        return True
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/") and reference not in seen:
        seen.add(reference)
        try:
            return _has_examples(_referred(reference, document), document, seen)
        except (LookupError, TypeError):
            return False  # the item of the operation fails with the reason
    # Of properties the keys are names, which may be any word.
    return any(
        _has_examples(
            list(value.values()) if key == "properties" and isinstance(value, dict) else value, document, seen
        )
        for key, value in part.items()
        if key not in ("default", "enum", "const")
    )


def _checked(found: Any, owner: str, source: str, mend: str) -> Document:
    has_paths = isinstance(found, dict) and isinstance(found.get("paths"), dict)
    if not has_paths or not ("openapi" in found or "swagger" in found):
        raise NoDocument(
            f"no OpenAPI document: {source} {_excerpt(found)} for {owner}, "
            f"which lacks `openapi` or `paths`; {mend}"
        )
    document: Document = found
    return document


def _with_operations(document: Document, owner: str) -> Document:
    if not any(True for _ in _operations(document)):
        raise NoDocument(
            f"nothing to fuzz: the OpenAPI document of {owner} has no operations; "
            "is the right app under test?"
        )
    return document


def _named(app: Any) -> str:
    kind = app if isinstance(app, type) or hasattr(app, "__qualname__") else type(app)
    return f"{kind.__module__}.{kind.__qualname__}"


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
