"""The OpenAPI document of whatever app there is: as it says itself, or as it serves it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from xapi.openapi.reader import Document, DocumentError, read_file, read_text
from xapi.testing import documents
from xapi.texts import excerpt

DOCUMENT_PATH = "/openapi.json"
HOW_TO_SHOW_ONE = (
    "give the app a method openapi() that returns the document, or let it answer GET /openapi.json"
)


class Reply(Protocol):
    """What an app answered to a request."""

    @property
    def status(self) -> int | None:
        """The status; None if it sent no response."""

    @property
    def body(self) -> bytes:
        """The body."""

    @property
    def exception(self) -> BaseException | None:
        """What it raised."""


def of(app: Any) -> Document:
    """The document of an app of any framework.

    The one that a setting names (see `document_choice`); else the app is asked, without its lifespan.

    Raises:
        DocumentError: it shows none.
    """
    chosen = None if documents.chosen is None else documents.chosen(app)
    return asked(app) if chosen is None else chosen


def asked(app: Any, path: str | None = None) -> Document:
    """The document that an app shows, without its lifespan; see `shown`.

    Raises:
        DocumentError: it shows none.
    """
    return shown(app, lambda target: _asked(app, target), path=path)


def in_file(folder: Path, name: str | None) -> Document | None:
    """The document in a file of JSON, or of YAML if its name says so; None where none is named.

    Raises:
        DocumentError: the file cannot be read, or what it holds is no OpenAPI document.
    """
    return None if name is None else Document(read_file(folder / name))


def shown(
    app: Any, get: Callable[[str], Reply], hint: str = HOW_TO_SHOW_ONE, path: str | None = None
) -> Document:
    """The document of `app`: what it says itself, as by its method `openapi()`, else `GET /openapi.json`.

    Args:
        app: an ASGI app.
        get: asks it for a path.
        hint: what to do where it shows none.
        path: where it shows its document, as JSON or YAML; nothing else is tried then.

    Raises:
        DocumentError: there is neither, or what there is is no OpenAPI document.
    """
    if path is not None:
        return _served(app, get, path, f"tried GET {path}, which", hint)
    said = documents.said_by(app)
    if said is not None:
        return _checked(documents.as_data(said), named(app), "openapi() returned", hint)
    tried = f"tried openapi(), which {named(app)} does not have, and GET {DOCUMENT_PATH}, which"
    return _served(app, get, DOCUMENT_PATH, tried, hint)


def _served(app: Any, get: Callable[[str], Reply], path: str, tried: str, hint: str) -> Document:
    reply = get(path)
    if reply.exception is not None:
        kind = type(reply.exception).__name__
        raise DocumentError(
            f"no OpenAPI document: {tried} raised {kind}: {reply.exception}; {hint}"
        ) from reply.exception
    if reply.status != 200:
        raise DocumentError(f"no OpenAPI document: {tried} answered {reply.status}; {hint}")
    try:
        text = reply.body.decode("utf-8-sig")
        found = _data(text)
    except ValueError as error:
        raise DocumentError(f"no OpenAPI document: {tried} is not JSON ({error}); {hint}") from error
    _check(found, named(app), f"GET {path} answered", hint)
    return _read(text)


@dataclass(frozen=True)
class _Reply:
    status: int | None
    body: bytes
    exception: BaseException | None = None


def _asked(app: Any, path: str) -> _Reply:
    from xapi.testing import TestClient

    # Not entered: the lifespan of an app belongs to its tests, with their fixtures.
    try:
        response = TestClient(app).get(path, headers={"accept": "application/json"})
    except Exception as error:
        return _Reply(None, b"", error)
    return _Reply(response.status_code, response.content)


def named(app: Any) -> str:
    """How messages name an app: by its class, or itself where it is a class or a function."""
    kind = app if isinstance(app, type) or hasattr(app, "__qualname__") else type(app)
    return f"{kind.__module__}.{kind.__qualname__}"


def _checked(found: Any, owner: str, source: str, hint: str) -> Document:
    _check(found, owner, source, hint)
    try:
        return _read(json.dumps(found))
    except (TypeError, ValueError):  # what is not data of JSON
        return Document(found)


def _check(found: Any, owner: str, source: str, hint: str) -> None:
    has_paths = isinstance(found, Mapping) and isinstance(found.get("paths"), Mapping)
    if not has_paths or not ("openapi" in found or "swagger" in found):
        raise DocumentError(
            f"no OpenAPI document: {source} {excerpt(found)} for {owner}, "
            f"which lacks `openapi` or `paths`; {hint}"
        )


@lru_cache(maxsize=2)
def _data(text: str) -> Any:
    """What an app has served, as data: it serves the same each time, which nobody changes."""
    return read_text(text)


@lru_cache(maxsize=2)
def _read(text: str) -> Document:
    """The document of a text: an app shows the same one in each test, and a large one takes a second."""
    return Document(_data(text))
