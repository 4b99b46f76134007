"""The names that the programs use: each of them begins with `from matrix.prelude import *`."""

# ruff: noqa: F401

import atexit
import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, TypeVar, Union
from uuid import UUID

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Json,
    RootModel,
    Tag,
)
from typing_extensions import TypeAliasType, TypedDict

from xapi import (
    XAPI,
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    WebSocket,
)
from xapi.encoders import jsonable_encoder
from xapi.exceptions import WebSocketRequestValidationError


async def refuse(socket: WebSocket, error: WebSocketRequestValidationError) -> None:
    """Say on a WebSocket what the 422 of an operation says."""
    await socket.accept()
    await say(socket, {"detail": error.errors()}, code=1008)


async def say(socket: WebSocket, value: Any, code: int = 1000) -> None:
    """Send one value as JSON, and close."""
    await socket.send_text(json.dumps(jsonable_encoder(value)))
    await socket.close(code)


def new_app(**options: Any) -> XAPI:
    """An app whose WebSockets say what is wrong as its operations do."""
    return XAPI(title="Program", exception_handlers={WebSocketRequestValidationError: refuse}, **options)


def folder_of(names: list[str]) -> pathlib.Path:
    """A directory with files of these names, which are always of the same time; it goes with the process."""
    folder = pathlib.Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in names:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"content of {name}")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return folder


def shown(value: Any) -> Any:
    """A value as JSON that tells models, what was set of them, files, and other objects."""
    for kind in (Request, WebSocket, BackgroundTasks, Response):
        if isinstance(value, kind):
            return kind.__name__
    if isinstance(value, BaseModel):
        fields = {name: shown(getattr(value, name)) for name in type(value).model_fields}
        return {
            type(value).__name__: fields | (value.model_extra or {}),
            "set": sorted(value.model_fields_set),
        }
    if isinstance(value, Mapping):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(map(shown, value))
    if hasattr(value, "filename"):
        return {"file": value.filename, "size": value.size}
    if isinstance(value, bytes):
        return {"bytes": value.decode()}
    own = hasattr(value, "__dict__") and type(value).__module__ == "program"
    fields = {name: item for name, item in vars(value).items() if name[0] != "_"} if own else {}
    return {type(value).__name__: shown(fields)} if own else value
