"""Converting any Python value to plain JSON data."""

from __future__ import annotations

import dataclasses
import math
from collections import deque
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    ValuesView,
)
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import PurePath
from re import Pattern
from types import GeneratorType, MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import PydanticUndefinedType

from xapi.records import Record

__all__ = ["jsonable_encoder"]

Names = Iterable[str] | Mapping[str, Any]
Encoder = Callable[[Any], Any]


_MOST_DIGITS = 4300
"""The digits of an int that Python turns into text, as it is set at first (`sys.set_int_max_str_digits`)."""


def decimal_encoder(value: Decimal) -> int | float | str | None:
    """An int where the value is written without a fraction, so that ids stay ids.

    One with more digits than an int may have is text: its int would take minutes and all memory.
    """
    if not value.is_finite():
        return None
    if value.adjusted() >= _MOST_DIGITS:
        return str(value)
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else float(value)


@cache
def encoders_by_type() -> dict[type, Encoder]:
    """What becomes of other classes. Some of their modules are slow to import; they wait for a first use."""
    import ipaddress

    from pydantic import AnyUrl, NameEmail, SecretBytes, SecretStr
    from pydantic_core import Url
    from starlette.datastructures import UploadFile

    as_text = (
        ipaddress.IPv4Address, ipaddress.IPv4Interface, ipaddress.IPv4Network,
        ipaddress.IPv6Address, ipaddress.IPv6Interface, ipaddress.IPv6Network,
        AnyUrl, NameEmail, SecretBytes, SecretStr, Url, UUID,
    )  # fmt: skip
    return {
        bytes: lambda value: value.decode(),
        date: date.isoformat,
        datetime: datetime.isoformat,
        time: time.isoformat,
        timedelta: timedelta.total_seconds,
        Decimal: decimal_encoder,
        Pattern: lambda value: value.pattern,
        UploadFile: lambda file: {"filename": file.filename, "size": file.size},
        **dict.fromkeys(as_text, str),
    }


class HasGenerator(Exception):
    """A value has a generator in it, which can be gone through only once."""


class _Encoding(Record):
    """The choices of one call of `jsonable_encoder`, carried down into the value."""

    by_alias: bool = True
    exclude_unset: bool = False
    exclude_defaults: bool = False
    exclude_none: bool = False
    custom_encoder: Mapping[Any, Encoder] = MappingProxyType({})
    sqlalchemy_safe: bool = True
    leaves_generators: bool = False
    """Whether generators raise `HasGenerator` and are not used up: what fails later may be encoded anew."""

    def encode(self, value: Any, include: Names | None = None, exclude: Names | None = None) -> Any:
        if self.custom_encoder and (custom := self._custom(value)) is not None:
            return custom(value)
        if isinstance(value, BaseModel):
            return self.encode(self._dump(value, include, exclude))
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return self.encode(fields, include, exclude)
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, PurePath):
            return str(value)
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, PydanticUndefinedType):
            return None
        if isinstance(value, dict):
            return self._encode_dict(value, include, exclude)
        if isinstance(value, list | set | frozenset | GeneratorType | tuple | deque):
            if self.leaves_generators and isinstance(value, GeneratorType):
                raise HasGenerator
            return [self.encode(item) for item in value]
        return self._encode_other(value)

    def _custom(self, value: Any) -> Encoder | None:
        encoder = self.custom_encoder.get(type(value))
        if encoder is not None:
            return encoder
        return next((found for cls, found in self.custom_encoder.items() if isinstance(value, cls)), None)

    def _dump(self, model: BaseModel, include: Names | None, exclude: Names | None) -> dict[str, Any]:
        options: dict[str, Any] = {
            "include": _selection(include),
            "exclude": _selection(exclude),
            "by_alias": self.by_alias,
            "exclude_unset": self.exclude_unset,
            "exclude_defaults": self.exclude_defaults,
            "exclude_none": self.exclude_none,
        }
        try:
            return model.model_dump(mode="json", **options)
        except UnicodeEncodeError:  # a key with a lone surrogate, which is left to the caller
            return model.model_dump(**options)

    def _encode_dict(self, value: dict[Any, Any], include: Names | None, exclude: Names | None) -> Any:
        return {
            self.encode(key): self.encode(item)
            for key, item in value.items()
            if not (self.sqlalchemy_safe and isinstance(key, str) and key.startswith("_sa"))
            and not (item is None and self.exclude_none)
            and (include is None or key in include)
            and (exclude is None or key not in exclude)
        }

    def _encode_other(self, value: Any) -> Any:
        encoders = encoders_by_type()
        for cls in type(value).__mro__:
            if encoder := encoders.get(cls):
                return encoder(value)
        if (hint := _not_plain(value)) is not None:
            raise ValueError(f"{type(value).__qualname__} object cannot be turned into JSON: {hint}")
        try:
            return self.encode(dict(value))
        except (TypeError, ValueError) as not_a_mapping:
            try:
                return self.encode(vars(value))
            except TypeError:
                raise ValueError(
                    f"{type(value).__qualname__} object cannot be turned into JSON: return plain data, "
                    "a Pydantic model or a dataclass, or give jsonable_encoder a custom_encoder for it"
                ) from not_a_mapping


def _not_plain(value: Any) -> str | None:
    """What to write instead of what `dict` and `vars` know something of, but not what is in it."""
    if isinstance(value, Awaitable):
        return "it has to be awaited first"
    if isinstance(value, AsyncIterable):
        return "it is iterated with `async for`: gather its items in a list, or yield them from the endpoint"
    if isinstance(value, Iterator | KeysView | ValuesView):
        return "it is iterated: write `list(...)` around it, or yield its items from the endpoint"
    return None


def _selection(names: Names | None) -> Any:
    """Names as Pydantic takes them: a list or a tuple is a set."""
    return set(names) if isinstance(names, list | tuple | frozenset) else names


def json_safe(value: Any) -> Any:
    """Plain data without what JSON in UTF-8 cannot carry.

    NaN and infinities become None, and lone surrogates question marks.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {json_safe(key): json_safe(item) for key, item in value.items()}
    return [json_safe(item) for item in value] if isinstance(value, list | tuple) else value


_default = _Encoding(leaves_generators=True)


def encode_default(value: Any) -> Any:
    """`jsonable_encoder` without options, as the hook of a JSON encoder.

    Raises:
        HasGenerator: there is one in it, which is left as it is.
    """
    return _default.encode(value)


def jsonable_encoder(
    obj: Any,
    include: Names | None = None,
    exclude: Names | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    custom_encoder: Mapping[Any, Encoder] | None = None,
    sqlalchemy_safe: bool = True,
) -> Any:
    """Turn `obj` into plain data fit for `json.dumps`: dicts, lists, strings, numbers, booleans and None.

    Models, dataclasses, ORM-like objects, enums, dates, UUIDs, paths and sets become what JSON has for them.
    `include` and `exclude` name the members of the outermost object; `by_alias` and the `exclude_...` choices
    are Pydantic's; `custom_encoder` maps classes to functions; `sqlalchemy_safe` leaves out SQLAlchemy's
    state.

    Raises ValueError for an object that has no such form.
    """
    encoding = _Encoding(
        by_alias, exclude_unset, exclude_defaults, exclude_none, custom_encoder or {}, sqlalchemy_safe
    )
    return encoding.encode(obj, include, exclude)
