"""Replacing dependencies from outside, without touching the app.

Layers, the innermost wins: `app.dependency_overrides` (seen everywhere), below the layers that are active in
the current context: those of a test client, put there for each exchange that it starts, and those of
`with app.overrides(...)`. Layers are immutable; one is left by removing it, so that blocks may end in another
order or another context than they began in.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType, MappingProxyType
from typing import Any, Literal
from weakref import ref

Dependency = Callable[..., Any]
Arguments = dict[str, Any]

MOST_CALLS = 1000
"""How many calls of one replacement are kept; all are counted."""
VALUE: Literal["value"] = "value"
REPLACED = "xapi.replaced"
"""The scope's key for what replaces what, for the code of an operation with replaced dependencies."""

_ARGUMENTS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
_KINDS = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


class OverrideError(TypeError):
    """Dependencies cannot be overridden like this: the app has none, or not those."""


class Replacement:
    """What stands in the place of a dependency, and the calls that it got.

    A replacement that is not callable stands for its value.
    """

    __slots__ = ("call", "calls", "count", "is_value", "shape", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.is_value = not callable(value)
        self.call: Dependency = self.take if self.is_value else value
        self.shape: Hashable = VALUE if self.is_value else shape_of(value)
        """All that the code of an operation depends on: equal for replacements that are called alike."""
        self.calls: deque[Arguments] = deque(maxlen=MOST_CALLS)
        self.count = 0

    def noted(self, **arguments: Any) -> Arguments:
        """The arguments of a call, once the call has been noted."""
        self.count += 1
        self.calls.append(arguments)
        return arguments

    def take(self) -> Any:
        """The value; taking it counts as a call."""
        self.noted()
        return self.value


class _Unwatched(Replacement):
    """A replacement whose calls nobody can ask for."""

    __slots__ = ()

    def noted(self, **arguments: Any) -> Arguments:
        return arguments


Layer = Mapping[Dependency, Replacement]

NO_LAYERS: tuple[Layer, ...] = ()
active_layers: ContextVar[tuple[Layer, ...]] = ContextVar("xapi_override_layers", default=NO_LAYERS)
"""The layers of the current context, outermost first."""


def shape_of(call: Dependency) -> Hashable:
    """The kind of a function without parameters, as a number. Of all else only which one it is."""
    if type(call) is FunctionType and not call.__dict__:
        code = call.__code__
        if not (code.co_argcount or code.co_kwonlyargcount or code.co_flags & _ARGUMENTS):
            return code.co_flags & _KINDS
    return identity(call)


def identity(call: Dependency) -> Hashable:
    """What is equal to itself for the same callable only, and does not keep it alive where that can be."""
    try:
        reference = ref(call)
        hash(reference)
    except TypeError:
        return call if isinstance(call, Hashable) else object()
    return reference


def layer_of(replacements: Mapping[Dependency, Any]) -> Layer:
    """An immutable layer; a replacement that is not callable stands for its value."""
    return MappingProxyType({original: Replacement(value) for original, value in replacements.items()})


class AppWideLayer:
    """A dictionary of replacements as a layer, which is made anew when the dictionary has changed."""

    def __init__(self) -> None:
        self._seen: dict[Dependency, Any] = {}
        self._layer: Layer = {}

    def of(self, replacements: Mapping[Dependency, Any]) -> Layer:
        if self._seen != replacements:
            self._seen = dict(replacements)
            self._layer = {original: _Unwatched(value) for original, value in replacements.items()}
        return self._layer


def effective(app_wide: Layer, layers: tuple[Layer, ...]) -> Layer:
    """What replaces what, all layers considered."""
    if not layers:
        return app_wide
    if not app_wide and len(layers) == 1:
        return layers[0]
    merged = dict(app_wide)
    for layer in layers:
        merged.update(layer)
    return merged


class LayerHandle:
    """An override that is in force: what was called of it."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    def count(self, dependency: Dependency) -> int:
        """How often the replacement of `dependency` was called.

        Raises:
            KeyError: this override does not replace it.
        """
        return self._replacement(dependency).count

    def calls(self, dependency: Dependency) -> list[Arguments]:
        """The arguments of each call that the replacement of `dependency` got, by name, the latest 1,000.

        Raises:
            KeyError: this override does not replace it.
        """
        return list(self._replacement(dependency).calls)

    def unused(self) -> list[Dependency]:
        """What is replaced, but whose replacement was never called."""
        return [original for original, replacement in self.layer.items() if not replacement.count]

    def _replacement(self, dependency: Dependency) -> Replacement:
        if dependency not in self.layer:
            names = ", ".join(map(name_of, self.layer))
            raise KeyError(f"{name_of(dependency)} is not replaced by this override, which replaces {names}")
        return self.layer[dependency]


def name_of(dependency: object) -> str:
    """How messages name a dependency."""
    return str(getattr(dependency, "__qualname__", repr(dependency)))


@contextmanager
def overriding(layer: Layer) -> Iterator[LayerHandle]:
    """Replace dependencies for the code that runs in this block's context."""
    active_layers.set((*active_layers.get(), layer))
    try:
        yield LayerHandle(layer)
    finally:
        active_layers.set(tuple(other for other in active_layers.get() if other is not layer))
