"""A path with its operation, as a route."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute, compile_path
from starlette.types import Receive, Scope, Send
from typing_extensions import Unpack

from xapi.exceptions import DeclarationError
from xapi.identity import identity, reference
from xapi.operation.arguments import place
from xapi.operation.limits import FormLimits
from xapi.operation.options import Inherited, OperationKeywords, OperationOptions, Responses, Tag
from xapi.overrides import REPLACED, Dependency, Layer

if TYPE_CHECKING:
    from xapi.operation.dependant import Dependant, ParameterView
    from xapi.operation.model import Operation
    from xapi.pipeline.plan import Plan

Runner = Callable[[Scope, Receive, Send], Awaitable[None]]
T = TypeVar("T")

_MOST_PLANS = 32
"""How many sets of overrides one route keeps plans for."""

_RESPOND = "xapi.respond"
"""The scope's key for the operation's own answering, which a custom route handler calls in its turn."""


def generate_unique_id(route: APIRoute) -> str:
    """The operation id that an operation has by default: function name, path and method."""
    name = re.sub(r"\W", "_", f"{route.name}{route.path_format}")
    return f"{name}_{sorted(route.methods)[0].lower()}"


class PlannedRoute(BaseRoute):
    """What the routes of operations and of WebSockets have in common: an operation, and its plans."""

    below_operations: ClassVar[bool] = False
    """Whether the route is asked only where no other one answers."""
    path: str
    endpoint: Callable[..., Any]
    operation: Operation

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self.compiled_runner: Runner | None = None
        self._overridden: dict[Hashable, Runner] = {}
        self._replaceable: Mapping[Hashable, Dependency] | None = None
        self._compiling = RLock()

    def __eq__(self, other: object) -> bool:
        """Whether it is the same route: one of the same path and endpoint may have other dependencies."""
        return self is other

    __hash__ = object.__hash__

    def plan_anew(self) -> None:
        """Forget the plans: the operation is new."""
        self._plan = self.compiled_runner = None
        self._overridden = {}
        self._replaceable = None

    @property
    def replaceable(self) -> Mapping[Hashable, Dependency]:
        """What the operation depends on, by identity."""
        if self._replaceable is None:
            self._replaceable = {
                identity(signature.call): signature.call
                for dependency in self.operation.endpoint.dependencies
                for signature in dependency.signature.walk()
            }
        return self._replaceable

    def runner(self) -> Runner:
        """The ASGI application that serves the operation, compiled on first use."""
        runner = self.compiled_runner
        if runner is None:
            from xapi.pipeline.plan import make_plan

            with self._compiling:
                runner = self.compiled_runner
                if runner is None:
                    self._plan = make_plan(self.operation, Layer())
                    runner = self.compiled_runner = self.compiled(self._plan)
        return runner

    def overridden_runner(self, replaced: Layer, scope: Scope) -> Runner:
        """The same with dependencies replaced; what replaces them is noted in the scope."""
        if self.replaceable.keys().isdisjoint(replaced):
            return self.runner()
        scope[REPLACED] = replaced
        key = self._key(replaced)
        runner = self._overridden.get(key)
        if runner is None:
            with self._compiling:
                runner = self._overridden.get(key)
                if runner is None:
                    if len(self._overridden) >= _MOST_PLANS:
                        del self._overridden[next(iter(self._overridden))]
                    runner = self._overridden[key] = self._planned(replaced)
        return runner

    def _key(self, replaced: Layer) -> Hashable:
        """What the compiled code depends on: what is replaced, and how the replacements are called.

        Which they are matters only where one has parameters, and so perhaps dependencies that are replaced in
        their turn, or is used in several places, where it is called once.
        """
        key = []
        functions = []
        for original in self.replaceable:
            replacement = replaced.get(original)
            if replacement is None:
                continue
            key.append((original, replacement.shape))
            if type(replacement.shape) is int:
                functions.append(identity(replacement.call))
            elif not replacement.is_value:
                return _exact(replaced)
        if functions and (
            len(set(functions)) < len(functions) or not self.replaceable.keys().isdisjoint(functions)
        ):
            return _exact(replaced)
        return tuple(key)

    def _planned(self, replaced: Layer) -> Runner:
        from xapi.pipeline.plan import make_plan

        plan = make_plan(self.operation, replaced)
        plain = self.runner()
        if self.has_own_answering and all(step.is_value for step in plan.calls if step.replaced is not None):
            from xapi.pipeline.substitution import with_values

            assert self._plan is not None
            return with_values(plain, self._plan, plan) or self.compiled(plan)
        return self.compiled(plan)

    @property
    def has_own_answering(self) -> bool:
        """Whether nothing but the operation answers."""
        return True

    def compiled(self, plan: Plan) -> Runner:
        """Compile a plan of the operation."""
        from xapi.pipeline.source import compile_plan

        return compile_plan(plan)


def _exact(replaced: Layer) -> Hashable:
    return tuple(
        (
            reference(replacement.original),
            replacement.shape if replacement.is_value else reference(replacement.call),
        )
        for replacement in replaced.values()
    )


class _Option(Generic[T]):
    """An option of the operation as an attribute of its route. Setting it describes the operation anew."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, route: None, owner: type) -> _Option[T]: ...
    @overload
    def __get__(self, route: APIRoute, owner: type) -> T: ...
    def __get__(self, route: APIRoute | None, owner: type) -> _Option[T] | T:
        if route is None:
            return self
        value: T = getattr(route.operation.options, self.name)
        return value

    def __set__(self, route: APIRoute, value: T) -> None:
        route.change(**{self.name: value})


