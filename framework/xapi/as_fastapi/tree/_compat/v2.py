"""Fields as FastAPI has them, on the views of ours."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import is_dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from xapi import params
from xapi.as_fastapi.tree._compat.shared import lenient_issubclass
from xapi.as_fastapi.tree.openapi.constants import REF_TEMPLATE
from xapi.openapi.schemas import title_of
from xapi.operation.annotations import bare, type_arguments
from xapi.operation.arguments import Argument
from xapi.operation.fields import Field, constrained, missing, with_attributes
from xapi.operation.lookups import sent_as
from xapi.operation.marks import EMPTY, Marked
from xapi.operation.model import BodyField, Parameter
from xapi.operation.places import read_body, read_parameter
from xapi.operation.types import is_list, is_scalar
from xapi.operation.views import ParameterView

_Mode = Literal["validation", "serialization"]


class _AnyView(type):
    """Every view of a parameter is a field: those that apps have are not made by this class."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, ParameterView)


class ModelField(ParameterView, metaclass=_AnyView):
    """One parameter, a body or a response: a name, a type and what its marker says."""

    config: ConfigDict | None

    def __init__(
        self, field_info: FieldInfo, name: str, mode: _Mode = "validation", config: ConfigDict | None = None
    ) -> None:
        annotation = Any if field_info.annotation in (None, params.Undefined) else field_info.annotation
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # Pydantic's, about defaults that are not used here
            field = Field(name, constrained(annotation, field_info), field_info)
        vars(self).update(name=name, field=field, mode=mode, config=config)

    @property
    def alias(self) -> str:
        """The name on the wire, as the marker says it."""
        info = self.field.info
        return (sent_as(info, self.name)[0] if isinstance(info, params.Marker) else info.alias) or self.name

    @cached_property
    def item(self) -> Parameter | BodyField | None:
        """What it is where a request is read, if its marker says where that is."""
        marker = self.field_info
        if not isinstance(marker, params.Marker):
            return None
        argument = Argument(self.name, Marked(self.type_, marker, EMPTY))
        if isinstance(marker, params.Body):
            return read_body(_by_hand, argument, marker)
        return read_parameter(_by_hand, argument, marker, frozenset((self.alias, self.name)))

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


# What has the name is private in FastAPI, and libraries read the schema of it.
ParameterView._type_adapter = property(lambda view: view.field.adapter)  # type: ignore[attr-defined]


def _by_hand() -> None:
    """What messages name for a field that no function declares."""


def copy_field_info(*, field_info: FieldInfo, annotation: Any) -> FieldInfo:
    """A copy with the type and the constraints of an annotation."""
    merged = FieldInfo.from_annotation(annotation)
    copied = with_attributes(field_info, field_info)
    copied.metadata = merged.metadata
    copied.annotation = merged.annotation
    return copied


def create_body_model(
    *, fields: Sequence[ParameterView], model_name: str, config: ConfigDict | None = None
) -> type[BaseModel]:
    """A model with these fields."""
    members: dict[str, Any] = {
        field.name: (field.field_info.annotation, field.field_info) for field in fields
    }
    options: dict[str, Any] = {} if config is None else {"__config__": config}
    model: type[BaseModel] = create_model(model_name, **options, **members)
    return model


def evaluate_forwardref(
    value: Any, globalns: dict[str, Any] | None = None, localns: dict[str, Any] | None = None
) -> Any:
    """What a name that stands in a text means; the reference itself where it is not known yet."""
    try:
        return eval(getattr(value, "__forward_arg__", value), globalns, localns)
    except NameError:
        return value


def get_model_fields(model: type[BaseModel]) -> list[ModelField]:
    """The fields of a model."""
    return [ModelField(field_info=info, name=name) for name, info in model.model_fields.items()]


@lru_cache
def get_cached_model_fields(model: type[BaseModel]) -> list[ModelField]:
    """The fields of a model, made once."""
    return get_model_fields(model)


def is_scalar_field(field: ParameterView) -> bool:
    """Whether its value is one text on the wire."""
    return is_scalar(field.type_) and not isinstance(field.field_info, params.Body)


