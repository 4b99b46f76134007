"""Finding markers that would never take effect, in an annotation, a default or a model.

The reference takes what the client sends in their place.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any
from weakref import WeakValueDictionary

from annotated_types import BaseMetadata, GroupedMetadata
from pydantic.fields import FieldInfo

from xapi import params
from xapi.operation.annotations import (
    bare,
    class_of,
    classes_in,
    evaluated,
    inherits,
    type_arguments,
    unwrap,
    without_none,
)
from xapi.operation.foreign import NotUnderstood, is_mark_class, understood
from xapi.operation.names import UnknownName, strict, undefined

_HOOKS = "__get_pydantic_core_schema__", "__get_pydantic_json_schema__", "__prepare_pydantic_annotations__"
"""What Pydantic looks for in metadata."""
_KNOWN_PACKAGES = "annotated_types", "pydantic", "pydantic_core", "typing", "typing_extensions", "warnings"
"""Whose metadata mean something, or nothing that runs."""

_searched: WeakValueDictionary[int, type] = WeakValueDictionary()
"""Classes in whose fields no mark hides, by identity: a metaclass may say that two of them are equal."""


class Misplaced(Exception):
    """A mark where it would have no effect. The text goes on after an argument's name: cause and mend."""


def mark_of(item: Any) -> Any:
    """A marker of FastAPI as ours; anything else as it is.

    Raises:
        Misplaced: It has a setting that ours has not.
    """
    try:
        return understood(item)
    except NotUnderstood as setting:
        raise Misplaced(f"has {shown(item)} with {setting}: use the marker of xapi") from setting


def is_marker(item: Any) -> bool:
    """Whether it says where a value comes from."""
    return isinstance(item, params.Marker | params.Depends)


def says_only_bounds(item: Any) -> bool:
    """Whether it means the same to Pydantic wherever it stands: no mark, or one with bounds alone."""
    if type(item) is not FieldInfo:
        return not isinstance(mark_of(item), FieldInfo | params.Depends)
    nothing = FieldInfo()
    return all(
        getattr(item, name) == getattr(nothing, name)
        for name in FieldInfo.__slots__
        if not name.startswith("_") and name != "metadata"
    )


def shown(item: Any) -> str:
    """How messages show a mark, or what stands in the place of one."""
    if isinstance(item, params.Depends):
        return f"{type(item).__name__}({'' if item.dependency is None else shown(item.dependency)})"
    if type(item) is FieldInfo:
        return "Field(...)"
    if isinstance(item, params.Marker):
        return f"{type(item).__name__}({'' if item.default is params.Undefined else repr(item.default)})"
    return str(getattr(item, "__qualname__", None) or repr(item))


def check_type(base: Any) -> None:
    """Refuse a mark that stands where the type should be."""
    base = bare(base)
    if isinstance(base, type):
        if base.__module__ == "builtins":
            return
        is_mark = _is_mark_class(base)
    else:
        is_mark = _is_marker_function(base) or isinstance(mark_of(base), params.Depends | FieldInfo)
    if is_mark:
        raise Misplaced(
            f"is annotated with {shown(base)}, which is not a type: write Annotated[type, marker]"
        )
    if inspect.isroutine(base) or isinstance(base, functools.partial):
        raise Misplaced(
            f"is annotated with the function {shown(base)}, which is not a type and would not run: write "
            f"Annotated[type, Depends({shown(base)})]"
        )


def marks_inside(annotation: Any) -> Iterator[Any]:
    """The metadata of types that are parts of another one. A dependency among them is refused."""
    for part in _parts(annotation, []):
        base, metadata = unwrap(part)
        check_type(base)
        for mark in map(mark_of, metadata):
            check_metadata(mark)
            if isinstance(mark, params.Depends):
                raise Misplaced(
                    f"has {shown(mark)} inside its type, where it would not run: write it around the whole "
                    f"type, Annotated[type, {shown(mark)}]"
                )
            yield mark


def _with_parts(annotation: Any) -> tuple[Any, ...]:
    """A type and the types inside it."""
    return (annotation, *(classes_in(annotation) or _parts(annotation, [])))


def _parts(annotation: Any, seen: list[Any]) -> Iterator[Any]:
    """The types inside a type, at any depth."""
    for argument in type_arguments(annotation):
        for part in argument if isinstance(argument, list) else [argument]:
            if part not in seen:  # else a type alias may be defined by itself
                seen.append(part)
                yield part
                yield from _parts(part, seen)


