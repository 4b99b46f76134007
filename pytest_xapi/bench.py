"""What the fixtures of one test share: the replaced dependencies, and one client for each app."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_xapi import async_bridge, discovery
from pytest_xapi.override import Override

if TYPE_CHECKING:
    from xapi.testing import AsyncClient, TestClient


class Bench:
    """Makes the clients of one test."""

    def __init__(self, item: pytest.Item) -> None:
        self.override = Override()
        self._item = item
        self._clients: dict[int, TestClient] = {}
        self._async_clients: dict[int, AsyncClient] = {}

    @contextmanager
    def client(self, app: Any) -> Iterator[TestClient]:
        """The synchronous client of `app`, with its lifespan running while the first to ask for it lasts."""
        from xapi.testing import TestClient

        if id(app) in self._clients:
            yield self._clients[id(app)]
            return
        client = TestClient(_checked(app))
        self.override.reach(client)
        with client:
            self._clients[id(app)] = client
            yield client
            del self._clients[id(app)]

    def async_client(self, app: Any) -> AsyncClient:
        """The asynchronous client of `app`, which opens on the loop of the test."""
        from xapi.testing import AsyncClient

        if id(app) not in self._async_clients:
            client = AsyncClient(_checked(app))
            self.override.reach(client)
            async_bridge.lend(self._item, self._opening(client))
            self._async_clients[id(app)] = client
        return self._async_clients[id(app)]

    def _opening(self, client: AsyncClient) -> async_bridge.Opening:
        @asynccontextmanager
        async def opening() -> AsyncIterator[None]:
            # A client that closes drops its overrides, and a test under Hypothesis opens it for each example.
            self.override.reach(client)
            async with client:
                yield

        return opening


def _checked(app: Any) -> Any:
    fault = discovery.fault(app)
    if fault is not None:
        message = f"the app under test {fault}; return one from the fixture `xapi_app`"
        pytest.fail(message, pytrace=False)
    return app
