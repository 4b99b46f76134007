"""The first request under a new override: each on an app, and so on a route, that was never overridden."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated

from benchmarks.clients.actions import expect, get_answer
from benchmarks.worker.load import Answer, timed
from xapi import XAPI, Depends, Header
from xapi.testing import TestClient

REQUESTS_BEFORE = 12
"""How many plain requests each app has answered before the one that is timed."""


def fresh() -> tuple[XAPI, Callable[..., object]]:
    """A new app with four dependencies on its route, and the one of them that is replaced."""
    app = XAPI()

    async def read_settings() -> dict[str, str]:
        return {"name": "live"}

    async def open_session(settings: Annotated[dict[str, str], Depends(read_settings)]) -> AsyncIterator[str]:
        yield settings["name"]

    async def find_user(
        session: Annotated[str, Depends(open_session)], x_token: Annotated[str, Header()] = ""
    ) -> str:
        return session + x_token

    async def read_page(visit: int) -> int:
        return visit

    @app.get("/plain")
    async def read(
        user: Annotated[str, Depends(find_user)],
        page: Annotated[int, Depends(read_page)],
        session: Annotated[str, Depends(open_session)],
    ) -> dict[str, object]:
        return {"user": user, "page": page, "session": session}

    return app, find_user


class FirstLoad:
    """One GET on each of many apps.

    Args:
        overridden: Whether a dependency was replaced just before, by the value that it has itself.
    """

    def __init__(self, *, overridden: bool) -> None:
        self._overridden = overridden
        self._next = 0

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        """See `Load.answers`."""
        found = []
        for number in numbers:
            with self._ready() as client:
                found.append(get_answer(client, number))
        return found

    def run(self, count: int) -> int:
        """See `Load.run`."""
        first, self._next = self._next, self._next + count
        nanoseconds = 0
        with timed():  # for what it does about garbage: what lies between the requests is not counted
            for number in range(first, first + count):
                with self._ready() as client:
                    started = time.process_time_ns()
                    response = client.get(f"/plain?visit={number}")
                    nanoseconds += time.process_time_ns() - started
                    expect(response)
        return nanoseconds

    def close(self) -> None:
        """Nothing runs between rounds."""

    def _ready(self) -> TestClient:
        app, replaced = fresh()
        client = TestClient(app)
        for number in range(REQUESTS_BEFORE):
            expect(client.get(f"/plain?visit={number}"))
        if self._overridden:
            client.override({replaced: "live"})
        return client
