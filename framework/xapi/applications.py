"""`XAPI`: router, error boundary, middleware and OpenAPI document, composed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import deepcopy
from os import PathLike
from typing import Any, Generic, NamedTuple, TypeVar, cast, get_args, overload

from starlette.applications import Starlette
from starlette.exceptions import HTTPException, WebSocketException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, ExceptionHandler, Lifespan, Receive, Scope, Send
from typing_extensions import Unpack

from xapi import exception_handlers as handlers
from xapi.exceptions import RequestValidationError, WebSocketRequestValidationError, XAPIError
from xapi.handler_table import check_key
from xapi.identity import identity
from xapi.instrumentation import ENTRY, OF_APPS, Core, is_around_router, is_own, observes_apps
from xapi.keywords import checked, spelled_out
from xapi.layers import check_middleware, layers
from xapi.logger import logging_later
from xapi.operation.limits import UNLIMITED, FormLimits
from xapi.operation.options import DocumentedErrors, RouterKeywords, Tag
from xapi.overrides import (
    MISSING,
    AppWideLayer,
    Dependency,
    DependencyOverrides,
    LayerHandle,
    active_layers,
    effective,
    layer_of,
    overriding,
)
from xapi.routing.bare_decorators import check_called
from xapi.routing.decorators import EventHandler, OperationDecorators
from xapi.routing.override_validation import check_keys
from xapi.routing.route import APIRoute
from xapi.routing.router import APIRouter

__all__ = ["XAPI"]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class MadeDocument(NamedTuple):
    """A document, and what it was made of."""

    document: dict[str, Any]
    of: tuple[Any, ...]


class OfRouter(Generic[T]):
    """A keyword of the app that its router has as an attribute, to be read, set and changed in place."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, app: None, owner: type) -> OfRouter[T]: ...
    @overload
    def __get__(self, app: XAPI, owner: type) -> T: ...
    def __get__(self, app: XAPI | None, owner: type) -> OfRouter[T] | T:
        if app is None:
            return self
        value: T = getattr(app.router, self.name)
        return value

    def __set__(self, app: XAPI, value: T) -> None:
        setattr(app.router, self.name, value)


