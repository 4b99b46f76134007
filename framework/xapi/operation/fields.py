"""A type and its marker as one thing that can validate, serialize and describe itself."""

from __future__ import annotations

from copy import deepcopy
from typing import Annotated, Any

from pydantic import PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, SchemaError

Error = dict[str, Any]
"""One error as the 422 body shows it: `type`, `loc`, `msg`, `input` and perhaps `ctx`."""

_adapters: dict[Any, TypeAdapter[Any]] = {}


class UnusableType(Exception):
    """Pydantic can make no validator for an annotation. The text says why."""


class Field:
    """A parameter, a body or a response as a value of some type.

    `annotation` is the type with its constraints (see `constrained`), `info` the marker, for the default and
    the texts. The validator is built at once, so that an unusable type fails where it is declared, and shared
    by all fields of the same annotation.
    """

    __slots__ = ("adapter", "annotation", "info", "name")

    def __init__(self, name: str, annotation: Any, info: FieldInfo | None = None) -> None:
        self.name = name
        self.annotation = annotation
        self.info = info or FieldInfo()
        self.adapter = _adapter(annotation)

    def __repr__(self) -> str:
        return f"Field({self.name!r}, {self.annotation!r}, {self.info!r})"

    @property
    def required(self) -> bool:
        return self.info.is_required()

    @property
    def core_schema(self) -> CoreSchema:
        """The Pydantic core schema, without the default."""
        return self.adapter.core_schema

    def default(self) -> Any:
        """A new copy of the default value."""
        if self.info.default_factory is not None:
            return self.info.get_default(call_default_factory=True, validated_data={})
        return deepcopy(self.info.default)

    def validate(self, value: Any, loc: tuple[str | int, ...]) -> tuple[Any, list[Error]]:
        """Validate a Python value; errors carry `loc` in front of their own place."""
        try:
            return self.adapter.validate_python(value, from_attributes=True), []
        except ValidationError as invalid:
            return None, errors_of(invalid, loc)

    def dump(self, value: Any) -> Any:
        """The value as plain JSON data."""
        return self.adapter.dump_python(value, mode="json", by_alias=True)


def errors_of(invalid: ValidationError, loc: tuple[str | int, ...]) -> list[Error]:
    """The errors of a `ValidationError` as the 422 body shows them."""
    errors: list[Any] = invalid.errors(include_url=False)
    for error in errors:
        error["loc"] = (*loc, *error["loc"])
    return errors


def missing(loc: tuple[str | int, ...]) -> Error:
    """The error of a value that is required and was not sent."""
    return {"type": "missing", "loc": loc, "msg": "Field required", "input": None}


def constraints_of(info: FieldInfo) -> list[Any]:
    """What of `info` belongs to the type: bounds, lengths, patterns, discriminator."""
    constraints: list[Any] = list(info.metadata)
    if info.discriminator is not None:
        constraints.append(FieldInfo(discriminator=info.discriminator))
    return constraints


def constrained(annotation: Any, info: FieldInfo) -> Any:
    """`annotation` with the constraints that `info` carries."""
    constraints = constraints_of(info)
    return Annotated[annotation, *constraints] if constraints else annotation


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        # The text keeps apart what Python calls equal: `int | str` and `str | int`, `Gt(1)` and `Gt(True)`.
        key = annotation, repr(annotation)
        adapter = _adapters.get(key)
    except TypeError:  # something unhashable in the metadata: this adapter cannot be shared
        return _new_adapter(annotation)
    if adapter is None:
        adapter = _adapters[key] = _new_adapter(annotation)
    return adapter


def _new_adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(annotation)
    except (PydanticSchemaGenerationError, PydanticUserError, SchemaError, TypeError) as error:
        raise UnusableType(str(error).partition("\n")[0].partition(". ")[0]) from error
