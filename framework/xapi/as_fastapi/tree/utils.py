"""Helpers."""

import re
from typing import Any, Literal

from pydantic.fields import FieldInfo

from xapi.as_fastapi.tree._compat import ModelField, Undefined
from xapi.as_fastapi.tree.datastructures import DefaultPlaceholder, DefaultType
from xapi.exceptions import XAPIError
from xapi.operation.fields import UnusableType
from xapi.utils import generate_unique_id, get_path_param_names, is_body_allowed_for_status_code


def create_model_field(
    name: str,
    type_: Any,
    default: Any = Undefined,
    field_info: FieldInfo | None = None,
    alias: str | None = None,
    mode: Literal["validation", "serialization"] = "validation",
) -> ModelField:
    """A field of a type."""
    info = field_info if field_info is not None else FieldInfo(annotation=type_, default=default, alias=alias)
    if info.annotation is None:
        info.annotation = type_
    try:
        return ModelField(field_info=info, name=name, mode=mode)
    except UnusableType as error:
        raise XAPIError(
            f"Invalid args for response field! {type_!r} is not a type that Pydantic knows: {error}"
        ) from error


def deep_dict_update(main_dict: dict[Any, Any], update_dict: dict[Any, Any]) -> None:
    """Merge the second dictionary into the first: dictionaries in them, too, and lists in a row."""
    for key, value in update_dict.items():
        known = main_dict.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            deep_dict_update(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            main_dict[key] = known + value
        else:
            main_dict[key] = value


def generate_operation_id_for_path(*, name: str, path: str, method: str) -> str:
    """An operation id of a name, a path and a method."""
    return f"{re.sub(r'[^a-zA-Z0-9_]', '_', f'{name}{path}')}_{method.lower()}"


def get_value_or_default(
    first_item: DefaultPlaceholder | DefaultType, *extra_items: DefaultPlaceholder | DefaultType
) -> DefaultPlaceholder | DefaultType:
    """The first item that is no placeholder; where all are, the first one."""
    for item in (first_item, *extra_items):
        if not isinstance(item, DefaultPlaceholder):
            return item
    return first_item
