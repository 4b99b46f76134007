"""Finding the route of a path and a method.

A tree of path segments narrows the routes down to those that can match, however many there are; among them
the one registered first wins. Where just one place in the tree can match, and its routes have no more to say
than their segments, the answer is a look-up by method; otherwise (convertors, mounts, hosts, routes of other
classes, overlapping templates) each candidate is asked in its turn. Nothing is remembered about the paths
that clients send.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.convertors import (
    CONVERTOR_TYPES,
    FloatConvertor,
    IntegerConvertor,
    StringConvertor,
    UUIDConvertor,
)
from starlette.routing import PARAM_REGEX, BaseRoute, Match, Mount, Route, WebSocketRoute
from starlette.types import Scope

from xapi.routing.planned import PlannedRoute

_ONE_SEGMENT = (StringConvertor, IntegerConvertor, FloatConvertor, UUIDConvertor)


@dataclass(frozen=True, eq=False, slots=True)
class MethodNotAllowed:
    """The path is known, but not with this method; `allowed` has all methods of the path, and `route` is the
    first one that has it.
    """

    allowed: frozenset[str]
    route: BaseRoute


@dataclass(eq=False, slots=True)
class _Entry:
    """One route in the tree. `places` are the path parameters and their segments; None: ask the route."""

    order: int
    route: Any
    methods: frozenset[str] | None
    places: tuple[tuple[str, int], ...] | None

    def note(self, segments: list[str], scope: Scope) -> None:
        """Note in the scope that this route was found."""
        parameters = dict(outer) if (outer := scope.get("path_params")) else {}
        if self.places:
            for name, place in self.places:
                parameters[name] = segments[place]
        scope["route"] = self.route
        scope["endpoint"] = self.route.endpoint
        scope["path_params"] = parameters

    def match(self, scope: Scope, method: str) -> tuple[Match, dict[str, Any]]:
        if self.places is None:
            try:
                match, additions = self.route.matches(scope)
            except ValueError:  # a convertor cannot read it: an int of more digits than Python takes
                return Match.NONE, {}
            return match, {"route": self.route, **additions}
        fits = self.methods is None or method in self.methods
        return Match.FULL if fits else Match.PARTIAL, {}


@dataclass(eq=False, slots=True)
class _Node:
    static: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    entries: list[_Entry] = field(default_factory=list)
    """The routes that end here."""
    rest: list[_Entry] = field(default_factory=list)
    """The routes that may match whatever follows."""
    by_method: dict[str, _Entry] = field(default_factory=dict)
    """The first route for each method, where none of the routes that end here must be asked."""


class RouteIndex:
    """The index over the routes of one router, for one kind of scope (`http` or `websocket`)."""

    def __init__(self, routes: Iterable[BaseRoute], kind: str) -> None:
        self._kind = kind
        self._root = _Node()
        paths = []
        for order, route in enumerate(routes):
            self._add(order, route)
            paths.append(getattr(route, "path", ""))
        self._static = {
            path: node for path in paths if "{" not in path and (node := self._only_node(path.split("/")))
        }

    def find(self, path: str, method: str, scope: Scope) -> BaseRoute | MethodNotAllowed | None:
        """The route for `path` and `method`; what was found is noted in the scope, as Starlette does."""
        node = self._static.get(path)
        segments: list[str] = []
        if node is None:
            segments = path.split("/")
            node = self._only_node(segments)
        if node is not None and (entry := node.by_method.get(method)) is not None:
            entry.note(segments, scope)
            route: BaseRoute = entry.route
            return route
        return self._ask(segments or path.split("/"), method, scope)

    def _only_node(self, segments: list[str]) -> _Node | None:
        """The one place in the tree for a path; None if there is none, or others have a say."""
        node = self._root
        for place in range(1, len(segments)):
            if node.rest:
                return None
            segment = segments[place]
            following = node.static.get(segment)
            if following is None:
                following = node.parameter
                if following is None or not segment:
                    return None
            elif node.parameter is not None:
                return None
            node = following
        return node if node.by_method else None

    def _ask(self, segments: list[str], method: str, scope: Scope) -> BaseRoute | MethodNotAllowed | None:
        found: tuple[_Entry, dict[str, Any]] | None = None
        allowed: set[str] = set()
        for entry in self._candidates(segments):
            match, additions = entry.match(scope, method)
            if match is Match.FULL:
                found, allowed = (entry, additions), set()
                break
            if match is Match.PARTIAL:
                found = found or (entry, additions)
                allowed.update(entry.methods or getattr(entry.route, "methods", None) or ())
        if found is None:
            return None
        entry, additions = found
        if entry.places is None:
            scope.update(additions)
        else:
            entry.note(segments, scope)
        route: BaseRoute = entry.route
        return MethodNotAllowed(frozenset(allowed), route) if allowed else route

    def _candidates(self, segments: list[str]) -> list[_Entry]:
        """All routes whose place in the tree fits a path, in order of registration."""
        nodes = [self._root]
        found: list[_Entry] = []
        for segment in segments[1:]:
            following = []
            for node in nodes:
                found += node.rest
                if (child := node.static.get(segment)) is not None:
                    following.append(child)
                if node.parameter is not None and segment:
                    following.append(node.parameter)
            nodes = following
        for node in nodes:
            found += node.entries
        found.sort(key=lambda entry: entry.order)
        return found

    def _add(self, order: int, route: BaseRoute) -> None:
        ours, others = (Route, WebSocketRoute) if self._kind == "http" else (WebSocketRoute, Route)
        if _matches_as(route, others):
            return
        if not _matches_as(route, ours):
            segments = _segments(route.path) if _matches_as(route, Mount) else []  # type: ignore[attr-defined]
            self._descend(segments)[0].rest.append(_Entry(order, route, None, None))
            return
        segments = _segments(route.path)  # type: ignore[attr-defined]
        node, places = self._descend(segments)
        methods = getattr(route, "methods", None)
        entry = _Entry(order, route, None if methods is None else frozenset(methods), places)
        if None in segments:
            node.rest.append(entry)
            return
        node.entries.append(entry)
        node.by_method = {}
        if all(other.places is not None for other in node.entries):
            for other in reversed(node.entries):
                node.by_method.update(dict.fromkeys(other.methods or _ANY_METHOD, other))

    def _descend(self, segments: list[_Segment]) -> tuple[_Node, tuple[tuple[str, int], ...] | None]:
        """The node where a route belongs, and the places of its parameters."""
        node, names, exact = self._root, [], True
        for place, segment in enumerate(segments, start=1):
            if segment is None:
                return node, None
            if isinstance(segment, str):
                node = node.static.setdefault(segment, _Node())
                continue
            node.parameter = node.parameter or _Node()
            node = node.parameter
            exact = exact and bool(segment.name)
            names.append((segment.name, place))
        return node, tuple(names) if exact else None


_ANY_METHOD = ("", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
"""The methods of routes that name none; a WebSocket has the empty one. Others take the slower way."""


@dataclass(frozen=True)
class _Variable:
    """A segment that is not plain text. It has a name if it is all of one string parameter."""

    name: str


_Segment = str | _Variable | None
"""None stands for a parameter that can hold slashes, and all that follows."""


def _segments(path: str) -> list[_Segment]:
    segments: list[_Segment] = []
    for segment in path.split("/")[1:]:
        parameters = list(PARAM_REGEX.finditer(segment))
        if not parameters:
            segments.append(segment)
            continue
        convertors = [CONVERTOR_TYPES[(found.group(2) or ":str")[1:]] for found in parameters]
        if any(type(convertor) not in _ONE_SEGMENT for convertor in convertors):
            segments.append(None)
            break
        whole = parameters[0].group(0) == segment and type(convertors[0]) is StringConvertor
        segments.append(_Variable(parameters[0].group(1) if whole else ""))
    return segments


def _matches_as(route: BaseRoute, cls: type[BaseRoute]) -> bool:
    """Whether a route matches the way `cls` does, by its path and nothing else."""
    if not isinstance(route, cls) or type(route).matches not in (cls.matches, PlannedRoute.matches):
        return False
    return "matches" not in vars(route) and not getattr(route, "has_own_regex", False)
