"""What annotations say about the wire: one piece of text, several, or a structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from types import NoneType
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import UploadFile

from xapi.operation.annotations import bare, class_of, is_union, members, type_arguments


def parts(annotation: Any) -> list[Any]:
    """The members of a union, or the items of a list, down to what is neither."""
    found: list[Any] = []
    _add_parts(annotation, found, [])
    return found


def _add_parts(annotation: Any, found: list[Any], seen: list[Any]) -> None:
    if annotation in seen:  # a type alias that is defined by itself
        return
    seen.append(annotation)
    if is_union(annotation) or _is_sequence(annotation):
        for inner in type_arguments(annotation):
            _add_parts(inner, found, seen)
    else:
        found.append(bare(annotation))


def is_scalar(annotation: Any) -> bool:
    """Whether a value of this type is one piece of text on the wire: no model, mapping, sequence or file."""
    if is_union(annotation):
        return all(is_scalar(member) for member in members(annotation))
    cls = class_of(annotation)
    if cls is None or cls is NoneType:
        return True
    return not (issubclass(cls, BaseModel | Mapping | UploadFile) or is_dataclass(cls) or _is_sequence(cls))


def _is_sequence(annotation: Any) -> bool:
    cls = class_of(annotation)
    if cls is None or issubclass(cls, str | bytes | bytearray):
        return False
    return issubclass(cls, Sequence | AbstractSet)


def is_list(annotation: Any) -> bool:
    """Whether values of this type are sent by repeating the name."""
    return any(_is_sequence(member) for member in members(annotation))


def is_list_of_scalars(annotation: Any) -> bool:
    """Whether values of this type are a list of simple values, or perhaps none."""
    if is_union(annotation):
        return all(is_scalar(member) or is_list_of_scalars(member) for member in members(annotation))
    return _is_sequence(annotation) and all(
        is_scalar(item) for item in type_arguments(annotation) if item is not Ellipsis
    )


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The Pydantic model that an annotation names, if it names one."""
    cls = class_of(annotation)
    return cls if cls is not None and issubclass(cls, BaseModel) else None


def holds_files(annotation: Any) -> bool:
    """Whether the type is an `UploadFile`, or a list or a union with one."""
    return any(
        (cls := class_of(part)) is not None and issubclass(cls, UploadFile) for part in parts(annotation)
    )
