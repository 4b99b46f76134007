"""The routes of an app of any framework, by their public attributes, including mounts and routers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_CONVERTOR = re.compile(r"{(\w+):\w+}")
_HELD = ("func", "fn", "function", "wrapped")
"""The attributes under which wrappers keep what they call."""
_MOST_WRAPPERS = 100
_DEEPEST = 32
"""A mount within itself is not followed for ever."""


@dataclass(frozen=True)
class AppRoute:
    """One route."""

    path: str
    """The whole path template, convertors included: `/files/{path:path}`."""
    methods: frozenset[str] | None
    """None for any."""
    endpoint: Any
    """What handles its requests; None for a part of the app that does not show its routes."""
    is_websocket: bool = False

    @property
    def template(self) -> str:
        """The path as documents have it: `/files/{path}`."""
        return _CONVERTOR.sub(r"{\1}", self.path)


def routes_of(app: Any) -> Iterator[AppRoute]:
    """The routes of an app in their order; none where it shows none.

    Args:
        app: an app with `routes`, as those of xapi, Starlette, FastAPI and Litestar, or what wraps one and
            has it as `app`.
    """
    yield from _below(_shown_by(app) or (), "", 0)


def written_function(endpoint: Any) -> Any:
    """What somebody has written: below `functools.wraps`, `partial` and objects of libraries that call it.

    An object that says itself what is done when it is called, is what was written.
    """
    for _ in range(_MOST_WRAPPERS):
        inner = getattr(endpoint, "__wrapped__", None) or _called_by(endpoint)
        if inner is None:
            break
        endpoint = inner
    is_written = inspect.isroutine(endpoint) or inspect.isclass(endpoint)
    return endpoint if is_written else type(endpoint).__call__


def _called_by(wrapper: Any) -> Any:
    """The callable that an object of another module holds to call it, as those of Litestar for threads do."""
    if inspect.isroutine(wrapper) or inspect.isclass(wrapper):
        return None
    held = (getattr(wrapper, name, None) for name in _HELD)
    inner = next(filter(callable, held), None)
    is_own = getattr(inner, "__module__", None) == type(wrapper).__module__
    return None if inner is None or is_own else inner


def layers_of(app: Any) -> Iterator[Any]:
    """An app, the one that it wraps, and so on."""
    for _ in range(_DEEPEST):
        if app is None or isinstance(app, type):
            return
        yield app
        app = getattr(app, "app", None)


def _shown_by(app: Any) -> Iterable[Any] | None:
    """The routes of an app, or of the one that it wraps."""
    shown = (getattr(layer, "routes", None) for layer in layers_of(app))
    return next(filter(None, shown), None)


def _below(routes: Iterable[Any], prefix: str, depth: int) -> Iterator[AppRoute]:
    for route in routes if depth < _DEEPEST else ():
        included = getattr(route, "effective_route_contexts", None)
        if callable(included):  # a router that FastAPI has included, as an object
            yield from _below(included(), prefix, depth + 1)
            continue
        original = getattr(route, "starlette_route", None) or route
        # Not `path_format`: that of a mount ends in a parameter for the rest.
        path = prefix + str(getattr(route, "path", None) or getattr(original, "path", ""))
        handlers = getattr(route, "route_handlers", None)
        if handlers is not None:
            yield from (_of_litestar(path, handler) for handler in handlers)
        elif getattr(route, "endpoint", None) is not None:
            methods = getattr(route, "methods", ())  # that of a WebSocket has none
            kept = None if methods is None else frozenset(methods)
            yield AppRoute(path, kept, route.endpoint, not hasattr(route, "methods"))
        else:
            shown = getattr(original, "routes", None) or _shown_by(getattr(original, "app", None))
            if shown:
                yield from _below(shown, path, depth + 1)
            else:
                yield AppRoute(path, None, None)


def _of_litestar(path: str, handler: Any) -> AppRoute:
    methods = getattr(handler, "http_methods", None)
    function = getattr(handler, "fn", handler)
    return AppRoute(path, None if methods is None else frozenset(methods), function, methods is None)
