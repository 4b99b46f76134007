"""The way to the app, with an eye on what no answer shows; and the hooks of the user on the way."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.monitors.app_transport import AppTransport
from pytest_xapi.fuzz.monitors.event_loop import LoopWatch
from pytest_xapi.fuzz.monitors.tasks import RequestTasks
from pytest_xapi.fuzz.monitors.teardown_watch import TeardownWatch
from xapi.testing.timeouts import give_back_alarm, keep_alarm

if TYPE_CHECKING:
    from pytest_xapi.fuzz.model.redaction import Redactor
    from pytest_xapi.fuzz.monitors.in_flight import InFlight
    from xapi.testing import TestClient

Reset = Callable[[], object]


class MonitoredTransport(AppTransport):
    """A line that says of each answer what else has come of the request.

    `reset` brings back what a new start of the app does not, such as rows of a database: it is called before
    the first request, and whenever the app was started anew. `redactor` learns which secrets the app makes.
    `check` ends the run if that is what an answer, or a new start, has come to.
    """

    def __init__(
        self,
        client: TestClient,
        reset: Reset | None,
        loops: LoopWatch,
        seconds: float,
        flight: InFlight,
        redactor: Redactor,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(client, seconds, flight)
        self._redactor = redactor
        self._check = check
        self._client = client
        self._reset = reset
        self._loops = loops
        self._teardown = TeardownWatch()
        self._tasks = RequestTasks(client)
        self._tasks.attach()
        self.reset()
        keep_alarm()

    def reset(self) -> None:
        """Call the user's `xapi_reset`; a coroutine runs on the event loop of the app."""
        if self._reset is None:
            return
        made = self._reset()
        if inspect.isawaitable(made):
            self._client.run(_awaited, made)

    def restart(self) -> None:
        """Shut the app down and start it up again, with what the reset brings back."""
        self._tasks.detach()
        super().restart()
        self._tasks.attach()
        self.reset()
        self._check()

    def send(self, request: WireRequest) -> WireResponse:
        """Send a request and return all that the app answers, and what was observed on the way."""
        self._loops.taken()
        self._tasks.begin()
        self._teardown.begin()
        self._loops.is_watching = True
        try:
            answer = super().send(request)
        finally:
            self._loops.is_watching = False
        self._check()
        self._redactor.learn(request, answer)
        observed = (*self._loops.taken(), *self._tasks.end(), *self._teardown.end())
        return replace(answer, observed=(*answer.observed, *observed)) if observed else answer

    def fetch(self, request: WireRequest) -> WireResponse:
        """Send a request that is none of a case: nothing is observed, and its answer has no secrets."""
        return super().send(request)

    def close(self) -> None:
        """End the watching; the client stays open."""
        self._tasks.detach()
        give_back_alarm()


async def _awaited(made: Any) -> None:
    await made
