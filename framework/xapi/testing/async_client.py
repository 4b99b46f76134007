"""The asynchronous test client."""

from __future__ import annotations

import time
import warnings
import weakref
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

import anyio.lowlevel

from xapi.tasks import asyncio_loop
from xapi.testing.async_lifespan import AsyncLifespan
from xapi.testing.background import AsyncBackground
from xapi.testing.base_client import (
    NO_TIMEOUT,
    BaseClient,
    ClientOptions,
    Default,
    default_headers,
    handed_over,
    parsed_url,
)
from xapi.testing.deferred_cleanup import Opened, free_abandoned, free_later
from xapi.testing.exchange import HTTPExchange, RawResponse, Scope, WebSocketExchange
from xapi.testing.exchange.http import RequestBody
from xapi.testing.exchange.loops import run_in_task
from xapi.testing.fast_request import Prepared
from xapi.testing.http_library import httpx
from xapi.testing.overrides import Replacements
from xapi.testing.responses import LeanResponse, needs_httpx
from xapi.testing.transports import STREAM, AsyncTransport, answer_of_async
from xapi.testing.websocket import WEBSOCKET_SECONDS, AsyncWebSocketSession

if TYPE_CHECKING:
    from httpx._client import UseClientDefault
    from httpx._types import (
        AuthTypes,
        CookieTypes,
        HeaderTypes,
        QueryParamTypes,
        RequestContent,
        RequestData,
        RequestExtensions,
        RequestFiles,
        TimeoutTypes,
        URLTypes,
    )


_ON_TWO_LOOPS = (
    "the AsyncClient of {!r} is open on one event loop, where the app's lifespan runs, and used on another: "
    "connections, locks and tasks that the app has made there fail here. Give its fixture and the test one "
    'loop: @pytest.mark.asyncio(loop_scope="session") for a fixture of the session, or the fixture '
    "`anyio_backend` with the scope of that fixture"
)


