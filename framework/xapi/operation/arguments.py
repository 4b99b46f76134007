"""A callable as it is written: where, of which kind, and its arguments with their types and markers.

The home of `inspect` and of annotations that are text.
"""

from __future__ import annotations

import functools
import inspect
import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NoReturn

from xapi import params
from xapi.exceptions import DeclarationError
from xapi.identity import annotated
from xapi.operation.annotations import evaluated, unqualified, without_metadata
from xapi.operation.fields import constrained, constraints_of

EMPTY: Any = inspect.Parameter.empty
"""Stands for no default."""
_MOST_LAYERS = 100
"""What wraps itself is not followed for ever."""


class CallKind(Enum):
    """How a callable is run."""

    SYNC = "def"
    ASYNC = "async def"
    GENERATOR = "def with yield"
    ASYNC_GENERATOR = "async def with yield"

    @property
    def yields(self) -> bool:
        return self in (CallKind.GENERATOR, CallKind.ASYNC_GENERATOR)

    @property
    def threaded(self) -> bool:
        return self in (CallKind.SYNC, CallKind.GENERATOR)


def return_annotation(call: Callable[..., Any]) -> Any:
    """What `call` says it returns; `Undefined` where it says nothing."""
    annotation = inspect.signature(call).return_annotation
    if annotation is EMPTY:
        return params.Undefined
    return _evaluate(annotation, call, "return")


def call_kind(call: Callable[..., Any]) -> CallKind:
    """How to run `call`: functions, methods, partials, wrapped functions, classes and callable instances."""
    for function in _layers(call):
        if inspect.isasyncgenfunction(function):
            return CallKind.ASYNC_GENERATOR
        if inspect.iscoroutinefunction(function):
            return CallKind.ASYNC
        if inspect.isgeneratorfunction(function):
            return CallKind.GENERATOR
    return CallKind.SYNC


def place(call: Callable[..., Any]) -> str:
    """Where `call` is written: `file.py:12, in function()`."""
    function = _function_behind(call)
    name = getattr(call, "__qualname__", None) or getattr(function, "__qualname__", type(call).__qualname__)
    code = getattr(function, "__code__", None)
    if code is not None:
        return f"{code.co_filename}:{code.co_firstlineno}, in {name}()"
    module = sys.modules.get(getattr(call, "__module__", ""))
    return f"{getattr(module, '__file__', None) or getattr(call, '__module__', '?')}, in {name}()"


def _function_behind(call: Callable[..., Any]) -> Any:
    return _layers(call)[-1]


def _layers(call: Any) -> list[Any]:
    """`call` and what it wraps, from outside in: through partials, `functools.wraps` and `__call__`."""
    layers = [call]
    while len(layers) < _MOST_LAYERS:
        if isinstance(call, functools.partial):
            call = call.func
        elif hasattr(call, "__wrapped__"):
            call = call.__wrapped__
        elif inspect.isroutine(call) or inspect.isclass(call):
            break
        else:
            call = call.__call__
        layers.append(call)
    return layers


def as_written(call: Callable[..., Any]) -> tuple[object, ...]:
    """All that `call` says of itself, to tell by `same` whether it says something else later."""
    try:
        signature = inspect.signature(call)
    except ValueError:
        return (call_kind(call),)
    said = [(item.name, item.kind, item.annotation, item.default) for item in signature.parameters.values()]
    return call_kind(call), *(part for parts in said for part in parts)


def same(written: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two callables are written alike: with the same objects, equal ones are not enough."""
    return len(written) == len(other) and all(map(operator.is_, written, other))


@dataclass(frozen=True, eq=False)
class Argument:
    """One argument: its type, without the marker but with the marker's constraints, the marker, the
    default.
    """

    name: str
    annotation: Any
    marker: params.Marker | params.Depends | None
    default: Any


def arguments(call: Callable[..., Any]) -> list[Argument]:
    """The arguments of `call`, without `*args` and `**kwargs`."""
    try:
        signature = inspect.signature(call)
    except ValueError as error:
        raise DeclarationError(f"{place(call)}: the signature can not be read: {error}") from error
    return [
        _argument(call, parameter)
        for parameter in signature.parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]


def _argument(call: Callable[..., Any], parameter: inspect.Parameter) -> Argument:
    name, default = parameter.name, parameter.default
    if parameter.kind is parameter.POSITIONAL_ONLY:
        refuse(call, name, "is positional-only; arguments are given by name: remove the '/'")
    annotation = Any if parameter.annotation is EMPTY else _evaluate(parameter.annotation, call, name)
    annotation, marker = _annotated(call, name, annotation)
    if isinstance(default, params.Marker | params.Depends):
        if marker is not None:
            refuse(
                call,
                name,
                f"has the marker {marker!r} in `Annotated` and {default!r} as its default: keep one",
            )
        marker, default = default, getattr(default, "default", EMPTY)
        if isinstance(marker, params.Marker):
            annotation = constrained(annotation, marker)
    elif isinstance(marker, params.Depends) and default is not EMPTY:
        refuse(call, name, "has a default beside `Depends(...)`, which would never be used: remove it")
    return Argument(
        name, annotation, marker, EMPTY if default is params.Undefined or default is ... else default
    )


def _annotated(call: Callable[..., Any], name: str, annotation: Any) -> tuple[Any, Any]:
    """The type and the last marker of an `Annotated`; other metadata stays with the type, in its place."""
    base, metadata = without_metadata(annotation)
    markers = [item for item in metadata if isinstance(item, params.Marker | params.Depends)]
    if not markers:
        return unqualified(annotation), None
    marker = markers[-1]
    if isinstance(marker, params.Marker) and marker.default is not params.Undefined:
        kind = type(marker).__name__
        refuse(call, name, f"sets the default inside `Annotated[..., {kind}(...)]`: set it with `=` instead")
    kept: list[Any] = []
    for item in metadata:
        if item is marker and isinstance(marker, params.Marker):
            kept.extend(constraints_of(marker))
        elif not isinstance(item, params.Marker | params.Depends):
            kept.append(item)
    return annotated(base, kept), marker


def _evaluate(annotation: Any, call: Callable[..., Any], name: str) -> Any:
    """Evaluate what is text in an annotation (`from __future__ import annotations`, or quoted)."""
    function = _function_behind(call)
    if inspect.isclass(function):
        function = function.__init__
    function = inspect.unwrap(function)
    try:
        return evaluated(annotation, getattr(function, "__globals__", {}), _enclosing_names(function))
    except NameError as error:
        raise DeclarationError(
            f"{place(call)}: {name!r} is annotated with {annotation!r}, but {error}: "
            "define or import the name before the operation is declared"
        ) from error


def _enclosing_names(function: Any) -> dict[str, Any]:
    """The local names of the functions that are running and in which `function` is defined."""
    enclosing = set()
    name = getattr(function, "__qualname__", "")
    while ".<locals>." in name:
        name = name.rpartition(".<locals>.")[0]
        enclosing.add(name)
    names: dict[str, Any] = {}
    frame = sys._getframe() if enclosing else None
    while frame is not None:
        if frame.f_code.co_qualname in enclosing:
            names = {**frame.f_locals, **names}
        frame = frame.f_back
    return names


def refuse(call: Callable[..., Any], name: str, why: str) -> NoReturn:
    """Tell of a parameter that is declared in a way that can not work."""
    raise DeclarationError(f"{place(call)}: parameter {name!r} {why}")
