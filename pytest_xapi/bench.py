"""What the fixtures of one test share: the replaced dependencies, and one client for each app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
        with TestClient(_checked(app), overrides=self.override) as client:
            self._clients[id(app)] = client
            yield client
            del self._clients[id(app)]

    def async_client(self, app: Any) -> AsyncClient:
        """The asynchronous client of `app`, which opens on the loop of the test."""
        from xapi.testing import AsyncClient

        if id(app) not in self._async_clients:
            client = AsyncClient(_checked(app), overrides=self.override)
            async_bridge.lend(self._item, client)
            self._async_clients[id(app)] = client
        return self._async_clients[id(app)]


def _checked(app: Any) -> Any:
    fault = discovery.fault(app)
    if fault is not None:
        message = f"the app under test {fault}; return one from the fixture `xapi_app`"
        pytest.fail(message, pytrace=False)
    return app