class XAPI(OperationDecorators, Starlette):
    """An API: operations declared by type hints, validated, documented as OpenAPI 3.1, and tested.

    Args:
        debug: Answer an unhandled exception with its traceback. Never in production.
        routes: Routes to begin with, of Starlette or of xapi.
        title: The API's name in the document (OpenAPI 3.1, section 4.8.2, as the next six).
        summary: One line about the API.
        description: A text about the API, in CommonMark.
        version: The version of the API, not that of OpenAPI.
        terms_of_service: The URL of the terms of service.
        contact: A Contact Object: `name`, `url`, `email`.
        license_info: A License Object: `name`, and `identifier` (SPDX) or `url`.
        openapi_tags: Tag Objects, in the order in which the pages show the tags: `name`, `description`,
            `externalDocs`.
        openapi_external_docs: An External Documentation Object: `url`, `description`.
        servers: Server Objects: `url`, `description`, `variables`. By default there is one, for `root_path`,
            if that is set.
        root_path: The prefix of the path that a proxy strips before requests arrive here.
        root_path_in_servers: Whether `root_path` is added to `servers`.
        openapi_url: Where the document is served; None serves neither document nor pages.
        docs_url: Where Swagger UI is served; None switches it off.
        redoc_url: Where ReDoc is served; None switches it off.
        docs_assets: A directory with the scripts and styles of both pages, which then load nothing from
            other hosts.
        swagger_ui_oauth2_redirect_url: Where OAuth2 providers send the user of Swagger UI back to.
        swagger_ui_init_oauth: What Swagger UI's `initOAuth` is called with, such as `clientId`.
        swagger_ui_parameters: Parameters of Swagger UI, over those that are set already.
        separate_input_output_schemas: Whether a model may have two schemas in the document, one for requests
            and one for responses, where these differ.
        document_errors: Which of the framework's own error responses the document has: "reference" has 422
            wherever there is a parameter or a body; "exact" has those that an operation can give.
        middleware: What lies around every request, outermost first.
        exception_handlers: What answers, by status code or exception class. They are added to those of
            HTTPException and of the two validation errors, or replace them.
        lifespan: An asynchronous context manager around the app's life: `async def lifespan(app): ... yield`.
            What it yields, a dictionary, is the `state` of every request.
        on_startup: Functions to call at start, in order, if there is no `lifespan`.
        on_shutdown: Functions to call at stop, in order, if there is no `lifespan`.
        webhooks: A router whose operations are documented as webhooks, and never served.
        redirect_slashes: Whether a path that differs from an operation's by a slash at its end is redirected
            there (307).
        **keywords: What holds for every operation, such as `dependencies`, `responses`, `tags` or
            `max_body_size`: see `xapi.operation.options.RouterKeywords`.

    Raises:
        TypeError: A keyword is unknown. The message names the nearest one.
        ValueError: A limit, or `document_errors`, has a value that is not allowed.
    """

    tags = OfRouter[list[Tag]]()
    dependencies = OfRouter[list[Any]]()
    callbacks = OfRouter[list[BaseRoute]]()
    responses = OfRouter[dict[int | str, Any]]()
    deprecated = OfRouter[bool | None]()
    include_in_schema = OfRouter[bool]()
    default_response_class = OfRouter[type[Response] | None]()
    generate_unique_id_function = OfRouter[Callable[[APIRoute], str] | None]()
    max_body_size = OfRouter[int | None]()
    form_limits = OfRouter[FormLimits]()
    max_parameters = OfRouter[int | None]()
    strict_content_type = OfRouter[bool | None]()
    redirect_slashes = OfRouter[bool]()

    @checked
    @spelled_out(RouterKeywords)
    def __init__(
        self,
        *,
        debug: bool = False,
        routes: Sequence[BaseRoute] | None = None,
        title: str = "XAPI",
        summary: str | None = None,
        description: str = "",
        version: str = "0.1.0",
        openapi_url: str | None = "/openapi.json",
        openapi_tags: Sequence[Mapping[str, Any]] | None = None,
        servers: Sequence[Mapping[str, Any]] | None = None,
        redirect_slashes: bool = True,
        docs_url: str | None = "/docs",
        redoc_url: str | None = "/redoc",
        swagger_ui_oauth2_redirect_url: str | None = "/docs/oauth2-redirect",
        swagger_ui_init_oauth: Mapping[str, Any] | None = None,
        swagger_ui_parameters: Mapping[str, Any] | None = None,
        docs_assets: str | PathLike[str] | None = None,
        middleware: Sequence[Middleware] | None = None,
        exception_handlers: Mapping[int | type[Exception], ExceptionHandler] | None = None,
        on_startup: Sequence[EventHandler] | None = None,
        on_shutdown: Sequence[EventHandler] | None = None,
        lifespan: Lifespan[Any] | None = None,
        terms_of_service: str | None = None,
        contact: Mapping[str, Any] | None = None,
        license_info: Mapping[str, Any] | None = None,
        root_path: str = "",
        root_path_in_servers: bool = True,
        webhooks: APIRouter | None = None,
        separate_input_output_schemas: bool = True,
        openapi_external_docs: Mapping[str, Any] | None = None,
        document_errors: DocumentedErrors = "reference",
        **keywords: Unpack[RouterKeywords],
    ) -> None:
        if document_errors not in get_args(DocumentedErrors):
            raise ValueError(f"document_errors={document_errors!r}: expected 'reference' or 'exact'")
        for key in exception_handlers or ():
            check_key(key)
        super().__init__(debug=debug, middleware=middleware)
        self.title = title
        self.summary = summary
        self.description = description
        self.version = version
        self.terms_of_service = terms_of_service
        self.contact = contact
        self.license_info = license_info
        self.openapi_url = openapi_url
        self.openapi_tags = openapi_tags
        self.openapi_version = "3.1.0"
        self.openapi_external_docs = openapi_external_docs
        self.servers = servers or []
        self.docs_url = docs_url
        self.redoc_url = redoc_url
        self.swagger_ui_oauth2_redirect_url = swagger_ui_oauth2_redirect_url
        self.swagger_ui_init_oauth = swagger_ui_init_oauth
        self.swagger_ui_parameters = swagger_ui_parameters
        self.docs_assets = docs_assets
        self.root_path = root_path.rstrip("/")
        self.root_path_in_servers = root_path_in_servers
        self.separate_input_output_schemas = separate_input_output_schemas
        self.document_errors = document_errors
        self.webhooks = webhooks if webhooks is not None else APIRouter()
        self.openapi_schema: dict[str, Any] | None = None
        self._made: MadeDocument | None = None
        self.dependency_overrides = cast("dict[Dependency, Any]", DependencyOverrides())
        if "max_body_size" in keywords and keywords["max_body_size"] is None:
            keywords["max_body_size"] = UNLIMITED
        self.router: APIRouter = APIRouter(
            routes=routes,
            redirect_slashes=redirect_slashes,
            dependency_overrides_provider=self,
            on_startup=on_startup,
            on_shutdown=on_shutdown,
            lifespan=lifespan,
            **keywords,
        )
        self.exception_handlers: dict[Any, Any] = {
            HTTPException: handlers.http_exception_handler,
            RequestValidationError: handlers.request_validation_exception_handler,
            WebSocketException: handlers.websocket_exception_handler,
            WebSocketRequestValidationError: handlers.websocket_request_validation_exception_handler,
            **(exception_handlers or {}),
        }
        self.setup()

    def setup(self) -> None:
        """Add the routes of the document and its pages."""
        if self.openapi_url is not None:
            from xapi.openapi.pages import add_pages

            add_pages(self)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once, and again when something that it tells has changed.

        It may be changed in place, which is lost when it is made again; a document that is set as
        `openapi_schema` stays; this method may be replaced.
        """
        made = self._made
        if made is not None and self.openapi_schema is made.document and made.of != self._told():
            self.openapi_schema = None
        if self.openapi_schema is None:
            self.openapi_schema = self.make_document(self._words())
            self._made = MadeDocument(self.openapi_schema, deepcopy(self._told()))
        return self.openapi_schema

    def make_document(self, words: dict[str, Any]) -> dict[str, Any]:
        """Make the document of the routes; `words` are what it says beside the operations."""
        from xapi.openapi.utils import get_openapi

        return get_openapi(routes=self.routes, webhooks=self.webhooks.routes, **words)

    def _words(self) -> dict[str, Any]:
        """What the document says beside the operations."""
        return {
            "title": self.title,
            "version": self.version,
            "openapi_version": self.openapi_version,
            "summary": self.summary,
            "description": self.description,
            "terms_of_service": self.terms_of_service,
            "contact": self.contact,
            "license_info": self.license_info,
            "tags": self.openapi_tags,
            "servers": self.servers,
            "separate_input_output_schemas": self.separate_input_output_schemas,
            "external_docs": self.openapi_external_docs,
            "document_errors": self.document_errors,
        }

    def _told(self) -> tuple[Any, ...]:
        """All that the document follows from; routes by numbers that are others when they have changed."""
        routers = self.router, self.webhooks
        return self._words(), *((id(router), router.version) for router in routers)

    def build_middleware_stack(self) -> ASGIApp:
        """The layers of a request: server errors, middleware, the error boundary, the router.

        What is put around Starlette's function for the layers is entered, and finds them in the place of the
        router.
        """
        if is_own(Starlette, "build_middleware_stack"):
            return self._layers()
        inside = self._layers()
        own = self.user_middleware, self.exception_handlers, self.router
        try:
            self.user_middleware, self.exception_handlers = [], {}
            self.router = cast(APIRouter, Core(inside, self.router))
            return super().build_middleware_stack()
        finally:
            self.user_middleware, self.exception_handlers, self.router = own

    def _layers(self) -> ASGIApp:
        return layers(
            self.router, self.exception_handlers, self.user_middleware, self.debug, self._is_observed()
        )

    def _is_observed(self) -> bool:
        """Whether somebody looks at the layers, in this app, its class, its router or Starlette's parts."""
        own = is_own(type(self), "build_middleware_stack", "xapi")
        there = vars(self)
        return (
            not own or "build_middleware_stack" in there or observes_apps() or is_around_router(self.router)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.root_path:
            scope["root_path"] = self.root_path
        if OF_APPS["__call__"] is not ENTRY:
            await self._enter(scope, receive, send)
            return
        scope["app"] = self
        stack = self.middleware_stack
        if stack is None:
            stack = self.middleware_stack = self.build_middleware_stack()
        await stack(scope, receive, send)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be called where Starlette's apps are: somebody has put something there."""
        with logging_later(scope):
            await super().__call__(scope, receive, send)

    def overrides(
        self, replaced: Dependency | Mapping[Dependency, Any], replacement: Any = MISSING
    ) -> AbstractContextManager[LayerHandle]:
        """Replace dependencies for the requests that are made inside this block's context.

        Args:
            replaced: The dependency, or a mapping of several to what replaces each.
            replacement: What replaces the one dependency: another one, or a value.

        Returns:
            A context manager, whose handle counts and records the calls.

        Raises:
            TypeError: A replacement is missing, or given beside a mapping, or a key is not a callable.
            OverrideError: No operation depends on what is to be replaced.
        """
        layer = layer_of(replaced, replacement)
        check_keys(self, layer)
        return overriding(layer)

    def overridden(self, dependency: F) -> F:
        """What stands for a dependency in this context: its replacement, or itself where it has none.

        For code that calls a dependency itself, as a lifespan does: `app.overridden(get_settings)()`.

        Args:
            dependency: The dependency.

        Returns:
            What operations would call.
        """
        app_wide = AppWideLayer().of(self.dependency_overrides)
        found = effective(app_wide, active_layers.get()).get(identity(dependency))
        return dependency if found is None else cast(F, found.call)

    # Registration

    def own_router(self) -> APIRouter:
        return self.router

    @checked
    @spelled_out(RouterKeywords)
    def include_router(
        self, router: APIRouter, *, prefix: str = "", **keywords: Unpack[RouterKeywords]
    ) -> None:
        """Serve the operations of a router; the router itself stays as it is.

        What is added to it later, or changed of it and its routes, is added and changed here as well.

        Args:
            router: The router.
            prefix: What its paths begin with here, before its own prefix. It starts with "/" and does not end
                with one.
            **keywords: What holds for its operations here, around what it says itself: see
                `xapi.operation.options.RouterKeywords`.

        Raises:
            DeclarationError: `router` is not an APIRouter, or an operation cannot work here.
        """
        self.router.include_router(router, prefix=prefix, **keywords)

    @checked
    def exception_handler(self, key: int | type[Exception]) -> Callable[[F], F]:
        """Let the decorated function `(request, exception)` answer exceptions.

        Args:
            key: A class of exceptions, or the status code of HTTP exceptions.

        Raises:
            DeclarationError: The key is neither.
        """
        check_called(key, "exception_handler", "KeyError")
        check_key(key)

        def decorate(handler: F) -> F:
            self.add_exception_handler(key, handler)
            return handler

        return decorate

    def add_exception_handler(
        self, exc_class_or_status_code: int | type[Exception], handler: ExceptionHandler
    ) -> None:
        """Let `handler(request, exception)` answer exceptions.

        Args:
            exc_class_or_status_code: A class of exceptions, or the status code of HTTP exceptions.
            handler: The function that answers; it may be asynchronous.

        Raises:
            DeclarationError: It is neither.
        """
        check_key(exc_class_or_status_code)
        super().add_exception_handler(exc_class_or_status_code, handler)

    def add_middleware(self, middleware_class: Any, *args: Any, **kwargs: Any) -> None:
        """Put `middleware_class(app, *args, **kwargs)` around all that was added before.

        Args:
            middleware_class: An ASGI middleware: a class, or a function that returns the app to call.
            *args: What it takes after the app.
            **kwargs: The same, by name.

        Raises:
            XAPIError: The app serves already.
            DeclarationError: It is no class or function that makes an app, but a finished one.
        """
        if self.middleware_stack is not None:
            name = getattr(middleware_class, "__name__", repr(middleware_class))
            raise XAPIError(
                f"add_middleware({name}): the app is already serving requests; "
                "add middleware before the first request"
            )
        check_middleware(middleware_class)
        super().add_middleware(middleware_class, *args, **kwargs)

    def middleware(self, kind: str) -> Callable[[F], F]:
        """Run the decorated function `(request, call_next)` around every request.

        Args:
            kind: "http", the only kind there is.

        Raises:
            ValueError: Another kind is asked for; for others there is `add_middleware`.
            DeclarationError: The decorator stands without its parentheses.
        """
        check_called(kind, "middleware", '"http"')
        if kind != "http":
            raise ValueError(f'middleware({kind!r}): only "http" is known; for others use add_middleware()')

        from xapi.middleware.functions import FunctionMiddleware, check_function

        def decorate(function: F) -> F:
            check_function(function)
            self.add_middleware(FunctionMiddleware, dispatch=function)
            return function

        return decorate
