"""Exceptions."""

from pydantic import BaseModel, create_model
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.exceptions import WebSocketException as StarletteWebSocketException

from xapi.exceptions import DeclarationError as DependencyScopeError
from xapi.exceptions import DeclarationError as PydanticV1NotSupportedError
from xapi.exceptions import (
    EndpointContext,
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    ValidationException,
    WebSocketException,
    WebSocketRequestValidationError,
)
from xapi.exceptions import XAPIDeprecationWarning as FastAPIDeprecationWarning
from xapi.exceptions import XAPIError as FastAPIError

RequestErrorModel: type[BaseModel] = create_model("Request")
WebSocketErrorModel: type[BaseModel] = create_model("WebSocket")

# What is reported of an exception, to whatever collects errors, has the name that it had.
for _cls in (
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    ValidationException,
    WebSocketRequestValidationError,
):
    _cls.__module__ = __name__