def check_metadata(item: Any) -> None:
    """Refuse metadata that look as if they would run, or hold something that does."""
    if isinstance(item, UnknownName):
        raise undefined(item.__name__)
    if isinstance(item, list | tuple | AbstractSet | Mapping) and _any_marker(item):
        raise Misplaced(
            f"has {shown(item)} in `Annotated`, where each marker must be listed by itself: unpack it"
        )
    if not callable(item) or is_marker(item) or _is_known_metadata(item):
        return
    if _is_mark_class(item) or _is_marker_function(item):
        raise Misplaced(
            f"has {shown(item)} in `Annotated` without a call, which has no effect: write {shown(item)}(...)"
        )
    if inspect.isclass(item) and not _runs_code(item):
        return  # a label
    raise Misplaced(
        f"has {shown(item)} in `Annotated`, where it would not run: write Depends({shown(item)}) for a "
        f"dependency, or pydantic.AfterValidator({shown(item)}) for a validator"
    )


def check_default(default: Any, annotation: Any) -> None:
    """Refuse a default value that should have run, or that holds something that should have."""
    if default is inspect.Parameter.empty or default is params.Undefined or default is None:
        return
    if is_marker(mark_of(default)) or (
        isinstance(default, list | tuple | AbstractSet) and _any_marker(default)
    ):
        raise Misplaced(f"has {shown(default)} as a value, where it would not run: write it alone, after `=`")
    if not callable(default):
        return
    cls = class_of(without_none(annotation))
    if cls is not None and cls is not Any and isinstance(default, cls):
        return
    if _is_mark_class(default) or _is_marker_function(default):
        raise Misplaced(
            f"has {shown(default)} as its default without a call, which has no effect: write "
            f"{shown(default)}(...)"
        )
    raise Misplaced(
        f"has {shown(default)} as its default, which would not run and be the value: write "
        f"Depends({shown(default)})"
    )


def check_fields(annotation: Any) -> None:
    """Refuse dependencies as fields of the classes that a type is made of: they run only in dependencies."""
    waiting, found = [annotation], dict[int, type]()
    while waiting:
        for part in _with_parts(waiting.pop()):
            cls = class_of(part)
            if cls is None or id(cls) in found or id(cls) in _searched:
                continue
            found[id(cls)] = cls
            for name, inner, marks in _fields(cls):
                _check_field(cls, name, marks)
                waiting.append(inner)
    _searched.update(found)


def _check_field(cls: type, name: str, marks: Iterable[Any]) -> None:
    for mark in map(mark_of, marks):
        if isinstance(mark, params.Depends):
            raise Misplaced(
                f"is read from the request, but its field {cls.__qualname__}.{name} is {shown(mark)}, which "
                "would not run: make the class a dependency, or the field an argument"
            )


def _fields(cls: type) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Name, type and marks of the fields of a model, dataclass, typed dictionary or named tuple."""
    infos: Mapping[str, FieldInfo] = getattr(cls, "__pydantic_fields__", {})
    if infos:
        found: dict[str, tuple[Any, tuple[Any, ...]]] = {
            name: (info.annotation, (*info.metadata, info.default)) for name, info in infos.items()
        }
    elif is_dataclass(cls):
        defaults = {item.name: item.default for item in fields(cls)}
        found = {name: (type_, (defaults.get(name),)) for name, type_ in _annotations(cls).items()}
    elif hasattr(cls, "__total__") or hasattr(cls, "_field_defaults"):
        found = {name: (type_, ()) for name, type_ in _annotations(cls).items()}
    else:
        return
    for name, (type_, marks) in found.items():
        if not isinstance(type_, type):
            marks = (*marks, *(mark for part in _with_parts(type_) for mark in unwrap(part).metadata))
        yield name, type_, marks


def _annotations(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        module = sys.modules.get(base.__module__)
        for name, annotation in inspect.get_annotations(base).items():
            try:
                found[name] = evaluated(annotation, strict(vars(module) if module else {}, vars(base)))
            except NameError:  # Pydantic has to know the name, too, and tells if it does not
                found[name] = annotation
    return found


def _any_marker(items: Iterable[Any]) -> bool:
    return any(is_marker(mark_of(item)) for item in items)


def _is_mark_class(item: Any) -> bool:
    if not isinstance(item, type):
        return False
    return inherits(item, params.Depends) or inherits(item, FieldInfo) or is_mark_class(item)


def _is_marker_function(item: Any) -> bool:
    """Whether it is one of the functions that make markers, here or in FastAPI."""
    return inspect.isfunction(item) and item.__module__.endswith(".param_functions")


def _is_known_metadata(item: Any) -> bool:
    """Whether Pydantic, or Python, gives it a meaning."""
    if isinstance(item, BaseMetadata | GroupedMetadata | FieldInfo):
        return True
    cls = item if inspect.isclass(item) else type(item)
    return cls.__module__.partition(".")[0] in _KNOWN_PACKAGES or any(hasattr(item, hook) for hook in _HOOKS)


def _runs_code(cls: type) -> bool:
    """Whether making an instance runs code of the class. That of a mere label does not."""
    if issubclass(cls, Enum | BaseException) or getattr(cls, "_is_protocol", False):
        return False
    return inspect.isfunction(cls.__init__) or inspect.isfunction(cls.__new__)
