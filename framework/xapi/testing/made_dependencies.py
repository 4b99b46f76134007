"""Dependencies that a factory has made: closures, instances of a class, partials."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from types import CodeType
from typing import Any

from xapi.identity import reference
from xapi.overrides import Dependency, Layer, Replacement, key_of, layer_of
from xapi.routing.override_validation import dependencies_of


class MadeBy:
    """Replaces all that a factory has made in whatever app.

    Args:
        factory: A function that defines them inside, a class, or the function of partials.
        replacement: What replaces each of them.
    """

    def __init__(self, factory: Callable[..., Any], replacement: Any) -> None:
        layer_of(factory, replacement)  # what cannot replace anything is refused now
        self._factory = factory
        self._replacement = replacement
        self._made: dict[Hashable, Replacement] = {}
        self._layers: dict[Hashable, Layer] = {}

    def layer_of(self, app: object) -> Layer:
        """What replaces what in an app; several apps may depend on the same."""
        key = reference(app)  # another app may get the identity of one that is no more
        if key not in self._layers:
            found = [call for call in dependencies_of(app) if is_made_by(self._factory, call)]
            for call in found:
                self._made.setdefault(key_of(call), Replacement(call, self._replacement))
            self._layers[key] = Layer((key_of(call), self._made[key_of(call)]) for call in found)
        return self._layers[key]


def is_made_by(factory: Callable[..., Any], dependency: Dependency) -> bool:
    """Whether calling `factory` has made a dependency: told by the code of its function, or by its class."""
    made = inspect.unwrap(getattr(factory, "__func__", factory))
    codes = {id(code) for code in _inside(getattr(made, "__code__", None))}  # equal ones may be of others
    for part in _parts(dependency):
        if part is made or id(part) in codes:
            return True
        if isinstance(made, type) and isinstance(part, made):
            return True
    return False


def _parts(dependency: Any) -> Iterator[Any]:
    """A dependency, and what it wraps: of a partial its function, of a method its function and its object.

    Of a plain function that is not itself: it was not made by itself.
    """
    if isinstance(dependency, partial):
        yield dependency.func
        yield from _parts(dependency.func)
    elif inspect.ismethod(dependency):
        yield dependency.__self__
        yield from _codes(dependency.__func__)
    elif inspect.isfunction(dependency):
        yield from _codes(dependency)
    else:
        yield dependency


def _codes(function: Any) -> Iterator[Any]:
    while function is not None:
        yield getattr(function, "__code__", None)
        function = getattr(function, "__wrapped__", None)


def _inside(code: Any) -> Iterator[CodeType]:
    """The code of all functions that are defined in a function, at any depth."""
    for constant in getattr(code, "co_consts", ()):
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)
