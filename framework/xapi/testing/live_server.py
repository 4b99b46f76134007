"""A real server for the app under test: uvicorn, in a thread, on a free port of the loopback interface."""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

import uvicorn

from xapi.overrides import MISSING, Dependency, active_layers
from xapi.testing.driver_base import new_loop
from xapi.testing.exchange.base import Receive, Scope, Send
from xapi.testing.lifespan import LifespanManager
from xapi.testing.overrides import ClientOverrides, Override, Replacements

HOST = "127.0.0.1"
LEAVING_SECONDS = 5
"""How long open connections may go on when the server stops."""


class LiveServer:
    """Serves an app over HTTP/1.1 and WebSocket, for browsers and for clients of other languages.

    `with LiveServer(app) as server:` starts uvicorn in a thread, with the app's lifespan; requests are
    answered when the block begins, at `server.url`. At its end the server stops: idle connections are closed,
    requests under way have five seconds.

    Args:
        app: the ASGI 3 application.
        port: the port; 0 takes a free one.
        overrides: dependencies of the app and what replaces them while the server runs.
        options: of `uvicorn.Config`, beside `app`, `host`, `port`, `interface` and `lifespan`.
    """

    def __init__(
        self, app: Any, *, port: int = 0, overrides: Replacements | None = None, **options: Any
    ) -> None:
        self.app = app
        self.host = HOST
        self.port = port
        self._overrides = ClientOverrides(app, overrides or {})
        self._options = {"log_level": "warning", "timeout_graceful_shutdown": LEAVING_SECONDS, **options}
        self._state: dict[str, Any] = {}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the server answers, without a slash at its end."""
        return f"http://{self.host}:{self.port}"

    def __str__(self) -> str:
        return self.url

    def override(self, replaced: Dependency | Replacements, replacement: Any = MISSING, /) -> Override:
        """Replace dependencies of the app in requests to this server; as `TestClient.override`."""
        return self._overrides.add(replaced, replacement)

    def __enter__(self) -> Self:
        """Start the server, and return when it answers.

        Raises:
            Exception: what the app raised at start-up.
            OSError: the port is taken.
        """
        self._overrides.restore()
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.host, self.port))
            self.port = listener.getsockname()[1]
            started: Future[None] = Future()
            self._ended: Future[None] = Future()
            self._thread = threading.Thread(
                target=self._run, args=(listener, started), name="xapi live server", daemon=True
            )
            self._thread.start()
            started.result()
        except BaseException:
            listener.close()
            self._overrides.end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Stop the server and wait for its end; what the app raises at shutdown is raised."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._server is not None:
            self._server.should_exit = True
        try:
            self._ended.result()
        finally:
            thread.join()
            self._overrides.end()

    def _run(self, listener: socket.socket, started: Future[None]) -> None:
        try:
            with asyncio.Runner(loop_factory=new_loop) as runner:
                runner.run(self._serve(listener, started))
        except BaseException as error:
            (self._ended if started.done() else started).set_exception(error)
        else:
            self._ended.set_result(None)

    async def _serve(self, listener: socket.socket, started: Future[None]) -> None:
        # The lifespan is run here, not by uvicorn, so that what the app raises at start-up reaches the test.
        layers = self._overrides.layers
        async with LifespanManager(self.app, state=self._state, layers=layers):
            config = uvicorn.Config(
                self._answer, host=self.host, interface="asgi3", lifespan="off", **self._options
            )
            self._server = _Server(config, started)
            await self._server.serve(sockets=[listener])

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = self._state.copy()
        if self._overrides.layers:
            active_layers.set((*self._overrides.layers, *active_layers.get()))
        await self.app(scope, receive, send)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Future[None]) -> None:
        super().__init__(config)
        self._is_ready = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._is_ready.set_result(None)
