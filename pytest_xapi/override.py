"""The fixture `override`: dependencies that are replaced until the test, or a wider scope, ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xapi.overrides import Arguments, Dependency, Layer, OverrideError
    from xapi.testing.shared_overrides import LayerOf

_MISSING: Any = object()


class Override:
    """Replaces dependencies of the apps under test until the test ends.

    All clients and servers of `xapi.testing` see the replacements, whoever has made them, and also those that
    are made later; no other test does.
    """

    def __init__(self) -> None:
        self._replacements: list[Replacement] = []
        self._made: list[Replacement] = []

    def __call__(
        self, replaced: Dependency | str | Mapping[Any, Any], replacement: Any = _MISSING, /
    ) -> Replacement:
        """Replace one dependency, or each key of a mapping by its value.

        Args:
            replaced: The dependency, the name of one of Litestar's, or a mapping from dependencies to what
                replaces them.
            replacement: Another dependency (function, generator, class), or the value itself.

        Returns:
            A context manager with which the replacement ends when its block does, instead of with the test;
            it counts and records the calls.

        Raises:
            TypeError: one dependency without a replacement, a mapping with one, or a key not callable.
            xapi.testing.OverrideError: no app under test has such dependencies; then nothing is replaced.
        """
        from xapi.overrides import MISSING, layer_of

        layer = layer_of(replaced, MISSING if replacement is _MISSING else replacement)
        return self._add(lambda app: layer, _place())

    def value(self, replaced: Dependency | str, value: Any, /) -> Replacement:
        """Replace a dependency by a value that may be callable, such as a mock or a class.

        Args:
            replaced: The dependency.
            value: What operations get instead of what the dependency returns.

        Returns:
            As calling this fixture does.

        Raises:
            xapi.testing.OverrideError: no app under test has such a dependency; then nothing is replaced.
        """
        from xapi.overrides import Value, layer_of

        layer = layer_of(replaced, Value(value))
        return self._add(lambda app: layer, _place())

    def made_by(self, factory: Callable[..., Any], replacement: Any, /) -> Replacement:
        """Replace all dependencies that a factory has made, as in `Depends(permission("admin"))`.

        Args:
            factory: The function that defines them inside, the class that they are instances of, or the
                function that they are a `functools.partial` of.
            replacement: As for calling this fixture.

        Returns:
            As calling this fixture does.

        Raises:
            xapi.testing.OverrideError: no app under test has such dependencies; then nothing is replaced.
        """
        from xapi.testing.made_dependencies import MadeBy

        return self._add(MadeBy(factory, replacement).layer_of, _place(), _named(factory))

    def add_all(self, replacements: Iterable[Mapping[Dependency, Any]], place: str) -> Replacement:
        """Replace the keys of several mappings, of which an earlier one counts before a later one."""
        from xapi.overrides import Layer, effective, layer_of

        layers = tuple(map(layer_of, replacements))
        layer = effective(Layer(), layers[::-1])
        return self._add(lambda app: layer, place)

    def _add(self, layer_of: LayerOf, place: str, factory: str = "") -> Replacement:
        added = Replacement(layer_of, place, factory, self._replacements.remove)
        self._replacements.append(added)
        self._made.append(added)
        return added

    def count(self, dependency: Dependency | str) -> int:
        """How often the replacements of `dependency` were called in this test."""
        return sum(made.count(dependency) for made in self._of(dependency))

    def calls(self, dependency: Dependency | str) -> list[Arguments]:
        """The arguments of the calls that the replacements of `dependency` got in this test, by name."""
        return [arguments for made in self._of(dependency) for arguments in made.calls(dependency)]

    def unused(self) -> list[str]:
        """What was replaced, and where that was said, but whose replacement was never called."""
        return [f"{name} ({place})" for name, place, is_used in self.uses() if not is_used]

    def uses(self) -> Iterator[tuple[str, str, bool]]:
        """Each thing that was replaced, the place of that, and whether its replacement was called."""
        for made in self._made:
            for name, is_used in made.uses():
                yield name, made.place, is_used

    def fault(self) -> OverrideError | None:
        """What was replaced although no app under test has it; known once there have been clients."""
        for made in self._made:
            fault = made.shared.fault()
            if fault is not None:
                fault.add_note(f"It was to be replaced at {made.place}.")
                return fault
        return None

    def remove_all(self) -> None:
        """End all replacements, the last first."""
        for replacement in reversed(self._replacements.copy()):
            replacement.remove()

    def _of(self, dependency: Dependency | str) -> Iterator[Replacement]:
        from xapi.overrides import key_of

        key = key_of(dependency)
        found = [made for made in self._made if any(key in layer for layer in made.layers)]
        if not found:
            raise KeyError(f"{_named(dependency)} was not replaced in this test")
        return iter(found)


class Replacement:
    """A replacement that is in force; as a context manager it ends with its block."""

    def __init__(
        self, layer_of: LayerOf, place: str, factory: str, forget: Callable[[Replacement], None]
    ) -> None:
        from xapi.testing.shared_overrides import SharedOverride

        self.place = place
        self.shared = SharedOverride(layer_of, factory)
        self._layer_of = layer_of
        self._factory = factory
        self._forget: Callable[[Replacement], None] | None = forget

    @property
    def layers(self) -> list[Layer]:
        """What is replaced; where a factory was named, what it has made in the apps that there have been."""
        return self.shared.layers if self._factory else [self._layer_of(None)]

    def count(self, dependency: Dependency | str | None = None) -> int:
        """How often what replaces `dependency` was called; it may be left out where one alone is replaced."""
        return sum(handle.count(dependency) for handle in self._handles(dependency))

    def calls(self, dependency: Dependency | str | None = None) -> list[Arguments]:
        """The arguments of each call of what replaces `dependency`, by name, the latest 1,000; it may be left
        out where one alone is replaced.
        """
        return [arguments for handle in self._handles(dependency) for arguments in handle.calls(dependency)]

    def unused(self) -> list[Dependency]:
        """What is replaced, but whose replacement was never called."""
        from xapi.overrides import LayerHandle

        return [each for layer in self.layers for each in LayerHandle(layer).unused()]

    def uses(self) -> Iterator[tuple[str, bool]]:
        """Each thing that is replaced, and whether its replacement was called; a factory counts as one."""
        replaced = [replacement for layer in self.layers for replacement in layer.values()]
        if self._factory:
            yield self._factory, any(replacement.count for replacement in replaced)
        else:
            yield from ((_named(each.original), bool(each.count)) for each in replaced)

    def _handles(self, dependency: Dependency | str | None) -> list[Any]:
        from xapi.overrides import LayerHandle, key_of

        layers = self.layers
        if dependency is None:
            return [LayerHandle(layer) for layer in layers]
        key = key_of(dependency)
        return [LayerHandle(layer) for layer in layers if key in layer or len(layers) == 1]

    def remove(self) -> None:
        """End the replacement, whatever was replaced since. A second call does nothing."""
        forget, self._forget = self._forget, None
        if forget is not None:
            self.shared.remove()
            forget(self)

    def __enter__(self) -> Replacement:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def _place() -> str:
    """Where the caller's caller stands."""
    caller = sys._getframe(2)
    return f"{caller.f_code.co_filename}:{caller.f_lineno}"


def _named(dependency: object) -> str:
    from xapi.overrides import name_of

    return name_of(dependency)
