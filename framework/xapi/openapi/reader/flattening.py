"""Moving the operations of a document to where a simple reader looks for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from functools import cached_property
from typing import Any

from xapi.openapi.reader.dialect import each_schema
from xapi.openapi.reader.document import Document
from xapi.openapi.reader.schema_checking import drop_unusable_keywords

_SCHEME_FIELDS = {"apiKey": ("name", "in"), "http": ("scheme",)}
"""The texts without which a security scheme says nothing, by its type."""


class FlatDocument:
    """The content of a document with everything but schemas in place, for readers that follow less.

    Path items hold their operations themselves, operations all of their parameters, their body and their
    responses. Schemas, and references to them, stay as they are. What cannot be used is left out.

    Args:
        document: the document.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def whole(self) -> dict[str, Any]:
        """The content with all operations that can be called."""
        return self.content(self.document.checked)

    @cached_property
    def usable(self) -> Document:
        """The document of the operations that can be called."""
        return Document(self.whole)

    def content(self, labels: Collection[str]) -> dict[str, Any]:
        """The content with those of some operations that can be called."""
        paths: dict[str, Any] = {}
        for operation in self.document.operations:
            checked = self.document.checked[operation.label]
            if operation.label in labels and checked.is_usable:
                item = paths.setdefault(operation.path, {})
                item[operation.method.lower()] = checked.content
                if operation.method.lower() not in self.document.version.methods:
                    item.setdefault("additionalOperations", {})[operation.method] = checked.content
        found = deepcopy({**self._root, "paths": paths})
        each_schema(found, drop_unusable_keywords)
        return found

    @property
    def _root(self) -> dict[str, Any]:
        """The fields of the document that are not its paths, those of the wrong type left out."""
        root = self.document.root
        rewritten = ("paths", "webhooks", "components", "info", "tags", "servers", "security")
        found = {name: value for name, value in root.mapping.items() if name not in rewritten}
        for name in ("tags", "servers", "security"):
            if isinstance(root.get(name), list):
                found[name] = [item.value for item in root.child(name).items() if item.mapping == item.value]
        version = root.child("info").text("version")
        return {
            **found,
            "info": {"title": self.document.title, "version": version or ""},
            "components": self._components,
        }

    @property
    def _components(self) -> dict[str, Any]:
        written = self.document.root.child("components").mapping
        found = {name: dict(section) for name, section in written.items() if isinstance(section, Mapping)}
        found["schemas"] = {
            name: schema if isinstance(schema, Mapping | bool) else {}
            for name, schema in found.get("schemas", {}).items()
        }
        found["securitySchemes"] = {
            name: dict(node.mapping)
            for name, node in self.document.security_schemes.items()
            if _is_scheme(node.mapping)
        }
        return found


def _is_scheme(content: Mapping[str, Any]) -> bool:
    kind = content.get("type")
    needed = _SCHEME_FIELDS.get(kind, ()) if isinstance(kind, str) else ("type",)
    return all(isinstance(content.get(name), str) for name in needed)
