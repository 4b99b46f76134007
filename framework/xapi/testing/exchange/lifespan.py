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
    """

    def __init__(self, app: ASGIApp, state: dict[str, Any], layers: tuple[Layer, ...] = NO_LAYERS) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
        super().__init__(app, scope, layers)
        self._phase = STARTUP
        self._asked = False
        self._listened = False
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
        self._asked = True
        self.start()
        await self._phase_done(seconds)
        if STARTUP in self._answers:
            self._raise_failure()
        elif self._listened:
            raise self.exception or ASGIProtocolError(
                f"{self.name}: the app ended without sending 'lifespan.startup.complete'"
            )

    async def shutdown(self, seconds: float | None = None) -> None:
        """Shut the app down and wait for its end; raises as `startup` does."""
        self._phase = SHUTDOWN
        self._asked = True
        self._changed.ring()
        await self._phase_done(seconds)
        if self._listened:
            self._raise_failure()

    async def _phase_done(self, seconds: float | None) -> None:
        """Wait for the app's answer; once it has said its last, wait for its end."""
        try:
            if not await self.until(lambda: self._phase in self._answers, seconds):
                raise LifespanError(f"{self.name}: no answer to {self._phase!r} after {seconds:g} s")
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self.cancel()
            raise
        is_last = self._phase == SHUTDOWN or self._has_failed()
        if is_last and not await self.until_ended(LEAVING_SECONDS):
            await self.cancel()

    def _has_failed(self) -> bool:
        answer = self._answers.get(self._phase)
        return answer is not None and answer["type"].endswith(".failed")

    def _raise_failure(self) -> None:
        if self.exception is not None:
            raise self.exception
        if self._has_failed():
            reason = self._answers[self._phase].get("message", "")
            raise LifespanError(
                f"{self.name}: the app sent '{self._phase}.failed': {reason or 'no reason given'}"
            )

    async def receive(self) -> Message:
        self._listened = True
        while not self._asked:
            await self._changed.wait()
        self._asked = False
        return {"type": self._phase}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if self._phase in self._answers or not self._listened:
            raise self.violation(kind, "no message")
        if kind not in (f"{self._phase}.complete", f"{self._phase}.failed"):
            raise self.violation(kind, f"'{self._phase}.complete' or '{self._phase}.failed'")
        self._answers[self._phase] = message
        self._changed.ring()
