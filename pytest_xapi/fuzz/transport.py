"""From requests on the wire to the app and back: through a test client's driver, but with no HTTP client."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from pytest_xapi.fuzz.wire import Answer, WireRequest

if TYPE_CHECKING:
    from xapi.testing import TestClient


_MOST_PIECES = 1_000
_MOST_SECONDS = 0.5
"""What is read of a body: a stream need not end."""


class Line:
    """A way to the app of a client, where its lifespan runs and its overrides hold.

    `prepare` is called before the client is opened anew: closing takes its overrides away.
    """

    def __init__(self, client: TestClient, prepare: Callable[[], None] = lambda: None) -> None:
        self._client = client
        self._prepare = prepare

    def restart(self) -> None:
        """Shut the app down and start it up again, so that what follows meets the state of a new start."""
        self._client.__exit__()
        self._prepare()
        self._client.__enter__()

    def send(self, request: WireRequest) -> Answer:
        """Send a request and return all that the app answers."""
        started = perf_counter()
        answer = self._client.sample(
            request.scope(), request.body, most_pieces=_MOST_PIECES, most_seconds=_MOST_SECONDS
        )
        return Answer(
            # An app that sends no response is answered for by servers, with this status.
            status=500 if answer.status is None else answer.status,
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
            ),
            body=answer.body,
            exception=answer.exception,
            seconds=perf_counter() - started,
        )
