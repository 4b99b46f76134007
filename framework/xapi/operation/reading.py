"""Reading callables as signatures, each once for its path, dependencies first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any
from weakref import WeakValueDictionary

from xapi.exceptions import DeclarationError
from xapi.identity import identity
from xapi.operation.arguments import Argument, arguments, as_written, place, same
from xapi.operation.model import Signature
from xapi.operation.signature import signature_of

_kept: WeakValueDictionary[tuple[Hashable, frozenset[str]], Signature] = WeakValueDictionary()
"""Signatures by callable and names in the path, for the operations that share dependencies.

A signature keeps its callable, so that its identity is no other's while it is here.
"""


def read(call: Callable[..., Any], path_names: AbstractSet[str]) -> Signature:
    """Read what `call` asks for, on a path that has the parameters `path_names`.

    Raises DeclarationError, naming file, function and parameter, for what cannot work.
    """
    return Reading(path_names).signature(call)


def dependency_calls(call: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """What `call` depends on, on whatever path: all callables below it, each once."""
    seen: set[Hashable] = set()
    pending = [call]
    while pending:
        current = pending.pop()
        for below in _dependencies(arguments(current)):
            if (key := identity(below)) not in seen:
                seen.add(key)
                pending.append(below)
                yield below


class Reading:
    """Reads the callables of one operation, each once.

    What was read before, for the same path names, is taken if the callable still says the same, and so does
    everything below it: libraries rewrite signatures between the operations that they make.
    """

    def __init__(self, path_names: AbstractSet[str]) -> None:
        self._path_names = frozenset(path_names)
        self._signatures: dict[Hashable, Signature] = {}
        self._begun: dict[Hashable, _Begun] = {}

    def signature(self, call: Callable[..., Any]) -> Signature:
        """Read `call` and everything below it. A chain may be longer than Python's stack.

        Raises DeclarationError, naming file, function and parameter, for what cannot work.
        """
        pending = [call]
        while pending:
            current = pending[-1]
            key = identity(current)
            if key in self._signatures:
                pending.pop()
            elif missing := self._missing(current, key):
                pending.extend(reversed(missing))
            else:
                self._signatures[key] = self._read(current, key)
        return self._known(call)

    def _known(self, call: Callable[..., Any]) -> Signature:
        return self._signatures[identity(call)]

    def _missing(self, call: Callable[..., Any], key: Hashable) -> list[Callable[..., Any]]:
        """What has to be read before `call`."""
        begun = self._begun.get(key)
        if begun is None:
            begun = self._begun[key] = _Begun(call, _kept.get((key, self._path_names)))
        missing = self._unread(begun)
        if not missing and begun.kept is not None and not self._holds(begun.kept):
            begun.begin_anew()
            missing = self._unread(begun)
        for below in missing:
            if identity(below) in self._begun:
                raise DeclarationError(f"{place(below)}: it depends on itself")
        return missing

    def _unread(self, begun: _Begun) -> list[Callable[..., Any]]:
        return [below for below in begun.dependencies if identity(below) not in self._signatures]

    def _holds(self, kept: Signature) -> bool:
        """Whether everything that a signature depends on is still what it was."""
        return all(self._known(use.signature.call) is use.signature for use in kept.dependencies)

    def _read(self, call: Callable[..., Any], key: Hashable) -> Signature:
        """The signature of `call`, below which everything is read."""
        begun = self._begun[key]
        if begun.kept is not None:
            return begun.kept
        signature = signature_of(call, begun.written, begun.arguments, self._path_names, self._known)
        _kept[key, self._path_names] = signature
        return signature


class _Begun:
    """A callable whose reading has begun: what it says, and what has to be read before it."""

    def __init__(self, call: Callable[..., Any], kept: Signature | None) -> None:
        self.call = call
        self.written = as_written(call)
        self.kept = kept
        self.arguments: list[Argument] = []
        self.dependencies: list[Callable[..., Any]]
        if kept is not None and same(kept.written, self.written):
            self.dependencies = [use.signature.call for use in kept.dependencies]
        else:
            self.begin_anew()

    def begin_anew(self) -> None:
        """Read the arguments. This is done once: an annotation that is text makes new objects each time."""
        self.kept = None
        self.arguments = arguments(self.call)
        self.dependencies = _dependencies(self.arguments)


def _dependencies(written: Iterable[Argument]) -> list[Callable[..., Any]]:
    """What a callable with these arguments depends on itself, in order."""
    return [argument.marked.call for argument in written if argument.marked.call is not None]
