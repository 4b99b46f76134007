"""Running an app's lifespan in tests."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.exchange import ASGIApp, LifespanExchange
from xapi.testing.task_leaks import AppTasks

LIFESPAN_SECONDS = 60.0
"""How long a start-up or a shutdown may take by default."""


class LifespanManager:
    """Runs the lifespan of an app around an `async with` block, on the running event loop.

    Start-up and shutdown run in one task of the app, whichever task enters and leaves the block. What the app
    raises at start-up or shutdown is raised here. An app without lifespan support is left alone. Tasks that
    the app has started, and that still run after its shutdown, are named in a warning, `TaskLeftRunning`.

    `state` is what the app has put into its lifespan state (ASGI specification, "Lifespan State"): a server,
    or a test, gives each request a shallow copy. `startup_timeout` and `shutdown_timeout` are in seconds;
    None waits for ever.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        startup_timeout: float | None = LIFESPAN_SECONDS,
        shutdown_timeout: float | None = LIFESPAN_SECONDS,
        state: dict[str, Any] | None = None,
        layers: tuple[Layer, ...] = NO_LAYERS,
    ) -> None:
        self.app = app
        self.state: dict[str, Any] = {} if state is None else state
        self._startup_timeout = startup_timeout
        self._shutdown_timeout = shutdown_timeout
        self._exchange = LifespanExchange(app, self.state, layers)
        self._watch = AppTasks(app)

    async def startup(self) -> None:
        """Run the app's start-up."""
        self._watch.start()
        try:
            await self._exchange.startup(self._startup_timeout)
        except BaseException:
            await self._watch.stop()
            raise

    async def shutdown(self) -> None:
        """Run the app's shutdown."""
        try:
            await self._exchange.shutdown(self._shutdown_timeout)
        finally:
            await self._watch.stop()

    async def __aenter__(self) -> Self:
        await self.startup()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shutdown()
