"""The JSON Schemas of a document: generated once for all fields, with names for the shared ones.

Pydantic's generator turns core schemas into JSON Schemas. It keeps shared schemas apart: input and output get
`-Input` and `-Output` where they differ, and names that several modules use are qualified.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, Literal

from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, core_schema, to_jsonable_python

from xapi.encoders import jsonable_encoder
from xapi.exceptions import DeclarationError
from xapi.identity import data_bytes
from xapi.operation.fields import Field
from xapi.params import Undefined

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

_TEMPLATE = "#/components/schemas/{model}"
_PLAIN = (str, int, float, bool)
"""Types whose values are written as they are."""


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, with JSON Schema 2020-12's words for bytes (section 8)."""

    def bytes_schema(self, schema: core_schema.BytesSchema) -> Schema:
        json_schema = super().bytes_schema(schema)
        encoded = json_schema.pop("format") == "base64url"
        json_schema["contentMediaType"] = "application/octet-stream"
        return {**json_schema, "contentEncoding": "base64"} if encoded else json_schema

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """Leave out the default None, which says no more than no default, and numbers that JSON has not."""
        json_schema = super().default_schema(schema)
        if "default" in json_schema and not _is_shown(json_schema["default"]):
            del json_schema["default"]
        return json_schema

    def encode_default(self, dft: Any) -> Any:
        # Pydantic would build a type adapter for each.
        if type(dft) in _PLAIN:
            return dft
        if type(dft) is list and all(type(item) in _PLAIN for item in dft):
            return list(dft)
        return super().encode_default(dft)


class Schemas:
    """The schemas of one document.

    First every field is announced with `add`, then `generate` is called, then `of` gives the schemas of the
    fields; `components` holds what they refer to. Unless `separate`, a model has one schema for reading and
    writing, except where computed fields make that impossible.
    """

    def __init__(self, *, separate: bool = True) -> None:
        self.separate = separate
        self.components: dict[str, Schema] = {}
        self._inputs: dict[tuple[int, Mode], tuple[str, Field, CoreSchema]] = {}
        self._generated: dict[tuple[Any, Mode], Schema] = {}
        self._generator = _Generator(ref_template=_TEMPLATE)

    def add(self, field: Field, mode: Mode, owner: str) -> None:
        """Announce a field: read from requests ("validation") or written to responses ("serialization").

        `owner` names the operation in messages.
        """
        key = self._key(field, mode)
        if key not in self._inputs:
            self._inputs[key] = owner, field, _with_default(field)

    def generate(self) -> None:
        """Make the schemas of all fields announced.

        Raises DeclarationError for a type that has no JSON Schema.
        """
        inputs = [(key, mode, schema) for (key, mode), (*_, schema) in self._inputs.items()]
        try:
            self._generated, definitions = self._generator.generate_definitions(inputs)
        except PydanticInvalidForJsonSchema:
            self._find_unfit()
            raise
        self.components = {str(name): _without_hidden(schema) for name, schema in definitions.items()}

    def of(self, field: Field, mode: Mode, title: str) -> Schema:
        """The schema of a field, with the texts of its marker; `title` counts where nothing names another."""
        schema = _copied(self._generated[self._key(field, mode)])
        if "$ref" not in schema:
            schema.setdefault("title", title)
        return _marked(schema, field)

    def member(self, field: Field, name: str) -> Schema:
        """The schema of a field as the member `name` of an object that is read from requests."""
        schema = _copied(self._generated[self._key(field, "validation")])
        if self._generator.field_title_should_be_set(field.core_schema):
            schema.setdefault("title", title_of(name))
        return _marked(schema, field)

    def share(self, name: str, schema: Schema) -> Schema:
        """Add a component, and return the reference to it.

        A model of the app keeps a name that it has already; the component gets a qualified one.
        """
        name = re.sub(r"[^a-zA-Z0-9._-]", "_", name)
        while not self._is_free(name, schema):
            name = f"xapi__{name}"
        self.components[name] = schema
        return {"$ref": _TEMPLATE.format(model=name)}

    def _is_free(self, name: str, schema: Schema) -> bool:
        present = self.components.get(name, schema)
        return present is schema or (present == schema and data_bytes(present) == data_bytes(schema))

    def _key(self, field: Field, mode: Mode) -> tuple[int, Mode]:
        # Fields of one type share a schema, unless a default has to be written by the generator.
        shared = _is_plain(field.info.default)
        if not self.separate and not _is_computed(field.core_schema):
            mode = "validation"
        return id(field.adapter if shared else field), mode

    def _find_unfit(self) -> None:
        for (_, mode), (owner, field, schema) in self._inputs.items():
            try:
                _Generator().generate(schema, mode)
            except PydanticInvalidForJsonSchema as error:
                shown = getattr(field.annotation, "__qualname__", None) or repr(field.annotation)
                reason = str(error.message).rstrip(".")
                raise DeclarationError(
                    f"{owner}: {field.name!r} has the type {shown}, which has no JSON Schema ({reason}): "
                    "give it one with Annotated[..., pydantic.WithJsonSchema({...})], or leave the operation "
                    "out of the document with include_in_schema=False"
                ) from error


def title_of(name: str) -> str:
    """A name as a title: `item_id` becomes `Item Id`."""
    return name.title().replace("_", " ")


def _is_plain(default: Any) -> bool:
    return default is None or default is Undefined or type(default) in _PLAIN


def _is_shown(default: Any) -> bool:
    return default is not None and not (isinstance(default, float) and not isfinite(default))


def _is_computed(schema: Any) -> bool:
    """Whether a core schema holds computed fields, which only the schema of what is written can show."""
    if isinstance(schema, dict):
        return bool(schema.get("computed_fields")) or any(_is_computed(part) for part in schema.values())
    return isinstance(schema, list | tuple) and any(_is_computed(part) for part in schema)


def _with_default(field: Field) -> CoreSchema:
    default = field.info.default
    if _is_plain(default):
        return field.core_schema
    return core_schema.with_default_schema(field.core_schema, default=default)


def _marked(schema: Schema, field: Field) -> Schema:
    """The schema with what the field's marker says: title, texts, examples, default."""
    info = field.info
    if info.title:
        schema["title"] = info.title
    if info.description is not None:
        schema["description"] = info.description
    if info.deprecated:
        schema["deprecated"] = True
    if info.examples is not None:
        schema["examples"] = to_jsonable_python(info.examples)
    if type(info.default) in _PLAIN and _is_shown(info.default):
        schema["default"] = info.default
    extra = info.json_schema_extra
    if callable(extra):
        extra(schema)
    elif extra:
        schema.update(jsonable_encoder(extra))
    return schema


def _without_hidden(schema: Schema) -> Schema:
    """The schema with its description up to the form feed: the rest is not for readers of the document."""
    if isinstance(description := schema.get("description"), str) and "\f" in description:
        schema["description"] = description.partition("\f")[0].strip()
    return schema


def _copied(value: Any) -> Any:
    """A copy of JSON data, so that changing one part of a document changes no other."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
