"""What annotations say about the wire: one piece of text, several, or a structure."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from starlette.datastructures import UploadFile


def without_metadata(annotation: Any) -> Any:
    """The type inside `Annotated`."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def parts(annotation: Any) -> list[Any]:
    """The members of a union, or the items of a list, down to what is neither."""
    annotation = without_metadata(annotation)
    if get_origin(annotation) in (Union, UnionType) or _is_sequence(annotation):
        return [part for member in get_args(annotation) for part in parts(member)]
    return [annotation]


def is_scalar(annotation: Any) -> bool:
    """Whether a value of this type is one piece of text on the wire: no model, mapping, sequence or file."""
    annotation = without_metadata(annotation)
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return all(is_scalar(member) for member in get_args(annotation))
    cls = origin or annotation
    if not inspect.isclass(cls) or annotation in (Any, NoneType):
        return True
    complex_types = (BaseModel, Mapping, UploadFile)
    return not (issubclass(cls, complex_types) or is_dataclass(cls) or _is_sequence(annotation))


def _is_sequence(annotation: Any) -> bool:
    cls = get_origin(annotation) or annotation
    if not inspect.isclass(cls) or issubclass(cls, str | bytes | bytearray):
        return False
    return issubclass(cls, Sequence | AbstractSet) or cls.__name__ == "deque"


def is_list(annotation: Any) -> bool:
    """Whether values of this type are sent by repeating the name."""
    annotation = without_metadata(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return any(is_list(member) for member in get_args(annotation))
    return _is_sequence(annotation)


def is_list_of_scalars(annotation: Any) -> bool:
    """Whether values of this type are a list of simple values, or perhaps none."""
    annotation = without_metadata(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return all(is_scalar(part) or is_list_of_scalars(part) for part in get_args(annotation))
    return _is_sequence(annotation) and all(
        is_scalar(part) for part in get_args(annotation) if part is not Ellipsis
    )


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The Pydantic model that an annotation names, if it names one."""
    annotation = without_metadata(annotation)
    cls = get_origin(annotation) or annotation
    return annotation if inspect.isclass(cls) and issubclass(cls, BaseModel) else None


def holds_files(annotation: Any) -> bool:
    """Whether the type is an `UploadFile`, or a list or a union with one."""
    return any(inspect.isclass(part) and issubclass(part, UploadFile) for part in parts(annotation))
