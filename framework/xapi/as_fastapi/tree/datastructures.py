"""Starlette's data structures, `UploadFile`, and placeholders."""

from typing import Any, TypeVar, cast

from starlette.datastructures import UploadFile as StarletteUploadFile

from xapi.datastructures import URL, Address, FormData, Headers, QueryParams, State, UploadFile
from xapi.keywords import DefaultPlaceholder

DefaultType = TypeVar("DefaultType")


def Default(value: DefaultType) -> DefaultType:  # noqa: N802  the name is FastAPI's
    """A placeholder for a keyword that was not said, with the value that counts then."""
    return cast(DefaultType, DefaultPlaceholder(value))


_Unset: Any = Default(None)
