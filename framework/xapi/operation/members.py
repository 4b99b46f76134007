"""Models that are read from a query, headers, cookies or a form: their fields as members of that place."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

from pydantic.fields import FieldInfo

from xapi import params
from xapi.operation.arguments import Argument, MissingInPath, refuse
from xapi.operation.fields import Field, constrained
from xapi.operation.model import BodyField, BodyKind, Parameter, ParameterLocation
from xapi.operation.types import holds_files, is_list_of_scalars, is_scalar, model_of


def name_on_the_wire(marker: params.Marker, name: str) -> str:
    """The name under which clients send the argument `name`."""
    if alias := _alias(marker):
        return alias
    if isinstance(marker, params.Header) and marker.convert_underscores:
        return name.replace("_", "-")
    return name


def check_place(
    call: Callable[..., Any], argument: Argument, marker: params.Marker, path_names: AbstractSet[str]
) -> None:
    """Refuse an argument of `call` whose type its place can not carry, or that the path does not have."""
    kind, name = type(marker).__name__, argument.name
    if isinstance(marker, params.Path):
        if name not in path_names and _alias(marker) not in path_names:
            why = f"is declared with Path(), but the path has no {{{_alias(marker) or name}}}"
            refuse(call, name, why, MissingInPath)
        if not is_scalar(argument.annotation):
            refuse(call, name, "is a part of the path, so it needs a simple type, not a body or a list")
    elif (model := model_of(argument.annotation)) is not None:
        for field_name, field in model.model_fields.items():
            if not _is_readable(field.annotation):
                refuse(
                    call,
                    name,
                    f"is declared with {kind}(), but the field {field_name!r} of {model.__qualname__} is "
                    "no simple type and no list of them: declare it as a body",
                )
    elif not _is_readable(argument.annotation):
        refuse(
            call,
            name,
            f"is declared with {kind}(), which reads simple types, lists of them, and models of both",
        )


def parameter_members(
    annotation: Any, marker: params.Marker, location: ParameterLocation
) -> tuple[Parameter, ...]:
    """The fields of a model as parameters of their own."""
    model = model_of(annotation)
    if model is None:
        return ()
    hyphens = getattr(marker, "convert_underscores", False)
    members = []
    for name, info in model.model_fields.items():
        alias = _alias(info)
        wire_name = alias or (name.replace("_", "-") if hyphens else name)
        field = Field(name, constrained(info.annotation, info), info)
        members.append(Parameter(alias or name, location, wire_name, field, is_member=True))
    return tuple(members)


def form_members(annotation: Any, kind: BodyKind) -> tuple[BodyField, ...]:
    """The fields of a model as fields of a form."""
    model = model_of(annotation)
    if model is None:
        return ()
    return tuple(
        BodyField(
            _alias(info) or name,
            _alias(info) or name,
            Field(name, constrained(info.annotation, info), info),
            "file" if holds_files(info.annotation) else kind,
        )
        for name, info in model.model_fields.items()
    )


def _alias(info: FieldInfo) -> str | None:
    alias = info.validation_alias
    return alias if isinstance(alias, str) else info.alias


def _is_readable(annotation: Any) -> bool:
    return is_scalar(annotation) or is_list_of_scalars(annotation)
