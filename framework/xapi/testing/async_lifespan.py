"""The lifespan of the asynchronous client: asgi-lifespan's manager, with additions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from types import TracebackType
from typing import Any, Self

import asgi_lifespan

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.exchange import ASGIApp, LifespanExchange
from xapi.testing.exchange.base import Message, Receive, Scope, Send
from xapi.testing.exchange.clock import fail_after, is_frozen
from xapi.testing.exchange.lifespan import SHUTDOWN, STARTUP
from xapi.testing.lifespan import LIFESPAN_SECONDS
from xapi.testing.task_leaks import AppTasks


class AsyncLifespan(asgi_lifespan.LifespanManager):
    """asgi-lifespan's manager for a test client: it carries the events to the app, and waits for the answers.

    What is added here, because it has none of it:

    - The exception of a start-up or shutdown is raised as the app raised it, with its traceback, and on trio
      as well, where a nursery would wrap it in a group.
    - `lifespan.startup.failed` and `lifespan.shutdown.failed` are failures, and a message against the
      specification is an error that names it. Both would go unnoticed.
    - A phase that takes too long names app, phase and seconds, and its task is cancelled.
    - The state is the client's, of which each request has a copy; the app is not wrapped to deliver it.
    - An app without lifespan is left alone; so is one that returns instead of raising, for which it would
      wait until the time is up.
    - The app's task is in no task group: the client may be closed in another task than it was opened in, as
      fixtures are, and an exception in the block does not keep the app from its shutdown.
    - Tasks that the app has left running are named in a warning, `TaskLeftRunning`.
    - The app sees the client's overrides.

    `startup_timeout` and `shutdown_timeout` are in seconds; None waits for ever. `state` is the app's
    lifespan state (ASGI specification, "Lifespan State"), `layers` are the overrides.
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
        self.state: dict[str, Any] = {} if state is None else state
        self._exchange = _Carried(self, app, layers)
        self._watch = AppTasks(app)
        super().__init__(self._exchange.serve, startup_timeout, shutdown_timeout)

    async def startup(self) -> None:
        """Start the app, in a task of its own on the running event loop, and wait for its start-up.

        Raises:
            Exception: the app's own, raised at start-up.
            LifespanError: the app reported a failure without raising, or took too long.
            ASGIProtocolError: the app sent what it may not, or ended without an answer.
        """
        self._watch.start()
        try:
            await self._carry(STARTUP, super().startup, self.startup_timeout)
        except BaseException:
            await self._watch.stop()
            raise

    async def shutdown(self) -> None:
        """Shut the app down and wait for the end of its task; raises as `startup` does."""
        try:
            await self._carry(SHUTDOWN, super().shutdown, self.shutdown_timeout)
        finally:
            await self._watch.stop()

    async def _carry(
        self, phase: str, wait_for_answer: Callable[[], Awaitable[None]], seconds: float | None
    ) -> None:
        exchange = self._exchange
        exchange.begin(phase)
        try:
            # The manager's own limit does not end where time is frozen.
            with fail_after(seconds) if is_frozen() else nullcontext():
                await wait_for_answer()
        except BaseException as error:
            if error is not exchange.exception:
                await exchange.end()
                if isinstance(error, TimeoutError):
                    raise exchange.overdue(seconds) from None
                raise
        await exchange.finish()

    async def run_app(self) -> None:
        """Call the app; runs in the app's task."""
        try:
            await super().run_app()
        except asgi_lifespan.LifespanNotSupported as error:
            raise (error.__cause__ or error) from None
        # Nobody has to wait any more for an app that has returned.
        for phase in (STARTUP, SHUTDOWN):
            await self.send({"type": f"{phase}.complete"})

    async def __aenter__(self) -> Self:
        await self.startup()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.shutdown()


class _Carried(LifespanExchange):
    """A lifespan exchange whose messages a manager carries: it has the app's task, and the rules."""

    def __init__(self, manager: AsyncLifespan, app: ASGIApp, layers: tuple[Layer, ...]) -> None:
        super().__init__(app, manager.state, layers)
        self._manager = manager

    async def call_app(self) -> None:
        await self._manager.run_app()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app as the manager calls it."""
        await super().call_app()
        if not self.listened:
            raise asgi_lifespan.LifespanNotSupported(f"{self.name}: the app returned at once")

    async def receive(self) -> Message:
        self.listened = True
        return await self._manager.receive()

    async def send(self, message: Message) -> None:
        await super().send(message)
        if message["type"].startswith(self.phase):
            # A failure is an answer, too: what it means, `finish` says.
            await self._manager.send({"type": f"{self.phase}.complete"})
