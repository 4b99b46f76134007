"""Which object a value is: what is kept for a callable or a type is kept by identity, never by equality.

Two objects that compare equal may do different things: a frozen dataclass compares what its author chose, and
`1 == True`. Where one were taken for the other, one operation would check what another one declares.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from types import BuiltinMethodType, MethodType, MethodWrapperType
from typing import Any, get_args, get_origin

_PLAIN = (str, bytes, int, bool, type(None))
_CONSTRAINTS = ("annotated_types", "pydantic.types")
"""The modules whose frozen dataclasses say all that they are in their fields."""


def identity(value: Any) -> Hashable:
    """What is equal for the same object only, as long as the object lives: who keeps it has to keep `value`.

    A bound method is made anew by each access, and so is a generic type by each `[...]`. They are the same if
    they are bound to, or made of, the same objects.
    """
    if isinstance(value, MethodType):
        return "method", id(value.__self__), id(value.__func__)
    if isinstance(value, BuiltinMethodType | MethodWrapperType):
        return "method", id(value.__self__), value.__qualname__, hash(value)
    origin = get_origin(value)
    if origin is not None:
        return id(type(value)), id(origin), *map(_part, get_args(value))
    return id(value)


def _part(value: Any) -> Hashable:
    """The same for what a type is made of: other types, metadata of `Annotated`, values of `Literal`."""
    if type(value) in _PLAIN:
        return type(value), value
    if isinstance(value, list):  # the arguments of `Callable[[...], ...]`
        return "list", *map(_part, value)
    if is_dataclass(value) and type(value).__module__ in _CONSTRAINTS:
        given = [getattr(value, field.name) for field in fields(value)]
        if all(type(item) in _PLAIN for item in given):
            return id(type(value)), *map(_part, given)
    return identity(value)
