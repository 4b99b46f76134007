"""Routes, and what answers a request: functions that may be called, and exchanged.

As long as nobody exchanges them, apps never come here: operations answer by their own code. When somebody
does, all HTTP operations and WebSockets take the road through these functions; see `road.py`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.datastructures import URL, FormData, URLPath
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import (
    BaseRoute,
    Match,
    Mount,
    NoMatchFound,
    Route,
    Router,
    WebSocketRoute,
    compile_path,
    get_name,
)
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from starlette.websockets import WebSocket

from xapi import params
from xapi.as_fastapi import road
from xapi.as_fastapi.handling import Sent, read_sent, streamed
from xapi.as_fastapi.stacks import stacks_in
from xapi.as_fastapi.tree._compat import ModelField, Undefined, lenient_issubclass
from xapi.as_fastapi.tree.datastructures import Default, DefaultPlaceholder
from xapi.as_fastapi.tree.dependencies.models import (
    Dependant,
    _is_async_gen_callable,
    _is_coroutine_callable,
    _is_gen_callable,
)
from xapi.as_fastapi.tree.dependencies.utils import (
    SolvedDependency,
    _get_body_field,
    _get_flat_body_params,
    _should_embed_body_fields,
    get_dependant,
    get_parameterless_sub_dependant,
    get_stream_item_type,
    get_typed_return_annotation,
    solve_dependencies,
)
from xapi.as_fastapi.tree.encoders import jsonable_encoder
from xapi.as_fastapi.tree.exceptions import (
    EndpointContext,
    FastAPIError,
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    WebSocketRequestValidationError,
)
from xapi.as_fastapi.tree.sse import EventSourceResponse, ServerSentEvent, format_sse_event
from xapi.as_fastapi.tree.staticfiles import StaticFiles
from xapi.as_fastapi.tree.types import DecoratedCallable, IncEx
from xapi.as_fastapi.tree.utils import (
    create_model_field,
    generate_unique_id,
    get_value_or_default,
    is_body_allowed_for_status_code,
)
from xapi.operation.limits import FormLimits
from xapi.operation.views import ParameterView
from xapi.pipeline.codegen.route_handler import leaving_after, serve
from xapi.pipeline.incoming_websocket import IncomingWebSocket
from xapi.pipeline.render import build, with_tasks
from xapi.pipeline.shown import shown
from xapi.routing import APIRoute, APIRouter, APIWebSocketRoute
from xapi.routing.lifespans import events

RequestHandler = Callable[[Request], Awaitable[Response]]


def request_response(func: Callable[[Request], Awaitable[Response] | Response]) -> ASGIApp:
    """A function from a request to a response as an ASGI application."""
    is_async = _is_coroutine_callable(func)

    async def handler(request: Request) -> Response:
        async with stacks_in(request.scope):
            made = func(request) if is_async else run_in_threadpool(func, request)
            response: Response = await made  # type: ignore[misc]
            return response

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await serve(handler, scope, receive, send)

    return app


def websocket_session(func: Callable[[WebSocket], Awaitable[None]]) -> ASGIApp:
    """A function of a WebSocket as an ASGI application."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await leaving_after(partial(func, IncomingWebSocket(scope, receive, send)), scope)

    return app


async def run_endpoint_function(*, dependant: Dependant, values: dict[str, Any], is_coroutine: bool) -> Any:
    """Call the endpoint, in a worker thread if it is not asynchronous."""
    assert dependant.call is not None, "dependant.call must be a function"
    result = dependant.call(**values) if is_coroutine else run_in_threadpool(dependant.call, **values)
    found = await result if inspect.isawaitable(result) else result
    return await found if inspect.isawaitable(found) else found


async def serialize_response(
    *,
    field: ParameterView | None = None,
    response_content: Any,
    include: IncEx | None = None,
    exclude: IncEx | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    is_coroutine: bool = True,
    endpoint_ctx: EndpointContext | None = None,
    dump_json: bool = False,
) -> Any:
    """A result as plain data, by its response model; as JSON if that is asked for."""
    if field is None:
        return jsonable_encoder(response_content)
    value, errors = field.validate(response_content, loc=("response",))
    if errors:
        raise ResponseValidationError(errors, body=response_content, endpoint_ctx=endpoint_ctx)
    options: dict[str, Any] = {
        "include": include,
        "exclude": exclude,
        "by_alias": by_alias,
        "exclude_unset": exclude_unset,
        "exclude_defaults": exclude_defaults,
        "exclude_none": exclude_none,
    }
    return field.serialize_json(value, **options) if dump_json else field.serialize(value, **options)


