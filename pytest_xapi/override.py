"""What the fixture `override` is: replaced dependencies, for all clients of one test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xapi.overrides import Dependency
    from xapi.testing import AsyncClient, TestClient
    from xapi.testing import Override as ClientOverride

    Client = TestClient | AsyncClient

_MISSING: Any = object()


class Override:
    """Replaces dependencies of the app under test until the test ends.

    All clients of the test, also those that are made later, see the same replacements; no other test does.
    """

    def __init__(self) -> None:
        self._clients: list[Client] = []
        self._replacements: list[Replacement] = []

    def __call__(
        self, replaced: Dependency | Mapping[Dependency, Any], replacement: Any = _MISSING, /
    ) -> Replacement:
        """Replace one dependency, or each key of a mapping by its value.

        Parameters:
            replaced: the dependency, or a mapping from dependencies to what replaces them.
            replacement: another dependency (function, generator, class), or the value itself.

        Returns:
            A context manager with which the replacement ends when its block does, instead of with the test.

        Raises:
            TypeError: one dependency without a replacement, a mapping with one, or a key that is no callable.
            xapi.testing.OverrideError: the app under test has no dependency overrides.
        """
        added = Replacement(_replacements(replaced, replacement), self._replacements.remove)
        for client in self._clients:
            added.hold_for(client)
        self._replacements.append(added)
        return added

    def reach(self, client: Client) -> None:
        """Let what is replaced, now and later, hold for `client`; to be called again once it was closed."""
        if client not in self._clients:
            self._clients.append(client)
        for replacement in self._replacements:
            replacement.hold_for(client)

    def remove_all(self) -> None:
        """End all replacements, the last first."""
        for replacement in reversed(self._replacements.copy()):
            replacement.remove()


class Replacement:
    """A replacement that is in force; as a context manager it ends with its block."""

    def __init__(self, replacements: Mapping[Dependency, Any], forget: Callable[[Replacement], None]) -> None:
        self._replacements = replacements
        self._forget: Callable[[Replacement], None] | None = forget
        self._held: dict[Client, ClientOverride] = {}

    def hold_for(self, client: Client) -> None:
        """Put the replacement above all others that hold for `client`."""
        if client in self._held:
            self._held[client].remove()
        self._held[client] = client.override(self._replacements)

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
