"""A route: a path with its operation."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from starlette import routing
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from typing_extensions import Unpack

from xapi.exceptions import DeclarationError
from xapi.instrumentation import observes_responses
from xapi.keywords import checked, spelled_out
from xapi.operation.arguments import place
from xapi.operation.limits import FormLimits
from xapi.operation.options import DEFAULTS, OperationKeywords, OperationOptions, Tag
from xapi.overrides import REPLACED, Layer
from xapi.routing.planned import PlannedRoute, Runner
from xapi.routing.views import Derived, OperationViews

if TYPE_CHECKING:
    from xapi.operation.model import Operation
    from xapi.pipeline.plan import Plan

_RESPOND = "xapi.respond"
"""The scope's key for the operation's own answering, which a custom route handler calls in its turn."""


def generate_unique_id(route: APIRoute) -> str:
    """The operation id that an operation has by default: function name, path and method."""
    name = re.sub(r"\W", "_", f"{route.name}{route.path_format}")
    return f"{name}_{sorted(route.methods)[0].lower()}"


class APIRoute(OperationViews, PlannedRoute, Route):
    """A path, its methods and the operation that answers them.

    Everything said in the decorator can be read as an attribute, set, and changed in place, at any time: the
    operation is described and planned anew when it is next needed.
    """

    option_names = tuple(DEFAULTS)
    methods: set[str]
    tags: list[Tag]
    dependencies: list[Any]
    callbacks: list[BaseRoute]
    responses: dict[int | str, Any]
    form_limits: FormLimits
    summary: str | None
    response_description: str
    status_code: int | None
    deprecated: bool | None
    operation_id: str | None
    include_in_schema: bool
    response_model_include: Any
    response_model_exclude: Any
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    openapi_extra: dict[str, Any] | None
    generate_unique_id_function: Callable[[APIRoute], str] | None
    max_body_size: int | None
    max_parameters: int | None
    strict_content_type: bool | None
    make_handler: ClassVar[Callable[[APIRoute], Callable[[Request], Awaitable[Response]]] | None] = None
    """What makes the functions that answer, for all routes, if it is set; else each has code of its own."""

    @spelled_out(OperationKeywords)
    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: Collection[str] | None = None,
        dependency_overrides_provider: Any = None,
        **options: Unpack[OperationKeywords],
    ) -> None:
        self.declare(path, endpoint, cast("dict[str, Any]", options))
        if dependency_overrides_provider is not None:
            self.dependency_overrides_provider = dependency_overrides_provider
        self.hold("methods", methods or ["GET"])

    def described(self) -> Operation:
        from xapi.operation.describe import describe

        options = OperationOptions.of({name: vars(self)[name] for name in self.option_names})
        path = self.path_format if self.has_own_regex else self.path
        self._handler = None
        self._operation = describe(
            path, self.endpoint, self.methods, options, self.own_signature(), self.edited
        )
        return self._operation.but(unique_id=self.unique_id)

    @Derived
    def unique_id(self) -> str:
        """The operation id; in the document each of several methods has its own."""
        known: str | None = self.operation_id or vars(self).get("unique_id")
        return known or (self.generate_unique_id_function or generate_unique_id)(self)

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:
        """The function that answers a request of this operation, for a subclass to put code around.

        An override may hand `super().get_route_handler()` a request of another class, handle what it raises,
        and change the response that it returns. It is called once, and again when the route was changed.
        Routes that override it take a slower path, on which each answer is built as a `Response` before it is
        sent.
        """

        if APIRoute.make_handler is not None:
            return APIRoute.make_handler(self)

        async def answer(request: Request) -> Response:
            respond = request.scope.get(_RESPOND) or self._responder(request.scope)
            return await respond(request)

        return answer

    def _responder(self, scope: Scope) -> Callable[[Request], Awaitable[Response]]:
        """The operation's own answering for a handler that somebody calls outside of the route's own way."""
        from xapi.pipeline.codegen.route_handler import compile_handler
        from xapi.pipeline.plan import make_plan

        replaced = scope.get(REPLACED)
        if replaced:
            return compile_handler(make_plan(self.operation, replaced))
        if self._plain_responder is None:
            self._plain_responder = compile_handler(make_plan(self.operation, Layer()))
        return self._plain_responder

    @property
    def has_own_answering(self) -> bool:
        own = APIRoute.make_handler is None and type(self).get_route_handler is _get_route_handler
        return own and "get_route_handler" not in vars(self) and not observes_responses()

    def compiled(self, plan: Plan) -> Runner:
        if self.has_own_answering:
            return super().compiled(plan)
        from xapi.pipeline.codegen.route_handler import compile_handler, enter, serve

        respond = compile_handler(plan)
        handler = self._handler = self._handler or self.get_route_handler()
        entered = enter(routing.request_response, handler) if observes_responses() else None

        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            scope[_RESPOND] = respond
            if entered is not None:
                await entered(scope, receive, send)
            else:
                await serve(handler, scope, receive, send)

        return run


_get_route_handler = APIRoute.get_route_handler
"""What is not overridden, and not exchanged on the class either."""


class APIWebSocketRoute(PlannedRoute, WebSocketRoute):
    """A path and the endpoint that serves its WebSockets."""

    option_names = ("dependencies", "max_parameters")
    dependencies: list[Any]
    max_parameters: int | None

    @checked
    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        name: str | None = None,
        dependencies: Collection[Any] | None = None,
        dependency_overrides_provider: Any = None,
    ) -> None:
        self.declare(path, endpoint, {"name": name, "dependencies": dependencies})
        if dependency_overrides_provider is not None:
            self.dependency_overrides_provider = dependency_overrides_provider

    def described(self) -> Operation:
        from xapi.operation.describe import describe

        options = OperationOptions(
            name=self.name,
            dependencies=tuple(self.dependencies),
            max_parameters=self.max_parameters,
            response_model=None,
        )
        path = self.path_format if self.has_own_regex else self.path
        operation = describe(path, self.endpoint, (), options, self.own_signature(), self.edited)
        if operation.body is not None:
            names = ", ".join(repr(field.name) for field in operation.body.fields)
            raise DeclarationError(
                f"{place(self.endpoint)}: {names} would be read from a body, which a WebSocket has not"
            )
        return operation


class Declaring(Protocol):
    """A router, which operations are declared in."""

    def declare(
        self,
        route_class: type[APIRoute],
        path: str,
        endpoint: Callable[..., Any],
        options: Mapping[str, Any],
        methods: Collection[str] | None = None,
    ) -> None:
        """Declare an operation."""
