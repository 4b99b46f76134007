"""One parameter, one part of a body or one response, as other frameworks' tools read it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import create_model
from pydantic.fields import FieldInfo

from xapi.operation.fields import Field, with_attributes
from xapi.operation.model import BodyField, Operation, Parameter
from xapi.params import Body, Undefined


@dataclass(frozen=True)
class ParameterView:
    """A value's name in Python, its name on the wire, its type and its marker."""

    name: str
    alias: str
    field: Field
    mode: Literal["validation", "serialization"] = "validation"
    item: Parameter | BodyField | None = None
    """What it is a view of; None for what is made of several."""

    @property
    def field_info(self) -> FieldInfo:
        """The marker, with the annotation: one of its own, as others may be declared by the same marker."""
        field = self.field
        if _has_none(field.info) and field.annotation is not None:
            field.info = with_attributes(field.info, field.info)
            field.info.annotation = field.annotation
        return field.info

    @property
    def required(self) -> bool:
        return self.field.required

    @property
    def default(self) -> Any:
        return self.field.info.default

    @property
    def type_(self) -> Any:
        """The annotation, with its constraints."""
        return self.field.annotation

    @property
    def validation_alias(self) -> Any:
        return self.field.info.validation_alias

    @property
    def serialization_alias(self) -> str | None:
        return self.field.info.serialization_alias

    def get_default(self) -> Any:
        """A new copy of the default; None where there is none."""
        return None if self.required else self.field.default()

    def validate(
        self, value: Any, values: Any = None, *, loc: tuple[str | int, ...] = ()
    ) -> tuple[Any, list[dict[str, Any]]]:
        """The value as its type has it, and what is wrong with it, under `loc`."""
        return self.field.validate(value, loc)

    def serialize(self, value: Any, *, mode: Literal["json", "python"] = "json", **options: Any) -> Any:
        """The value as plain data; the options are those of Pydantic's `dump_python`."""
        return self.field.adapter.dump_python(value, mode=mode, **{"by_alias": True, **options})

    def serialize_json(self, value: Any, **options: Any) -> bytes:
        """The value as JSON; the options are those of Pydantic's `dump_json`."""
        return self.field.adapter.dump_json(value, **{"by_alias": True, **options})


def view_of(item: Parameter | BodyField) -> ParameterView:
    """A parameter, or a part of a body."""
    return ParameterView(item.name, item.wire_name, item.field, item=item)


def body_view(operation: Operation) -> ParameterView | None:
    """The whole body as one field; several parts are the fields of a model that is made for them."""
    body = operation.body
    if body is None:
        return None
    if not body.embedded:
        return view_of(body.fields[0])
    parts: Any = {item.name: (item.field.annotation, item.field.info) for item in body.fields}
    model = create_model(f"Body_{operation.unique_id}", **parts)
    marker = Body() if body.required else Body(None)
    return ParameterView("body", "body", Field("body", model, marker))


def says_the_same(one: ParameterView | None, other: ParameterView | None) -> bool:
    """Whether two bodies are read alike: one type, or models of the same fields."""
    if one is None or other is None:
        return one is other
    fields, others = (getattr(view.type_, "model_fields", None) for view in (one, other))
    return one.type_ == other.type_ or (fields is not None and others is not None and [*fields] == [*others])


def response_views(operation: Operation) -> dict[int | str, ParameterView]:
    """The models of the additional responses, by status."""
    return {
        status: _response_view(f"Response_{status}_{operation.unique_id}", field)
        for status, field in operation.response_models.items()
    }


def response_view(operation: Operation) -> ParameterView | None:
    """The response model; None if there is none, and for an endpoint that yields."""
    response = operation.response
    if response.field is None or response.stream is not None:
        return None
    return _response_view(f"Response_{operation.unique_id}", response.field)


def item_view(operation: Operation) -> ParameterView | None:
    """The type of the items of an endpoint that yields; None if there is none."""
    response = operation.response
    if response.field is None or response.stream is None:
        return None
    return _response_view(f"StreamItem_{operation.unique_id}", response.field)


def _response_view(name: str, field: Field) -> ParameterView:
    info = copy(field.info)
    if _has_none(info):
        info.annotation = field.annotation
    return ParameterView(name, name, Field(name, field.annotation, info), mode="serialization")


def _has_none(info: FieldInfo) -> bool:
    """Whether it has no annotation."""
    return info.annotation is None or info.annotation is Undefined
