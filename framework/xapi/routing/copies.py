"""Copies of routers, each a router of its own."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, TypeVar

from starlette.routing import BaseRoute

from xapi.changes import plain
from xapi.overrides import AppWideLayer
from xapi.routing.lifespans import exchanged
from xapi.routing.listing import RouteList

RouterT = TypeVar("RouterT")

_LISTS = ("included", "frontends", "on_startup", "on_shutdown")


def copied(router: RouterT, routes: Iterable[BaseRoute]) -> RouterT:
    """A router with all that `router` has, and these routes. It is included nowhere."""
    one: Any = router
    made: Any = object.__new__(type(router))
    there, mine = vars(one), vars(made)
    mine.update(there)
    mine.update(_indexes={}, _inclusions=[], _app_wide=AppWideLayer(), _prefixes=set(there["_prefixes"]))
    mine.update((name, list(there[name])) for name in _LISTS)
    for name in one.observed:
        made.hold(name, plain(there[name]))
    mine["lifespan_context"] = exchanged(one.lifespan_context, one.run_events, made.run_events)
    if one.middleware_stack == one.app:
        mine["middleware_stack"] = made.app
    mine["_routes"] = RouteList(made)
    made.routes.extend(routes)
    found: RouterT = made
    return found


def deeply_copied(router: RouterT, of_all: Iterable[str], memo: dict[int, Any]) -> RouterT:
    """A copy whose routes are copies, and all that it has beside the attributes `of_all` routers."""
    one: Any = router
    made = memo[id(router)] = copied(router, map(copy.copy, one.routes))
    for name in vars(one).keys() - set(of_all):
        vars(made)[name] = copy.deepcopy(vars(one)[name], memo)
    return made
