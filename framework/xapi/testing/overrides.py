"""Dependency overrides for tests: layers of a client, and a context manager for any app."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, Self
from weakref import WeakKeyDictionary, finalize

from xapi.overrides import MISSING, NO_LAYERS, Dependency, Layer, LayerHandle, layer_of, name_of
from xapi.overrides import OverrideError as OverrideError
from xapi.overrides import Value as Value
from xapi.routing.override_validation import has_layers
from xapi.testing import shared_overrides
from xapi.testing.deferred_cleanup import free_later
from xapi.testing.override_targets import overridable, unknown, write_all

Replacements = Mapping[Dependency, Any]


class Override(LayerHandle):
    """An override that holds until `remove()`, or until the end of the `with` block that it is used for."""

    def __init__(self, layer: Layer, remove: Callable[[], None]) -> None:
        super().__init__(layer)
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
    """The overrides of one client, or server: layers that it puts into the context of each exchange.

    An app of another framework has no layers; where it has a `dependency_overrides` dict, that is written,
    and so are those of the apps that are mounted in it. What all clients share holds here as well.
    """

    serial = 0
    """Its place in the order in which clients and servers were made."""
    is_open = False
    """Whether the client, or the server, has been entered and not been left."""
    is_apart = False
    """Whether it sees nothing of what all clients share."""

    def __init__(self, app: object, lasting: Replacements) -> None:
        self.app = app
        self._lasting = lasting
        self._layers: tuple[Layer, ...] = NO_LAYERS
        self.used = 0
        """The test in which it was used last, by its number."""
        self._held: dict[int, Override] = {}
        self.shared: WeakKeyDictionary[object, Override] = WeakKeyDictionary()
        """What it holds of what all clients share, by what shares it."""
        self._is_restored = False
        shared_overrides.join(self)
        self._put_lasting()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that hold in an exchange which begins now."""
        self.used = shared_overrides.test_number
        return self._layers

    def restore(self) -> None:
        """Put in place what the client has from its making; `clear` took it away."""
        self.is_open = True
        shared_overrides.rejoin(self)
        self._put_lasting()

    def _put_lasting(self) -> None:
        if self._lasting and not self._is_restored:
            self.add(self._lasting)
            self._is_restored = True

    def add(self, replaced: Dependency | Replacements | Layer, replacement: Any = MISSING) -> Override:
        """Replace dependencies until the returned override, or `clear`, takes that away.

        The arguments are those of `layer_of`; several clients may have one layer.

        Raises:
            TypeError: A replacement is missing, or given beside a mapping, or a key is not a callable.
            OverrideError: The app has no dependency overrides, or not those.
        """
        layer = layer_of(replaced, replacement)
        check(self.app, layer, self._layers)
        override = self._held[id(layer)] = self.hold(layer)
        return override

    def hold(self, layer: Layer) -> Override:
        """Put a layer above all others until the returned override takes it away, which `clear` does not.

        Raises:
            OverrideError: The app has no dependency overrides, or no room for these.
        """
        app = overridable(self.app)
        restore = write_all(app, layer)
        if has_layers(app):
            self._layers = (*self._layers, layer)
        # What is written in an app is restored, too, after a client that nobody has closed.
        forgotten = finalize(self, free_later, restore)
        return Override(layer, partial(self._let_go, layer, restore, forgotten))

    def _let_go(self, layer: Layer, restore: Callable[[], None], forgotten: finalize[Any, Any]) -> None:
        forgotten.detach()
        self._held.pop(id(layer), None)
        self._layers = tuple(other for other in self._layers if other is not layer)
        restore()

    def clear(self) -> None:
        """Take away all overrides of this client; what all clients share stays."""
        self.is_open = self._is_restored = False
        while self._held:
            self._held.popitem()[1].remove()

    def end(self) -> None:
        """The same, for a client that is closed for good: it need not see what is shared."""
        self.clear()
        shared_overrides.leave(self)


def check(app: object, layer: Layer, others: tuple[Layer, ...] = NO_LAYERS) -> None:
    """Refuse an override of what no operation of an app depends on.

    Raises:
        OverrideError: The app has no dependencies to override, or not those.
    """
    for replacement, suggestion in unknown(overridable(app), layer, others):
        raise OverrideError(f"no operation of the app depends on {name_of(replacement.original)}{suggestion}")


@contextmanager
def override(
    app: Any, replaced: Dependency | Replacements, replacement: Any = MISSING
) -> Iterator[LayerHandle]:
    """Replace dependencies of `app` inside the block.

    Give one dependency and what replaces it, or a mapping of several. What replaces is a dependency, or any
    value that is not callable. An `XAPI` app is overridden for what runs in this block's context; of any
    other app, and of those that are mounted in it, the `dependency_overrides` dict is written, and restored
    key by key, so that blocks may end in any order. The block gets a handle that counts and records the
    calls.

    Raises:
        TypeError: A replacement is missing, or given beside a mapping, or a key is not a callable.
        OverrideError: The app has no dependency overrides, or not those.
    """
    layer = layer_of(replaced, replacement)
    target = overridable(app)
    if has_layers(target):
        with target.overrides(layer) as handle:
            restore = write_all(target, handle.layer)
            try:
                yield handle
            finally:
                restore()
        return
    check(target, layer)
    restore = write_all(target, layer)
    try:
        yield LayerHandle(layer)
    finally:
        restore()
