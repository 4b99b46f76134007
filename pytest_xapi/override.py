"""What the fixture `override` is: replaced dependencies, for all clients of one test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xapi.overrides import Dependency, Layer

_MISSING: Any = object()


class Override:
    """Replaces dependencies of the app under test until the test ends.

    All clients of the test, also those that are made later, see the same replacements; no other test does,
    and the app is not changed.
    """

    def __init__(self) -> None:
        self._layers: tuple[Layer, ...] = ()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that are in force, the innermost last."""
        return self._layers

    def __call__(
        self, replaced: Dependency | Mapping[Dependency, Any], replacement: Any = _MISSING
    ) -> Replacement:
        """Replace one dependency, or each key of a mapping by its value.

        Parameters:
            replaced: the dependency, or a mapping from dependencies to what replaces them.
            replacement: another dependency (function, generator, class), or the value itself.

        Returns:
            A context manager with which the replacement ends when its block does, instead of with the test.

        Raises:
            TypeError: one dependency without a replacement, a mapping with one, or a key that is no callable.
        """
        from xapi.overrides import layer_of

        layer = layer_of(_replacements(replaced, replacement))
        self._layers = (*self._layers, layer)
        return Replacement(lambda: self._remove(layer))

    def clear(self) -> None:
        """End all replacements."""
        self._layers = ()

    def _remove(self, layer: Layer) -> None:
        self._layers = tuple(other for other in self._layers if other is not layer)


class Replacement:
    """A replacement that is in force; as a context manager it ends with its block."""

    def __init__(self, undo: Callable[[], None]) -> None:
        self.undo = undo
        """End the replacement now. Again is the same as once."""

    def __enter__(self) -> Replacement:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.undo()


def _replacements(replaced: Any, replacement: Any) -> Mapping[Dependency, Any]:
    if isinstance(replaced, Mapping):
        if replacement is not _MISSING:
            raise TypeError("override({...}) takes no second argument: the mapping says what replaces what")
        replacements = replaced
    elif replacement is _MISSING:
        raise TypeError(f"override({_named(replaced)}) has no replacement: give one as the second argument")
    else:
        replacements = {replaced: replacement}
    for dependency in replacements:
        if not callable(dependency):
            mend = "give the function or class that is in Depends(...)"
            raise TypeError(f"override(): {dependency!r} is no dependency; {mend}")
    return replacements


def _named(dependency: object) -> str:
    return getattr(dependency, "__qualname__", repr(dependency))
