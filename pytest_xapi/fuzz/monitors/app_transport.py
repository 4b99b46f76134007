"""From requests on the wire to the app and back: through a test client's driver, but with no HTTP client."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from pytest_xapi.fuzz.model.wire import NO_ANSWER, Observed, WireRequest, WireResponse

if TYPE_CHECKING:
    from pytest_xapi.fuzz.monitors.in_flight import InFlight
    from xapi.testing import TestClient


_MOST_PIECES = 1_000
_MOST_SECONDS = 0.5
"""What is read of a body: a stream need not end."""
DEFAULT_SECONDS = 5.0
"""How long the app may take for an answer."""


class AppTransport:
    """A way to the app of a client, where its lifespan runs and its overrides hold.

    `seconds` is how long the app may take for an answer. What is sent is noted in `flight`, in case that the
    process ends.
    """

    def __init__(
        self,
        client: TestClient,
        seconds: float = DEFAULT_SECONDS,
        flight: InFlight | None = None,
    ) -> None:
        self._client = client
        self._seconds = seconds
        self._flight = flight

    def restart(self) -> None:
        """Shut the app down and start it up again, so that what follows meets the state of a new start."""
        self._client.__exit__()
        self._client.__enter__()

    def send(self, request: WireRequest) -> WireResponse:
        """Send a request and return all that the app answers."""
        if self._flight is None:
            return self._answer(request)
        self._flight.note(request)
        answer = self._answer(request)
        self._flight.answered()
        return answer

    def _answer(self, request: WireRequest) -> WireResponse:
        started = perf_counter()
        try:
            answer = self._client.sample(
                request.scope(),
                request.body,
                seconds=self._seconds,
                most_pieces=_MOST_PIECES,
                most_seconds=_MOST_SECONDS,
            )
        except TimeoutError as error:
            return self._no_answer(str(error), perf_counter() - started)
        return WireResponse(
            # An app that sends no response is answered for by servers, with this status.
            status=500 if answer.status is None else answer.status,
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
            ),
            body=answer.body,
            exception=answer.exception,
            seconds=perf_counter() - started,
            told=answer.told,
        )

    def _no_answer(self, message: str, seconds: float) -> WireResponse:
        """What a gateway would answer for the app."""
        from xapi.testing.timeouts import interrupt_workers

        interrupt_workers()
        seen = Observed(NO_ANSWER, "No answer", message, f"no answer in {self._seconds:g} s")
        return WireResponse(504, (), b"", seconds=seconds, observed=(seen,))
