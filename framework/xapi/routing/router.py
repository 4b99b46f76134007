"""`APIRouter`: operations under a common prefix, and their inclusion in other routers and in apps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, SupportsIndex, cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from typing_extensions import Unpack

from xapi.exceptions import DeclarationError
from xapi.logger import add_note, log_exception
from xapi.operation.arguments import CallKind, call_kind, place
from xapi.operation.options import Inherited, RouterKeywords
from xapi.overrides import AppWideLayer, active_layers, effective
from xapi.pipeline.handover import hands_over
from xapi.pipeline.limits import within
from xapi.pipeline.sending import send_response, tracked
from xapi.routing.decorators import EventHandler, OperationDecorators
from xapi.routing.route import APIRoute, APIWebSocketRoute, PlannedRoute

if TYPE_CHECKING:
    from xapi.routing.frontend import FrontendRoute
    from xapi.routing.index import RouteIndex


class RouteList(list[BaseRoute]):
    """The routes of a router, in order of registration. Whoever changes it tells `changed`."""

    def __init__(self, routes: Iterable[BaseRoute], changed: Callable[[], None]) -> None:
        super().__init__(routes)
        self._changed = changed

    def append(self, route: BaseRoute) -> None:
        super().append(route)
        self._changed()

    def extend(self, routes: Iterable[BaseRoute]) -> None:
        super().extend(routes)
        self._changed()

    def insert(self, place: SupportsIndex, route: BaseRoute) -> None:
        super().insert(place, route)
        self._changed()

    def remove(self, route: BaseRoute) -> None:
        super().remove(route)
        self._changed()

    def pop(self, place: SupportsIndex = -1) -> BaseRoute:
        self._changed()
        return super().pop(place)

    def clear(self) -> None:
        super().clear()
        self._changed()

    def reverse(self) -> None:
        super().reverse()
        self._changed()

    def sort(self, **keywords: Any) -> None:
        super().sort(**keywords)
        self._changed()

    def __setitem__(self, place: Any, route: Any) -> None:
        super().__setitem__(place, route)
        self._changed()

    def __delitem__(self, place: Any) -> None:
        super().__delitem__(place)
        self._changed()

    def __iadd__(self, routes: Iterable[BaseRoute]) -> RouteList:  # type: ignore[override, misc]
        self.extend(routes)
        return self


class APIRouter(OperationDecorators, Router):
    """Operations that share a prefix, tags, dependencies and responses.

    `prefix` starts with "/" and does not end with one. The other keywords are those of `RouterKeywords`: they
    hold for every operation of the router, added to what the operation says itself. A router may be included
    several times, and operations that are added to it later are served too.
    """

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
        _check_prefix(prefix)
        self._indexes: dict[str, RouteIndex] = {}
        self._app_wide = AppWideLayer()
        self._inclusions: list[tuple[APIRouter, Inherited]] = []
        self.frontends: list[FrontendRoute] = []
        """Routes that are asked where no other one answers, those of longer paths first."""
        self.inherited = Inherited.of(prefix, **keywords)
        self.prefix = prefix
        self.route_class = route_class
        self.dependency_overrides_provider = dependency_overrides_provider
        self.on_startup = list(on_startup or ())
        self.on_shutdown = list(on_shutdown or ())
        super().__init__(
            routes, redirect_slashes=redirect_slashes, default=default, lifespan=lifespan or self._run_events
        )

    @property
    def routes(self) -> RouteList:
        """All routes, in order of registration: a flat list."""
        return self._routes

    @routes.setter
    def routes(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = RouteList(routes, self._indexes.clear)
        self._indexes.clear()

    # Registration

    def own_router(self) -> APIRouter:
        return self

    def include_router(
        self, router: APIRouter, *, prefix: str = "", **keywords: Unpack[RouterKeywords]
    ) -> None:
        """Serve the operations of `router` here too, under `prefix`; `router` itself stays as it is."""
        _check_prefix(prefix)
        if router is self:
            raise DeclarationError("a router can not include itself")
        if not isinstance(router, APIRouter):
            cls = type(router)
            raise DeclarationError(
                f"include_router() takes an APIRouter of xapi, not {cls.__module__}.{cls.__qualname__}: "
                "change the import, or mount the app that it belongs to"
            )
        inclusion = Inherited.of(prefix, **keywords)
        router._inclusions.append((self, inclusion))
        for route in [*router.routes, *router.frontends]:
            self._include(route, inclusion)
        self.on_startup.extend(router.on_startup)
        self.on_shutdown.extend(router.on_shutdown)
        if router.lifespan_context != router._run_events:
            self.lifespan_context = _nested(self.lifespan_context, router.lifespan_context)

    def register(self, route: BaseRoute) -> None:
        """Add a route here, and wherever this router is included."""
        served = self.dependency_overrides_provider is not None
        if served and isinstance(route, PlannedRoute) and not route.path.startswith("/"):
            raise DeclarationError(f"{place(route.endpoint)}: the path {route.path!r} must start with '/'")
        if getattr(route, "below_operations", False):
            self.frontends.append(cast("FrontendRoute", route))
            self.frontends.sort(key=lambda frontend: -len(frontend.path))
        else:
            self.routes.append(route)
        for parent, inclusion in self._inclusions:
            parent._include(route, inclusion)

    def _include(self, route: BaseRoute, inclusion: Inherited) -> None:
        outer = self.inherited.around(inclusion)
        prefix = outer.prefix
        if isinstance(route, APIRoute | APIWebSocketRoute):
            self.register(route.included(outer))
        elif isinstance(route, Route):
            self.register(
                Route(
                    prefix + route.path,
                    route.endpoint,
                    methods=route.methods,
                    name=route.name,
                    include_in_schema=route.include_in_schema,
                )
            )
        elif isinstance(route, WebSocketRoute):
            self.register(WebSocketRoute(prefix + route.path, route.endpoint, name=route.name))
        elif isinstance(route, Mount):
            self.register(Mount(prefix + route.path, app=route.app, name=route.name))

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
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(found.allowed))})
        return _foreign(found, self.inherited.max_body_size)

    def _runner(self, route: PlannedRoute, scope: Scope) -> ASGIApp:
        layers = active_layers.get()
        provider = self.dependency_overrides_provider
        replaced: Mapping[Any, Any] = {} if provider is None else provider.dependency_overrides
        if layers or replaced:
            return route.overridden_runner(effective(self._app_wide.of(replaced), layers), scope)
        return route.compiled_runner or route.runner()

    def _make_index(self, kind: str) -> RouteIndex:
        from xapi.routing.index import RouteIndex

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
        return hands_over(partial(send_response, RedirectResponse(str(URL(scope=other))), None))

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

    @hands_over
    async def not_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what no route is for: raises HTTPException 404 in an app, closes a WebSocket."""
        await super().not_found(scope, receive, send)

    # Lifespan

    @asynccontextmanager
    async def _run_events(self, app: Any) -> AsyncIterator[None]:
        for handler in self.on_startup:
            await _run(handler)
        yield
        failed: Exception | None = None
        for handler in self.on_shutdown:
            try:
                await _run(handler)
            except Exception as error:
                if failed is not None:
                    log_exception("the lifespan failed too", error)
                failed = failed or error
        if failed is not None:
            raise failed


