"""A lifespan exchange (ASGI specification, "Lifespan Protocol", version 2.0)."""

from __future__ import annotations

from typing import Any

import anyio

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.exchange.base import (
    LEAVING_SECONDS,
    ASGIApp,
    ASGIProtocolError,
    Exchange,
    Message,
)

STARTUP = "lifespan.startup"
SHUTDOWN = "lifespan.shutdown"


class LifespanError(RuntimeError):
    """The app reported that its start-up or shutdown failed, without raising an exception, or hangs in it."""


class LifespanExchange(Exchange):
    """The life of an app: `startup`, then `shutdown`, in one task of the app.

    `state` is the namespace that the app may fill at start-up; each request gets a shallow copy of it.
    `phase` is the event that the app is to answer, `listened` whether it has asked for one.
    """

    def __init__(self, app: ASGIApp, state: dict[str, Any], layers: tuple[Layer, ...] = NO_LAYERS) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
        super().__init__(app, scope, layers)
        self.phase = STARTUP
        self._asked = False
        self.listened = False
        self._answers: dict[str, Message] = {}

    @property
    def name(self) -> str:
        return f"lifespan of {self.app!r}"

    async def startup(self, seconds: float | None = None) -> None:
        """Start the app. An app that does not know the lifespan protocol is left without one.

        Raises:
            Exception: the app's own, raised at start-up.
            LifespanError: the app reported a failure without raising, or took longer than `seconds`.
            ASGIProtocolError: the app took the event and ended without an answer.
        """
        self.begin(STARTUP)
        await self._answered(seconds)
        await self.finish()

    async def shutdown(self, seconds: float | None = None) -> None:
        """Shut the app down and wait for its end; raises as `startup` does."""
        self.begin(SHUTDOWN)
        await self._answered(seconds)
        await self.finish()

    def begin(self, phase: str) -> None:
        """Begin a phase: start the app, or let it hear of its shutdown."""
        self.phase = phase
        self._asked = True
        if phase == STARTUP:
            self.start()
        self._changed.ring()

    async def _answered(self, seconds: float | None) -> None:
        try:
            if not await self.until(lambda: self.phase in self._answers, seconds):
                raise self.overdue(seconds)
        except BaseException:
            await self.end()
            raise

    def overdue(self, seconds: float | None) -> LifespanError:
        """The error for a phase that takes longer than `seconds`."""
        return LifespanError(f"{self.name}: no answer to {self.phase!r} after {seconds:g} s")

    async def end(self) -> None:
        """Cancel the app's task and wait for its end, also where the caller is cancelled."""
        with anyio.CancelScope(shield=True):
            await self.cancel()

    async def finish(self) -> None:
        """Once the app has given its last answer, wait for its end; raise what the phase has to raise."""
        is_last = self.phase == SHUTDOWN or self._has_failed()
        if is_last and not await self.until_ended(LEAVING_SECONDS):
            await self.cancel()
        if not self.listened:
            return
        if self.phase == STARTUP and STARTUP not in self._answers:
            raise self.exception or ASGIProtocolError(
                f"{self.name}: the app ended without sending 'lifespan.startup.complete'"
            )
        self._raise_failure()

    def _has_failed(self) -> bool:
        answer = self._answers.get(self.phase)
        return answer is not None and answer["type"].endswith(".failed")

    def _raise_failure(self) -> None:
        if self.exception is not None:
            raise self.exception
        if self._has_failed():
            reason = self._answers[self.phase].get("message", "")
            raise LifespanError(
                f"{self.name}: the app sent '{self.phase}.failed': {reason or 'no reason given'}"
            )

    async def receive(self) -> Message:
        self.listened = True
        while not self._asked:
            await self._changed.wait()
        self._asked = False
        return {"type": self.phase}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == f"{SHUTDOWN}.failed" and self.phase == STARTUP and STARTUP in self._answers:
            # An app that is cancelled, or collected, fails at a shutdown for which nobody has asked.
            self._answers[SHUTDOWN] = message
            return
        if self.phase in self._answers or not self.listened:
            raise self.violation(kind, "no message")
        if kind not in (f"{self.phase}.complete", f"{self.phase}.failed"):
            raise self.violation(kind, f"'{self.phase}.complete' or '{self.phase}.failed'")
        self._answers[self.phase] = message
        self._changed.ring()
