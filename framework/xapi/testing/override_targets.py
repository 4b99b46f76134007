"""Where apps keep what replaces their dependencies: layers, dictionaries, and the providers of Litestar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from xapi.overrides import Layer, OverrideError, Replacement
from xapi.routing.override_validation import has_layers, has_overrides, mounted_apps, unknown_keys
from xapi.testing import litestar_providers
from xapi.testing.override_dictionaries import write


def overridable(app: object) -> Any:
    """The app that has the overrides: `app` itself, or the one that its middleware wraps (`.app`).

    It may be one without, in which such apps are mounted.

    Raises:
        OverrideError: there is none.
    """
    seen: Any = app
    while seen is not None:
        if _has_dependencies(seen) or (
            hasattr(seen, "routes") and any(mounted_apps(seen, _has_dependencies))
        ):
            return seen
        seen = getattr(seen, "app", None)
    raise OverrideError(
        f"{app!r} has no dependencies to override: an XAPI app has, any app with a `dependency_overrides` "
        "dict, and Litestar's. Pass that app instead of what wraps it."
    )


def write_all(app: Any, layer: Layer) -> Callable[[], None]:
    """Write what an app, and apps mounted in it, have for that, as far as its layers do not reach them.

    Args:
        app: One that `overridable` has found.
        layer: What replaces what.

    Returns:
        What undoes it.

    Raises:
        OverrideError: Something cannot be written there; then nothing is.
    """
    undo: list[Callable[[], None]] = []

    def restore() -> None:
        while undo:
            undo.pop()()

    try:
        for each in _parts(app):
            if litestar_providers.is_litestar(each):
                undo.append(litestar_providers.replace(each, layer))
            elif not (has_layers(app) and has_layers(each)):
                undo.append(write(each.dependency_overrides, layer))
    except BaseException:
        restore()
        raise
    return restore


def unknown(app: Any, layer: Layer, others: Iterable[Layer] = ()) -> list[tuple[Replacement, str]]:
    """What of a layer no operation of an app, or of one mounted in it, depends on; with the nearest name."""
    parts = list(_parts(app))
    found: list[list[tuple[Replacement, str]]] = [
        litestar_providers.unknown(part, layer) for part in parts if litestar_providers.is_litestar(part)
    ]
    if any(map(has_overrides, parts)):
        found.append(list(unknown_keys(app, layer, others)))
    nowhere = [{id(replacement) for replacement, _ in some} for some in found]
    return [pair for pair in found[0] if all(id(pair[0]) in some for some in nowhere)] if found else []


def _parts(app: Any) -> Iterator[Any]:
    seen: dict[int, Any] = {}
    for each in (app, *mounted_apps(app, _has_dependencies)):
        if id(each) not in seen and _has_dependencies(each):
            seen[id(each)] = each
            yield each


def _has_dependencies(app: object) -> bool:
    return has_overrides(app) or litestar_providers.is_litestar(app)
