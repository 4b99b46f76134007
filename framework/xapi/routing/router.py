"""`APIRouter`: operations under a common prefix, and their inclusion in other routers and in apps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast
from weakref import ref

from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from typing_extensions import Unpack

from xapi.changes import Changeable
from xapi.exceptions import DeclarationError
from xapi.keywords import checked, spelled_out
from xapi.operation.arguments import MissingInPath
from xapi.operation.limits import FormLimits
from xapi.operation.options import DEFAULTS, Inherited, RouterKeywords, Tag
from xapi.overrides import AppWideLayer, active_layers, effective
from xapi.pipeline.captured_response import can_capture_response
from xapi.pipeline.gone import hearing
from xapi.pipeline.limits import within
from xapi.pipeline.sending import send_response, tracked
from xapi.routing.attributes import UNSAID, RouteAttributes
from xapi.routing.checks import check_circle, check_prefix, refuse_path, refuse_router
from xapi.routing.copies import copied, deeply_copied
from xapi.routing.decorators import EventHandler, OperationDecorators
from xapi.routing.inclusion import Inclusion
from xapi.routing.lifespans import Nested, check_lifespan, events, outermost
from xapi.routing.listing import RouteList
from xapi.routing.planned import PlannedRoute
from xapi.routing.route import APIRoute, APIWebSocketRoute

if TYPE_CHECKING:
    from xapi.routing.frontend import FrontendRoute
    from xapi.routing.index import RouteIndex


class APIRouter(OperationDecorators, Changeable, Router):
    """Operations that share a prefix, tags, dependencies and responses.

    A router may be included several times, and operations that are added to it later are served too.

    All keywords are attributes that may be changed at any time. A prefix holds for what is added after it was
    set; the rest holds for what is there already, too, but takes nothing away from it.

    Args:
        prefix: What the paths of all operations begin with. It starts with "/" and does not end with one.
        routes: Routes to begin with, of Starlette or of xapi.
        redirect_slashes: Whether a path that differs from an operation's by a slash at its end is redirected
            there (307). Of a router that is included, that of the app counts.
        default: The ASGI application that answers where no route does; by default a 404.
        dependency_overrides_provider: What has the `dependency_overrides`; an app sets itself.
        route_class: The class of the routes that the decorators add.
        on_startup: Functions to call at start, in order, if there is no `lifespan`.
        on_shutdown: Functions to call at stop, in order, if there is no `lifespan`.
        lifespan: An asynchronous context manager around the life of the app, inside the app's own.
        **keywords: What holds for every operation of the router, added to what the operation says itself:
            see `xapi.operation.options.RouterKeywords`.

    Raises:
        DeclarationError: The prefix cannot be one.
        TypeError: A keyword is unknown. The message names the nearest one.
        ValueError: A limit has a value that is not allowed.
    """

    observed = frozenset(("prefix", *RouterKeywords.__annotations__))
    prefix: str
    tags: list[Tag]
    dependencies: list[Any]
    callbacks: list[BaseRoute]
    responses: dict[int | str, Any]
    form_limits: FormLimits
    deprecated: bool | None
    include_in_schema: bool
    default_response_class: type[Response] | None
    generate_unique_id_function: Callable[[APIRoute], str] | None
    max_body_size: int | None
    max_parameters: int | None
    strict_content_type: bool | None

    @checked
    @spelled_out(RouterKeywords)
    def __init__(
        self,
        *,
        prefix: str = "",
        routes: Sequence[BaseRoute] | None = None,
        redirect_slashes: bool = True,
        default: ASGIApp | None = None,
        dependency_overrides_provider: Any = None,
        route_class: type[APIRoute] = APIRoute,
        on_startup: Sequence[EventHandler] | None = None,
        on_shutdown: Sequence[EventHandler] | None = None,
        lifespan: Lifespan[Any] | None = None,
        **keywords: Unpack[RouterKeywords],
    ) -> None:
        check_prefix(prefix)
        check_lifespan(lifespan)
        self._indexes: dict[str, RouteIndex] = {}
        self._app_wide = AppWideLayer()
        self._prefixes: set[str] = set()
        self._inclusions: list[ref[Inclusion]] = []
        self._routes = RouteList(self)
        self.included: list[Inclusion] = []
        """The routers that are included here."""
        self.frontends: list[FrontendRoute] = []
        """Routes that are asked where no other one answers, those of longer paths first."""
        self.version = 0
        """A number that is another one whenever something here has changed."""
        self.inherited = Inherited.of(prefix, **keywords)
        for name in self.observed:
            self.hold(name, _held(getattr(self.inherited, name)))
        self.route_class = route_class
        self.dependency_overrides_provider = dependency_overrides_provider
        self.on_startup = list(on_startup or ())
        self.on_shutdown = list(on_shutdown or ())
        super().__init__(
            routes, redirect_slashes=redirect_slashes, default=default, lifespan=lifespan or self.run_events
        )

    def __copy__(self) -> Self:
        """A router of its own with the same routes: what is added to one is not in the other."""
        return copied(self, self.routes)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return deeply_copied(self, vars(APIRouter()), memo)

    @property
    def routes(self) -> RouteList:
        """All routes, in order of registration: a flat list."""
        return self._routes

    @routes.setter
    def routes(self, routes: Iterable[BaseRoute]) -> None:
        self._routes[:] = routes

    # Registration

    def own_router(self) -> APIRouter:
        return self

    @checked
    @spelled_out(RouterKeywords)
    def include_router(
        self, router: APIRouter, *, prefix: str = "", **keywords: Unpack[RouterKeywords]
    ) -> None:
        """Serve the operations of `router` here too; `router` itself stays as it is.

        What is added to it later, or changed of it and its routes, is added and changed here as well.

        Args:
            router: The router.
            prefix: What its paths begin with here, before its own prefix. It starts with "/" and does not end
                with one.
            **keywords: What holds for its operations here, around what it says itself: see
                `xapi.operation.options.RouterKeywords`.

        Raises:
            DeclarationError: `router` is not an APIRouter, or this one is in it.
        """
        check_prefix(prefix)
        if not isinstance(router, APIRouter):
            refuse_router(router)
        check_circle(router, self)
        router.check_prefix_counts()
        inclusion = Inclusion(self, router, Inherited.of(prefix, **keywords))
        inclusion.begin()
        self._prefixes.add(self.prefix)
        self.included.append(inclusion)
        router._inclusions.append(ref(inclusion))
        self.lifespan_context = Nested(self.lifespan_context, router.included_lifespan)

    def contains(self, router: APIRouter) -> bool:
        """Whether `router` is included here, at any depth."""
        return any(inner.router is router or inner.router.contains(router) for inner in self.included)

    def declare(
        self,
        route_class: type[APIRoute],
        path: str,
        endpoint: Callable[..., Any],
        options: Mapping[str, Any],
        methods: Collection[str] | None = None,
    ) -> None:
        """Declare an operation here: `route_class` gets all that holds for it."""
        around = self.inherited
        given: dict[str, Any] = around.added_to(options)
        if route_class.__init__ is not APIRoute.__init__:  # it may ask for any of them
            given = {**DEFAULTS, **given}
        self._declared(route_class(around.prefix + path, endpoint=endpoint, methods=methods, **given))

    def declare_websocket(
        self, path: str, endpoint: Callable[..., Any], name: str | None, dependencies: Sequence[Any] | None
    ) -> None:
        """Declare an endpoint for WebSockets here."""
        around = self.inherited
        given = [*around.dependencies, *(dependencies or ())]
        self._declared(APIWebSocketRoute(around.prefix + path, endpoint, name=name, dependencies=given))

    def _declared(self, route: PlannedRoute) -> None:
        # What the first request needs: here no client waits for it.
        from xapi.pipeline.codegen import operation  # noqa: F401
        from xapi.routing import index  # noqa: F401

        route.settle(self)
        self._prefixes.add(self.prefix)
        self.register(route)

    def register(self, route: PlannedRoute) -> None:
        """Add a route here, and wherever this router is included."""
        if not route.below_operations:
            self.routes.append(route)
            return
        self.admit(route)
        self.frontends.append(cast("FrontendRoute", route))
        self.frontends.sort(key=lambda frontend: -len(frontend.path))
        for inclusion in self._places():
            inclusion.add_frontend(route)

    # Changes

    def changed(self, name: str, before: Any) -> None:
        said = {name: vars(self)[name] for name in self.observed}
        check_prefix(said["prefix"])
        self.inherited = Inherited.of(**said)
        self._outdated()
        for route in (*self.routes, *self.frontends):
            if isinstance(route, PlannedRoute) and route.is_at_home_in(self):
                route.inherit()

    def admit(self, route: BaseRoute) -> None:
        """Look at a route before it is added. One that was described before is described anew.

        Raises DeclarationError for what cannot work, which is told of a path's parameters only where the
        whole path is known, in an app.
        """
        if not isinstance(route, PlannedRoute) or route.is_listed_in(self):
            return
        served = self.dependency_overrides_provider is not None
        if served and not route.path.startswith("/"):
            refuse_path(route)
        route.read_anew()
        try:
            route.operation  # noqa: B018
        except MissingInPath:
            if served:
                raise
        route.listed_in(self)

    def added(self, route: BaseRoute) -> None:
        """Hear of a route that was added as the last one."""
        self._outdated()
        for inclusion in self._places():
            inclusion.append(route)

    def rearranged(self, before: Sequence[BaseRoute]) -> None:
        """Hear of any other change of the list of routes."""
        self._outdated()
        now = set(map(id, self._routes))
        for route in before:
            if id(route) not in now and isinstance(route, PlannedRoute):
                route.unlisted(self)
        for inclusion in self._places():
            inclusion.refill()

    def route_changed(self, route: RouteAttributes, name: str, before: Any, after: Any) -> None:
        """Hear that an attribute of a route here has changed."""
        self._outdated()
        for inclusion in self._places():
            for mine in inclusion.copies_of(route):
                mine.follow(name, before, after)

    def _places(self) -> list[Inclusion]:
        """Where this router is included."""
        if not self._inclusions:
            return []
        places = [inclusion for known in self._inclusions if (inclusion := known()) is not None]
        self._inclusions = list(map(ref, places))
        return places

    def _outdated(self) -> None:
        self._indexes.clear()
        self.version += 1

    def check_prefix_counts(self) -> None:
        """Refuse a prefix that was set when there were routes, and that no route was given since."""
        if self._prefixes and self.prefix not in self._prefixes:
            raise DeclarationError(
                f"router.prefix was set to {self.prefix!r} after its routes had been added, which have "
                f"{', '.join(map(repr, sorted(self._prefixes)))}: set it before, or pass prefix= to "
                "include_router()"
            )

    # Serving

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, open a WebSocket, or run the lifespan."""
        if "router" not in scope:
            scope["router"] = self
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
        else:
            await self.resolve(scope)(scope, receive, send)

    def resolve(self, scope: Scope) -> ASGIApp:
        """Find what answers a request, and note in the scope what was found.

        Raises HTTPException for a method that the path does not have.
        """
        if "router" not in scope:
            scope["router"] = self
        path: str = _route_path(scope) if scope.get("root_path") else scope["path"]
        kind: str = scope["type"]
        index = self._indexes.get(kind) or self._make_index(kind)
        found = index.find(path, scope.get("method", ""), scope)
        if isinstance(found, PlannedRoute):
            return self._runner(found, scope)
        if found is None:
            return self._redirection(scope) or self._frontend(path, scope) or self.default
        if not isinstance(found, BaseRoute):
            if not getattr(found.route, "has_own_handle", False):
                raise HTTPException(405, headers={"Allow": ", ".join(sorted(found.allowed))})
            return self._runner(cast("PlannedRoute", found.route), scope)
        return _foreign(found, self.inherited.max_body_size)

    def _runner(self, route: PlannedRoute, scope: Scope) -> ASGIApp:
        layers = active_layers.get()
        provider = route.own_provider
        if provider is UNSAID:
            provider = self.dependency_overrides_provider
        replaced: Mapping[Any, Any] = {} if provider is None else provider.dependency_overrides
        if layers or replaced:
            return route.overridden_runner(effective(self._app_wide.of(replaced), layers), scope)
        return route.compiled_runner or route.runner()

    def _make_index(self, kind: str) -> RouteIndex:
        from xapi.routing.index import RouteIndex

        self.check_prefix_counts()
        index = self._indexes[kind] = RouteIndex(self._routes, kind)
        return index

    def _redirection(self, scope: Scope) -> ASGIApp | None:
        """What redirects to the same path with, or without, a slash at its end, if that is known."""
        path = _route_path(scope)
        if scope["type"] != "http" or not self.redirect_slashes or path == "/":
            return None
        other = dict(scope)
        other["path"] = scope["path"].rstrip("/") if path.endswith("/") else scope["path"] + "/"
        if self._indexes["http"].find(_route_path(other), scope["method"], other) is None:
            return None
        return can_capture_response(partial(send_response, RedirectResponse(str(URL(scope=other))), None))

    def _frontend(self, path: str, scope: Scope) -> ASGIApp | None:
        """What answers from a frontend, if one covers the path."""
        if scope["type"] != "http":
            return None
        for frontend in self.frontends:
            if frontend.covers(path):
                if not frontend.answers(path, scope):
                    return frontend.refusal(path, self.default)
                return self._runner(frontend, scope)
        return None

    @can_capture_response
    async def not_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what no route is for: raises HTTPException 404 in an app, closes a WebSocket."""
        await super().not_found(scope, receive, send)

    # Lifespan

    @asynccontextmanager
    async def run_events(self, app: Any) -> AsyncIterator[None]:
        """The lifespan of a router that has no other."""
        async with events(self.on_startup, self.on_shutdown):
            yield

    @asynccontextmanager
    async def included_lifespan(self, app: Any) -> AsyncIterator[Mapping[str, Any]]:
        """The lifespan of this router where it is included: its events, and its lifespan if it has one."""
        async with AsyncExitStack() as stack:
            if outermost(self.lifespan_context) != self.run_events:
                await stack.enter_async_context(self.run_events(app))
            lifespan: Any = self.lifespan_context(app)
            yield await stack.enter_async_context(lifespan) or {}


def _foreign(route: BaseRoute, limit: int | None) -> ASGIApp:
    """A route of Starlette's: its answer is watched, so that errors know whether it has begun, and its body
    too, if there is a limit.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if limit is not None:
            receive = within(scope, receive, limit)
        await route.handle(scope, hearing(scope, receive), tracked(scope, send))

    return handle


def _held(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _route_path(scope: Scope) -> str:
    """The path below the root path (ASGI specification, HTTP connection scope)."""
    path: str = scope["path"]
    root = scope.get("root_path")
    if not root or not path.startswith(root):
        return path
    if path == root:
        return ""
    return path[len(root) :] if path[len(root)] == "/" else path
