"""What `response_model_include` and `response_model_exclude` select of a result.

To Pydantic, names select fields of a model, and numbers or `"__all__"` items of a list. Names for a list
would select nothing, which sends what they were to hold back: here they select fields of its items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from pydantic import BaseModel

from xapi.operation.annotations import class_of, is_none, members, type_arguments, union
from xapi.operation.types import is_scalar, model_of, parts, root_of

_ALL = "__all__"


class NoSelection(ValueError):
    """A selection that cannot mean anything, or not one thing."""


def selection_of(annotation: Any, selection: Any) -> Any:
    """A selection as Pydantic's serializers take it for values of a type.

    Raises:
        NoSelection: It has no meaning, or several, for the values of the type.
    """
    if not isinstance(selection, Mapping | AbstractSet | list | tuple):
        return selection
    if not isinstance(selection, Mapping):
        selection = set(selection)
    try:
        found = [_of_type(member, selection) for member in members(annotation) if _has_parts(member)]
    except RecursionError:
        raise NoSelection(f"is {selection!r}, for a type that contains itself at every depth") from None
    if any(each != found[0] for each in found):
        raise NoSelection(f"is {selection!r}, which means one thing for some results and another for others")
    return found[0] if found else selection


def _has_parts(annotation: Any) -> bool:
    cls = class_of(annotation)
    if cls is None or issubclass(cls, str | bytes) or is_none(annotation):
        return False
    return issubclass(cls, Iterable) or not is_scalar(annotation)


def _of_type(annotation: Any, selection: Any) -> Any:
    root = root_of(annotation)
    if root is not None:
        return selection_of(root, selection)
    cls = class_of(annotation)
    assert cls is not None
    if issubclass(cls, BaseModel):
        return _of_model(cls, selection)
    if issubclass(cls, Mapping):
        return _of_mapping(annotation, selection)
    if issubclass(cls, Iterable) and not hasattr(cls, "_fields"):
        return _of_items(annotation, selection)
    return selection


def _of_model(model: type[BaseModel], selection: Any) -> Any:
    """A selection of fields, and of what is in them."""
    if not isinstance(selection, Mapping):
        return selection
    fields = model.model_fields
    return {
        name: selection_of(fields[name].annotation, inner) if name in fields else inner
        for name, inner in selection.items()
    }


def _of_mapping(annotation: Any, selection: Any) -> Any:
    """A selection of keys, and of what is under them."""
    values = type_arguments(annotation)[-1:] or (Any,)
    if isinstance(selection, Mapping):
        return {name: selection_of(values[0], inner) for name, inner in selection.items()}
    models = [model for part in parts(values[0]) if (model := model_of(part)) is not None]
    fields = {name for model in models for name in model.model_fields}
    if misplaced := selection & fields:
        raise NoSelection(
            f"names {', '.join(map(repr, sorted(misplaced)))}, which would be keys of the result and are "
            f"fields of its values: write {{{_ALL!r}: {selection!r}}}"
        )
    return selection


def _of_items(annotation: Any, selection: Any) -> Any:
    """A selection of items, and of what is in them; names are for what is in them."""
    item = union([each for each in type_arguments(annotation) if each is not Ellipsis] or [Any])
    named = [key for key in selection if isinstance(key, str) and key != _ALL]
    if not named:
        if not isinstance(selection, Mapping):
            return selection
        return {key: selection_of(item, inner) for key, inner in selection.items()}
    if len(named) < len(selection):
        raise NoSelection(
            f"is {selection!r} for a list: write fields of all items as {{{_ALL!r}: ...}} beside numbers"
        )
    return {_ALL: selection_of(item, selection)}
