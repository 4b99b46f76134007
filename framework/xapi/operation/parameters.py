"""The parameters of a callable: those of the class for a generic type, and those passed on by `**kwargs`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from itertools import pairwise
from typing import Any

from pydantic.fields import FieldInfo

from xapi.operation.annotations import class_of

Written = tuple[inspect.Parameter, Any]
"""A parameter, and the callable whose names its annotation can use."""


def parameters_of(call: Callable[..., Any]) -> list[Written]:
    """The parameters of `call`.

    Raises:
        ValueError: They cannot be read.
    """
    cls = class_of(call)
    signature = inspect.signature(call if cls is None else cls)
    found: list[Written] = [(parameter, call) for parameter in signature.parameters.values()]
    if cls is None:
        return found
    found = [(parameter, cls) for parameter, _ in found]
    if type(cls).__call__ is type.__call__ and "__signature__" not in vars(cls):
        found += _handed_on(cls, {parameter.name for parameter, _ in found})
    factories = _factories(cls)
    return [(_with_factory(parameter, factories), owner) for parameter, owner in found]


def _handed_on(cls: type, known: set[str]) -> Iterator[Written]:
    """What the `__init__` of a class takes as `**kwargs`: the parameters of the next one, and so on."""
    starts = [(base, vars(base)["__init__"]) for base in cls.__mro__[:-1] if "__init__" in vars(base)]
    for (_, start), (base, following) in pairwise(starts):
        if not inspect.isfunction(start) or not inspect.isfunction(following):
            return
        if not any(item.kind is item.VAR_KEYWORD for item in inspect.signature(start).parameters.values()):
            return
        for parameter in list(inspect.signature(following).parameters.values())[1:]:
            by_name = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
            if by_name and parameter.name not in known:
                known.add(parameter.name)
                yield parameter, base


def _factories(cls: type) -> Mapping[str, Callable[..., Any]]:
    """The factories of the defaults of a dataclass or a model, by parameter."""
    infos: Mapping[str, FieldInfo] = getattr(cls, "__pydantic_fields__", {})
    found: dict[Any, Any] = {}
    for name, info in infos.items():
        if info.default_factory is not None:
            found |= dict.fromkeys((name, info.alias, str(info.validation_alias)), info.default_factory)
    if is_dataclass(cls) and not infos:
        found = {item.name: item.default_factory for item in fields(cls)}
    return {
        name: factory for name, factory in found.items() if isinstance(name, str) and factory is not MISSING
    }


def _with_factory(
    parameter: inspect.Parameter, factories: Mapping[str, Callable[..., Any]]
) -> inspect.Parameter:
    """The parameter with its factory as the default, in the place of what stands for it in a signature."""
    factory = factories.get(parameter.name)
    if factory is None or type(parameter.default).__name__ != "_HAS_DEFAULT_FACTORY_CLASS":
        return parameter
    return parameter.replace(default=FieldInfo(default_factory=factory))
