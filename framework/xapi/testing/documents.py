"""The OpenAPI document of an app, for the clients that test it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xapi.openapi.reader import Document, DocumentError
from xapi.testing.attribution import Attribution


class AppDocument:
    """The document of an app, or of the app that it wraps; read when asked for, and again if it changes.

    Known are apps with a method `openapi()`, as xapi's, and Litestar's.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._source: Any = None
        self._document: Document | None = None
        self._attribution: Attribution | None = None

    def get(self) -> Document:
        """The document.

        Raises:
            DocumentError: the app has none, or one that cannot be read.
        """
        source = self._read()
        if self._document is None or source is not self._source:
            self._source = source
            self._document = Document(source if isinstance(source, Mapping) else source.to_schema())
            self._attribution = None
        return self._document

    def attribution(self) -> Attribution:
        """What gives requests to the operations of the document.

        Raises:
            DocumentError: as `get`.
        """
        document = self.get()
        if self._attribution is None:
            self._attribution = Attribution(document, self._app)
        return self._attribution

    def _read(self) -> Any:
        inner = self._app
        while inner is not None:
            if callable(openapi := getattr(inner, "openapi", None)):
                return openapi()
            if hasattr(schema := getattr(inner, "openapi_schema", None), "to_schema"):
                return schema
            inner = getattr(inner, "app", None)
        raise DocumentError(f"{self._app!r} has no OpenAPI document, so nothing is known of its operations")
