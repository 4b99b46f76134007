"""Forms as FastAPI's functions read them, for libraries that read them again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from pydantic import AliasChoices, BaseModel
from starlette.datastructures import FormData, UploadFile

from xapi import params
from xapi.as_fastapi.tree._compat import (
    is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence_annotation,
)
from xapi.operation.annotations import bare, is_none, is_union, members
from xapi.operation.types import is_list
from xapi.operation.views import ParameterView

_Item = tuple[str, Any, ParameterView | None]


def form_models(field: ParameterView) -> list[type[BaseModel]]:
    """The models that a part of a form is read as: those of a union, or one."""
    if not isinstance(field.field_info, params.Form):
        return []
    annotation = bare(field.type_)
    inner = members(annotation) if is_union(annotation) else (annotation,)
    choices = [bare(member) for member in inner if not is_none(member)]
    are_models = all(isinstance(choice, type) and issubclass(choice, BaseModel) for choice in choices)
    return choices if are_models else []


def form_model(field: ParameterView) -> type[BaseModel] | None:
    """The model that a part of a form is read as; None where there is none, or several."""
    models = form_models(field)
    return models[0] if len(models) == 1 else None


def names_of(field: ParameterView, *, convert_underscores: bool = False) -> list[tuple[str, str]]:
    """The names under which a field is sent, each with that by which it is read."""
    alias = field.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    texts = [choice for choice in choices if isinstance(choice, str)] or [field.alias]
    return [(name, name.replace("_", "-") if convert_underscores else name) for name in texts]


def value_of(field: ParameterView, values: Mapping[str, Any], alias: str) -> Any:
    """What was sent under a name: all of it for a list, else the last; `Undefined` for nothing."""
    if not isinstance(values, FormData):
        return values.get(alias, params.Undefined)
    sent = values.getlist(alias)
    if is_list(field.type_):
        return sent or params.Undefined
    is_blank = not sent or (sent[-1] == "" and isinstance(field.field_info, params.Form))
    return params.Undefined if is_blank else sent[-1]


def form_items(fields: Sequence[ParameterView], form: FormData) -> Iterator[_Item]:
    """What was sent for fields, and then what was sent for none."""
    taken = set()
    for field in fields:
        for alias, _ in names_of(field):
            taken.add(alias)
            value = value_of(field, form, alias)
            if value is not params.Undefined:
                yield alias, value, field
                break
    for name in form:
        if name not in taken:
            sent = form.getlist(name)
            yield name, sent if len(sent) > 1 else sent[0], None


async def read_form_items(fields: Sequence[ParameterView], form: FormData) -> AsyncIterator[_Item]:
    """The same, with the content of files where a field of files takes `bytes`."""
    for alias, value, field in form_items(fields, form):
        if field is None or not isinstance(field.field_info, params.File):
            yield alias, value, field
        elif isinstance(value, list) and is_bytes_sequence_annotation(field.type_):
            yield alias, [await _content(one) for one in value], field
        elif is_bytes_or_nonable_bytes_annotation(field.type_):
            yield alias, await _content(value), field
        else:
            yield alias, value, field


async def _content(value: Any) -> Any:
    return await value.read() if isinstance(value, UploadFile) else value
