"""A document as it is served, and the policy of its pages: built once, until the document changes."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cached_property
from typing import Any

from xapi.encoders import json_safe
from xapi.identity import data_bytes


def document_text(document: Any) -> str:
    """A document as JSON (RFC 8259). What JSON in UTF-8 does not have is replaced, as in answers.

    Raises:
        TypeError, ValueError: there is something in it that is not JSON data.
    """
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except ValueError:  # a number that is not finite, or a lone surrogate
        text = json.dumps(json_safe(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text


class Served:
    """A document, as it was when it was asked for."""

    def __init__(self, document: dict[str, Any]) -> None:
        text = document_text(document)
        copied = json.loads(text)
        self.document: dict[str, Any] = copied if copied == document else deepcopy(document)
        self.encoded = text.encode()
        """The document as JSON."""

    @cached_property
    def called(self) -> list[str]:
        """The sources that Swagger UI sends requests to."""
        from xapi.openapi.policy import called_sources

        return called_sources(self.document)

    @cached_property
    def images(self) -> list[str]:
        """The sources of the images that are shown."""
        from xapi.openapi.policy import image_sources

        return image_sources(self.document)


class Latest:
    """What was made of a document, for as long as the document stays the same. It may be changed in place."""

    def __init__(self) -> None:
        self._served: Served | None = None
        self._said = b""

    def of(self, document: dict[str, Any]) -> Served:
        """What goes out for `document`."""
        said = data_bytes(document)
        if self._served is None or said != self._said:
            self._served, self._said = Served(document), said
        return self._served
