"""The schemas of a document as JSON Schema 2020-12, and their validators.

Validators come from jsonschema-rs, which resolves and decodes references itself; it is imported on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xapi.openapi.reader import pointers
from xapi.openapi.reader.dialect import each_schema, foreign_keywords, modernize
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.one_way import OneWay, has_properties
from xapi.openapi.reader.references import References
from xapi.openapi.reader.versions import Version

if TYPE_CHECKING:
    from jsonschema_rs import Registry, Validator

_URI = "urn:xapi:document"


class UnusableSchema(Exception):
    """What stands in the place of a schema cannot validate anything. The message says why."""


class Schemas:
    """Validates values against the schemas of one document."""

    def __init__(self, content: Mapping[str, Any], version: Version) -> None:
        self._content = content
        self._version = version
        self._validators: dict[str, Validator] = {}

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The document with its schemas in the dialect of JSON Schema 2020-12; pointers stay the same."""
        if self._version.has_schema_siblings and not self._has_foreign_keywords:
            return self._content
        converted = deepcopy(dict(self._content))
        each_schema(converted, lambda schema: modernize(schema, self._version))
        return converted

    @cached_property
    def of_responses(self) -> Schemas:
        """The same schemas, none of which requires a property that is `writeOnly`."""
        if not has_properties(self._content, "writeOnly"):
            return self
        content = deepcopy(dict(self._content))
        OneWay(References(content, self._version), "writeOnly").require_none(content)
        return Schemas(content, self._version)

    @property
    def _has_foreign_keywords(self) -> bool:
        found: list[str] = []
        each_schema(self._content, lambda schema: found.extend(foreign_keywords(schema, self._version)))
        return bool(found)

    def validator(self, schema: Node) -> Validator:
        """What validates values against a schema of the document, made once for each place.

        Raises:
            UnusableSchema: it is not a schema, or a reference in it leads nowhere.
        """
        found = self._validators.get(schema.pointer)
        if found is None:
            found = self._validators[schema.pointer] = self._new_validator(schema.pointer)
        return found

    def _new_validator(self, pointer: str) -> Validator:
        from jsonschema_rs import Draft202012Validator, ReferencingError, ValidationError

        reference = _URI + pointers.to_fragment(pointer)
        try:
            return Draft202012Validator({"$ref": reference}, registry=self._registry, offline=True)
        except (ReferencingError, ValidationError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise UnusableSchema(f"the schema at {pointer} cannot be used: {reason}") from error

    @cached_property
    def _registry(self) -> Registry:
        from jsonschema_rs import Registry

        return Registry([(_URI, dict(self.content))])