def get_request_handler(
    dependant: Dependant,
    body_field: ParameterView | None = None,
    status_code: int | None = None,
    response_class: type[Response] | DefaultPlaceholder = Default(JSONResponse),  # noqa: B008
    response_field: ParameterView | None = None,
    response_model_include: IncEx | None = None,
    response_model_exclude: IncEx | None = None,
    response_model_by_alias: bool = True,
    response_model_exclude_unset: bool = False,
    response_model_exclude_defaults: bool = False,
    response_model_exclude_none: bool = False,
    dependency_overrides_provider: Any = None,
    embed_body_fields: bool = False,
    strict_content_type: bool | DefaultPlaceholder | None = Default(True),  # noqa: B008
    stream_item_field: ParameterView | None = None,
    is_json_stream: bool = False,
    form_limits: FormLimits | None = None,
) -> RequestHandler:
    """The function that answers a request of an operation."""
    answer_class: type[Response] = (
        response_class.value if isinstance(response_class, DefaultPlaceholder) else response_class
    )
    strict = (
        strict_content_type.value
        if isinstance(strict_content_type, DefaultPlaceholder)
        else strict_content_type
    )

    async def finished(raw: Any, solved: SolvedDependency) -> Response:
        if isinstance(raw, Response):
            return raw
        content = await serialize_response(
            field=response_field,
            response_content=raw,
            include=response_model_include,
            exclude=response_model_exclude,
            by_alias=response_model_by_alias,
            exclude_unset=response_model_exclude_unset,
            exclude_defaults=response_model_exclude_defaults,
            exclude_none=response_model_exclude_none,
            is_coroutine=_is_coroutine_callable(dependant.call),
        )
        return build(answer_class, content, status_code, solved.response)

    async def app(request: Request) -> Response:
        async with stacks_in(request.scope) as stack:
            sent = await read_sent(request, dependant, embed_body_fields, strict is not False, form_limits)
            solved = await solve_dependencies(
                request=request,
                dependant=dependant,
                body=sent.value,
                dependency_overrides_provider=dependency_overrides_provider,
                async_exit_stack=stack,
                embed_body_fields=embed_body_fields,
            )
            if solved.errors:
                raise _invalid(solved.errors, sent)
            if _is_gen_callable(dependant.call) or _is_async_gen_callable(dependant.call):
                described = answer_class, status_code, stream_item_field, is_json_stream
                return streamed(dependant, solved.values, described, solved.response, solved.background_tasks)
            raw = await run_endpoint_function(
                dependant=dependant,
                values=solved.values,
                is_coroutine=_is_coroutine_callable(dependant.call),
            )
            return with_tasks(await finished(raw, solved), solved.background_tasks)

    return app


def _invalid(errors: list[Any], sent: Sent) -> RequestValidationError:
    body = sent.value if isinstance(sent.value, FormData) else partial(sent.shown)
    return RequestValidationError(shown(errors, sent.size), body=body)


def get_websocket_app(
    dependant: Dependant, dependency_overrides_provider: Any = None, embed_body_fields: bool = False
) -> Callable[[WebSocket], Awaitable[None]]:
    """The function that serves a WebSocket."""

    async def app(websocket: WebSocket) -> None:
        async with stacks_in(websocket.scope) as stack:
            solved = await solve_dependencies(
                request=websocket,
                dependant=dependant,
                dependency_overrides_provider=dependency_overrides_provider,
                async_exit_stack=stack,
                embed_body_fields=embed_body_fields,
            )
            if solved.errors:
                raise WebSocketRequestValidationError(shown(solved.errors, 0))
            assert dependant.call is not None, "dependant.call must be a function"
            await dependant.call(**solved.values)

    return app


# Routes, and where they are included


@dataclass
class RouteContext:
    """A route as it is served: with the path, the methods and the endpoint that it has there."""

    route: BaseRoute
    _route_context: Any = None

    @property
    def original_route(self) -> BaseRoute:
        """The route that it is a copy of, in the router that is included."""
        route: Any = self.route
        while (origin := vars(route).get("_origin")) is not None:
            route = origin
        return route  # type: ignore[no-any-return]

    @property
    def _effective_route(self) -> Any:
        return self.route

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the route is for a request. Of an included one the path and the methods are asked alone:
        what its class does beside may need what middleware puts into the scope.
        """
        if self.original_route is self.route:
            return self.route.matches(scope)
        kind = Route if isinstance(self.route, Route) else WebSocketRoute
        return kind.matches(self.route, scope)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.route, name, None)


def iter_route_contexts(routes: Iterable[BaseRoute]) -> Iterator[RouteContext]:
    """The routes as they are served. Those of included routers are copies, which are among them."""
    return map(RouteContext, routes)


def _iter_routes_with_context(routes: Iterable[BaseRoute]) -> Iterator[tuple[BaseRoute, Any]]:
    """The routes as they are served, and what FastAPI notes of them beside: nothing here."""
    return ((route, None) for route in routes)


def _get_scope_effective_route_context(scope: Scope) -> None:
    """What FastAPI notes in the scope of a route in an included router: nothing here."""


class _DefaultLifespan:
    """The lifespan of a router that has no other: its functions for start and stop."""

    def __init__(self, router: APIRouter) -> None:
        self._events = events(router.on_startup, router.on_shutdown)

    async def __aenter__(self) -> None:
        await self._events.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._events.__aexit__(kind, error, traceback)

    def __call__(self, app: Any) -> _DefaultLifespan:
        return self


class _EffectiveRouteContext:
    """What FastAPI notes of a route in an included router. Here that is a route; there is none of these."""


class _IncludedRouter(BaseRoute):
    """What FastAPI has in the place of an included router. Its routes are copied; there is none of these."""


# FastAPI's routes note it, and libraries read it there.
APIRoute._embed_body_fields = APIWebSocketRoute._embed_body_fields = property(  # type: ignore[attr-defined]
    road.embeds_body_fields
)


def _mark_routes_changed(router: APIRouter) -> None:
    """Note that the routes of a router have changed. Here its list tells of that by itself."""


APIRouter._mark_routes_changed = _mark_routes_changed  # type: ignore[attr-defined]

_FASTAPI_SCOPE_KEY = "fastapi"
_FASTAPI_EFFECTIVE_ROUTE_CONTEXT_KEY = "effective_route_context"
_FASTAPI_INCLUDED_ROUTER_KEY = "included_router"

road.watch(sys.modules[__name__])
