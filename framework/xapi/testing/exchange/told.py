"""What an app records in the connection scope about the route that has answered a request."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, NamedTuple

THE_ROUTER = ""
"""For a route: none has answered, but the router itself (404, 405, a redirection by a slash)."""


class Told(NamedTuple):
    """Where a request went."""

    path: str
    """Its path, below the root path of the app."""
    route: str | None
    """The path template of the route that answered, below `mount`, without convertors; `THE_ROUTER`, or None
    where the app does not tell.
    """
    mount: str = ""
    """The part of the path that mounts have taken away, as it was sent."""


def told(scope: MutableMapping[str, Any], path: str) -> Told:
    """What the scope of a request tells after the app has run.

    Known are the routers of Starlette, and with them xapi's and FastAPI's, and Litestar's.

    Args:
        scope: that of the request, as the app has left it.
        path: the path of the request, as it was before the app ran.
    """
    root_path: str = scope.get("root_path") or ""
    app_root: str = scope.get("app_root_path", root_path) or ""
    mount = root_path.removeprefix(app_root) if root_path.startswith(app_root) else ""
    below = path[len(app_root) :] if path.startswith(app_root.rstrip("/") + "/") or path == app_root else path
    return Told(below or "/", _route(scope), mount)


def _route(scope: MutableMapping[str, Any]) -> str | None:
    if "litestar_app" in scope:
        template: str | None = scope.get("path_template") if "route_handler" in scope else THE_ROUTER
        return template
    route = scope.get("route")
    if route is None:
        return THE_ROUTER if "router" in scope and "endpoint" not in scope else None
    if not hasattr(route, "endpoint"):  # a mount, and nothing in it has answered that tells
        return THE_ROUTER if getattr(route, "routes", None) else None
    methods = getattr(route, "methods", None)
    if methods is not None and scope["method"] not in methods:
        return THE_ROUTER
    # FastAPI's routes of included routers do not know the prefixes under which they are included.
    context = (scope.get("fastapi") or {}).get("effective_route_context")
    if context is not None and getattr(context, "original_route", None) is route:
        route = context
    found: str | None = getattr(route, "path_format", None) or getattr(route, "path", None)
    return found
