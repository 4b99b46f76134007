"""Questions about annotations."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeGuard

from starlette.datastructures import UploadFile

from xapi.operation.annotations import bare, class_of, is_none, is_union, members, type_arguments
from xapi.operation.types import is_list, is_scalar

sequence_types: tuple[type[Any], ...] = (Sequence, list, tuple, set, frozenset, deque)
sequence_annotation_to_type: dict[Any, type[Any]] = {
    Sequence: list,
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    deque: deque,
}
_SEQUENCES = (list, tuple, set, frozenset, deque)


def lenient_issubclass(cls: Any, class_or_tuple: Any) -> bool:
    """`issubclass`, which is False for what is no class."""
    return isinstance(cls, type) and issubclass(cls, class_or_tuple)


def field_annotation_is_scalar(annotation: Any) -> bool:
    """Whether a value of it is one text on the wire."""
    return is_scalar(annotation) and not is_list(annotation)


def field_annotation_is_sequence(annotation: Any) -> bool:
    """Whether a value of it, or of a member of the union that it is, is a sequence."""
    return _any(annotation, _is_sequence)


def field_annotation_is_complex(annotation: Any) -> bool:
    """Whether a value of it is more than one text on the wire."""
    return not field_annotation_is_scalar(annotation)


def field_annotation_is_scalar_sequence(annotation: Any) -> bool:
    """Whether a value of it is several texts on the wire."""
    return is_list(annotation) and is_scalar(annotation)


def value_is_sequence(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether a value is a sequence, and no text."""
    return isinstance(value, sequence_types) and not isinstance(value, str | bytes)


def is_bytes_or_nonable_bytes_annotation(annotation: Any) -> bool:
    """Whether it is `bytes`, perhaps optional."""
    return _any(annotation, lambda member: lenient_issubclass(member, bytes))


def is_uploadfile_or_nonable_uploadfile_annotation(annotation: Any) -> bool:
    """Whether it is a file, perhaps optional."""
    return _any(annotation, lambda member: lenient_issubclass(member, UploadFile))


def is_bytes_sequence_annotation(annotation: Any) -> bool:
    """Whether it is a sequence of `bytes`."""
    return _any(annotation, lambda member: _holds(member, is_bytes_or_nonable_bytes_annotation))


def is_uploadfile_sequence_annotation(annotation: Any) -> bool:
    """Whether it is a sequence of files."""
    return _any(annotation, lambda member: _holds(member, is_uploadfile_or_nonable_uploadfile_annotation))


def annotation_is_pydantic_v1(annotation: Any) -> bool:
    """Whether it is a model of Pydantic 1, or holds one."""
    inner: Iterable[Any] = type_arguments(annotation) or ()
    return is_pydantic_v1_model_class(annotation) or any(map(annotation_is_pydantic_v1, inner))


def is_pydantic_v1_model_class(cls: Any) -> bool:
    """Whether it is a model of Pydantic 1."""
    return isinstance(cls, type) and any(base.__module__ == "pydantic.v1.main" for base in cls.__mro__)


def is_pydantic_v1_model_instance(obj: Any) -> bool:
    """Whether it is an object of a model of Pydantic 1."""
    return is_pydantic_v1_model_class(type(obj))


def _any(annotation: Any, wanted: Callable[[Any], bool]) -> bool:
    annotation = bare(annotation)
    if is_union(annotation):
        return any(_any(member, wanted) for member in members(annotation) if not is_none(member))
    return wanted(annotation)


def _is_sequence(annotation: Any) -> bool:
    cls = class_of(annotation)
    return cls is not None and issubclass(cls, (*_SEQUENCES, Sequence)) and not issubclass(cls, str | bytes)


def _holds(annotation: Any, wanted: Callable[[Any], bool]) -> bool:
    return _is_sequence(annotation) and any(map(wanted, type_arguments(annotation)))
