"""Replacing dependencies from outside, without touching the app.

Layers, the innermost wins: `app.dependency_overrides` (seen everywhere), below the layers that are active in
the current context: those of a test client, put there for each exchange that it starts, and those of
`with app.overrides(...)`. Layers are immutable; one is left by removing it, so that blocks may end in another
order or another context than they began in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

Dependency = Callable[..., Any]
Layer = Mapping[Dependency, Dependency]

NO_LAYERS: tuple[Layer, ...] = ()
active_layers: ContextVar[tuple[Layer, ...]] = ContextVar("xapi_override_layers", default=NO_LAYERS)
"""The layers of the current context, outermost first."""


def replacement(value: Any) -> Dependency:
    """`value` as a dependency: a callable as it is, anything else as a callable that returns it."""
    if callable(value):
        called: Dependency = value
        return called
    return lambda: value


def layer_of(replacements: Mapping[Dependency, Any]) -> Layer:
    """An immutable layer; a replacement that is not callable stands for its value."""
    return MappingProxyType({original: replacement(value) for original, value in replacements.items()})


def effective(app_wide: Layer, layers: tuple[Layer, ...]) -> Layer:
    """What replaces what, all layers considered."""
    if not layers:
        return app_wide
    merged = dict(app_wide)
    for layer in layers:
        merged.update(layer)
    return merged


@contextmanager
def overriding(replacements: Mapping[Dependency, Any]) -> Iterator[Layer]:
    """Replace dependencies for the code that runs in this block's context."""
    layer = layer_of(replacements)
    active_layers.set((*active_layers.get(), layer))
    try:
        yield layer
    finally:
        active_layers.set(tuple(other for other in active_layers.get() if other is not layer))
