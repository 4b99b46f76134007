"""Overriding dependencies from outside, without changing the app.

Layers, the innermost wins: `app.dependency_overrides` (seen everywhere), below the layers that are active in
the current context: those of a test client, put there for each exchange that it starts, and those of
`with app.overrides(...)`. Layers are immutable; one is left by removing it, so that blocks may end in another
order or another context than they began in.
"""

from __future__ import annotations

import inspect
import sys
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType
from typing import Any, Literal, Self

from xapi.identity import identity, reference

Dependency = Callable[..., Any]
Arguments = dict[str, Any]

MISSING: Any = object()
"""Stands for a replacement that was not given, where `None` is one."""
MOST_CALLS = 1000
"""How many calls of one replacement are kept; all are counted."""
VALUE: Literal["value"] = "value"
REPLACED = "xapi.replaced"
"""The scope's key for what replaces what, for the code of an operation with replaced dependencies."""

_ARGUMENTS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
_KINDS = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


class OverrideError(TypeError):
    """Dependencies cannot be overridden like this: the app has none, or not those."""


class Value:
    """A replacement that stands for a value, also where that is callable: a mock, a class, a function.

    Args:
        value: What operations get instead of what the dependency returns.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Value({self.value!r})"


class Replacement:
    """What stands in the place of a dependency, and the calls that it got.

    A replacement that is not callable stands for its value, and so does a `Value`.
    """

    __slots__ = ("call", "calls", "count", "given", "is_value", "original", "shape", "value")

    def __init__(self, original: Dependency, value: Any) -> None:
        self.original = original
        self.given = value
        self.is_value = not callable(value)
        self.value = value = value.value if isinstance(value, Value) else value
        self.call: Dependency = self.take if self.is_value else value
        self.shape: Hashable = VALUE if self.is_value else shape_of(value)
        """All that the code of an operation depends on: equal for replacements that are called alike."""
        self.calls: deque[Arguments] = deque(maxlen=MOST_CALLS)
        self.count = 0

    def noted(self, /, **arguments: Any) -> Arguments:
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

    def noted(self, /, **arguments: Any) -> Arguments:
        return arguments


class Layer(dict[Hashable, Replacement]):
    """Replacements by the identity of what they replace, which they keep. A layer is not changed."""


NO_LAYERS: tuple[Layer, ...] = ()
active_layers: ContextVar[tuple[Layer, ...]] = ContextVar("xapi_override_layers", default=NO_LAYERS)
"""The layers of the current context, outermost first."""


def shape_of(call: Dependency) -> Hashable:
    """The kind of a function without parameters, as a number. Of all else only which one it is."""
    if type(call) is FunctionType and not call.__dict__:
        code = call.__code__
        if not (code.co_argcount or code.co_kwonlyargcount or code.co_flags & _ARGUMENTS):
            return code.co_flags & _KINDS
    return reference(call)


def layer_of(replaced: Dependency | str | Mapping[Any, Any] | Layer, replacement: Any = MISSING) -> Layer:
    """One dependency and what replaces it, or a mapping of several, as a layer; a layer is taken as it is.

    A replacement that is not callable stands for its value. Where Litestar is loaded, a text is the name of
    what its apps provide.

    Raises:
        TypeError: A replacement is missing, or given beside a mapping, or a key is not a callable.
    """
    if isinstance(replaced, Layer):
        return replaced
    pairs: list[tuple[Any, Any]]
    if not isinstance(replaced, Mapping):
        if replacement is MISSING:
            raise TypeError(
                f"override({name_of(replaced)}) has no replacement: give one as the second argument"
            )
        pairs = [(replaced, replacement)]
    elif replacement is not MISSING:
        raise TypeError("override({...}) takes no second argument: the mapping says what replaces what")
    else:
        pairs = list(replaced.items())
    for original, _ in pairs:
        if not callable(original) and not (isinstance(original, str) and "litestar" in sys.modules):
            mend = "give the function or class that is in Depends(...)"
            raise TypeError(f"override(): {original!r} is not a dependency; {mend}")
    return _layer(Replacement(original, value) for original, value in pairs)


def _layer(replacements: Iterable[Replacement]) -> Layer:
    return Layer((key_of(replacement.original), replacement) for replacement in replacements)


def key_of(dependency: object) -> Hashable:
    """The key of a dependency in layers: its identity, or the name by which Litestar provides it."""
    return dependency if isinstance(dependency, str) else identity(dependency)


class DependencyOverrides(MutableMapping[Dependency, Any]):
    """The dictionary `app.dependency_overrides`: keys are found by identity, so they need not be hashable."""

    def __init__(self) -> None:
        self._items: dict[Hashable, tuple[Dependency, Any]] = {}
        self.changes = 0
        """How often an item was set or deleted."""

    def __getitem__(self, key: Dependency) -> Any:
        found = self._items.get(identity(key))
        if found is None:
            raise KeyError(key)
        return found[1]

    def __setitem__(self, key: Dependency, value: Any) -> None:
        self._items[identity(key)] = key, value
        self.changes += 1

    def __delitem__(self, key: Dependency) -> None:
        if self._items.pop(identity(key), None) is None:
            raise KeyError(key)
        self.changes += 1

    def __iter__(self) -> Iterator[Dependency]:
        return iter([key for key, _ in self._items.values()])

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        theirs = {identity(key): value for key, value in other.items()}
        return theirs == {key: value for key, (_, value) in self._items.items()}

    def copy(self) -> DependencyOverrides:
        """Another one with the same items."""
        return DependencyOverrides() | self

    def __or__(self, other: Mapping[Dependency, Any]) -> DependencyOverrides:
        joined = DependencyOverrides()
        joined.update(self)
        joined.update(other)
        return joined

    def __ior__(self, other: Mapping[Dependency, Any]) -> Self:
        self.update(other)
        return self

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{key!r}: {value!r}' for key, value in self._items.values())}}}"


class AppWideLayer:
    """A dictionary of replacements as a layer, which is made anew when the dictionary has changed."""

    def __init__(self) -> None:
        self._layer = Layer()
        self._known: tuple[DependencyOverrides, int, Layer] | None = None

    def of(self, replacements: Mapping[Dependency, Any]) -> Layer:
        """The layer for what `replacements` holds now. Equal values are not the same: the new one counts."""
        if type(replacements) is not DependencyOverrides:
            return self._of_items(replacements)
        known, changes = self._known, replacements.changes
        if known is not None and known[0] is replacements and known[1] == changes:
            return known[2]
        layer = self._of_items(replacements)
        self._known = replacements, changes, layer
        return layer

    def _of_items(self, replacements: Mapping[Dependency, Any]) -> Layer:
        layer, items = self._layer, list(replacements.items())
        if len(layer) != len(items) or not all(
            seen.original is original and seen.given is value
            for seen, (original, value) in zip(layer.values(), items, strict=True)
        ):
            layer = self._layer = _layer(_Unwatched(original, value) for original, value in items)
        return layer


def effective(app_wide: Layer, layers: tuple[Layer, ...]) -> Layer:
    """What replaces what, all layers considered."""
    if not layers:
        return app_wide
    if not app_wide and len(layers) == 1:
        return layers[0]
    merged = Layer(app_wide)
    for layer in layers:
        merged.update(layer)
    return merged


class LayerHandle:
    """An override that is in force: what was called of it."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    def count(self, dependency: Dependency | None = None) -> int:
        """How often the replacement of `dependency` was called.

        Args:
            dependency: It may be left out where one alone is replaced.

        Raises:
            KeyError: this override does not replace it, or replaces several and none was named.
        """
        return self._replacement(dependency).count

    def calls(self, dependency: Dependency | None = None) -> list[Arguments]:
        """The arguments of each call that the replacement of `dependency` got, by name, the latest 1,000.

        Args:
            dependency: It may be left out where one alone is replaced.

        Raises:
            KeyError: this override does not replace it, or replaces several and none was named.
        """
        return list(self._replacement(dependency).calls)

    def unused(self) -> list[Dependency]:
        """What is replaced, but whose replacement was never called."""
        return [replacement.original for replacement in self.layer.values() if not replacement.count]

    def _replacement(self, dependency: Dependency | None) -> Replacement:
        names = ", ".join(name_of(other.original) for other in self.layer.values())
        if dependency is None:
            if len(self.layer) != 1:
                raise KeyError(f"this override replaces several: name one of {names}")
            return next(iter(self.layer.values()))
        replacement = self.layer.get(key_of(dependency))
        if replacement is None:
            raise KeyError(f"{name_of(dependency)} is not replaced by this override, which replaces {names}")
        return replacement


def name_of(dependency: object) -> str:
    """How messages name a dependency."""
    return str(getattr(dependency, "__qualname__", None) or repr(dependency))


@contextmanager
def overriding(layer: Layer) -> Iterator[LayerHandle]:
    """Replace dependencies for the code that runs in this block's context."""
    active_layers.set((*active_layers.get(), layer))
    try:
        yield LayerHandle(layer)
    finally:
        active_layers.set(tuple(other for other in active_layers.get() if other is not layer))
