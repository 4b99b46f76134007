"""Dependency overrides for tests: layers of a client, and a context manager that works on any app."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from xapi.overrides import NO_LAYERS, Dependency, Layer, layer_of

Replacements = Mapping[Dependency, Any]
_MISSING: Any = object()


class OverrideError(TypeError):
    """The app under test has no dependencies that could be overridden."""


class Override:
    """An override that holds until `remove()`, or until the end of the `with` block that it is used for."""

    def __init__(self, remove: Callable[[], None]) -> None:
        self._remove: Callable[[], None] | None = remove

    def remove(self) -> None:
        """Take the override away, whatever was put above it since. A second call does nothing."""
        remove, self._remove = self._remove, None
        if remove is not None:
            remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


class ClientOverrides:
    """The overrides of one client: the layers that it puts into the context of each exchange it starts.

    An app of another framework has no layers; where it has a `dependency_overrides` dict, that is written.
    """

    def __init__(self, app: object, lasting: Replacements) -> None:
        self._app = app
        self._lasting = lasting
        self.layers: tuple[Layer, ...] = NO_LAYERS
        self._held: list[Override] = []
        self._is_restored = False
        self.restore()

    def restore(self) -> None:
        """Put in place what the client has from its making; `clear` took it away."""
        if self._lasting and not self._is_restored:
            self.add(self._lasting)
            self._is_restored = True

    def add(self, replacements: Replacements) -> Override:
        """Replace dependencies until the returned override, or `clear`, takes that away.

        Raises:
            OverrideError: the app has no dependency overrides.
        """
        app = overridable(self._app)
        layer = layer_of(replacements)
        if callable(getattr(app, "overrides", None)):
            self.layers = (*self.layers, layer)
            override = Override(lambda: self._drop(layer))
        else:
            override = Override(_write(app.dependency_overrides, layer))
        self._held.append(override)
        return override

    def _drop(self, layer: Layer) -> None:
        self.layers = tuple(other for other in self.layers if other is not layer)

    def clear(self) -> None:
        """Take away all overrides."""
        self._is_restored = False
        while self._held:
            self._held.pop().remove()


def as_replacements(replaced: Dependency | Replacements, replacement: Any = _MISSING) -> Replacements:
    """One dependency and what replaces it, or a mapping of several, as a mapping.

    Raises:
        TypeError: a replacement is missing, or given beside a mapping.
    """
    if isinstance(replaced, Mapping):
        if replacement is not _MISSING:
            raise TypeError("override() takes a mapping alone, or a dependency and what replaces it")
        return replaced
    if replacement is _MISSING:
        raise TypeError(f"override() of {replaced!r}: what replaces it is missing")
    return {replaced: replacement}


MISSING = _MISSING


@contextmanager
def override(app: Any, replaced: Dependency | Replacements, replacement: Any = _MISSING) -> Iterator[None]:
    """Replace dependencies of `app` inside the block.

    Give one dependency and what replaces it, or a mapping of several. What replaces is a dependency, or any
    value that is not callable. An `XAPI` app is overridden for what runs in this block's context; of any
    other app the `dependency_overrides` dict is written, and restored key by key, so that blocks may end in
    any order.

    Raises:
        OverrideError: the app has no dependency overrides.
    """
    replacements = as_replacements(replaced, replacement)
    target = overridable(app)
    if callable(getattr(target, "overrides", None)):
        with target.overrides(replacements):
            yield
        return
    restore = _write(target.dependency_overrides, layer_of(replacements))
    try:
        yield
    finally:
        restore()


def overridable(app: object) -> Any:
    """The app that has the overrides: `app` itself, or the one that its middleware wraps (`.app`).

    Raises:
        OverrideError: there is none.
    """
    seen: Any = app
    while seen is not None:
        if isinstance(getattr(seen, "dependency_overrides", None), MutableMapping):
            return seen
        seen = getattr(seen, "app", None)
    raise OverrideError(
        f"{app!r} has no dependencies to override: an XAPI app has, and any app with a "
        "`dependency_overrides` dict. Pass that app instead of what wraps it."
    )


class _Written:
    """What was written for one key of a dict: what it had before, and the layers above that, in order."""

    def __init__(self, before: Any) -> None:
        self.before = before
        self.layers: list[Layer] = []


_written: dict[tuple[int, Dependency], _Written] = {}


def _write(target: MutableMapping[Dependency, Dependency], layer: Layer) -> Callable[[], None]:
    for key, value in layer.items():
        written = _written.setdefault((id(target), key), _Written(target.get(key, _MISSING)))
        written.layers.append(layer)
        target[key] = value
    return lambda: _restore(target, layer)


def _restore(target: MutableMapping[Dependency, Dependency], layer: Layer) -> None:
    for key, value in layer.items():
        written = _written[id(target), key]
        is_seen = written.layers[-1] is layer and target.get(key) is value
        written.layers = [other for other in written.layers if other is not layer]
        if not written.layers:
            del _written[id(target), key]
        if is_seen:
            below = written.layers[-1][key] if written.layers else written.before
            if below is _MISSING:
                del target[key]
            else:
                target[key] = below