def get_missing_field_error(loc: tuple[int | str, ...]) -> dict[str, Any]:
    """The error of a value that is required and missing."""
    return missing(loc)


def serialize_sequence_value(*, field: ParameterView, value: Any) -> Sequence[Any]:
    """A value as the sequence that its field declares."""
    kinds: dict[Any, Any] = {set: set, frozenset: frozenset, tuple: tuple}
    origin = getattr(bare(field.type_), "__origin__", list)
    made: Sequence[Any] = kinds.get(origin, list)(value if is_list(field.type_) else [value])
    return made


# Schemas

TypeModelOrEnum = type[BaseModel] | type[Enum]
TypeModelSet = set[TypeModelOrEnum]
_Models = TypeModelSet


def get_flat_models_from_fields(fields: Iterable[ParameterView], known_models: _Models) -> _Models:
    """All models and enums that fields hold, at any depth."""
    for field in fields:
        _add_models(field.type_, known_models)
    return known_models


def get_flat_models_from_field(field: ParameterView, known_models: _Models) -> _Models:
    """All models and enums that a field holds."""
    return get_flat_models_from_fields([field], known_models)


def get_flat_models_from_annotation(annotation: Any, known_models: _Models) -> _Models:
    """All models and enums that an annotation holds."""
    _add_models(annotation, known_models)
    return known_models


def get_flat_models_from_model(model: type[BaseModel], known_models: _Models | None = None) -> _Models:
    """A model, and all models and enums that it holds."""
    known = known_models or set()
    _add_models(model, known)
    return known


def _add_models(annotation: Any, known: _Models) -> None:
    annotation = bare(annotation)
    if isinstance(annotation, type) and annotation in known:
        return
    if lenient_issubclass(annotation, BaseModel):
        known.add(annotation)
        for field in annotation.model_fields.values():
            _add_models(field.annotation, known)
    elif lenient_issubclass(annotation, Enum) or (is_dataclass(annotation) and isinstance(annotation, type)):
        known.add(annotation)
    for inner in type_arguments(annotation):
        _add_models(inner, known)


def normalize_name(name: str) -> str:
    """A name as a key of the document's components."""
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name)


def get_model_name_map(unique_models: Iterable[type[Any]]) -> dict[type[Any], str]:
    """The names of models in the document: their own, or with their modules where two have the same."""
    models = list(unique_models)
    names = [model.__name__ for model in models]
    return {
        model: model.__name__
        if names.count(model.__name__) == 1
        else f"{model.__module__}__{model.__qualname__}".replace(".", "__")
        for model in models
    }


_Schemas = dict[tuple[ParameterView, _Mode], dict[str, Any]]


def get_definitions(
    *,
    fields: Sequence[ParameterView],
    model_name_map: dict[type[Any], str],
    separate_input_output_schemas: bool = True,
) -> tuple[_Schemas, dict[str, dict[str, Any]]]:
    """The schemas of fields, and of the models that they refer to, by name."""
    generator = GenerateJsonSchema(ref_template=REF_TEMPLATE)
    keys: dict[int, tuple[ParameterView, _Mode]] = {}
    inputs: list[tuple[Any, _Mode, Any]] = []
    for number, field in enumerate(fields):
        mode: _Mode = field.mode if separate_input_output_schemas else "validation"
        keys[number] = field, mode
        inputs.append((number, mode, TypeAdapter(field.type_).core_schema))
    mapping, definitions = generator.generate_definitions(inputs)
    found = {keys[number]: schema for (number, _), schema in mapping.items()}
    return found, {str(name): schema for name, schema in definitions.items()}


def get_schema_from_model_field(
    *,
    field: ParameterView,
    model_name_map: dict[type[Any], str],
    field_mapping: _Schemas,
    separate_input_output_schemas: bool = True,
    field_alias: str | None = None,
) -> dict[str, Any]:
    """The schema of one field, with its title."""
    mode: _Mode = field.mode if separate_input_output_schemas else "validation"
    schema = copy(field_mapping[field, mode])
    if "$ref" not in schema:
        name = field_alias or field.alias
        schema["title"] = field.field_info.title or title_of(name)
    return schema
