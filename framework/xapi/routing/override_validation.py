"""The dependencies of an app, to detect an override that replaces nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, MutableMapping
from contextlib import suppress
from typing import Any

from xapi.identity import identity
from xapi.overrides import Dependency, Layer, OverrideError, Replacement, active_layers, name_of
from xapi.routing.planned import PlannedRoute
from xapi.routing.router import APIRouter


def check_keys(app: Any, layer: Layer, others: Iterable[Layer] = ()) -> None:
    """Refuse an override of what no operation of `app` depends on.

    Raises:
        OverrideError: a key is not a dependency; the message has the nearest name.
    """
    for replacement, suggestion in unknown_keys(app, layer, others):
        raise OverrideError(f"no operation of the app depends on {name_of(replacement.original)}{suggestion}")


def unknown_keys(app: Any, layer: Layer, others: Iterable[Layer] = ()) -> Iterator[tuple[Replacement, str]]:
    """The replacements of what no operation of `app` depends on, each with the nearest name, as a clause.

    What the replacements depend on may be replaced as well: those of `layer`, of `others`, of the context.
    An app of another framework is asked for the `dependant` of its routes; where that does not tell all,
    every key is accepted.
    """
    missing = [replacement for key, replacement in layer.items() if not _is_known(app, key)]
    if not missing or not _says_dependencies(app):
        return
    known = _by_identity(_dependencies(_routes(app)))
    for replacements in (layer, *others, *active_layers.get()):
        for replacement in replacements.values():
            known |= _by_identity(_below(replacement.call))
    for value in getattr(app, "dependency_overrides", {}).values():
        known |= _by_identity(_below(value))
    for replacement in missing:
        original = replacement.original
        if identity(original) not in known and (has_layers(app) or not _is_among(original, known.values())):
            yield replacement, _suggestion(original, known.values())


def _by_identity(dependencies: Iterable[Dependency]) -> dict[Hashable, Dependency]:
    return {identity(dependency): dependency for dependency in dependencies}


def _is_among(key: Dependency, dependencies: Iterable[Dependency]) -> bool:
    """Whether an app whose replacements are in a dictionary alone would find it there."""
    return isinstance(key, Hashable) and key in {
        dependency: None for dependency in dependencies if isinstance(dependency, Hashable)
    }


def dependencies_of(app: Any) -> list[Dependency]:
    """What the operations of an app depend on, and of the apps that are mounted in it, each once."""
    return list(_by_identity(_dependencies(_routes(app))).values())


def has_overrides(app: object) -> bool:
    """Whether an app has a dictionary of what replaces its dependencies."""
    return isinstance(getattr(app, "dependency_overrides", None), MutableMapping)


def mounted_apps(app: Any, is_wanted: Callable[[object], bool] = has_overrides) -> Iterator[Any]:
    """The apps with dependencies that are mounted in an app of any framework, at any depth."""
    for route in _routes(app):
        inner = None if isinstance(route, PlannedRoute) else getattr(route, "app", None)
        while inner is not None:
            if is_wanted(inner):
                yield inner
                break
            inner = getattr(inner, "app", None)


def has_layers(app: Any) -> bool:
    """Whether an app looks for what replaces its dependencies in the context."""
    return callable(getattr(app, "overrides", None))


def _is_known(app: Any, key: Hashable) -> bool:
    return any(isinstance(route, PlannedRoute) and key in route.replaceable for route in _routes(app))


def _says_dependencies(app: Any) -> bool:
    """Whether all dependencies can be seen: another framework may keep some behind routes of its own kind."""
    if has_layers(app):
        return True
    routes = list(_routes(app))
    kinds = ("endpoint", "routes", "app")
    return any(hasattr(route, "dependant") for route in routes) and all(
        any(hasattr(route, kind) for kind in kinds) for route in routes
    )


def _routes(app: Any) -> Iterator[Any]:
    """All routes of an app, and of the apps that are mounted in it, also behind middleware."""
    seen = app
    while not hasattr(seen, "routes"):
        seen = getattr(seen, "app", None)
        if seen is None:
            return
    for listed in seen.routes:
        for route in _included(listed):
            yield route
            if not hasattr(route, "endpoint"):
                yield from _routes(route if getattr(route, "routes", None) else getattr(route, "app", None))
    router = getattr(seen, "router", None)
    if isinstance(router, APIRouter):
        yield from router.frontends


def _included(route: Any) -> Iterator[Any]:
    """The route, or those behind it: FastAPI, from 0.165 on, lists an included router as one."""
    if not hasattr(route, "effective_route_contexts"):
        yield route
        return
    for context in (*route.effective_route_contexts(), *route.effective_low_priority_routes()):
        yield context if context.dependant is not None else context.starlette_route


def _dependencies(routes: Iterable[Any]) -> Iterator[Dependency]:
    for route in routes:
        if isinstance(route, PlannedRoute):
            yield from route.replaceable.values()
        else:
            yield from _called(getattr(route, "dependant", None))


def _called(dependant: Any) -> Iterator[Dependency]:
    """What a tree of another framework's `dependant` calls, each once."""
    seen: dict[int, Any] = {}
    pending = list(getattr(dependant, "dependencies", ()))
    while pending:
        dependency = pending.pop()
        if id(dependency) not in seen:
            seen[id(dependency)] = dependency
            pending.extend(getattr(dependency, "dependencies", ()))
            yield dependency.call


def _below(call: Dependency) -> Iterator[Dependency]:
    """What a replacement depends on. One that cannot be read is told by the request that needs it."""
    from xapi.operation.reading import dependency_calls

    with suppress(Exception):
        yield from dependency_calls(call)


def _suggestion(key: Dependency, known: Iterable[Dependency]) -> str:
    from difflib import get_close_matches

    name = name_of(key)
    names = {name_of(dependency): dependency for dependency in known}
    # By the last part too: what a test defines has the name of the test in its own.
    full_names = {_last_part(known_name): known_name for known_name in names}
    near = get_close_matches(name, names, n=1) or [
        full_names[part] for part in get_close_matches(_last_part(name), full_names, n=1)
    ]
    if not near:
        return ""
    if near[0] != name:
        return f" (did you mean {near[0]}?)"
    modules = getattr(key, "__module__", "?"), getattr(names[near[0]], "__module__", "?")
    return (
        f", but on another object of that name: yours is from {modules[0]!r}, the app's from {modules[1]!r}"
    )


def _last_part(name: str) -> str:
    return name.rpartition(".")[2]
