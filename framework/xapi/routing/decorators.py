"""The decorators that declare operations, once for apps and routers alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from typing_extensions import Unpack, deprecated

from xapi.keywords import checked, spelled_out
from xapi.operation.options import OperationKeywords
from xapi.routing.bare_decorators import check_called
from xapi.routing.route import APIRoute, Declaring

if TYPE_CHECKING:
    from xapi.routing.frontend import CheckDirectory, Fallback

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]


EventHandler = Callable[[], Any]
"""A function to run at start or stop; it may be asynchronous."""


_named = spelled_out(OperationKeywords)


class OperationRegister(Declaring, Protocol):
    """The router that operations are added to."""

    route_class: type[APIRoute]
    on_startup: list[EventHandler]
    on_shutdown: list[EventHandler]

    def declare_websocket(
        self, path: str, endpoint: Callable[..., Any], name: str | None, dependencies: Sequence[Any] | None
    ) -> None:
        """Declare an endpoint for WebSockets."""

    def add_websocket_route(self, path: str, endpoint: Any, name: str | None = None) -> None:
        """Add an endpoint for WebSockets as Starlette knows them."""

    def add_route(
        self,
        path: str,
        endpoint: Any,
        methods: Collection[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> None:
        """Add an endpoint as Starlette knows them."""


class OperationDecorators:
    """`@app.get(path)` and its like. The keywords are those of `xapi.operation.options.OperationKeywords`.

    The decorated function stays what it is; the decorator raises DeclarationError for what cannot work.
    """

    own_router: Callable[[], OperationRegister]
    """The router that the operations are added to: a router's own self, an app's router."""

    @_named
    def add_api_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: Collection[str] | None = None,
        route_class_override: type[APIRoute] | None = None,
        **options: Unpack[OperationKeywords],
    ) -> None:
        """Declare `endpoint` as an operation.

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            endpoint: The function that answers: sync, async, or a generator whose items are streamed.
            methods: The HTTP methods; GET if none is named.
            route_class_override: The class of the route, in place of the router's.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        router = self.own_router()
        route_class = route_class_override or router.route_class
        router.declare(route_class, path, endpoint, cast("dict[str, Any]", options), methods)

    @checked
    def add_api_websocket_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        name: str | None = None,
        *,
        dependencies: Sequence[Any] | None = None,
    ) -> None:
        """Declare an endpoint for WebSockets (RFC 6455).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces.
            endpoint: The asynchronous function that serves a connection.
            name: The route's name, for `url_path_for`; by default the endpoint's.
            dependencies: `Depends(...)` whose results nobody needs, to run before the endpoint.

        Raises:
            DeclarationError: The endpoint cannot work as it is declared. The message says where and why.
        """
        self.own_router().declare_websocket(path, endpoint, name, dependencies)

    @_named
    def api_route(
        self, path: str, *, methods: Collection[str] | None = None, **options: Unpack[OperationKeywords]
    ) -> Callable[[F], F]:
        """Declare an operation on several methods at once.

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            methods: The HTTP methods; GET if none is named.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        decorator = methods[0].lower() if isinstance(methods, list) and len(methods) == 1 else "api_route"
        check_called(path, decorator, '"/path"')

        def decorate(endpoint: F) -> F:
            self.add_api_route(path, endpoint, methods=methods, **options)
            return endpoint

        return decorate

    @_named
    def get(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare a GET operation (RFC 9110, section 9.3.1).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["GET"], **options)

    @_named
    def put(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare a PUT operation (RFC 9110, section 9.3.4).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["PUT"], **options)

    @_named
    def post(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare a POST operation (RFC 9110, section 9.3.3).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["POST"], **options)

    @_named
    def delete(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare a DELETE operation (RFC 9110, section 9.3.5).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["DELETE"], **options)

    @_named
    def options(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare an OPTIONS operation (RFC 9110, section 9.3.7).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["OPTIONS"], **options)

    @_named
    def head(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare a HEAD operation (RFC 9110, section 9.3.2).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["HEAD"], **options)

    @_named
    def patch(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare a PATCH operation (RFC 5789).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["PATCH"], **options)

    @_named
    def trace(self, path: str, **options: Unpack[OperationKeywords]) -> Callable[[F], F]:
        """Declare a TRACE operation (RFC 9110, section 9.3.8).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces: `/items/{item_id}`.
            **options: What is said of the operation: see `xapi.operation.options.OperationKeywords`.

        Raises:
            DeclarationError: The operation cannot work as it is declared. The message says where and why.
            TypeError: A keyword is unknown. The message names the nearest one.
        """
        return self.api_route(path, methods=["TRACE"], **options)

    @checked
    def websocket(
        self, path: str, name: str | None = None, *, dependencies: Sequence[Any] | None = None
    ) -> Callable[[F], F]:
        """Declare an endpoint for WebSockets (RFC 6455).

        Args:
            path: The path, after the prefix of the router, with its parameters in braces.
            name: The route's name, for `url_path_for`; by default the endpoint's.
            dependencies: `Depends(...)` whose results nobody needs, to run before the endpoint.

        Raises:
            DeclarationError: The endpoint cannot work as it is declared. The message says where and why.
        """
        check_called(path, "websocket", '"/path"')

        def decorate(endpoint: F) -> F:
            self.add_api_websocket_route(path, endpoint, name, dependencies=dependencies)
            return endpoint

        return decorate

    @checked
    def route(
        self,
        path: str,
        methods: Collection[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> Callable[[F], F]:
        """Let the decorated function `(request)` answer requests, as Starlette's routes do: without
        parameters, dependencies, the router's prefix, or a place in the document.

        Args:
            path: The whole path, with its parameters in braces.
            methods: The HTTP methods; GET if none is named.
            name: The route's name, for `url_path_for`; by default the function's.
            include_in_schema: Without effect on the document; what tools read from the route.
        """
        check_called(path, "route", '"/path"')

        def decorate(function: F) -> F:
            self.own_router().add_route(path, function, methods, name, include_in_schema)
            return function

        return decorate

    @checked
    def websocket_route(self, path: str, name: str | None = None) -> Callable[[F], F]:
        """Let the decorated function `(websocket)` serve WebSockets, as Starlette's routes do: without
        parameters or dependencies.

        Args:
            path: The whole path, with its parameters in braces.
            name: The route's name, for `url_path_for`; by default the function's.
        """
        check_called(path, "websocket_route", '"/path"')

        def decorate(function: F) -> F:
            self.own_router().add_websocket_route(path, function, name)
            return function

        return decorate

    @checked
    def frontend(
        self,
        path: str,
        *,
        directory: str | PathLike[str],
        fallback: Fallback | None = "auto",
        check_dir: CheckDirectory = "auto",
    ) -> None:
        """Serve a built single-page app, where no operation answers.

        Args:
            path: The path below which it is served.
            directory: The directory with its files.
            fallback: The answer to a path that names no file. "index.html" is for requests that accept HTML
                by name, as those of a browser's address bar do; "404.html" is for all, with status 404;
                "auto" takes 404.html if there is one, else index.html; None is the usual 404.
            check_dir: Whether a missing directory or fallback is an error; "auto" only warns while the
                environment variable `XAPI_ENV` is "development".

        Raises:
            DeclarationError: The directory or the fallback is missing.
        """
        from xapi.routing.frontend import frontend

        frontend(self.own_router(), path, directory, fallback, check_dir)

    def add_event_handler(self, event_type: str, func: EventHandler) -> None:
        """Run a function at start or stop, unless there is a lifespan.

        Args:
            event_type: "startup" or "shutdown".
            func: The function, sync or async, without arguments.

        Raises:
            ValueError: The event is another one.
        """
        router = self.own_router()
        events = {"startup": router.on_startup, "shutdown": router.on_shutdown}
        if event_type not in events:
            raise ValueError(f'there is no event {event_type!r}: name "startup" or "shutdown"')
        events[event_type].append(func)

    @deprecated("on_event is deprecated, use a lifespan: XAPI(lifespan=...)")
    def on_event(self, event_type: str) -> Callable[[F], F]:
        """Run the decorated function at "startup" or "shutdown", unless there is a lifespan."""
        check_called(event_type, "on_event", '"startup"')

        def decorate(function: F) -> F:
            self.add_event_handler(event_type, function)
            return function

        return decorate
