"""Starlette's data structures, and an `UploadFile` that Pydantic supports."""

from __future__ import annotations

from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema
from starlette.datastructures import URL as URL
from starlette.datastructures import Address as Address
from starlette.datastructures import FormData as FormData
from starlette.datastructures import Headers as Headers
from starlette.datastructures import QueryParams as QueryParams
from starlette.datastructures import State as State
from starlette.datastructures import UploadFile as StarletteUploadFile

__all__ = ["URL", "Address", "FormData", "Headers", "QueryParams", "State", "UploadFile"]


class UploadFile(StarletteUploadFile):
    """A file of a multipart form (RFC 7578), spooled to disk when it is large.

    `filename`, `content_type`, `headers` and `size` say what the client sent; `file` is the spooled file.
    `read`, `write`, `seek` and `close` are asynchronous.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_uploaded)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/octet-stream"}


def _uploaded(value: Any) -> StarletteUploadFile:
    if not isinstance(value, StarletteUploadFile):
        raise ValueError(f"Expected UploadFile, received: {type(value)}")
    return value
