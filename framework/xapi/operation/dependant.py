"""A signature as other frameworks' tools walk it: `route.dependant` with its lists of parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import create_model
from pydantic.fields import FieldInfo

from xapi.operation.fields import Field
from xapi.operation.model import BodyField, Injected, Operation, Parameter, ParameterLocation, Signature
from xapi.params import Body


@dataclass(frozen=True)
class ParameterView:
    """One parameter, or one part of the body: its argument's name, its name on the wire, its marker."""

    name: str
    alias: str
    field: Field

    @property
    def field_info(self) -> FieldInfo:
        return self.field.info

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


@dataclass(frozen=True)
class Dependant:
    """What a callable asks for, and what its dependencies ask for; to be read, not changed."""

    signature: Signature
    name: str | None = None
    """The argument that receives the result; None for the endpoint and where only the call matters."""
    path: str | None = None
    use_cache: bool = True

    @property
    def call(self) -> Callable[..., Any]:
        return self.signature.call

    @cached_property
    def path_params(self) -> list[ParameterView]:
        return self._parameters("path")

    @cached_property
    def query_params(self) -> list[ParameterView]:
        return self._parameters("query")

    @cached_property
    def header_params(self) -> list[ParameterView]:
        return self._parameters("header")

    @cached_property
    def cookie_params(self) -> list[ParameterView]:
        return self._parameters("cookie")

    @cached_property
    def body_params(self) -> list[ParameterView]:
        return [_view(field) for field in self.signature.body]

    @cached_property
    def dependencies(self) -> list[Dependant]:
        return [
            Dependant(use.signature, use.argument, self.path, use.use_cache)
            for use in self.signature.dependencies
        ]

    @property
    def request_param_name(self) -> str | None:
        """The argument that takes the request."""
        return self._injected(Injected.REQUEST)

    @property
    def websocket_param_name(self) -> str | None:
        return self._injected(Injected.WEBSOCKET)

    @property
    def http_connection_param_name(self) -> str | None:
        return self._injected(Injected.CONNECTION)

    @property
    def response_param_name(self) -> str | None:
        return self._injected(Injected.RESPONSE)

    @property
    def background_tasks_param_name(self) -> str | None:
        return self._injected(Injected.BACKGROUND_TASKS)

    @property
    def security_scopes_param_name(self) -> str | None:
        return self._injected(Injected.SECURITY_SCOPES)

    def _parameters(self, location: ParameterLocation) -> list[ParameterView]:
        return [_view(item) for item in self.signature.parameters if item.location == location]

    def _injected(self, wanted: Injected) -> str | None:
        return next((name for name, kind in self.signature.injected if kind is wanted), None)


def body_view(operation: Operation) -> ParameterView | None:
    """The whole body as one field; several parts are the fields of a model that is made for them."""
    body = operation.body
    if body is None:
        return None
    if not body.embedded:
        return _view(body.fields[0])
    parts: Any = {item.name: (item.field.annotation, item.field.info) for item in body.fields}
    model = create_model(f"Body_{operation.unique_id}", **parts)
    marker = Body() if body.required else Body(None)
    return ParameterView("body", "body", Field("body", model, marker))


def _view(item: Parameter | BodyField) -> ParameterView:
    return ParameterView(item.name, item.wire_name, item.field)
