"""The OpenAPI document of whatever app there is: as it says itself, or as it serves it."""

from __future__ import annotations

from typing import Any

from xapi.testing import documents
from xapi.testing.documents import Document

HOW_TO_SHOW_ONE = (
    "give the app a method openapi() that returns the document, or let it answer GET /openapi.json"
)

NO_PARAMETERS = ("accept", "content-type", "authorization")
"""Headers that OpenAPI describes elsewhere (3.1, section 4.8.12.2.1)."""


class NoDocument(Exception):
    """An app shows no OpenAPI document. The text says what was tried, and what to do."""


def of(app: Any) -> Document:
    """The document of an app of any framework.

    It is asked for `openapi()`, or what else says it, and then for `GET /openapi.json`, without its lifespan.

    Raises:
        NoDocument: it shows none.
    """
    try:
        return documents.AppDocument(app).get()
    except documents.NoDocument:
        pass
    from pytest_xapi.fuzz import document
    from pytest_xapi.fuzz.transport import Line
    from xapi.testing import TestClient

    try:
        return Document(document.shown(app, Line(TestClient(app)).send))
    except document.NoDocument as error:
        raise NoDocument(str(error)) from error