class APIRoute(PlannedRoute, Route):
    """A path, its methods and the operation that answers them.

    `inherited` is what lies around it: app and routers. Everything said in the decorator can be read, and
    set, as an attribute.
    """

    tags = _Option[tuple[Tag, ...]]()
    dependencies = _Option[tuple[Any, ...]]()
    summary = _Option[str | None]()
    description = _Option[str | None]()
    response_description = _Option[str]()
    responses = _Option[Responses]()
    response_model = _Option[Any]()
    response_class = _Option[Any]()
    status_code = _Option[int | None]()
    deprecated = _Option[bool | None]()
    operation_id = _Option[str | None]()
    openapi_extra = _Option[dict[str, Any] | None]()
    callbacks = _Option[tuple[BaseRoute, ...]]()
    max_body_size = _Option[int | None]()
    form_limits = _Option[FormLimits]()
    max_parameters = _Option[int | None]()
    strict_content_type = _Option[bool | None]()

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: Collection[str] | None = None,
        inherited: Inherited | None = None,
        **options: Unpack[OperationKeywords],
    ) -> None:
        PlannedRoute.__init__(self)
        self.own_path = path
        self.own_options = OperationOptions.of(**options)
        self.inherited = inherited or Inherited()
        self.path = self.inherited.prefix + path
        self.endpoint = endpoint
        self.app = self.handle
        self._handler: Callable[[Request], Awaitable[Response]] | None = None
        self.methods: set[str] = {method.upper() for method in methods or ["GET"]}
        self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
        self._describe(self.own_options.inside(self.inherited))

    def _describe(self, options: OperationOptions) -> None:
        from xapi.operation.describe import describe

        self.operation = describe(self.path, self.endpoint, self.methods, options)
        self.name = self.operation.name
        self.include_in_schema = options.include_in_schema
        name_it = options.generate_unique_id_function or generate_unique_id
        self.unique_id: str = options.operation_id or name_it(self)
        self.operation = replace(self.operation, unique_id=self.unique_id)
        self.plan_anew()

    def change(self, **options: Any) -> None:
        """Change options of the operation; it is planned anew at the next request."""
        self._describe(replace(self.operation.options, **options))

    @property
    def dependant(self) -> Dependant:
        """What the endpoint and its dependencies ask for, to be read."""
        from xapi.operation.dependant import Dependant

        return Dependant(self.operation.endpoint, path=self.path_format)

    @property
    def body_field(self) -> ParameterView | None:
        """The request body as one field."""
        from xapi.operation.dependant import body_view

        return body_view(self.operation)

    def included(self, outer: Inherited) -> APIRoute:
        """This operation once more, inside `outer`."""
        return type(self)(
            self.own_path,
            self.endpoint,
            methods=self.methods,
            inherited=outer.around(self.inherited),
            **_keywords(self.own_options),
        )

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:
        """The function that answers a request of this operation, for a subclass to put code around.

        An override may hand `super().get_route_handler()` a request of another class, handle what it raises,
        and change the response that it returns. It is called once. Routes that override it take a slower
        road, on which each answer is built as a `Response` before it is sent.
        """

        async def answer(request: Request) -> Response:
            return await request.scope[_RESPOND](request)  # type: ignore[no-any-return]

        return answer

    @property
    def has_own_answering(self) -> bool:
        return type(self).get_route_handler is APIRoute.get_route_handler

    def compiled(self, plan: Plan) -> Runner:
        if self.has_own_answering:
            return super().compiled(plan)
        from xapi.pipeline.handler import compile_handler, serve

        respond = compile_handler(plan)
        handler = self._handler = self._handler or self.get_route_handler()

        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            scope[_RESPOND] = respond
            await serve(handler, scope, receive, send)

        return run

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in self.methods:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(self.methods))})
        await self.runner()(scope, receive, send)


class APIWebSocketRoute(PlannedRoute, WebSocketRoute):
    """A path and the endpoint that serves its WebSockets."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        name: str | None = None,
        dependencies: Collection[Any] | None = None,
        inherited: Inherited | None = None,
    ) -> None:
        from xapi.operation.describe import describe

        PlannedRoute.__init__(self)
        self.own_path = path
        self.own_options = OperationOptions.of(
            name=name, dependencies=tuple(dependencies or ()), response_model=None
        )
        self.inherited = inherited or Inherited()
        self.path = self.inherited.prefix + path
        self.endpoint = endpoint
        self.app = self.handle
        self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
        self.operation = describe(self.path, endpoint, (), self.own_options.inside(self.inherited))
        if self.operation.body is not None:
            names = ", ".join(repr(field.name) for field in self.operation.body.fields)
            raise DeclarationError(
                f"{place(endpoint)}: {names} would be read from a body, which a WebSocket has not"
            )
        self.name = self.operation.name
        self.plan_anew()

    def included(self, outer: Inherited) -> APIWebSocketRoute:
        """This endpoint once more, inside `outer`."""
        return APIWebSocketRoute(
            self.own_path,
            self.endpoint,
            name=self.own_options.name,
            dependencies=self.own_options.dependencies,
            inherited=outer.around(self.inherited),
        )

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.runner()(scope, receive, send)


def _keywords(options: OperationOptions) -> Any:
    keywords: Mapping[str, Any] = {name: getattr(options, name) for name in OperationKeywords.__annotations__}
    return keywords
