"""Overrides that hold for every client and every server of the process, until they are taken away."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

from xapi.identity import reference
from xapi.overrides import Layer, OverrideError, Replacement, name_of
from xapi.testing.override_targets import overridable, unknown


class Held(Protocol):
    """A layer that a member holds."""

    def remove(self) -> None: ...


class Member(Protocol):
    """The overrides of a client, or a server."""

    app: Any
    serial: int
    """Its place in the order in which they were made."""
    used: int
    """The test in which it was used last, by its number."""
    is_open: bool
    is_apart: bool
    """Whether it sees nothing of what is shared."""

    @property
    def shared(self) -> MutableMapping[Any, Any]:
        """What it holds of what is shared, by what shares it; so only this keeps the member, and its app."""

    def hold(self, layer: Layer, /) -> Held:
        """Put a layer above all others until what is returned takes it away."""


_Fault = OverrideError | list[tuple[Replacement, str]]
"""What an app has no dependencies for, or that it can have no overrides."""
LayerOf = Callable[[object], Layer]
"""The replacements for an app; none where it has none of them."""

_living: WeakSet[Member] = WeakSet()
_active: list[SharedOverride] = []
"""Those in force, an earlier one below a later one."""
_is_apart = False
_made = 0
_made_before = 0
test_number = 1
"""Counts the tests."""


def join(overrides: Member) -> None:
    """Let a client, or a server, see what is shared, now and later, unless it is made `apart`."""
    global _made
    if _is_apart or overrides.is_apart:
        overrides.is_apart = True
        return
    _made += 1
    overrides.serial = _made
    _living.add(overrides)
    for shared in _active:
        shared.hold_for(overrides)


@contextmanager
def apart() -> Iterator[None]:
    """Clients that are made in the block never see what is shared: a lifespan that several tests share."""
    global _is_apart
    _is_apart = True
    try:
        yield
    finally:
        _is_apart = False


def rejoin(overrides: Member) -> None:
    """The same for a client that is opened once more."""
    if overrides not in _living:
        join(overrides)


def leave(overrides: Member) -> None:
    """Forget a client that is closed for good."""
    _living.discard(overrides)


def begin_test() -> None:
    """Note that clients which are made from now on belong to a new test."""
    global _made_before, test_number
    _made_before = _made
    test_number += 1


class SharedOverride:
    """An override for all clients and servers that there are, and that are made while it is in force.

    It holds for the apps that have the dependency. Where clients were made in this test and no app has it, it
    is refused; else `fault` tells of that later.

    Args:
        layer_of: What replaces what in an app.
        factory: What has made the dependencies that are replaced, for messages, if one was named.

    Raises:
        OverrideError: No app has such a dependency; then nothing is replaced.
    """

    def __init__(self, layer_of: LayerOf, factory: str = "") -> None:
        self._layer_of = layer_of
        self._factory = factory
        self._seen: WeakKeyDictionary[Member, bool] = WeakKeyDictionary()
        """Those that there are, and whether they were made in this test, or open."""
        self._faults: dict[Hashable, _Fault] = {}
        """Of the apps that count, also of those that are no more, why it does not hold there."""
        self._is_met = False
        """Whether it holds in an app that counts."""
        self._test = test_number
        self._layers: dict[int, Layer] = {}
        living = sorted(_living, key=lambda overrides: overrides.serial)
        for overrides in living:
            self._note(overrides)
        is_known = any(overrides.serial > _made_before for overrides in living)
        if is_known and (fault := self.fault()):
            raise fault
        try:
            for overrides in living:
                self.hold_for(overrides)
        except BaseException:
            self.remove()
            raise
        _active.append(self)

    @property
    def layers(self) -> list[Layer]:
        """What is replaced, in the apps that there have been."""
        return list(self._layers.values())

    def hold_for(self, overrides: Member) -> None:
        """Put the replacements above all others of a client, if its app can have them."""
        self._note(overrides)
        fault, layer = self._judge(overrides), self._layer_of(overrides.app)
        knows_nothing = isinstance(fault, OverrideError) or (fault is not None and len(fault) == len(layer))
        if self not in overrides.shared and layer and not knows_nothing:
            overrides.shared[self] = overrides.hold(layer)

    def fault(self) -> OverrideError | None:
        """Why it holds nowhere: none of the apps has one of the dependencies.

        The apps are those of clients that were made or used in the test, or open.
        """
        if not self._is_met:
            for overrides in list(self._seen):
                self._judge(overrides)  # it may be used, or its app have got the dependency, since
        if self._is_met or not self._faults:
            return None
        faults = list(self._faults.values())
        missing = [fault for fault in faults if isinstance(fault, list)]
        if not missing:
            return next(fault for fault in faults if isinstance(fault, OverrideError))
        nowhere = set.intersection(*({id(replacement) for replacement, _ in some} for some in missing))
        where = "the app depends" if len(missing) == 1 else f"the {len(missing)} apps depends"
        for replacement, suggestion in missing[0]:
            if id(replacement) in nowhere:
                return OverrideError(
                    f"no operation of {where} on {name_of(replacement.original)}{suggestion}"
                )
        return None

    def _judge(self, overrides: Member) -> _Fault | None:
        """Why it does not hold in the app of a client; that is kept, if the app counts."""
        fault = self._fault_in(overrides.app)
        if self._seen[overrides] or overrides.used >= self._test:
            if fault is None:
                self._is_met = True
            else:
                self._faults[reference(overrides.app)] = fault
        return fault

    def _fault_in(self, app: object) -> _Fault | None:
        try:
            layer = self._layer_of(app)
            if not layer:
                overridable(app)
                return OverrideError(f"no dependency of the app was made by {self._factory}")
            below = [other for shared in (*_active, self) for other in shared.layers]
            return unknown(overridable(app), layer, below) or None
        except OverrideError as error:
            return error.with_traceback(None)  # whose frames would keep the app

    def _note(self, overrides: Member) -> None:
        self._seen[overrides] = overrides.serial > _made_before or overrides.is_open
        layer = self._layer_of(overrides.app)
        if layer:
            self._layers[id(layer)] = layer

    def remove(self) -> None:
        """Take it away, whatever was replaced since. A second call does nothing."""
        for overrides in list(self._seen):
            override = overrides.shared.pop(self, None)
            if override is not None:
                override.remove()
        if self in _active:
            _active.remove(self)
