"""Routers in routers: which routes an inclusion has added where, and how changes reach them."""

from __future__ import annotations

import copy
from typing import Any, Protocol, cast

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute, compile_path
from starlette.types import Receive, Scope, Send

from xapi.operation.options import Inherited
from xapi.routing.attributes import RouteAttributes


class Includable(Protocol):
    """A router, as an inclusion knows it."""

    inherited: Inherited
    frontends: list[Any]

    @property
    def routes(self) -> list[BaseRoute]:
        """Its routes, in order."""

    def register(self, route: Any) -> None:
        """Add a route."""

    def contains(self, router: Any) -> bool:
        """Whether `router` is included in it, at any depth."""


class Inclusion:
    """That `router` is included in `parent`: the copies of its routes there, in order."""

    def __init__(self, parent: Includable, router: Includable, said: Inherited) -> None:
        self.parent = parent
        self.router = router
        self.said = said
        """What the inclusion says itself."""
        self.after = parent.routes[-1] if parent.routes else None
        """The route that stood last in the parent, as a place for the first copy."""
        self.originals: list[BaseRoute] = []
        self.copies: list[BaseRoute] = []

    @property
    def inherited(self) -> Inherited:
        """What lies around the copies."""
        return self.parent.inherited.around(self.said)

    def begin(self) -> None:
        """Put the copies of all routes at the end of the parent's."""
        self.copies = [self.copied(route) for route in self.router.routes]
        self.originals = list(self.router.routes)
        self.parent.routes.extend(self.copies)
        for frontend in self.router.frontends:
            self.add_frontend(frontend)

    def add_frontend(self, frontend: Any) -> None:
        self.parent.register(frontend.included(self))

    def copied(self, route: BaseRoute) -> BaseRoute:
        """A route as it is served in the parent."""
        return (
            route.included(self)
            if isinstance(route, RouteAttributes)
            else below(self.inherited.prefix, route)
        )

    def append(self, route: BaseRoute) -> None:
        """Follow a route that came last in the router."""
        place = self._end()
        copied = self.copied(route)
        self.originals.append(route)
        self.copies.append(copied)
        if place == len(self.parent.routes):
            self.parent.routes.append(copied)
        else:
            self.parent.routes.insert(place, copied)

    def refill(self) -> None:
        """Follow whatever was done to the router's list."""
        known = list(zip(self.originals, self.copies, strict=True))
        copies = []
        for route in self.router.routes:
            place = next((at for at, (original, _) in enumerate(known) if original is route), None)
            copies.append(self.copied(route) if place is None else known.pop(place)[1])
        end = self._end()
        there = self.parent.routes
        mine = {id(copied) for copied in self.copies}
        self.originals, self.copies = list(self.router.routes), copies
        there[:] = [
            *(route for route in there[:end] if id(route) not in mine),
            *copies,
            *(route for route in there[end:] if id(route) not in mine),
        ]

    def copies_of(self, route: Any) -> list[RouteAttributes]:
        """The copies of one route, a frontend's too."""
        found = [
            mine for original, mine in zip(self.originals, self.copies, strict=True) if original is route
        ]
        found += [mine for mine in self.parent.frontends if mine.is_copy_by(self, route)]
        return cast("list[RouteAttributes]", found)

    def _end(self) -> int:
        """The place in the parent's list that follows the last copy."""
        there = self.parent.routes
        last = self.copies[-1] if self.copies else self.after
        for place in range(len(there) - 1, -1, -1):
            if there[place] is last:
                return place + 1
        return 0 if last is None and not self.copies else len(there)


def below(prefix: str, route: BaseRoute) -> BaseRoute:
    """A route of Starlette's, or of somebody's own kind, below a prefix."""
    if not prefix:
        return route
    if isinstance(route, Route | WebSocketRoute | Mount):
        moved = copy.copy(route)
        moved.path = prefix + route.path
        template = f"{moved.path}/{{path:path}}" if isinstance(moved, Mount) else moved.path
        moved.path_regex, moved.path_format, moved.param_convertors = compile_path(template)
        return moved
    return Below(prefix, route)


class Below(BaseRoute):
    """A route of which only `matches` and `handle` are known, asked for what follows a prefix."""

    def __init__(self, prefix: str, route: BaseRoute) -> None:
        self.route = route
        self.mount = Mount(prefix, app=_Only(route))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, around = self.mount.matches(scope)
        if match is Match.NONE:
            return match, {}
        around.pop("endpoint")
        match, additions = self.route.matches({**scope, **around})
        return match, {**around, **additions}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        return self.mount.url_path_for(name, **path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.route.handle(scope, receive, send)


class _Only:
    """An application of one route."""

    def __init__(self, route: BaseRoute) -> None:
        self.routes = [route]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.routes[0].handle(scope, receive, send)
