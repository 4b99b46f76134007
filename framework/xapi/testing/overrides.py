"""Dependency overrides for tests: layers of a client, and a context manager for any app."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterator, Mapping, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from types import TracebackType
from typing import Any, Self, cast

from xapi.identity import identity
from xapi.overrides import (
    MISSING,
    NO_LAYERS,
    Dependency,
    DependencyOverrides,
    Layer,
    LayerHandle,
    Replacement,
    layer_of,
    name_of,
)
from xapi.overrides import OverrideError as OverrideError
from xapi.routing.override_validation import check_keys, mounted_apps

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
    """The overrides of one client, or server: the layers that it puts into the context of each exchange.

    An app of another framework has no layers; where it has a `dependency_overrides` dict, that is written,
    and so are those of the apps that are mounted in it.
    """

    def __init__(self, app: object, lasting: Replacements) -> None:
        self._app = app
        self._lasting = lasting
        self.layers: tuple[Layer, ...] = NO_LAYERS
        self._held: dict[int, Override] = {}
        self._is_restored = False
        self.restore()

    def restore(self) -> None:
        """Put in place what the client has from its making; `clear` took it away."""
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
        app = overridable(self._app)
        check_keys(app, layer, self.layers)
        if _has_layers(app):
            self.layers = (*self.layers, layer)
        override = Override(layer, partial(self._let_go, layer, _write_all(app, layer)))
        self._held[id(layer)] = override
        return override

    def _let_go(self, layer: Layer, restore: Callable[[], None]) -> None:
        self._held.pop(id(layer), None)
        self.layers = tuple(other for other in self.layers if other is not layer)
        restore()

    def clear(self) -> None:
        """Take away all overrides."""
        self._is_restored = False
        while self._held:
            self._held.popitem()[1].remove()


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
    if _has_layers(target):
        with target.overrides(layer) as handle:
            restore = _write_all(target, handle.layer)
            try:
                yield handle
            finally:
                restore()
        return
    check_keys(target, layer)
    restore = _write_all(target, layer)
    try:
        yield LayerHandle(layer)
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


def _has_layers(app: Any) -> bool:
    return callable(getattr(app, "overrides", None))


def _write_all(app: Any, layer: Layer) -> Callable[[], None]:
    """Write the dictionaries of an app, and of apps mounted in it, as far as its layers do not reach them."""
    apps = {
        id(each): each for each in (app, *mounted_apps(app)) if not (_has_layers(app) and _has_layers(each))
    }
    undo = [_write(each.dependency_overrides, layer) for each in apps.values()]

    def restore() -> None:
        for one in undo:
            one()

    return restore


class _Written:
    """What was written for one key of a dict: what it had before, and what came above that, in order."""

    def __init__(self, before: Any) -> None:
        self.before = before
        self.above: list[tuple[object, Dependency]] = []


_written: dict[tuple[int, Hashable], _Written] = {}
"""By dict and key."""


def _key(target: MutableMapping[Dependency, Any], original: Dependency) -> tuple[int, Hashable]:
    """What is one key to a dict: a plain one takes those that compare equal for one."""
    if isinstance(target, DependencyOverrides):
        return id(target), identity(original)
    return id(target), cast("Hashable", original)


def _check_fit(layer: Layer) -> None:
    """Refuse what a plain dict cannot tell apart."""
    originals = [replacement.original for replacement in layer.values()]
    for place, original in enumerate(originals):
        if not isinstance(original, Hashable):
            raise OverrideError(
                f"{name_of(original)} cannot be overridden: the app has its overrides in a dictionary, for "
                "which it would have to be hashable"
            )
        if original in originals[:place]:
            raise OverrideError(
                f"{name_of(original)} cannot be overridden beside another dependency that compares equal: "
                "the app has its overrides in a dictionary, in which both are one key"
            )


def _write(target: MutableMapping[Dependency, Any], layer: Layer) -> Callable[[], None]:
    if not isinstance(target, DependencyOverrides):
        _check_fit(layer)
    token = object()
    for replacement in layer.values():
        key = replacement.original
        written = _written.setdefault(_key(target, key), _Written(target.get(key, MISSING)))
        counted = counting(replacement)
        written.above.append((token, counted))
        target[key] = counted
    return lambda: _restore(target, layer, token)


def _restore(target: MutableMapping[Dependency, Any], layer: Layer, token: object) -> None:
    for replacement in layer.values():
        key = replacement.original
        written = _written[_key(target, key)]
        last, value = written.above[-1]
        is_seen = last is token and target.get(key) is value
        written.above = [pair for pair in written.above if pair[0] is not token]
        if not written.above:
            del _written[_key(target, key)]
        if is_seen:
            below = written.above[-1][1] if written.above else written.before
            if below is MISSING:
                del target[key]
            else:
                target[key] = below


def counting(replacement: Replacement) -> Dependency:
    """The replacement as a callable of the same kind and signature that notes its calls.

    It is for apps that call what their dictionary has, and read its signature.
    """
    call: Any = replacement.call
    function = call if inspect.isroutine(call) or isinstance(call, type) else call.__call__
    made: Any
    if replacement.is_value:
        return lambda: replacement.take()
    if inspect.isasyncgenfunction(function):

        async def noted_stream(**arguments: Any) -> Any:
            async with asynccontextmanager(call)(**replacement.noted(**arguments)) as value:
                yield value

        made = noted_stream
    elif inspect.isgeneratorfunction(function):

        def noted_generator(**arguments: Any) -> Any:
            yield from call(**replacement.noted(**arguments))

        made = noted_generator
    elif inspect.iscoroutinefunction(function):

        async def noted_coroutine(**arguments: Any) -> Any:
            return await call(**replacement.noted(**arguments))

        made = noted_coroutine
    else:

        def noted(**arguments: Any) -> Any:
            return call(**replacement.noted(**arguments))

        made = noted
    made.__signature__ = inspect.signature(call, eval_str=True)
    return cast(Dependency, made)
