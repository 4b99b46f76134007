"""Taking annotations apart. This is the only module that does so; all others use it.

An annotation may say what it means through a name for another one (`type X = ...`, `TypeAliasType`,
`NewType`, a type variable) and inside a wrapper (`Annotated`, `Final`, `InitVar` and their like), in any
order and depth. All are seen through here: what stands behind a name means what it means without one.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar
from types import GenericAlias, NoneType, UnionType
from typing import Any, NamedTuple, Optional, Union, get_args, get_origin

from typing_inspection import typing_objects
from typing_inspection.introspection import is_union_origin

from xapi.identity import ANNOTATED, annotated
from xapi.operation.names import Evaluate, strict

_UNIONS = frozenset((UnionType, type(Optional[int])))  # noqa: UP045
_MOST_LAYERS = 1000
"""What stands for itself is not followed for ever."""
_MOST_QUOTES = 10
"""So often a text can be the text of an annotation."""


class Unwrapped(NamedTuple):
    """A type, and the metadata around it."""

    type: Any
    metadata: tuple[Any, ...]
    """Innermost first, as in `Annotated`."""


def unwrap(annotation: Any) -> Unwrapped:
    """See through names and wrappers, down to a class, a generic type, a union or the like.

    Raises:
        TypeError: The annotation is a name for itself.
        NameError: A type alias uses a name that is not defined.
    """
    if _is_plain(annotation):
        return Unwrapped(annotation, ())
    if type(annotation) is ANNOTATED and _is_plain(annotation.__origin__):
        return Unwrapped(annotation.__origin__, annotation.__metadata__)
    return _unwrapped(annotation)[-1]


def without_metadata(annotation: Any, keep: Callable[[Any], bool] = lambda item: False) -> Unwrapped:
    """See through names and wrappers as far as there are wrappers: the type keeps the name that it has.

    To Pydantic `type Size = int` is a schema of its own, which the document names. A name for a type whose
    metadata are all kept, by `keep`, stays as well.
    """
    stages = _unwrapped(annotation)
    everything = stages[-1].metadata
    return next(
        stage
        for place, stage in enumerate(stages)
        if not any(_is_qualified(inner.type) for inner in stages[place:])
        and not typing_objects.is_annotated(get_origin(stage.type))
        and all(map(keep, everything[: len(everything) - len(stage.metadata)]))
    )


def without_name(annotation: Any) -> Any:
    """What the name of a `type` statement, or a `TypeAliasType`, stands for; anything else as it is."""
    if typing_objects.is_typealiastype(annotation) or typing_objects.is_typealiastype(get_origin(annotation)):
        return _inner(annotation)
    return annotation


def unqualified(annotation: Any) -> Any:
    """The annotation without `Final`, `InitVar` and their like, which Pydantic refuses alone."""
    if _is_plain(annotation) or not any(_is_qualified(stage.type) for stage in _unwrapped(annotation)):
        return annotation
    base, metadata = without_metadata(annotation)
    return annotated(base, metadata)


def bare(annotation: Any) -> Any:
    """The type that an annotation stands for, without metadata."""
    if isinstance(annotation, type) or type(annotation) is UnionType:
        return annotation
    return unwrap(annotation).type


def is_union(annotation: Any) -> bool:
    """Whether the annotation stands for a union. `Optional` is one."""
    return is_union_origin(get_origin(bare(annotation)))


def members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union and of the unions inside it, as they are written; else the annotation alone."""
    if not is_union(annotation):
        return (annotation,)
    return tuple(member for part in get_args(bare(annotation)) for member in members(part))


def is_none(annotation: Any) -> bool:
    """Whether the annotation stands for None."""
    annotation = bare(annotation)
    return annotation is None or annotation is NoneType


def without_none(annotation: Any) -> Any:
    """The only member of a union beside None, as it is written; else the annotation."""
    others = [member for member in members(annotation) if not is_none(member)]
    return others[0] if len(others) == 1 else annotation


def class_of(annotation: Any) -> type | None:
    """The class that an annotation stands for (`list` for `list[int]`); None if it stands for no class."""
    annotation = bare(annotation)
    if isinstance(annotation, type):
        return annotation
    found = get_origin(annotation) or annotation
    return found if inspect.isclass(found) else None


def inherits(cls: type, base: type) -> bool:
    """Whether a class is a subclass by its bases.

    `issubclass` asks the metaclass; that of models is abstract, takes longer and remembers each class it was
    asked for.
    """
    return type.__subclasscheck__(base, cls)


def type_arguments(annotation: Any) -> tuple[Any, ...]:
    """The types in the brackets of a generic type or a union: `str` and `int` for `dict[str, int]`."""
    annotation = bare(annotation)
    return () if typing_objects.is_literal(get_origin(annotation)) else get_args(annotation)


def union(members: Iterable[Any]) -> Any:
    """A union of types; of one, the type itself."""
    return Union[tuple(members)]  # noqa: UP007


def with_members(annotation: Any, change: Callable[[Any], Any]) -> Any:
    """The annotation with the types that are members of its union, and of unions inside it, changed.

    The metadata of the unions and of their members stays in its place.
    """
    kind, metadata = unwrap(annotation)
    changed: Any
    if is_union(kind):
        changed = union([with_members(part, change) for part in get_args(kind)])
    else:
        changed = change(kind)
    return annotated(changed, metadata)


