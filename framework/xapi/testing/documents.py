"""The OpenAPI document of an app, for the clients that test it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xapi.testing.app_routes import layers_of

if TYPE_CHECKING:  # most tests ask for no document
    from xapi.openapi.reader import Document
    from xapi.testing.attribution import Attribution

chosen: Callable[[Any], Document | None] | None = None
"""Optional choice of a test tool: the document of an app, which is asked where this says None."""


def said_by(app: Any) -> Any:
    """What an app, or the app that it wraps, says that its document is; None where it does not say.

    Known are apps with a method `openapi()`, as xapi's, and Litestar's. The document is the same as long as
    the object is.
    """
    for layer in layers_of(app):
        if callable(openapi := getattr(layer, "openapi", None)):
            return openapi()
        if hasattr(schema := getattr(layer, "openapi_schema", None), "to_schema"):
            return schema
    return None


def as_data(said: Any) -> Any:
    """What an app has said, as JSON data."""
    return said.to_schema() if hasattr(said, "to_schema") else said


class AppDocument:
    """The document of an app: what is chosen for it, else what it says; read when asked for.

    Read again if the app says another one.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._said: Any = None
        self._document: Document | None = None
        self._attribution: Attribution | None = None

    def get(self) -> Document:
        """The document.

        Raises:
            DocumentError: the app has none, or one that cannot be read.
        """
        found = None if chosen is None else chosen(self._app)
        if found is None:
            found = self._own()
        if found is not self._document:
            self._document, self._attribution = found, None
        return found

    def _own(self) -> Document:
        from xapi.openapi.reader import Document, DocumentError

        said = said_by(self._app)
        if said is None:
            raise DocumentError(
                f"{self._app!r} has no OpenAPI document, so nothing is known of its operations"
            )
        if self._document is not None and said is self._said:
            return self._document
        self._said = said
        return Document(as_data(said))

    def attribution(self) -> Attribution:
        """What gives requests to the operations of the document.

        Raises:
            DocumentError: as `get`.
        """
        from xapi.testing.attribution import Attribution

        document = self.get()
        if self._attribution is None:
            self._attribution = Attribution(document, self._app)
        return self._attribution
