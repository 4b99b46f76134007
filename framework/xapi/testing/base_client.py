"""What the synchronous and the asynchronous client share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict, overload

from xapi.overrides import MISSING, Dependency
from xapi.routing.override_validation import has_layers
from xapi.testing.exchange import RawResponse, Scope, WebSocketExchange
from xapi.testing.fast_request import Prepared, Target, prepare
from xapi.testing.http_library import httpx
from xapi.testing.override_targets import overridable
from xapi.testing.overrides import ClientOverrides, Override, OverrideError, Replacements
from xapi.testing.scopes import Scopes
from xapi.testing.transports import ANSWER, Wiring

if TYPE_CHECKING:
    from httpx._client import BaseClient as _HTTPXClient
    from httpx._types import AuthTypes, HeaderTypes, QueryParamTypes, TimeoutTypes
else:
    _HTTPXClient = object

Default = type(httpx.USE_CLIENT_DEFAULT)
NO_TIMEOUT = httpx.Timeout(None)
_httpx_log = logging.getLogger(httpx.__name__)
_NO_TARGET = (httpx.URL(), None)

parsed_url = lru_cache(maxsize=8)(httpx.URL)
"""Base URLs, parsed: every client of a test suite has the same, and httpx takes long to parse one."""


def default_headers(headers: HeaderTypes | None) -> HeaderTypes:
    """The headers of a client: those it was given, and a user agent."""
    if headers is None:
        return {"user-agent": "testclient"}
    merged = httpx.Headers({"user-agent": "testclient"})
    merged.update(headers)
    return merged


class ClientOptions(TypedDict, total=False):
    """What both clients take beside the arguments of Starlette's client; as `httpx.Client` takes it."""

    auth: AuthTypes | None
    default_encoding: str | Callable[[bytes], str]
    event_hooks: Mapping[str, list[Callable[..., Any]]] | None
    max_redirects: int
    params: QueryParamTypes | None
    timeout: TimeoutTypes


class BaseClient(_HTTPXClient):
    """A client of httpx whose requests go to an app."""

    app: Any
    app_state: dict[str, Any]
    """What the app's lifespan has put into its state; each request has a shallow copy of it."""

    def _wire(
        self,
        base: type[BaseClient],
        app: Any,
        raise_server_exceptions: bool,
        root_path: str,
        client: tuple[str, int],
        overrides: Replacements | None,
        lifespan_of: BaseClient | None,
    ) -> Wiring:
        self.app = app
        self.app_state = {} if lifespan_of is None else lifespan_of.app_state
        self._scopes = Scopes(root_path, client, self.app_state)
        self._overrides = ClientOverrides(app, overrides or {})
        self._wiring = Wiring(app, self._scopes, self._overrides, raise_server_exceptions)
        self._target: tuple[httpx.URL, Target | None] = _NO_TARGET
        # A subclass may look at, or change, each request in the methods that the fast path passes by.
        self._has_fast_path = all(
            getattr(type(self), name) is getattr(base, name) for name in ("send", "build_request")
        )
        return self._wiring

    def _as_options(self, headers: HeaderTypes | None, overrides: Replacements | None) -> dict[str, Any]:
        """The options of a client that is as this one, but for headers and overrides, and without cookies.

        Raises:
            OverrideError: overrides would hold for the other clients of the app as well.
        """
        if overrides and not has_layers(overridable(self.app)):
            raise OverrideError(
                f"{self.app!r} has its overrides in a dictionary, so those of as_() would hold for its other "
                "clients too: sign in by headers, or use `with client.override(...)` around the requests"
            )
        merged = self.headers.copy()
        merged.update(headers)
        return {
            "base_url": str(self.base_url),
            "raise_server_exceptions": self.raise_server_exceptions,
            "root_path": self._scopes.root_path,
            "client": self._scopes.client,
            "headers": merged,
            "overrides": overrides,
            "follow_redirects": self.follow_redirects,
            "check_responses": self._wiring.check_responses,
            "auth": self.auth,
            "event_hooks": self.event_hooks,
            "max_redirects": self.max_redirects,
            "params": self.params,
            "timeout": self.timeout,
        }

    @property
    def raise_server_exceptions(self) -> bool:
        """Whether what the app raises is raised; if not, such a request is answered with 500."""
        return self._wiring.raise_server_exceptions

    @raise_server_exceptions.setter
    def raise_server_exceptions(self, raises: bool) -> None:
        self._wiring.raise_server_exceptions = self._wiring.background.raises = raises

    @overload
    def override(self, replaced: Replacements, /) -> Override: ...

    @overload
    def override(self, replaced: Dependency, replacement: Any, /) -> Override: ...

    def override(self, replaced: Dependency | Replacements, replacement: Any = MISSING, /) -> Override:
        """Replace dependencies of the app in the exchanges that this client starts.

        Give one dependency and what replaces it, or a mapping of several. What replaces is a dependency, or
        any value that is not callable. The override holds until the client closes, until `remove()` of the
        returned handle, or, in `with client.override(...):`, until the end of the block.

        Raises:
            TypeError: A replacement is missing, or given beside a mapping, or a key is not a callable.
            OverrideError: The app has no dependency overrides, or not those.
        """
        return self._overrides.add(replaced, replacement)

    def _prepare(
        self,
        method: str,
        url: object,
        content: object,
        json: object,
        params: QueryParamTypes | None,
        headers: HeaderTypes | None,
        timeout: TimeoutTypes | object,
    ) -> tuple[Prepared, Scope] | None:
        """Request and scope for the fast path, or None if only httpx can tell what to send and how."""
        if (
            not self._has_fast_path
            or self.is_closed
            or self.auth is not None
            or any(self.event_hooks.values())
            or _httpx_log.isEnabledFor(logging.INFO)
        ):
            return None
        base_url = self.base_url
        if self._target[0] is not base_url:
            self._target = (base_url, Target.of(base_url))
        target = self._target[1]
        if target is None:
            return None
        return prepare(
            self,
            self._scopes,
            target,
            method,
            url,
            headers,
            params,
            content,
            json,
            self.timeout if isinstance(timeout, Default) else httpx.Timeout(timeout),  # type: ignore[arg-type]
        )

    def _websocket(
        self, url: str, subprotocols: Sequence[str] | None, options: dict[str, Any]
    ) -> WebSocketExchange:
        """The exchange for a WebSocket handshake (RFC 6455, section 4.1)."""
        auth = options.pop("auth", self.auth)
        request = self.build_request("GET", url, **options)
        scheme = request.url.scheme
        request.url = request.url.copy_with(scheme={"http": "ws", "https": "wss"}.get(scheme, scheme))
        for name, value in (
            ("connection", "upgrade"),
            ("sec-websocket-key", "testserver=="),
            ("sec-websocket-version", "13"),
        ):
            request.headers[name] = value
        if subprotocols is not None:
            request.headers.setdefault("sec-websocket-protocol", ", ".join(subprotocols))
        if auth is not None:
            flow = httpx.BasicAuth(*auth) if isinstance(auth, tuple) else auth
            request = next(flow.sync_auth_flow(request))
        exchange = WebSocketExchange(self.app, self._scopes.of_websocket(request), self._overrides.layers)
        exchange.raises_hidden = self.raise_server_exceptions
        return exchange


def handed_over(prepared: Prepared, answer: RawResponse) -> httpx.Request:
    """The request, with its answer, for httpx to go on from here: to keep cookies, to follow redirects."""
    request = prepared.request()
    request.extensions[ANSWER] = answer
    return request
