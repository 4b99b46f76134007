"""Finding the route of a path and a method.

A tree of path segments narrows the routes down to those that can match, however many there are; among them
the one registered first wins. Where just one place in the tree can match, and its routes have no more to say
than their segments, the answer is a look-up by method; otherwise (convertors, mounts, hosts, routes of other
classes, overlapping templates) each candidate is asked in its turn. Nothing is remembered about the paths
that clients send.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any, NamedTuple

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


class MethodNotAllowed(NamedTuple):
    """The path is known, but not with this method; `allowed` has all methods of the path, and `route` is the
    first one that has it.
    """

    allowed: frozenset[str]
    route: BaseRoute


class _Entry:
    """One route in the tree. `places` are the path parameters and their segments; None: ask the route."""

    __slots__ = ("methods", "order", "places", "route")

    def __init__(
        self,
        order: int,
        route: Any,
        methods: frozenset[str] | None,
        places: tuple[tuple[str, int], ...] | None,
    ) -> None:
        self.order = order
        self.route = route
        self.methods = methods
        self.places = places

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


_Waiting = tuple[int, Any, list[str], bool]
"""A route that has not found its place in the tree yet: its order, itself, its segments, and whether it may
match whatever follows them. There is one for each route of an app that was never asked: so no class.
"""


class _Node:
    """A place in the tree. What waits beyond it becomes places when a path comes by: see `_opened`."""

    __slots__ = ("any_segment", "beyond", "by_method", "entries", "parameter", "parameters", "rest", "static")

    def __init__(self) -> None:
        self.static: dict[str, _Node] = {}
        self.beyond: dict[str, list[_Waiting]] = {}
        """What waits in the static places that no path has come by yet."""
        self.parameter: _Node | None = None
        self.parameters: list[_Waiting] = []
        """What waits where any segment fits."""
        self.any_segment: _Node | None = None
        """The place of any segment, where there is no other one."""
        self.entries: list[_Entry] = []
        """The routes that end here."""
        self.rest: list[_Entry] = []
        """The routes that may match whatever follows."""
        self.by_method: dict[str, _Entry] = {}
        """The first route for each method, where none of the routes that end here must be asked."""


class RouteIndex:
    """The index over the routes of one router, for one kind of scope (`http` or `websocket`).

    The tree grows where paths come by: an app of many routes need not be read before its first request.
    """

    def __init__(self, routes: Iterable[BaseRoute], kind: str) -> None:
        self._growing = Lock()
        self._opened_nodes = 0
        self._static: dict[str, _Node] = {}
        """The places of paths without parameters that have been asked for."""
        ours, others = (Route, WebSocketRoute) if kind == "http" else (WebSocketRoute, Route)
        bases: dict[type, type[BaseRoute] | None] = {}
        waiting: list[_Waiting] = []
        route: Any
        for order, route in enumerate(routes):
            cls = type(route)
            base = bases[cls] if cls in bases else bases.setdefault(cls, _base_of(cls))
            if base is None or getattr(route, "has_own_regex", False) or not _is_of(cls, route.matches):
                waiting.append((order, route, [], True))
            elif base is not others:
                waiting.append((order, route, route.path.split("/")[1:], base is not ours))
        self._root = self._opened(waiting, 0)

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
        for segment in segments[1:]:
            if segment and node.any_segment is not None:
                node = node.any_segment
                continue
            if node.rest:
                return None
            following = node.static.get(segment)
            if following is None:
                following = node.parameter
                if following is None or not segment or segment in node.beyond or segment in node.static:
                    return None
            elif node.parameters or node.parameter is not None:
                return None
            node = following
        return node if node.by_method else None

    def _ask(self, segments: list[str], method: str, scope: Scope) -> BaseRoute | MethodNotAllowed | None:
        found: tuple[_Entry, dict[str, Any]] | None = None
        allowed: set[str] = set()
        for entry in self._grown(segments):
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

    def _grown(self, segments: list[str]) -> list[_Entry]:
        """`_candidates`, for which the tree may have to grow; a path that it has grown for is found at once
        from now on.
        """
        before = self._opened_nodes
        candidates = self._candidates(segments)
        if self._opened_nodes != before:
            path = "/".join(segments)
            node = self._only_node(segments)
            if node is not None and any(
                entry.route.path == path and not entry.places for entry in node.entries
            ):
                self._static[path] = node
        return candidates

    def _candidates(self, segments: list[str]) -> list[_Entry]:
        """All routes whose place in the tree fits a path, in order of registration."""
        nodes = [self._root]
        found: list[_Entry] = []
        for depth, segment in enumerate(segments[1:], start=1):
            following = []
            for node in nodes:
                found += node.rest
                if segment in node.beyond or segment in node.static:
                    following.append(self._static_child(node, segment, depth))
                if segment and (node.parameters or node.parameter is not None):
                    following.append(self._parameter_child(node, depth))
            nodes = following
        for node in nodes:
            found += node.entries
        found.sort(key=lambda entry: entry.order)
        return found

    # Others may be looking for their routes while the tree grows: by nodes that are whole, and that are there
    # before nothing waits for them any more. Who looks asks for what waits first.

    def _static_child(self, node: _Node, segment: str, depth: int) -> _Node:
        if segment in node.beyond:
            with self._growing:
                if segment in node.beyond:
                    node.static[segment] = self._opened(node.beyond[segment], depth)
                    del node.beyond[segment]
        return node.static[segment]

    def _parameter_child(self, node: _Node, depth: int) -> _Node:
        if node.parameters:
            with self._growing:
                if node.parameters:
                    node.parameter = self._opened(node.parameters, depth)
                    if not (node.static or node.beyond or node.rest):
                        node.any_segment = node.parameter
                    node.parameters = []
        assert node.parameter is not None
        return node.parameter

    def _opened(self, waiting: list[_Waiting], depth: int) -> _Node:
        """A place with what was waiting for it: in it, or waiting beyond it."""
        self._opened_nodes += 1
        opened = _Node()
        beyond = opened.beyond
        for one in waiting:
            segments = one[2]
            segment = segments[depth] if depth < len(segments) else "{"
            if "{" in segment and _is_placed(opened, one, depth):
                continue
            if segment in beyond:
                beyond[segment].append(one)
            else:
                beyond[segment] = [one]
        if all(entry.places is not None for entry in opened.entries):
            for entry in reversed(opened.entries):
                opened.by_method.update(dict.fromkeys(entry.methods or _ANY_METHOD, entry))
        return opened


def _is_placed(node: _Node, waiting: _Waiting, depth: int) -> bool:
    """Place a route that ends here or has a parameter next; not one whose next segment is plain after all."""
    _, _, segments, goes_on = waiting
    if depth == len(segments):
        if goes_on:
            node.rest.append(_entry(waiting, None))
        else:
            node.entries.append(_entry(waiting, _places(segments)))
    elif _is_plain(segments[depth]):
        return False
    elif _parameter(segments[depth]) is None:
        node.rest.append(_entry(waiting, None))
    else:
        node.parameters.append(waiting)
    return True


def _entry(waiting: _Waiting, places: tuple[tuple[str, int], ...] | None) -> _Entry:
    order, route, _, goes_on = waiting
    methods = None if goes_on else getattr(route, "methods", None)
    return _Entry(order, route, None if methods is None else frozenset(methods), places)


def _places(segments: list[str]) -> tuple[tuple[str, int], ...] | None:
    """The parameters of a path and their segments; None where one is not all of its segment, or no string."""
    places = []
    for place, segment in enumerate(segments, start=1):
        if not _is_plain(segment):
            name = _parameter(segment)
            if not name:
                return None
            places.append((name, place))
    return tuple(places)


_ANY_METHOD = ("", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
"""The methods of routes that name none; a WebSocket has the empty one. Others take the slower way."""


def _is_plain(segment: str) -> bool:
    return "{" not in segment or PARAM_REGEX.search(segment) is None


def _parameter(segment: str) -> str | None:
    """The name of a parameter that is all of a segment; empty for any other that holds parameters.

    None where one of them can hold slashes, and all that follows.
    """
    parameters = PARAM_REGEX.findall(segment)
    convertors = [type(CONVERTOR_TYPES[convertor[1:] or "str"]) for _, convertor in parameters]
    if any(convertor not in _ONE_SEGMENT for convertor in convertors):
        return None
    name = parameters[0][0]
    return name if convertors[0] is StringConvertor and segment in (f"{{{name}}}", f"{{{name}:str}}") else ""


def _base_of(cls: type[BaseRoute]) -> type[BaseRoute] | None:
    """Whether routes of a class match as `Route`, `WebSocketRoute` or `Mount` do, by their paths alone."""
    for base in (Route, WebSocketRoute, Mount):
        if issubclass(cls, base) and cls.matches in (base.matches, PlannedRoute.matches):
            return base
    return None


def _is_of(cls: type[BaseRoute], matches: Any) -> bool:
    """Whether the method of a route is that of its class."""
    return getattr(matches, "__func__", None) is cls.matches
