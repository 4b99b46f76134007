"""The operation of a route as other frameworks' tools read it from the route."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from starlette.responses import JSONResponse, Response

from xapi.exceptions import DeclarationError
from xapi.operation.arguments import place

if TYPE_CHECKING:
    from xapi.operation.model import Operation
    from xapi.operation.views import ParameterView

T = TypeVar("T")


class Derived(Generic[T]):
    """An attribute that follows from others unless it is set."""

    def __init__(self, derive: Callable[[Any], T]) -> None:
        self.derive = derive
        self.__doc__ = derive.__doc__

    @overload
    def __get__(self, route: None, owner: type) -> Derived[T]: ...
    @overload
    def __get__(self, route: object, owner: type) -> T: ...
    def __get__(self, route: object | None, owner: type) -> Derived[T] | T:
        return self if route is None else self.derive(route)

    def __set__(self, route: object, value: T | None) -> None:
        raise NotImplementedError("xapi.changes.Changeable sets it")


class OperationViews:
    """Attributes of a route that follow from others."""

    endpoint: Callable[..., Any]
    operation: Operation

    @Derived
    def description(self) -> str:
        """The text of the operation; that of the endpoint if the decorator says none."""
        return self.operation.description

    @Derived
    def response_class(self) -> type[Response]:
        """The class of the answer."""
        return vars(self)["response_class"] or JSONResponse

    @Derived
    def response_model(self) -> Any:
        """The type of the result; what the endpoint is annotated with if the decorator says none."""
        field = self.response_field
        return None if field is None else field.type_

    @property
    def response_field(self) -> ParameterView | None:
        """The response model, as one field. Setting it sets the model."""
        from xapi.operation.views import response_view

        return response_view(self.operation)

    @response_field.setter
    def response_field(self, field: ParameterView | None) -> None:
        self.response_model = None if field is None else field.type_

    @property
    def response_fields(self) -> dict[int | str, ParameterView]:
        """The models of the additional responses, by status."""
        from xapi.operation.views import response_views

        return response_views(self.operation)

    @property
    def stream_item_field(self) -> ParameterView | None:
        """The type of the items of an endpoint that yields, as one field."""
        from xapi.operation.views import item_view

        return item_view(self.operation)

    @property
    def stream_item_type(self) -> Any:
        """The type of the items of an endpoint that yields."""
        field = self.stream_item_field
        return None if field is None else field.type_

    @property
    def is_sse_stream(self) -> bool:
        """Whether the answer is Server-Sent Events."""
        return self._streams("EVENTS")

    @property
    def is_json_stream(self) -> bool:
        """Whether the answer is JSON Lines."""
        return self._streams("JSON_LINES")

    def _streams(self, name: str) -> bool:
        stream = self.operation.response.stream
        return stream is not None and stream.name == name

    @property
    def body_field(self) -> ParameterView | None:
        """The request body, as one field. It follows from the parameters."""
        from xapi.operation.views import body_view

        return body_view(self.operation)

    @body_field.setter
    def body_field(self, field: ParameterView | None) -> None:
        from xapi.operation.views import says_the_same

        if not says_the_same(field, self.body_field):
            raise DeclarationError(
                f"{place(self.endpoint)}: route.body_field cannot be set to another body than the "
                "parameters say: change route.dependant.body_params"
            )
