"""The fixture `override`: dependencies that are replaced until the test ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from xapi.overrides import Arguments, Dependency, Layer, LayerHandle

_MISSING: Any = object()


class Holder(Protocol):
    """What has overrides of its own: a client, or a server."""

    def override(self, replaced: Any, /) -> Any: ...


class Override:
    """Replaces dependencies of the app under test until the test ends.

    All clients of the test, also those that are made later, see the same replacements; no other test does.
    """

    def __init__(self) -> None:
        self._holders: list[Holder] = []
        self._replacements: list[Replacement] = []
        self._made: list[Replacement] = []

    def __call__(
        self, replaced: Dependency | Mapping[Dependency, Any], replacement: Any = _MISSING, /
    ) -> Replacement:
        """Replace one dependency, or each key of a mapping by its value.

        Args:
            replaced: The dependency, or a mapping from dependencies to what replaces them.
            replacement: Another dependency (function, generator, class), or the value itself.

        Returns:
            A context manager with which the replacement ends when its block does, instead of with the test;
            it counts and records the calls.

        Raises:
            TypeError: one dependency without a replacement, a mapping with one, or a key not callable.
            xapi.testing.OverrideError: the app under test has no dependency overrides, or not those.
        """
        caller = sys._getframe(1)
        place = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        from xapi.overrides import MISSING, layer_of

        return self.add(layer_of(replaced, MISSING if replacement is _MISSING else replacement), place)

    def add_all(self, replacements: Iterable[Mapping[Dependency, Any]], place: str) -> Replacement:
        """Replace the keys of several mappings, of which an earlier one counts before a later one."""
        from xapi.overrides import Layer, effective, layer_of

        layers = tuple(map(layer_of, replacements))
        return self.add(effective(Layer(), layers[::-1]), place)

    def add(self, layer: Layer, place: str) -> Replacement:
        """Replace what `layer` says; `place` is where that was said, for messages."""
        added = Replacement(layer, place, self._replacements.remove)
        for holder in self._holders:
            added.hold_for(holder)
        self._replacements.append(added)
        self._made.append(added)
        return added

    def count(self, dependency: Dependency) -> int:
        """How often the replacements of `dependency` were called in this test."""
        return sum(made.count(dependency) for made in self._of(dependency))

    def calls(self, dependency: Dependency) -> list[Arguments]:
        """The arguments of the calls that the replacements of `dependency` got in this test, by name."""
        return [arguments for made in self._of(dependency) for arguments in made.calls(dependency)]

    def unused(self) -> list[str]:
        """What was replaced, and where that was said, but whose replacement was never called."""
        return [f"{_named(dependency)} ({made.place})" for made in self._made for dependency in made.unused()]

    def reach(self, holder: Holder) -> None:
        """Let what is replaced, now and later, hold for a client or server; again once it was closed."""
        if holder not in self._holders:
            self._holders.append(holder)
        for replacement in self._replacements:
            replacement.hold_for(holder)

    def remove_all(self) -> None:
        """End all replacements, the last first."""
        for replacement in reversed(self._replacements.copy()):
            replacement.remove()

    def _of(self, dependency: Dependency) -> Iterator[Replacement]:
        from xapi.identity import identity

        found = [made for made in self._made if identity(dependency) in made.layer]
        if not found:
            raise KeyError(f"{_named(dependency)} was not replaced in this test")
        return iter(found)


class Replacement:
    """A replacement that is in force; as a context manager it ends with its block."""

    def __init__(self, layer: Layer, place: str, forget: Callable[[Replacement], None]) -> None:
        self.layer = layer
        self.place = place
        self._forget: Callable[[Replacement], None] | None = forget
        self._held: dict[Holder, Any] = {}

    def count(self, dependency: Dependency) -> int:
        """How often what replaces `dependency` was called."""
        return self._handle().count(dependency)

    def calls(self, dependency: Dependency) -> list[Arguments]:
        """The arguments of each call of what replaces `dependency`, by name, the latest 1,000."""
        return self._handle().calls(dependency)

    def unused(self) -> list[Dependency]:
        """What is replaced, but whose replacement was never called."""
        return self._handle().unused()

    def _handle(self) -> LayerHandle:
        from xapi.overrides import LayerHandle

        return LayerHandle(self.layer)

    def hold_for(self, holder: Holder) -> None:
        """Put the replacement above all others that hold for a client or server."""
        if holder in self._held:
            self._held[holder].remove()
        self._held[holder] = holder.override(self.layer)

    def remove(self) -> None:
        """End the replacement, whatever was replaced since. A second call does nothing."""
        for held in self._held.values():
            held.remove()
        self._held.clear()
        forget, self._forget = self._forget, None
        if forget is not None:
            forget(self)

    def __enter__(self) -> Replacement:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def _named(dependency: object) -> str:
    return getattr(dependency, "__qualname__", repr(dependency))
