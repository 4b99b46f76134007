"""An app's OpenAPI document as tests read it: operations by id, or by method and path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARAMETER = re.compile(r"\{[^}]*\}")


class NoDocument(LookupError):
    """The app has no OpenAPI document."""


@dataclass(frozen=True, eq=False, slots=True)
class DocumentedOperation:
    """One operation: its Operation Object (OpenAPI 3.1, section 4.8.10) and where it is found."""

    method: str
    path: str
    described: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    """Its Parameter Objects, with those of its path, references resolved."""

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"{self.method} {self.path}"


class Document:
    """An OpenAPI document, indexed."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.validators: dict[int, Any] = {}
        """What validates its schemas, by their identity, for those who check responses."""
        self.operations = tuple(self._read())
        """Its operations, in its order."""
        self._by_id = {
            operation.described["operationId"]: operation
            for operation in self.operations
            if "operationId" in operation.described
        }
        # Of two templates that match, the one with fewer parameters is meant; a parameter may hold slashes.
        templates = sorted(
            {operation.path for operation in self.operations}, key=lambda path: path.count("{")
        )
        self._templates = [(_pattern(path, "[^/]+"), path) for path in templates]
        self._templates += [(_pattern(path, ".+"), path) for path in templates if "{" in path]

    def by_id(self, operation_id: str) -> DocumentedOperation:
        """The operation with an id.

        Raises:
            LookupError: there is none; the message names those that are like it.
        """
        operation = self._by_id.get(operation_id)
        if operation is None:
            near = get_close_matches(operation_id, self._by_id, n=3) or sorted(self._by_id)
            known = ", ".join(near) or "no operation has an id"
            raise LookupError(f"the document has no operation {operation_id!r}; there is: {known}")
        return operation

    def at(self, method: str, path: str) -> DocumentedOperation | None:
        """The operation that a request belongs to, if it is documented."""
        for pattern, template in self._templates:
            if pattern.fullmatch(path):
                for operation in self.operations:
                    if operation.path == template and operation.method == method:
                        return operation
        return None

    def resolve(self, value: Any) -> Any:
        """An object of the document, or what it refers to (OpenAPI 3.1, section 4.8.23)."""
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            target: Any = self.content
            for step in value["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            value = target
        return value

    def _read(self) -> Iterator[DocumentedOperation]:
        for path, item in self.content.get("paths", {}).items():
            shared = [self.resolve(parameter) for parameter in item.get("parameters", ())]
            for method in METHODS:
                if method in item:
                    own = [self.resolve(parameter) for parameter in item[method].get("parameters", ())]
                    yield DocumentedOperation(method.upper(), path, item[method], (*shared, *own))


def _pattern(template: str, parameter: str) -> re.Pattern[str]:
    return re.compile(parameter.join(re.escape(part) for part in _PARAMETER.split(template)))


class AppDocument:
    """The document of an app, or of the app that it wraps; read when asked for, and again if it changes.

    Known are apps with a method `openapi()`, as xapi's, and Litestar's.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._source: Any = None
        self._document: Document | None = None

    def get(self) -> Document:
        """The document.

        Raises:
            NoDocument: the app has none.
        """
        source = self._read()
        if self._document is None or source is not self._source:
            self._source = source
            self._document = Document(source if isinstance(source, Mapping) else source.to_schema())
        return self._document

    def _read(self) -> Any:
        inner = self._app
        while inner is not None:
            if callable(openapi := getattr(inner, "openapi", None)):
                return openapi()
            if hasattr(schema := getattr(inner, "openapi_schema", None), "to_schema"):
                return schema
            inner = getattr(inner, "app", None)
        raise NoDocument(f"{self._app!r} has no OpenAPI document, so nothing is known of its operations")
