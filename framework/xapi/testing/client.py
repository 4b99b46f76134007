"""The synchronous test client."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, Unpack

import anyio

from xapi.testing.background import Background
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
from xapi.testing.driver_base import CoroutineFunction
from xapi.testing.drivers import DriverName, make_driver
from xapi.testing.exchange import HTTPExchange, RawResponse, Scope
from xapi.testing.exchange.http import RequestBody
from xapi.testing.exchange.quiescence import settle
from xapi.testing.fast_request import Prepared
from xapi.testing.http_library import httpx
from xapi.testing.lifespan import LifespanManager
from xapi.testing.overrides import Replacements
from xapi.testing.responses import LeanResponse, needs_httpx
from xapi.testing.transports import STREAM, Transport, answer_in_time, answer_of
from xapi.testing.websocket import WEBSOCKET_SECONDS, WebSocketSession

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

T = TypeVar("T")
SETTLING_SECONDS = 5.0
"""How long `settle` waits by default."""


class TestClient(BaseClient, httpx.Client):
    """An `httpx.Client` whose requests go to an ASGI app, without a network.

    `with TestClient(app) as client:` runs the app's lifespan; without `with` there is no lifespan. The app
    runs on an event loop in the calling thread, and only while a call of the client lasts; `driver="portal"`
    gives it a thread of its own, where its background tasks go on between calls. A client that is called
    inside a running event loop, or from several threads, takes to a thread by itself.

    Args:
        app: the ASGI 3 application.
        base_url: what relative URLs are joined to.
        raise_server_exceptions: raise what the app raises; if false, such a request is answered with 500.
        root_path: the `root_path` of each scope.
        backend: "asyncio" or "trio".
        backend_options: options of anyio's backend.
        cookies: cookies to send with every request.
        headers: headers to send with every request.
        follow_redirects: whether redirects are followed.
        client: host and port of the client, in each scope.
        driver: "auto" or "portal".
        overrides: dependencies of the app and what replaces them while this client is used.
        lifespan_of: an open client of the same app, whose event loop and lifespan this one uses; then it runs
            none itself, and `backend` and `driver` are those of the other.
        check_responses: check each response of a documented operation as `assert_conforms` does.
        options: `auth`, `default_encoding`, `event_hooks`, `max_redirects`, `params` and `timeout`, as
            `httpx.Client` takes them; without `timeout` there is none.
    """

    __test__ = False

    def __init__(
        self,
        app: Any,
        base_url: str = "http://testserver",
        raise_server_exceptions: bool = True,
        root_path: str = "",
        backend: Literal["asyncio", "trio"] = "asyncio",
        backend_options: dict[str, Any] | None = None,
        cookies: CookieTypes | None = None,
        headers: HeaderTypes | None = None,
        follow_redirects: bool = True,
        client: tuple[str, int] = ("testclient", 50000),
        *,
        driver: DriverName = "auto",
        overrides: Replacements | None = None,
        lifespan_of: TestClient | None = None,
        check_responses: bool = False,
        **options: Unpack[ClientOptions],
    ) -> None:
        wiring = self._wire(
            TestClient, app, raise_server_exceptions, root_path, client, overrides, lifespan_of
        )
        wiring.check_responses = check_responses
        self._lifespan_of = lifespan_of
        if lifespan_of is None:
            self._driver = make_driver(driver, backend, backend_options)
            self._opened = Opened("TestClient", self._driver.shut_down)
            weakref.finalize(self, free_later, self._opened.abandon)
            free_abandoned()
        else:
            self._driver = lifespan_of._driver
        self._lifespan: LifespanManager | None = None
        wiring.background = self.background = Background(self._driver, raise_server_exceptions)
        is_plain = headers is None and cookies is None and not options
        options.setdefault("timeout", NO_TIMEOUT)
        self._make_httpx = partial(
            httpx.Client,
            base_url=parsed_url(base_url),
            headers=default_headers(headers),
            cookies=cookies,
            follow_redirects=follow_redirects,
            trust_env=False,
            **options,
        )
        if not is_plain:
            # What is wrong with them is told now; and the caller may change them afterwards.
            self._become_httpx(self._make_httpx)

    def _become_httpx(self, make: Callable[..., httpx.Client]) -> None:
        """Take over what `httpx.Client` has when it is made, but for what has been set since."""
        made = make(transport=Transport(self._wiring, self._driver))
        mine = vars(self)
        for name, value in vars(made).items():
            mine.setdefault(name, value)
        mine.pop("_make_httpx", None)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Making httpx's part takes long, and not every test needs it. Threads may do it at once.
            mine = vars(self)
            make = mine.get("_make_httpx")
            if make is not None:
                self._become_httpx(make)
            if name in mine:
                return mine[name]
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )

    def __enter__(self) -> Self:
        """Run the app's start-up. A client may be entered again after it has been left."""
        if self._lifespan is not None:
            raise RuntimeError("this client is already open: leave it before you enter it again")
        self._overrides.restore()
        if self._lifespan_of is not None:
            return self
        self._driver.open()
        self._lifespan = LifespanManager(self.app, state=self.app_state, layers=self._overrides.layers)
        try:
            self._driver.run(self._lifespan.startup)
        except BaseException:
            self._leave(None)
            raise
        self._opened.open(self.app, self._lifespan)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Run the app's shutdown, end what it still runs, and take away the client's overrides."""
        self._leave(None if self._lifespan is None else self._lifespan.shutdown)

    def _leave(self, last: CoroutineFunction[None] | None) -> None:
        self._lifespan = None
        try:
            if self._lifespan_of is None:
                self._opened.close()
                self._driver.shut_down(last)
        finally:
            if self._lifespan_of is None:
                self.app_state.clear()
            self._overrides.clear()
        self.background.tell_failed()

    def close(self) -> None:
        """Close the client for good."""
        self.__exit__()
        self._overrides.end()
        mine = vars(self)
        if "_make_httpx" in mine:
            # What was not needed is not made to be closed.
            mine["_make_httpx"] = partial(_closed, mine["_make_httpx"])
        else:
            super().close()

    def as_(self, *, headers: HeaderTypes | None = None, overrides: Replacements | None = None) -> TestClient:
        """A client for another user of the app, which shares the lifespan and the event loop of this one.

        It has the options of this client, and no cookies. It is ready to use, for as long as this one is.

        Args:
            headers: Sent with each request, in the place of equal ones of this client.
            overrides: Dependencies and what replaces them, for this user alone.

        Raises:
            OverrideError: the app has no such dependencies, or its overrides hold for all clients.
        """
        return TestClient(
            self.app, lifespan_of=self._lifespan_of or self, **self._as_options(headers, overrides)
        )

    def run(self, function: CoroutineFunction[T], *arguments: Any) -> T:
        """Run an asynchronous function on the event loop of the app, and return its result."""
        return self._driver.run(function, *arguments)

    def settle(self, seconds: float = SETTLING_SECONDS) -> None:
        """Let the app work until all its tasks wait and its worker threads rest.

        What waits for a timer or a socket is left waiting.

        Raises:
            TimeoutError: that many seconds were not enough.
        """
        try:
            self._driver.run(settle, seconds)
        except TimeoutError:
            raise TimeoutError(f"the app was still busy after {seconds:g} s") from None

    def run_for(self, seconds: float) -> None:
        """Let the app work for so long: its tasks go on, its timers run."""
        self._driver.run(anyio.sleep, seconds)

    def request(
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
        """Build and send a request; all as `httpx.Client.request`.

        A `timeout` ends a request that takes longer: `httpx.ReadTimeout` is raised and the app's task
        cancelled. By default there is none.
        """
        __tracebackhide__ = True
        if (
            data is None
            and files is None
            and cookies is None
            and extensions is None
            and isinstance(auth, Default)
        ):
            prepared = self._prepare(method, url, content, json, params, headers, timeout)
            if prepared is not None:
                return self._send_prepared(*prepared, follow_redirects)
        return super().request(
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

    def _send_prepared(
        self, prepared: Prepared, scope: Scope, follow_redirects: bool | UseClientDefault
    ) -> httpx.Response:
        __tracebackhide__ = True
        started = time.perf_counter()
        exchange = HTTPExchange(self.app, scope, prepared.body, self._overrides.layers)
        answer = answer_of(self._driver, self.background, exchange, prepared.timeout.read, prepared.request)
        self._wiring.judge(exchange, answer)
        if needs_httpx(answer):
            return super().send(handed_over(prepared, answer), follow_redirects=follow_redirects)
        response = LeanResponse(answer, prepared, self._wiring)
        response.default_encoding = self._default_encoding
        response.read()
        response.elapsed = timedelta(seconds=time.perf_counter() - started)
        return response

    def send(
        self,
        request: httpx.Request,
        *,
        stream: bool = False,
        auth: AuthTypes | UseClientDefault | None = httpx.USE_CLIENT_DEFAULT,
        follow_redirects: bool | UseClientDefault = httpx.USE_CLIENT_DEFAULT,
    ) -> httpx.Response:
        """Send a request that is built; as `httpx.Client.send`."""
        if stream:
            request.extensions[STREAM] = True
        return super().send(request, stream=stream, auth=auth, follow_redirects=follow_redirects)

    def answer(self, scope: Scope, body: RequestBody = b"") -> RawResponse:
        """What the app answers to a scope and a body, as it comes; nothing is raised, nothing of httpx made.

        The client's overrides hold; `scope` gets the lifespan state.
        """
        scope["state"] = self.app_state.copy()
        return self._driver.send(self.app, scope, body, self._overrides.layers)

    def sample(
        self,
        scope: Scope,
        body: RequestBody = b"",
        *,
        seconds: float,
        most_pieces: int,
        most_seconds: float,
    ) -> RawResponse:
        """The same within a limit of time; and a body that does not end is left.

        It is left after `most_pieces` pieces, and `most_seconds` seconds after the response has begun.

        Raises:
            TimeoutError: no response after so many `seconds`, whether the app awaits, works in a thread or
                blocks the loop; the message says where.
        """
        scope["state"] = self.app_state.copy()
        exchange = HTTPExchange(self.app, scope, body, self._overrides.layers)
        return answer_in_time(
            self._driver, exchange, seconds, exchange.sample, seconds, most_pieces, most_seconds
        )

    def call(self, operation_id: str, /, **parameters: Any) -> httpx.Response:
        """Send a request to the operation of that id in the app's OpenAPI document.

        `parameters` are those of the operation, by name (`x_token` for `X-Token`), wherever they belong:
        path, query, headers or cookies. The body is `json`, `data`, `files` or `content`, and so are all
        other options those of a request. Values may be what Pydantic can write as JSON.

        Raises:
            LookupError: there is no such operation.
            xapi.openapi.reader.DocumentError: the app has no document.
            TypeError: there is no such parameter, or a required one is missing.
        """
        from xapi.testing.calls import request_of

        return self.request(**request_of(self._wiring.document.get(), operation_id, parameters))

    def websocket_connect(
        self,
        url: str,
        subprotocols: Sequence[str] | None = None,
        *,
        timeout: float | None = WEBSOCKET_SECONDS,
        **options: Any,
    ) -> WebSocketSession:
        """A WebSocket session, connected by its `with` block.

        `subprotocols` are offered to the app; `timeout` is how many seconds each `receive` waits at most;
        `options` are `headers`, `params`, `cookies` and `auth`, as for a request.
        """
        return WebSocketSession(self._driver, self._websocket(url, subprotocols, options), timeout, self)


def _closed(make: Callable[..., httpx.Client], **options: Any) -> httpx.Client:
    """What a client takes over of httpx that was closed before."""
    made = make(**options)
    made.close()
    return made
