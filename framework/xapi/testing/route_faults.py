"""Routes that are mistakes: those that no request reaches, and parameters of paths that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from starlette.routing import Mount, compile_path

from xapi.operation.model import Injected
from xapi.operation.templates import PATH_NAME

_SAMPLES = {
    "str": "xapi0",
    "path": "xapi0/xapi1",
    "int": "1234567890",
    "float": "1234567.5",
    "uuid": "12345678-9abc-4def-8123-456789abcdef",
}
"""What stands for a parameter, by its convertor: a text that no route has in its template."""
_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
_PLAIN = ("fastapi", "starlette", "xapi")
"""Whose routes match by path and method alone."""
_CONNECTIONS = frozenset((Injected.REQUEST, Injected.CONNECTION, Injected.WEBSOCKET))


@dataclass(frozen=True)
class RouteFault:
    """A route that is a mistake."""

    kind: Literal["hidden", "twice", "unread"]
    label: str
    """`GET /users/me`, or `WEBSOCKET /feed`."""
    endpoint: Any
    names: tuple[str, ...] = ()
    """The parameters that nothing reads."""
    other: str = ""
    """The label of the route that answers instead."""
    other_endpoint: Any = None

    def message(self, shown: Callable[[Any], str]) -> str:
        """What is wrong, and what to do.

        Args:
            shown: how a function is named.
        """
        if self.kind == "unread":
            names = ", ".join(f"{{{name}}}" for name in self.names)
            return f"nothing reads {names} of the path: give the function a parameter of that name"
        before = self.other
        if self.other_endpoint is not None:
            before += f" ({shown(self.other_endpoint)})"
        if self.kind == "twice":
            return f"it is declared twice, and {before} answers: remove one, or change its path"
        return f"no request reaches it, because {before} stands before it and matches: declare this one first"


def route_faults(routes: Iterable[Any], prefix: str = "") -> Iterator[RouteFault]:
    """The mistakes among routes, and those of mounted apps among themselves.

    Args:
        routes: those of an app of xapi, Starlette or FastAPI, in their order.
        prefix: what stands in front of their paths.
    """
    earlier: list[Any] = []
    for route in _flat(routes):
        path = str(getattr(route, "path", ""))
        if getattr(route, "endpoint", None) is None:
            inner = getattr(getattr(route, "app", None), "routes", None)
            yield from route_faults(inner or (), prefix + path)
            if isinstance(route, Mount):
                earlier.append(route)
        elif _is_plain(route):
            yield from _unread(route, prefix)
            for method in sorted(_methods(route)):
                before = next((one for one in earlier if _answers(one, method) and _hides(one, path)), None)
                if before is not None:
                    yield _hidden(route, before, method, prefix)
            earlier.append(route)


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        included = getattr(route, "effective_route_contexts", None)
        if callable(included):  # a router that FastAPI has included, as an object
            yield from _flat(included())
        else:
            yield route


def _is_plain(route: Any) -> bool:
    matches = getattr(type(route), "matches", None)
    return getattr(matches, "__module__", "").partition(".")[0] in _PLAIN and hasattr(route, "path")


def _methods(route: Any) -> frozenset[str]:
    """The methods that a route answers, without HEAD, which comes with GET."""
    methods = getattr(route, "methods", None)
    if methods is None:
        return frozenset(("WEBSOCKET",)) if not hasattr(route, "methods") else frozenset()
    return frozenset(methods) - {"HEAD"}


def _answers(earlier: Any, method: str) -> bool:
    return isinstance(earlier, Mount) or method in _methods(earlier)


def _hides(earlier: Any, path: str) -> bool:
    """Whether a route or a mount matches the requests of a path, as far as a sample tells."""
    regex = getattr(earlier, "path_regex", None) or compile_path(earlier.path)[0]
    sample = _PARAMETER.sub(lambda match: _SAMPLES.get(match[2] or "str", "\0"), path)
    return regex.match(sample) is not None


def _hidden(route: Any, before: Any, method: str, prefix: str) -> RouteFault:
    def template(path: str) -> str:
        return _PARAMETER.sub("{}", path)

    label = _label(method, prefix + route.path)
    if isinstance(before, Mount):
        return RouteFault("hidden", label, route.endpoint, (), f"the mount at {prefix}{before.path or '/'}")
    return RouteFault(
        "twice" if template(route.path) == template(before.path) else "hidden",
        label,
        route.endpoint,
        (),
        _label(method, prefix + before.path),
        before.endpoint,
    )


def _unread(route: Any, prefix: str) -> Iterator[RouteFault]:
    """The parameters of the path that neither the endpoint nor a dependency reads."""
    operation = getattr(route, "operation", None)
    if operation is None:
        return
    signatures = list(operation.endpoint.walk())
    if any(kind in _CONNECTIONS for signature in signatures for _, kind in signature.injected):
        return  # it may read them there
    read = {name for signature in signatures for name in _path_names_read(signature)}
    names = tuple(name for name in dict.fromkeys(PATH_NAME.findall(route.path)) if name not in read)
    if names:
        method = next(iter(sorted(_methods(route))), "ANY")
        yield RouteFault("unread", _label(method, prefix + route.path), route.endpoint, names)


def _path_names_read(signature: Any) -> Iterator[str]:
    for parameter in signature.parameters:
        if parameter.location == "path":
            yield from (each.wire_name for each in (parameter, *(parameter.members or ())))


def _label(method: str, path: str) -> str:
    return f"{method} {_PARAMETER.sub(lambda match: f'{{{match[1]}}}', path)}"
