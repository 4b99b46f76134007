"""How a type is sent: as one string, as several, or as a structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from types import NoneType
from typing import Any

from pydantic import BaseModel, Json, RootModel
from starlette.datastructures import UploadFile

from xapi.operation.annotations import (
    bare,
    class_of,
    classes_in,
    inherits,
    is_none,
    is_union,
    type_arguments,
    unwrap,
)

_SCALARS = frozenset(map(id, (bool, float, int, str, NoneType)))
_JSON: Any = Json  # to type checkers it is not a class


def is_json_text(annotation: Any) -> bool:
    """Whether values are JSON that is written as one text (`pydantic.Json`), whatever it is JSON of."""
    if isinstance(annotation, type):
        return annotation is _JSON
    kind, metadata = unwrap(annotation)
    return kind is _JSON or any(item is _JSON or isinstance(item, _JSON) for item in metadata)


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """The members of a union and of the unions inside it, as they are written; else the annotation alone."""
    if is_json_text(annotation) or not is_union(annotation):
        return (annotation,)
    return tuple(found for member in type_arguments(annotation) for found in alternatives(member))


def is_optional(annotation: Any) -> bool:
    """Whether None is a value of the type."""
    return any(map(is_none, alternatives(annotation)))


def parts(annotation: Any) -> list[Any]:
    """The members of a union, or the items of a list, down to what is neither."""
    found: list[Any] = []
    _add_parts(annotation, found, [])
    return found


def _add_parts(annotation: Any, found: list[Any], seen: list[Any]) -> None:
    if annotation in seen:  # a type alias that is defined by itself
        return
    seen.append(annotation)
    if is_json_text(annotation):
        found.append(str)
    elif is_union(annotation) or _is_sequence(annotation):
        for inner in type_arguments(annotation):
            _add_parts(inner, found, seen)
    else:
        found.append(bare(annotation))


def is_scalar(annotation: Any) -> bool:
    """Whether a value of this type is one piece of text on the wire: no model, mapping, sequence or file."""
    if is_json_text(annotation):
        return True
    if classes := classes_in(annotation):
        return all(map(_is_scalar_class, classes))
    if is_union(annotation):
        return all(map(is_scalar, alternatives(annotation)))
    cls = class_of(annotation)
    return cls is None or _is_scalar_class(cls)


def _is_scalar_class(cls: type) -> bool:
    if id(cls) in _SCALARS:
        return True
    return not (
        inherits(cls, BaseModel)
        or inherits(cls, UploadFile)
        or issubclass(cls, Mapping)
        or is_dataclass(cls)
        or _is_sequence(cls)
    )


def _is_sequence(annotation: Any) -> bool:
    cls = class_of(annotation)
    if cls is None or issubclass(cls, str | bytes | bytearray):
        return False
    if inherits(cls, BaseModel):
        return inherits(cls, Sequence) or inherits(cls, AbstractSet)
    return issubclass(cls, Sequence | AbstractSet)


def is_list(annotation: Any) -> bool:
    """Whether values of this type are sent by repeating the name."""
    return any(
        not is_json_text(item) and _is_sequence(root_of(item) or item) for item in alternatives(annotation)
    )


def is_list_of_scalars(annotation: Any) -> bool:
    """Whether values of this type are a list of simple values, or perhaps none."""
    if is_json_text(annotation):
        return False
    if is_union(annotation):
        return all(is_scalar(item) or is_list_of_scalars(item) for item in alternatives(annotation))
    return _is_sequence(annotation) and all(
        is_scalar(item) for item in type_arguments(annotation) if item is not Ellipsis
    )


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The Pydantic model with fields that an annotation names, if it names one."""
    cls = None if is_json_text(annotation) else class_of(annotation)
    if cls is None or not inherits(cls, BaseModel) or inherits(cls, RootModel):
        return None
    return cls


def models_of(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models that values may be of, where they can be nothing else, or perhaps None."""
    classes = classes_in(annotation) or ()
    if not all(inherits(cls, BaseModel) for cls in classes if cls is not NoneType):
        return ()
    models = tuple(model_of(item) for item in alternatives(annotation) if not is_none(item))
    return tuple(model for model in models if model is not None) if all(models) else ()


def root_of(annotation: Any) -> Any:
    """The type that a root model stands for; None if it is none."""
    cls: Any = class_of(annotation)
    if cls is None or not inherits(cls, RootModel):
        return None
    return cls.model_fields["root"].annotation


def holds_files(annotation: Any) -> bool:
    """Whether the type is an `UploadFile`, or a list or a union with one."""
    return any(
        (cls := class_of(part)) is not None and inherits(cls, UploadFile) for part in parts(annotation)
    )