class AsyncClient(BaseClient, httpx.AsyncClient):
    """An `httpx.AsyncClient` whose requests go to an ASGI app, on the caller's event loop.

    The loop may be asyncio's or trio's. `async with AsyncClient(app) as client:` runs the app's lifespan, in
    a task of its own; without it there is no lifespan. Each request runs in a task of its own.

    Args:
        app: the ASGI 3 application.
        base_url: what relative URLs are joined to.
        raise_server_exceptions: raise what the app raises; if false, such a request is answered with 500.
        root_path: the `root_path` of each scope.
        cookies: cookies to send with every request.
        headers: headers to send with every request.
        follow_redirects: whether redirects are followed.
        client: host and port of the client, in each scope.
        overrides: dependencies of the app and what replaces them while this client is used.
        lifespan_of: an open client of the same app, whose lifespan this one uses; then it runs none itself.
        check_responses: check each response of a documented operation as `assert_conforms` does.
        options: `auth`, `default_encoding`, `event_hooks`, `max_redirects`, `params` and `timeout`, as
            `httpx.AsyncClient` takes them; without `timeout` there is none.
    """

    opening: Callable[[], Awaitable[None]] | None = None
    """Awaited before each use, if it is set: it may open the client."""

    def __init__(
        self,
        app: Any,
        base_url: str = "http://testserver",
        raise_server_exceptions: bool = True,
        root_path: str = "",
        cookies: CookieTypes | None = None,
        headers: HeaderTypes | None = None,
        follow_redirects: bool = True,
        client: tuple[str, int] = ("testclient", 50000),
        *,
        overrides: Replacements | None = None,
        lifespan_of: AsyncClient | None = None,
        check_responses: bool = False,
        **options: Unpack[ClientOptions],
    ) -> None:
        wiring = self._wire(
            AsyncClient, app, raise_server_exceptions, root_path, client, overrides, lifespan_of
        )
        wiring.check_responses = check_responses
        self._lifespan: AsyncLifespan | None = None
        self._is_warned = False
        self._opened = Opened("AsyncClient")
        weakref.finalize(self, free_later, self._opened.abandon)
        free_abandoned()
        self._lifespan_of = lifespan_of
        wiring.background = self.background = AsyncBackground(raise_server_exceptions)
        options.setdefault("timeout", NO_TIMEOUT)
        super().__init__(
            base_url=parsed_url(base_url),
            headers=default_headers(headers),
            cookies=cookies,
            follow_redirects=follow_redirects,
            transport=AsyncTransport(wiring),
            trust_env=False,
            **options,
        )

    def as_(
        self, *, headers: HeaderTypes | None = None, overrides: Replacements | None = None
    ) -> AsyncClient:
        """As `TestClient.as_`."""
        made = AsyncClient(
            self.app, lifespan_of=self._lifespan_of or self, **self._as_options(headers, overrides)
        )

        async def opening() -> None:
            if self.opening is not None:
                await self.opening()

        made.opening = opening
        return made

    @property
    def has_lifespan(self) -> bool:
        """Whether this client is open, and runs the app's lifespan."""
        return self._lifespan is not None

    async def __aenter__(self) -> Self:
        """Run the app's start-up. A client may be entered again after it has been left."""
        if self._lifespan is not None:
            raise RuntimeError("this client is already open: leave it before you enter it again")
        self._overrides.restore()
        if self._lifespan_of is not None:
            return self
        self._loop, self._asyncio_loop = anyio.lowlevel.current_token(), asyncio_loop()
        self._lifespan = AsyncLifespan(self.app, state=self.app_state, layers=self._overrides.layers)
        try:
            await self._lifespan.startup()
        except BaseException:
            self._leave()
            raise
        self._opened.open(self.app, self._lifespan)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Run the app's shutdown and take away the client's overrides.

        Raises:
            RuntimeError: it was entered on another event loop, where its lifespan is.
        """
        try:
            if self._lifespan is not None:
                if self._loop != anyio.lowlevel.current_token():
                    raise RuntimeError(
                        "this client was opened on another event loop, and can only be closed there: open it "
                        "and close it in one test or fixture, or give the two one loop scope"
                    )
                await self._lifespan.shutdown()
        finally:
            self._leave()

    def _leave(self) -> None:
        self._lifespan = None
        self._opened.close()
        if self._lifespan_of is None:
            self.app_state.clear()
        self._overrides.clear()
        self.background.tell_failed()

    async def aclose(self) -> None:
        """Close the client for good."""
        await self.__aexit__()
        self._overrides.end()
        await super().aclose()

    async def _be_ready(self) -> None:
        """Open, if this is the first use; warn of a use on another event loop than that of the lifespan."""
        if self.opening is not None:
            await self.opening()
        lead = self._lifespan_of or self
        if lead._lifespan is not None and lead._asyncio_loop is not asyncio_loop() and not lead._is_warned:
            lead._is_warned = True
            warnings.warn(_ON_TWO_LOOPS.format(self.app), RuntimeWarning, stacklevel=3)

    async def request(
        self,
        method: str,
        url: URLTypes,
        *,
        content: RequestContent | None = None,
        data: RequestData | None = None,
        files: RequestFiles | None = None,
        json: Any | None = None,
        params: QueryParamTypes | None = None,
        headers: HeaderTypes | None = None,
        cookies: CookieTypes | None = None,
        auth: AuthTypes | UseClientDefault | None = httpx.USE_CLIENT_DEFAULT,
        follow_redirects: bool | UseClientDefault = httpx.USE_CLIENT_DEFAULT,
        timeout: TimeoutTypes | UseClientDefault = httpx.USE_CLIENT_DEFAULT,
        extensions: RequestExtensions | None = None,
    ) -> httpx.Response:
        """Build and send a request; all as `httpx.AsyncClient.request`.

        A `timeout` ends a request that takes longer: `httpx.ReadTimeout` is raised and the app's task
        cancelled. By default there is none.
        """
        __tracebackhide__ = True
        await self._be_ready()
        if (
            data is None
            and files is None
            and cookies is None
            and extensions is None
            and isinstance(auth, Default)
        ):
            prepared = self._prepare(method, url, content, json, params, headers, timeout)
            if prepared is not None:
                return await self._send_prepared(*prepared, follow_redirects)
        return await super().request(
            method,
            url,
            content=content,
            data=data,
            files=files,
            json=json,
            params=params,
            headers=headers,
            cookies=cookies,
            auth=auth,
            follow_redirects=follow_redirects,
            timeout=timeout,
            extensions=extensions,
        )

    async def _send_prepared(
        self, prepared: Prepared, scope: Scope, follow_redirects: bool | UseClientDefault
    ) -> httpx.Response:
        __tracebackhide__ = True
        started = time.perf_counter()
        exchange = HTTPExchange(self.app, scope, prepared.body, self._overrides.layers)
        answer = await answer_of_async(self.background, exchange, prepared.timeout.read, prepared.request)
        self._wiring.judge(exchange, answer)
        if needs_httpx(answer):
            return await super().send(handed_over(prepared, answer), follow_redirects=follow_redirects)
        response = LeanResponse(answer, prepared, self._wiring)
        response.default_encoding = self._default_encoding
        await response.aread()
        response.elapsed = timedelta(seconds=time.perf_counter() - started)
        return response

    async def send(
        self,
        request: httpx.Request,
        *,
        stream: bool = False,
        auth: AuthTypes | UseClientDefault | None = httpx.USE_CLIENT_DEFAULT,
        follow_redirects: bool | UseClientDefault = httpx.USE_CLIENT_DEFAULT,
    ) -> httpx.Response:
        """Send a request that is built; as `httpx.AsyncClient.send`."""
        await self._be_ready()
        if stream:
            request.extensions[STREAM] = True
        return await super().send(request, stream=stream, auth=auth, follow_redirects=follow_redirects)

    async def answer(self, scope: Scope, body: RequestBody = b"") -> RawResponse:
        """What the app answers to a scope and a body, as it comes; nothing is raised, nothing of httpx made.

        The client's overrides hold; `scope` gets the lifespan state.
        """
        await self._be_ready()
        scope["state"] = self.app_state.copy()
        return await run_in_task(HTTPExchange(self.app, scope, body, self._overrides.layers).complete)

    async def call(self, operation_id: str, /, **parameters: Any) -> httpx.Response:
        """As `TestClient.call`."""
        from xapi.testing.calls import request_of

        return await self.request(**request_of(self._wiring.document.get(), operation_id, parameters))

    def websocket_connect(
        self,
        url: str,
        subprotocols: Sequence[str] | None = None,
        *,
        timeout: float | None = WEBSOCKET_SECONDS,
        **options: Any,
    ) -> AsyncWebSocketSession:
        """A WebSocket session, connected by its `async with` block.

        `subprotocols` are offered to the app; `timeout` is how many seconds each `receive` waits at most;
        `options` are `headers`, `params`, `cookies` and `auth`, as for a request.
        """
        return AsyncWebSocketSession(self._websocket(url, subprotocols, options), timeout, self._begin)

    async def _begin(self, exchange: WebSocketExchange) -> None:
        await self._be_ready()
        if self.opening is not None:
            exchange.scope["state"] = self.app_state.copy()
            exchange.layers = self._overrides.layers