def substituted(annotation: Any, values: Mapping[Any, Any]) -> Any:
    """The annotation with type variables replaced."""
    if not values or isinstance(annotation, type):
        return annotation
    if typing_objects.is_typevar(annotation):
        return values.get(annotation, annotation)
    free = getattr(annotation, "__parameters__", ())
    if not any(name in values for name in free):
        return annotation
    return annotation[tuple(values.get(name, name) for name in free)]


def evaluated(annotation: Any, evaluate: Evaluate) -> Any:
    """The annotation with the texts in it evaluated.

    Raises:
        NameError: A name is not defined.
    """
    for _ in range(_MOST_QUOTES):
        if typing_objects.is_forwardref(annotation):
            annotation = annotation.__forward_arg__
        if not isinstance(annotation, str):
            break
        annotation = evaluate(annotation)
    if classes_in(annotation):
        return annotation
    origin, arguments = get_origin(annotation), get_args(annotation)
    if not arguments or typing_objects.is_literal(origin):
        return annotation
    if typing_objects.is_annotated(origin):
        base = evaluated(annotation.__origin__, evaluate)
        return annotation if base is annotation.__origin__ else annotated(base, annotation.__metadata__)
    found = tuple(
        [evaluated(item, evaluate) for item in part] if isinstance(part, list) else evaluated(part, evaluate)
        for part in arguments
    )
    if found == arguments:
        return annotation
    if is_union_origin(origin):
        return Union[found]  # noqa: UP007
    return origin[found[0] if len(found) == 1 else found]


def type_variables(generic: Any) -> dict[Any, Any]:
    """What the type variables of a class stand for: in its own brackets, and in those of its bases."""
    origin = get_origin(generic) or generic
    found = dict(zip(getattr(origin, "__parameters__", ()), get_args(generic), strict=False))
    for base in getattr(origin, "__orig_bases__", ()):
        for name, value in type_variables(base).items():
            found.setdefault(name, substituted(value, found))
    return found


def _unwrapped(annotation: Any) -> list[Unwrapped]:
    """The annotation, what it is a name or a wrapper for, and so on."""
    stages = [Unwrapped(annotation, ())]
    while len(stages) < _MOST_LAYERS:
        annotation, metadata = stages[-1]
        if _is_plain(annotation):
            return stages
        if type(annotation) is ANNOTATED:
            inner = Unwrapped(annotation.__origin__, annotation.__metadata__ + metadata)
        else:
            inner = Unwrapped(_inner(annotation), metadata)
        if inner.type is annotation:
            return stages
        stages.append(inner)
    raise TypeError(f"{stages[0].type!r} refers to itself")


def _is_plain(annotation: Any) -> bool:
    """Whether it is a class, a generic one or a union, as most are: neither a name nor a wrapper."""
    if isinstance(annotation, type):
        return True
    kind = type(annotation)
    return kind in _UNIONS or (kind is GenericAlias and isinstance(annotation.__origin__, type))


def classes_in(annotation: Any) -> tuple[type, ...] | None:
    """The classes that a class or a union is made of, with or without metadata around the whole.

    None if there is anything else in it, as there seldom is.
    """
    if type(annotation) is ANNOTATED:
        annotation = annotation.__origin__
    if isinstance(annotation, type):
        return (annotation,)
    if type(annotation) not in _UNIONS:
        return None
    found: tuple[Any, ...] = annotation.__args__
    return found if all(isinstance(member, type) for member in found) else None


def _inner(annotation: Any) -> Any:
    """What an annotation is a name or a wrapper for; itself if it is neither."""
    origin = get_origin(annotation)
    if typing_objects.is_typealiastype(annotation):
        return _value_of_alias(annotation)
    if typing_objects.is_typealiastype(origin):
        return _applied(origin, annotation.__args__)
    if typing_objects.is_newtype(annotation):
        return annotation.__supertype__
    if typing_objects.is_typevar(annotation):
        return _value_of_variable(annotation)
    if _is_qualified(annotation):
        return annotation.type if isinstance(annotation, InitVar) else get_args(annotation)[0]
    return annotation


def _value_of_alias(alias: Any) -> Any:
    module = sys.modules.get(alias.__module__)
    names = {variable.__name__: variable for variable in alias.__type_params__}
    return evaluated(alias.__value__, strict(vars(module) if module else {}, names))


def _applied(alias: Any, arguments: tuple[Any, ...]) -> Any:
    """What a generic type alias with arguments in its brackets stands for."""
    names, value = alias.__type_params__, _value_of_alias(alias)
    if names == getattr(value, "__parameters__", None):
        return value[arguments]
    return substituted(value, dict(zip(names, arguments, strict=False)))


def _value_of_variable(variable: Any) -> Any:
    """What Pydantic takes a type variable for: its default, its bound, a constraint of it, or anything."""
    default = getattr(variable, "__default__", None)
    if default is not None and not typing_objects.is_nodefault(default):
        return default
    if variable.__bound__ is not None:
        return variable.__bound__
    constraints = variable.__constraints__
    return Union[constraints] if constraints else Any  # noqa: UP007


def _is_qualified(annotation: Any) -> bool:
    """Whether it is a type with one of the words around it that only fields of a class have."""
    origin = get_origin(annotation)
    return (
        isinstance(annotation, InitVar)
        or typing_objects.is_final(origin)
        or typing_objects.is_classvar(origin)
        or typing_objects.is_required(origin)
        or typing_objects.is_notrequired(origin)
        or typing_objects.is_readonly(origin)
    )
