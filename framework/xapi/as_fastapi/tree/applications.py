"""The app."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, ExceptionHandler, Lifespan, Receive, Scope, Send

from xapi.applications import XAPI
from xapi.as_fastapi.tree import routing
from xapi.as_fastapi.tree.datastructures import Default, DefaultPlaceholder
from xapi.as_fastapi.tree.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from xapi.as_fastapi.tree.exceptions import (
    RequestValidationError,
    WebSocketRequestValidationError,
)
from xapi.as_fastapi.tree.middleware.asyncexitstack import (
    AsyncExitStackMiddleware,
)
from xapi.as_fastapi.tree.openapi.docs import (
    get_redoc_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)
from xapi.as_fastapi.tree.openapi.utils import get_openapi
from xapi.as_fastapi.tree.params import Depends
from xapi.as_fastapi.tree.types import DecoratedCallable, IncEx
from xapi.as_fastapi.tree.utils import generate_unique_id
from xapi.keywords import said

AppType = TypeVar("AppType", bound="FastAPI")


class _AnyApp(type):
    """Every app of xapi is one of FastAPI's."""

    def __instancecheck__(cls, instance: object) -> bool:
        return type.__instancecheck__(FastAPI if cls is FastAPI else cls, instance) or (
            cls is FastAPI and isinstance(instance, XAPI)
        )

    def __subclasscheck__(cls, subclass: type) -> bool:
        return type.__subclasscheck__(XAPI if cls is FastAPI else cls, subclass)


class FastAPI(XAPI, metaclass=_AnyApp):
    """`xapi.XAPI` with the title that FastAPI has by default. Its keywords are those of `XAPI`."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**{"title": "FastAPI", **said(keywords)})

    def make_document(self, words: dict[str, Any]) -> dict[str, Any]:
        """Make the document by what `fastapi.applications.get_openapi` is now."""
        if words["document_errors"] == "reference":  # FastAPI's has no such keyword, nor what stands for it
            words = {name: value for name, value in words.items() if name != "document_errors"}
        return get_openapi(routes=self.routes, webhooks=self.webhooks.routes, **words)


def _signature() -> inspect.Signature:
    """The signature of `XAPI`, with the title of this class."""
    signature = inspect.signature(XAPI.__init__)
    parameters = [
        parameter.replace(default="FastAPI") if name == "title" else parameter
        for name, parameter in signature.parameters.items()
    ]
    return signature.replace(parameters=parameters)


FastAPI.__init__.__signature__ = _signature()  # type: ignore[attr-defined]