def _foreign(route: BaseRoute, limit: int | None) -> ASGIApp:
    """A route of Starlette's: its answer is watched, so that errors know whether it has begun, and its body
    too, if there is a limit.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if limit is not None:
            receive = within(scope, receive, limit)
        await route.handle(scope, receive, tracked(scope, send))

    return handle


async def _run(handler: EventHandler) -> None:
    try:
        if call_kind(handler) is CallKind.ASYNC:
            await handler()
        else:
            await run_in_threadpool(handler)
    except Exception as error:
        add_note(error, f"in the event handler at {place(handler)}")
        raise


def _nested(outer: Lifespan[Any], inner: Lifespan[Any]) -> Lifespan[Any]:
    """One lifespan inside the other; their states are merged."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Mapping[str, Any]]:
        async with outer(app) as outer_state, inner(app) as inner_state:
            yield {**(outer_state or {}), **(inner_state or {})}

    return lifespan


def _check_prefix(prefix: str) -> None:
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        raise DeclarationError(f"the prefix {prefix!r} must start with '/' and not end with '/'")


def _route_path(scope: Scope) -> str:
    """The path below the root path (ASGI specification, HTTP connection scope)."""
    path: str = scope["path"]
    root = scope.get("root_path")
    if not root or not path.startswith(root):
        return path
    if path == root:
        return ""
    return path[len(root) :] if path[len(root)] == "/" else path
