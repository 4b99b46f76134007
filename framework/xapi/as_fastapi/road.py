"""The road through the functions of `fastapi.routing`, for apps whose libraries exchange one of them.

As long as nobody does, operations answer by their own code, and nothing here costs anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response

from xapi.pipeline.plan import Plan
from xapi.routing.planned import PlannedRoute, Runner
from xapi.routing.route import APIRoute, APIWebSocketRoute

ON_THE_ROAD = (
    "get_request_handler",
    "get_websocket_app",
    "jsonable_encoder",
    "request_response",
    "run_endpoint_function",
    "run_in_threadpool",
    "serialize_response",
    "solve_dependencies",
    "websocket_session",
)
"""The functions of `fastapi.routing` that the road leads through."""

_routes: WeakValueDictionary[int, PlannedRoute] = WeakValueDictionary()
"""All routes, by their identity: a library's may hash and compare as it likes, or cannot yet."""


class WatchedModule(ModuleType):
    """A module that is told when one of its functions is exchanged."""

    _originals: dict[str, Any]

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in ON_THE_ROAD:
            _choose(self)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        if name in ON_THE_ROAD:
            _choose(self)


def watch(module: Any) -> None:
    """Lead apps through the functions of `fastapi.routing` as soon as one of them is exchanged."""
    vars(module)["_originals"] = {name: vars(module)[name] for name in ON_THE_ROAD}
    module.__class__ = WatchedModule
    start = PlannedRoute.start

    def started(route: PlannedRoute) -> None:
        start(route)
        _routes[id(route)] = route

    PlannedRoute.start = started  # type: ignore[method-assign, assignment]


def _choose(module: WatchedModule) -> None:
    """Take the road if something is exchanged, else the operations' own code."""
    there = vars(module)
    exchanged = any(there.get(name) is not known for name, known in there["_originals"].items())
    if exchanged == (APIRoute.make_handler is not None):
        return
    if exchanged:
        _take(module)
    else:
        APIRoute.make_handler = None
        del APIWebSocketRoute.compiled
    for route in tuple(_routes.values()):
        route.outdated()


def embeds_body_fields(route: APIRoute) -> bool:
    """Whether what is read from the body are keys of it."""
    body = route.operation.body
    return body is not None and body.embedded


def _take(module: Any) -> None:
    def make_handler(self: APIRoute) -> Callable[[Request], Awaitable[Response]]:
        made: Callable[[Request], Awaitable[Response]] = module.get_request_handler(
            dependant=self.dependant,
            body_field=self.body_field,
            status_code=self.status_code,
            response_class=self.response_class,
            response_field=self.response_field,
            response_model_include=self.operation.response.include,
            response_model_exclude=self.operation.response.exclude,
            response_model_by_alias=self.response_model_by_alias,
            response_model_exclude_unset=self.response_model_exclude_unset,
            response_model_exclude_defaults=self.response_model_exclude_defaults,
            response_model_exclude_none=self.response_model_exclude_none,
            dependency_overrides_provider=self.dependency_overrides_provider,
            embed_body_fields=embeds_body_fields(self),
            strict_content_type=self.strict_content_type,
            stream_item_field=self.stream_item_field,
            is_json_stream=self.is_json_stream,
            form_limits=self.operation.options.form_limits,
        )
        return made

    def compiled(self: APIWebSocketRoute, plan: Plan) -> Runner:
        app = module.get_websocket_app(
            dependant=self.dependant, dependency_overrides_provider=self.dependency_overrides_provider
        )
        runner: Runner = module.websocket_session(app)
        return runner

    APIRoute.make_handler = make_handler
    APIWebSocketRoute.compiled = compiled  # type: ignore[method-assign, assignment]
