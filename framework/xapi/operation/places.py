"""An argument as a parameter that is read from the location that its marker names."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, cast

from xapi import params
from xapi.operation.arguments import Argument, MissingInPath, refuse
from xapi.operation.fields import Field, UnusableType
from xapi.operation.lookups import lookups_of, sent_as
from xapi.operation.marks import EMPTY
from xapi.operation.members import Ambiguous, Group
from xapi.operation.model import BodyField, BodyKind, Parameter, ParameterLocation
from xapi.operation.texts import takes_text
from xapi.operation.types import holds_files, is_list, is_list_of_scalars, is_scalar, models_of


def read_parameter(
    call: Callable[..., Any], argument: Argument, marker: params.Marker, path_names: AbstractSet[str]
) -> Parameter:
    """What an argument of `call` reads from the path, the query, a header or a cookie.

    Raises DeclarationError for a type that the place cannot carry.
    """
    name = argument.name
    location = cast("ParameterLocation", marker.location)
    if isinstance(argument.marked.mark, params.Path):
        _check_path_default(call, argument, marker)
    if models_of(argument.annotation):
        names = path_names if location == "path" else None
        group = _group(call, argument, marker, names)
        _check_group(call, argument, marker, group)
        field = make_field(call, argument, group.annotation, marker)
        members = tuple(
            Parameter(
                member.name,
                location,
                member.wire_name,
                member.field,
                is_member=True,
                optional=member.optional,
            )
            for member in group.members(required=field.required)
        )
        return Parameter(name, location, name, field, gathered=group.gathered, members=members)
    field = make_field(call, argument, argument.annotation, marker)
    _check_type(call, argument, marker, field)
    if location == "path":
        return Parameter(name, location, _path_name(call, name, marker, path_names), field)
    wire_name, lookups = sent_as(marker, name)
    return Parameter(name, location, wire_name, field, lookups)


def read_body(call: Callable[..., Any], argument: Argument, marker: params.Body) -> BodyField:
    """What an argument of `call` reads from the body: of a form, a field or a model of several."""
    kind = _kind(marker)
    wire_name, lookups = sent_as(marker, argument.name)
    if kind == "json" or not models_of(argument.annotation):
        field = make_field(call, argument, argument.annotation, marker)
        return BodyField(argument.name, wire_name, field, kind, lookups)
    group = _group(call, argument, marker, None)
    field = make_field(call, argument, group.annotation, marker)
    members = tuple(
        BodyField(
            member.name,
            member.wire_name,
            member.field,
            "file" if holds_files(member.field.annotation) else kind,
            optional=member.optional,
        )
        for member in group.members(required=field.required)
    )
    return BodyField(argument.name, wire_name, field, kind, gathered=group.gathered, members=members)


def make_field(call: Callable[..., Any], argument: Argument, annotation: Any, marker: params.Marker) -> Field:
    """The field of an argument whose values are of the type `annotation`."""
    try:
        return Field(argument.name, annotation, marker)
    except UnusableType as error:
        shown = getattr(argument.annotation, "__qualname__", None) or repr(argument.annotation)
        refuse(
            call,
            argument.name,
            f"has the type {shown}, for which Pydantic has no validator ({error}): use a type that "
            "Pydantic knows, or declare it with `Depends(...)` if it is not read from the request",
        )


def _group(
    call: Callable[..., Any], argument: Argument, marker: params.Marker, names: AbstractSet[str] | None
) -> Group:
    group = Group(argument.annotation, marker, names)
    try:
        group.gathered  # noqa: B018  (it raises)
    except Ambiguous as why:
        refuse(call, argument.name, f"reads {why}: give one of the fields another alias")
    return group


def _check_group(call: Callable[..., Any], argument: Argument, marker: params.Marker, group: Group) -> None:
    """Refuse models with fields that can never be read."""
    kind = type(marker).__name__
    for model, field in group.unreadable():
        refuse(
            call,
            argument.name,
            f"is declared with {kind}(), but the field {field!r} of {model.__qualname__} is "
            "neither a simple type nor a list of simple types: give it a default or a type that reads text, "
            "as `pydantic.Json` does, or declare it as a body",
        )
    if not isinstance(marker, params.Path):
        return
    if not isinstance(argument.marked.mark, params.Path):
        refuse(call, argument.name, "is a part of the path, so it needs a simple type, not a body or a list")
    if missing := group.missing():
        refuse(
            call,
            argument.name,
            f"is declared with Path(), but the path has no {{{missing[0]}}}",
            MissingInPath,
        )
    if not group.gathered.keys:
        refuse(
            call, argument.name, "is declared with Path(), but the path has none of its fields", MissingInPath
        )


def _check_type(call: Callable[..., Any], argument: Argument, marker: params.Marker, field: Field) -> None:
    """Refuse a type whose values no text can become, and no list of texts where there may be several."""
    annotation, kind = argument.annotation, type(marker).__name__
    in_path = isinstance(marker, params.Path)
    if is_scalar(annotation) or (is_list_of_scalars(annotation) and not in_path):
        return
    repeated = is_list(annotation) and not in_path
    if not holds_files(annotation) and takes_text(field.core_schema, repeated=repeated):
        return
    if in_path:
        refuse(call, argument.name, "is a part of the path, so it needs a simple type, not a body or a list")
    refuse(
        call,
        argument.name,
        f"is declared with {kind}(), which reads simple types, lists of them, and models of both",
    )


def _check_path_default(call: Callable[..., Any], argument: Argument, marker: params.Marker) -> None:
    if argument.marked.default is not EMPTY or not marker.is_required():
        refuse(call, argument.name, "is a part of the path, so it has no default: remove it")


def _path_name(
    call: Callable[..., Any], name: str, marker: params.Marker, path_names: AbstractSet[str]
) -> str:
    """The part of the path that an argument is."""
    choices = [str(first) for first, *below in lookups_of(marker) if not below] or [name]
    found = next((choice for choice in choices if choice in path_names), None)
    if found is None:
        refuse(call, name, f"is declared with Path(), but the path has no {{{choices[0]}}}", MissingInPath)
    return found


def _kind(marker: params.Body) -> BodyKind:
    if isinstance(marker, params.File):
        return "file"
    return "form" if isinstance(marker, params.Form) else "json"
