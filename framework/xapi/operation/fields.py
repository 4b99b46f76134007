"""A type together with its marker: validates, serializes and describes itself."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from copy import copy, deepcopy
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Any, TypeVar
from weakref import WeakValueDictionary

from pydantic import PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, SchemaError, SchemaValidator

from xapi.identity import annotated, identity
from xapi.operation.limits import MAX_ERRORS
from xapi.params import Marker

_attributes = attrgetter(*FieldInfo.__slots__)
_COLLECTIONS = frozenset(("dict", "frozenset", "list", "set", "tuple"))

Error = dict[str, Any]
"""One error as the 422 body shows it: `type`, `loc`, `msg`, `input` and perhaps `ctx`."""

M = TypeVar("M", bound=FieldInfo)


class UnusableType(Exception):
    """Pydantic can make no validator for an annotation. The text says why."""


class Field:
    """A parameter, a body or a response as a value of some type.

    `annotation` is the type with its constraints (see `constrained`), `info` the marker, for the default and
    the texts. The validator is built at once, so that an unusable type fails where it is declared, and shared
    by all fields of the same annotation.
    """

    __slots__ = ("_shared", "adapter", "annotation", "info", "name")

    def __init__(self, name: str, annotation: Any, info: FieldInfo | None = None) -> None:
        self.name = name
        self.annotation = annotation
        self.info = info or FieldInfo()
        self._shared = _shared_by(annotation)
        self.adapter = self._shared.adapter

    def __repr__(self) -> str:
        return f"Field({self.name!r}, {self.annotation!r}, {self.info!r})"

    @property
    def required(self) -> bool:
        return self.info.is_required()

    @property
    def core_schema(self) -> CoreSchema:
        """The Pydantic core schema, without the default."""
        return self.adapter.core_schema

    @property
    def repeats(self) -> bool:
        """Whether values are sent by repeating the name."""
        return self._shared.repeats

    def default(self) -> Any:
        """A new copy of the default value."""
        if self.info.default_factory is not None:
            return self.info.get_default(call_default_factory=True, validated_data={})
        return deepcopy(self.info.default)

    @property
    def early(self) -> SchemaValidator:
        """A validator that leaves each list, set, tuple and dictionary at the first wrong item.

        Millions of wrong items would take the time and the memory of millions of errors.
        """
        return self._shared.early

    def validate(
        self, value: Any, loc: tuple[str | int, ...], *, early: bool = False
    ) -> tuple[Any, list[Error]]:
        """Validate a Python value; errors carry `loc` in front of their own place.

        There are at most MAX_ERRORS of them: what has more is validated by `early`.
        """
        validator = self.early if early else self.adapter.validator
        try:
            return validator.validate_python(value, from_attributes=True), []
        except ValidationError as invalid:
            if not early and invalid.error_count() > MAX_ERRORS:
                return self.validate(value, loc, early=True)
            return None, errors_of(invalid, loc)

    def dump(self, value: Any) -> Any:
        """The value as plain JSON data."""
        return self.adapter.dump_python(value, mode="json", by_alias=True)


def errors_of(invalid: ValidationError, loc: tuple[str | int, ...]) -> list[Error]:
    """The errors of a `ValidationError` as the 422 body shows them; if they are too many, one that counts
    them.
    """
    if invalid.error_count() > MAX_ERRORS:
        return [_too_many(invalid.error_count(), loc)]
    errors: list[Any] = invalid.errors(include_url=False)
    for error in errors:
        error["loc"] = (*loc, *error["loc"])
    return errors


def missing(loc: tuple[str | int, ...]) -> Error:
    """The error of a value that is required and was not sent."""
    return {"type": "missing", "loc": loc, "msg": "Field required", "input": None}


def _too_many(count: int, loc: tuple[str | int, ...]) -> Error:
    return {
        "type": "too_many_errors",
        "loc": loc,
        "msg": f"{count} errors, of which at most {MAX_ERRORS} would be listed",
        "input": None,
        "ctx": {"errors": count, "max_errors": MAX_ERRORS},
    }


def constraints_of(info: FieldInfo) -> list[Any]:
    """What of `info` belongs to the type: bounds, lengths, patterns, discriminator."""
    constraints: list[Any] = list(info.metadata)
    if info.discriminator is not None:
        constraints.append(FieldInfo(discriminator=info.discriminator))
    return constraints


def without_constraints(info: FieldInfo) -> FieldInfo:
    """`info` without what belongs to the type."""
    own = with_attributes(info, info)
    own.metadata = []
    own.discriminator = None
    return own


def merged(infos: Sequence[FieldInfo]) -> FieldInfo:
    """What several say together, as Pydantic puts it together: of two settings the later one counts.

    If there is a marker among them, it is one of that kind.
    """
    markers = [info for info in infos if isinstance(info, Marker)]
    together = infos[0]
    if len(infos) > 1:
        annotation: Any = Annotated[Any, *infos]
        together = FieldInfo.from_annotation(annotation)
    if not markers or together is infos[0]:
        return together
    marker = with_attributes(markers[-1], together)
    for earlier in reversed(markers[:-1]):
        for name, value in vars(earlier).items():
            if getattr(marker, name, None) is _left_out(type(marker)).get(name):
                setattr(marker, name, value)
    return marker


def _left_out(cls: type[Marker]) -> dict[str, Any]:
    """What a marker's settings beside those of a field are when they are left out."""
    own: Any = next(base for base in cls.__mro__ if base.__module__ == Marker.__module__)
    return dict(vars(own()))


def with_attributes(marker: M, info: FieldInfo) -> M:
    """A marker like this one with the attributes of `info`: alias, default, texts and constraints."""
    copied = object.__new__(type(marker))
    for name, value in zip(FieldInfo.__slots__, _attributes(info), strict=True):
        setattr(copied, name, value)
    copied.metadata = copy(info.metadata)
    copied._attributes_set = copy(info._attributes_set)
    if own := getattr(marker, "__dict__", None):  # a field of Pydantic has none
        vars(copied).update(own)
    return copied


def constrained(annotation: Any, info: FieldInfo) -> Any:
    """`annotation` with the constraints that `info` carries."""
    constraints = constraints_of(info)
    return annotated(annotation, constraints)


class _Shared:
    """What all fields of one annotation share. It keeps the annotation, by whose identity it is found."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
        self.adapter = _new_adapter(annotation)

    @cached_property
    def repeats(self) -> bool:
        from xapi.operation.types import is_list  # not with `import xapi`: it loads Pydantic's root models

        return is_list(self.annotation)

    @cached_property
    def early(self) -> SchemaValidator:
        # The finished validators of models are not used: they would go on to the last item.
        return SchemaValidator(_leaving_early(self.adapter.core_schema), None, False)


_shared: WeakValueDictionary[Hashable, _Shared] = WeakValueDictionary()


def _shared_by(annotation: Any) -> _Shared:
    key = identity(annotation)
    shared = _shared.get(key)
    if shared is None:
        shared = _shared[key] = _Shared(annotation)
    return shared


def _leaving_early(schema: Any) -> Any:
    if isinstance(schema, dict):
        copy = {
            key: part if key in ("metadata", "serialization", "default") else _leaving_early(part)
            for key, part in schema.items()
        }
        return {**copy, "fail_fast": True} if schema.get("type") in _COLLECTIONS else copy
    return type(schema)(map(_leaving_early, schema)) if type(schema) in (list, tuple) else schema


def _new_adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(annotation)
    except (PydanticSchemaGenerationError, PydanticUserError, SchemaError, TypeError) as error:
        raise UnusableType(str(error).partition("\n")[0].partition(". ")[0]) from error
