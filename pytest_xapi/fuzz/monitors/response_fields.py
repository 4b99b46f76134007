"""Noticing what endpoints return and their response models leave out: no answer shows it.

The validator of a response model is the only one that sees both. So, for an app of xapi and for the time of
an item, each operation gets a response field whose validator compares what it was given with what is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel, RootModel

from xapi import XAPI
from xapi.operation.fields import Field
from xapi.routing.route import APIRoute

Dropped = dict[str, dict[str, None]]
"""By operation: the fields that were left out, in the order in which that was seen."""


@contextmanager
def record_dropped_fields(app: XAPI, dropped: Dropped) -> Iterator[None]:
    """Note in `dropped` what response models leave out, as long as the context lasts.

    Fields that are left out by name (`response_model_exclude` and the like, `Field(exclude=True)`) are not
    noted, nor are those that hold None.
    """
    operations = [
        (route, route.operation)
        for route in app.routes
        if isinstance(route, APIRoute) and route.operation.response.field is not None
    ]
    for route, operation in operations:
        assert operation.response.field is not None
        label = f"{', '.join(sorted(operation.methods))} {operation.path}"
        noting: Any = copy(operation.response.field)
        noting.adapter = _NotingAdapter(operation.response.field, label, dropped)
        route.operation = operation.but(response=operation.response.but(field=noting))
    try:
        yield
    finally:
        for route, operation in operations:
            route.operation = operation


class _NotingAdapter:
    """The adapter of a field, which is its own validator."""

    def __init__(self, field: Field, label: str, dropped: Dropped) -> None:
        self._adapter = field.adapter
        self._label = label
        self._dropped = dropped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)

    @property
    def validator(self) -> _NotingAdapter:
        return self

    def validate_python(self, value: Any, **options: Any) -> Any:
        kept = self._adapter.validator.validate_python(value, **options)
        try:
            sent = self._adapter.serializer.to_python(kept, by_alias=False, warnings=False)
            names = list(left_out(value, kept, sent))
        except Exception:  # what fails here fails in the answer too, where it is a finding
            return kept
        if names:
            self._dropped.setdefault(self._label, {}).update(dict.fromkeys(names))
        return kept


def left_out(returned: Any, kept: Any, sent: Any) -> Iterator[str]:
    """The fields that a value had and that are not sent, as in `lines.price`.

    Args:
        returned: What the endpoint has returned.
        kept: What its response model has made of that.
        sent: The same as plain data, by the names of fields.
    """
    returned, kept = _root(returned), _root(kept)
    if isinstance(returned, list | tuple) and isinstance(sent, list | tuple):
        if isinstance(kept, list | tuple) and len(returned) == len(kept) == len(sent):
            for parts in zip(returned, kept, sent, strict=True):
                yield from left_out(*parts)
        return
    values = _values(returned)
    if values is None or not isinstance(sent, dict) or _is_reshaped(type(kept)):
        return
    names = _names(type(kept))
    for key, value in values.items():
        name = names.get(key, key)
        if name in sent:
            inner = kept[name] if isinstance(kept, Mapping) else getattr(kept, name)
            yield from (f"{name}.{part}" for part in left_out(value, inner, sent[name]))
        elif value is not None and not _is_excluded(type(kept), name):
            yield key


def _root(value: Any) -> Any:
    return value.root if isinstance(value, RootModel) else value


def _values(returned: Any) -> dict[str, Any] | None:
    """The fields of a value that has been put together to be returned.

    Other objects, such as rows of a database, have attributes for whatever they are. Those of SQLModel are
    models too.
    """
    if hasattr(type(returned), "__table__"):
        return None
    if isinstance(returned, Mapping):
        return {key: value for key, value in returned.items() if isinstance(key, str)}
    if isinstance(returned, BaseModel):
        return dict(returned)
    if is_dataclass(returned) and not isinstance(returned, type):
        return {field.name: getattr(returned, field.name) for field in fields(returned)}
    return None


def _model_fields(kind: type) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(kind, "__pydantic_fields__", {})
    return found


def _names(kind: type) -> dict[str, str]:
    """The fields of a model by what they may be called in what is validated."""
    names = {}
    for name, field in _model_fields(kind).items():
        alias = field.validation_alias
        choices = getattr(alias, "choices", (alias,))
        for choice in choices:
            names[str(getattr(choice, "path", (choice,))[0])] = name
    return names | {name: name for name in _model_fields(kind)}


def _is_excluded(kind: type, name: str) -> bool:
    field = _model_fields(kind).get(name)
    return field is not None and bool(field.exclude)


def _is_reshaped(kind: type) -> bool:
    """Whether functions of a model turn what is validated, or what is sent, into another shape."""
    decorators = getattr(kind, "__pydantic_decorators__", None)
    if decorators is None:
        return False
    validators = decorators.model_validators.values()
    return bool(decorators.model_serializers) or any(item.info.mode != "after" for item in validators)
