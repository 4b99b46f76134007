"""Which route answers a path and a method.

A tree of path segments narrows the routes down to those that can match, however many there are; among them
the one registered first wins. What the tree can not decide (convertors, mounts, hosts, routes of other
classes) is asked of the route itself, in its turn. Nothing is remembered about the paths that clients send.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.convertors import FloatConvertor, IntegerConvertor, StringConvertor, UUIDConvertor
from starlette.routing import PARAM_REGEX, BaseRoute, Match, Mount, Route, WebSocketRoute
from starlette.types import Scope

_ONE_SEGMENT = (StringConvertor, IntegerConvertor, FloatConvertor, UUIDConvertor)
_MANY = object()


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The route for a request, and what it adds to the scope. `allowed` is set where no method fits."""

    route: BaseRoute
    additions: dict[str, Any]
    allowed: frozenset[str] | None = None


@dataclass(eq=False, slots=True)
class _Entry:
    order: int
    route: Any
    methods: frozenset[str] | None
    """None means every method, or a WebSocket."""
    places: tuple[tuple[str, int], ...] | None
    """The names of the path parameters and their segments; None where the route must be asked."""

    def additions(self, segments: list[str], scope: Scope) -> dict[str, Any] | None:
        if self.places is None:
            match, additions = self.route.matches(scope)
            return None if match is Match.NONE else additions
        parameters = {name: segments[place] for name, place in self.places}
        if "path_params" in scope:
            parameters = {**scope["path_params"], **parameters}
        return {"endpoint": self.route.endpoint, "path_params": parameters}

    def takes(self, method: str, scope: Scope) -> bool:
        if self.methods is None and self.places is None and scope["type"] == "http":
            return bool(self.route.matches(scope)[0] is Match.FULL)
        return self.methods is None or method in self.methods


@dataclass(eq=False, slots=True)
class _Node:
    static: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    entries: list[_Entry] = field(default_factory=list)
    """The routes that end here."""
    rest: list[_Entry] = field(default_factory=list)
    """The routes that match, perhaps, whatever follows."""


class RouteIndex:
    """The index over the routes of one router, for one kind of scope (`http` or `websocket`)."""

    def __init__(self, routes: Iterable[BaseRoute], kind: str) -> None:
        self._kind = kind
        self._root = _Node()
        for order, route in enumerate(routes):
            self._add(order, route)

    def find(self, path: str, method: str, scope: Scope) -> Found | None:
        """The route for `path` and `method`; if none takes the method, the first for the path, and
        `allowed`.
        """
        segments = path.split("/")
        partial: Found | None = None
        allowed: frozenset[str] = frozenset()
        for entry in self._candidates(segments):
            additions = entry.additions(segments, scope)
            if additions is None:
                continue
            if entry.takes(method, scope):
                return Found(entry.route, additions)
            partial = partial or Found(entry.route, additions)
            allowed |= entry.methods or frozenset()
        return partial and Found(partial.route, partial.additions, allowed)

    def _candidates(self, segments: list[str]) -> list[_Entry]:
        nodes = [self._root]
        found: list[_Entry] = []
        sources = 0
        for segment in segments[1:]:
            following = []
            for node in nodes:
                if node.rest:
                    found += node.rest
                    sources += 1
                if (child := node.static.get(segment)) is not None:
                    following.append(child)
                if node.parameter is not None and segment:
                    following.append(node.parameter)
            nodes = following
        for node in nodes:
            found += node.entries
            sources += 1
        if sources > 1:
            found.sort(key=lambda entry: entry.order)
        return found

    def _add(self, order: int, route: BaseRoute) -> None:
        known = _is_known(route, Route if self._kind == "http" else WebSocketRoute)
        if not known:
            if _is_known(route, WebSocketRoute if self._kind == "http" else Route):
                return
            node = self._node(_segments(route.path))[0] if _is_known(route, Mount) else self._root  # type: ignore[attr-defined]
            node.rest.append(_Entry(order, route, None, None))
            return
        path: str = route.path  # type: ignore[attr-defined]
        methods = getattr(route, "methods", None)
        node, places = self._node(_segments(path))
        entry = _Entry(order, route, None if methods is None else frozenset(methods), places)
        (node.rest if places is None and _spans(path) else node.entries).append(entry)

    def _node(self, segments: list[Any]) -> tuple[_Node, tuple[tuple[str, int], ...] | None]:
        """The node where a route with these segments belongs, and the places of its parameters."""
        node, names, exact = self._root, [], True
        for place, segment in enumerate(segments, start=1):
            if segment is _MANY:
                return node, None
            if isinstance(segment, str):
                node = node.static.setdefault(segment, _Node())
                continue
            node.parameter = node.parameter or _Node()
            node = node.parameter
            exact = exact and segment.name is not None
            names.append((segment.name, place))
        return node, tuple(names) if exact else None


@dataclass(frozen=True)
class _Variable:
    """A segment that is not plain text; it has a name if it is all of one string parameter."""

    name: str | None


def _segments(path: str) -> list[Any]:
    """A path template by segments: text, `_Variable`, or `_MANY` where a parameter can hold slashes."""
    from starlette.convertors import CONVERTOR_TYPES

    segments: list[Any] = []
    for segment in path.split("/")[1:]:
        parameters = list(PARAM_REGEX.finditer(segment))
        if not parameters:
            segments.append(segment)
            continue
        convertors = [CONVERTOR_TYPES[(found.group(2) or ":str")[1:]] for found in parameters]
        if any(type(convertor) not in _ONE_SEGMENT for convertor in convertors):
            segments.append(_MANY)
            break
        whole = parameters[0].group(0) == segment and type(convertors[0]) is StringConvertor
        segments.append(_Variable(parameters[0].group(1) if whole else None))
    return segments


def _spans(path: str) -> bool:
    return _MANY in _segments(path)


def _is_known(route: BaseRoute, cls: type[BaseRoute]) -> bool:
    """Whether a route matches the way `cls` does."""
    return isinstance(route, cls) and type(route).matches is cls.matches
