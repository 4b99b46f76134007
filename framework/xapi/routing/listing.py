"""The list of a router's routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Protocol, SupportsIndex

from starlette.routing import BaseRoute


class Owner(Protocol):
    """The router whose list it is."""

    def admit(self, route: BaseRoute) -> None:
        """Look at a route before it is added; raises DeclarationError for what cannot work."""

    def added(self, route: BaseRoute) -> None:
        """Hear of a route that was added as the last one."""

    def rearranged(self, before: Sequence[BaseRoute]) -> None:
        """Hear of any other change, and what was there before."""


class RouteList(list[BaseRoute]):
    """The routes of a router, in order of registration, which the router is asked for and told of."""

    def __init__(self, router: Owner) -> None:
        super().__init__()
        self.router = router

    def append(self, route: BaseRoute) -> None:
        self.router.admit(route)
        super().append(route)
        self.router.added(route)

    def extend(self, routes: Iterable[BaseRoute]) -> None:
        for route in list(routes):
            self.append(route)

    def __iadd__(self, routes: Iterable[BaseRoute]) -> RouteList:  # type: ignore[override, misc]
        self.extend(routes)
        return self

    def insert(self, place: SupportsIndex, route: BaseRoute) -> None:
        self[place:place] = [route]

    def __setitem__(self, place: Any, value: Any) -> None:
        if isinstance(place, slice):
            value = list(value)
        for route in value if isinstance(place, slice) else [value]:
            self.router.admit(route)
        before = list(self)
        super().__setitem__(place, value)
        self.router.rearranged(before)

    def __reduce_ex__(self, protocol: Any) -> Any:
        # A copy is the list of no router.
        return list, (list(self),)


def _told(change: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(change)
    def tell(self: RouteList, *args: Any, **keywords: Any) -> Any:
        before = list(self)
        result = change(self, *args, **keywords)
        self.router.rearranged(before)
        return result

    return tell


for _name in ("remove", "pop", "clear", "reverse", "sort", "__delitem__", "__imul__"):
    setattr(RouteList, _name, _told(getattr(list, _name)))
