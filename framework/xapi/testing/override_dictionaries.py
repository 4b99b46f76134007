"""Dictionaries of overrides, written and restored key by key, so that overrides may end in any order."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, cast

from xapi.identity import identity
from xapi.operation.arguments import CallKind, call_kind
from xapi.overrides import (
    MISSING,
    Dependency,
    DependencyOverrides,
    Layer,
    OverrideError,
    Replacement,
    name_of,
)

_OPEN = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


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


def write(target: MutableMapping[Dependency, Any], layer: Layer) -> Callable[[], None]:
    """Write what replaces what into the dictionary of an app, and return what restores it.

    Raises:
        OverrideError: A key cannot be one of a dictionary; then nothing is written.
    """
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
    made: Any
    if replacement.is_value:
        return lambda: replacement.take()
    kind = call_kind(call)
    if kind is CallKind.ASYNC_GENERATOR:

        async def noted_stream(**arguments: Any) -> Any:
            async with asynccontextmanager(call)(**replacement.noted(**arguments)) as value:
                yield value

        made = noted_stream
    elif kind is CallKind.GENERATOR:

        def noted_generator(**arguments: Any) -> Any:
            yield from call(**replacement.noted(**arguments))

        made = noted_generator
    elif kind is CallKind.ASYNC:

        async def noted_coroutine(**arguments: Any) -> Any:
            return await call(**replacement.noted(**arguments))

        made = noted_coroutine
    else:

        def noted(**arguments: Any) -> Any:
            return call(**replacement.noted(**arguments))

        made = noted
    made.__signature__ = _asked_for(inspect.signature(call, eval_str=True))
    return cast(Dependency, made)


def _asked_for(signature: inspect.Signature) -> inspect.Signature:
    """A signature without the `*args` and `**kwargs` of mocks: a framework would read both from queries."""
    kept = [each for each in signature.parameters.values() if each.kind not in _OPEN]
    return signature.replace(parameters=kept)
