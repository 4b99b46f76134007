"""What a router refuses. The messages are those of the reference where existing tests look for them."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NoReturn

from xapi.exceptions import DeclarationError
from xapi.keywords import caller
from xapi.operation.arguments import place
from xapi.operation.options import Inherited
from xapi.routing.inclusion import Includable
from xapi.routing.planned import PlannedRoute


def check_prefix(prefix: str) -> None:
    """Refuse a prefix that gives no paths."""
    if prefix and not prefix.startswith("/"):
        raise DeclarationError(f"A path prefix must start with '/', which {prefix!r} does not")
    if prefix.endswith("/"):
        raise DeclarationError(
            f"A path prefix must not end with '/', as the routes will start with '/': write {prefix[:-1]!r}"
        )


def refuse_router(router: Any) -> NoReturn:
    """Refuse to include what is not a router of ours, whose operations would not be read."""
    cls = type(router)
    if isinstance(router, ModuleType):
        inside = [name for name, value in vars(router).items() if _is_router(value)]
        names = " or ".join(f"{router.__name__.rpartition('.')[2]}.{name}" for name in inside)
        raise DeclarationError(
            f"{caller()}: include_router() takes an APIRouter, not the module {router.__name__}: "
            + (f"write {names}" if names else "it has none, so make one there")
        )
    raise DeclarationError(
        f"{caller()}: include_router() takes an APIRouter of xapi, not {cls.__module__}.{cls.__qualname__}: "
        "change the import, or mount the app that it belongs to"
    )


def _is_router(value: Any) -> bool:
    return isinstance(getattr(value, "inherited", None), Inherited)


def check_circle(router: Includable, parent: Includable) -> None:
    """Refuse to include a router in itself, at any depth."""
    if router is parent:
        raise DeclarationError(
            "Cannot include the same APIRouter instance into itself. "
            "Did you mean to include a different router?"
        )
    if router.contains(parent):
        raise DeclarationError(
            "Cannot include an APIRouter instance that already includes this router. "
            "Did you mean to include a different router?"
        )


def refuse_path(route: PlannedRoute) -> NoReturn:
    """Refuse a path that no request has."""
    where = place(route.endpoint)
    if not route.path:
        raise DeclarationError(
            f"{where}: Prefix and path cannot be both empty (path operation: {route.name}): write '/'"
        )
    raise DeclarationError(f"{where}: the path {route.path!r} must start with '/'")
