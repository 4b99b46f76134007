"""The fixtures under the short names that tests use, where no other plugin has a fixture of that name."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_xapi.scoped_fixtures import SHORT

if TYPE_CHECKING:
    from pytest_xapi.clients import ClientFactory
    from pytest_xapi.fixture_types import MakeAsyncClient, MakeClient, WebSocketConnect
    from pytest_xapi.override import Override
    from xapi.testing import AsyncClient, LiveServer, TestClient


@pytest.fixture
def app(xapi_app: Any, _xapi_clients: ClientFactory) -> Any:
    """The app under test."""
    return _xapi_clients.app(xapi_app)


@pytest.fixture
def client(app: Any, _xapi_clients: ClientFactory) -> Iterator[TestClient]:
    """A synchronous client of the app under test, with the lifespan running."""
    with _xapi_clients.client(app) as client:
        yield client


@pytest.fixture
def async_client(app: Any, _xapi_clients: ClientFactory) -> AsyncClient:
    """An asynchronous client of the app under test, on the loop of the test, with the lifespan running."""
    return _xapi_clients.async_client(app)


@pytest.fixture
def make_client(xapi_make_client: MakeClient) -> MakeClient:
    """Makes more synchronous clients, which close with the test: `make_client(app, headers={...})`."""
    return xapi_make_client


@pytest.fixture
def make_async_client(xapi_make_async_client: MakeAsyncClient) -> MakeAsyncClient:
    """Makes more asynchronous clients, which open when they are used, and close with the test."""
    return xapi_make_async_client


@pytest.fixture
def override(xapi_override: Override) -> Override:
    """Replaces dependencies until the test ends: `override(dependency, replacement)`."""
    return xapi_override


@pytest.fixture
def websocket(app: Any, _xapi_clients: ClientFactory) -> Iterator[WebSocketConnect]:
    """Opens WebSocket sessions with the app under test: `with websocket("/path") as session`."""
    with _xapi_clients.client(app) as client:
        yield client.websocket_connect


@pytest.fixture
def live_server(app: Any, _xapi_clients: ClientFactory) -> Iterator[LiveServer]:
    """A server on a free port of 127.0.0.1 that serves the app under test: `live_server.url`."""
    with _xapi_clients.live_server(app) as server:
        yield server


FIXTURES = {
    "app": app,
    "client": client,
    "async_client": async_client,
    "make_client": make_client,
    "make_async_client": make_async_client,
    "override": override,
    "websocket": websocket,
    "live_server": live_server,
}


_BUILD_ON_APP = ("client", "async_client", "websocket", "live_server")


def free(pluginmanager: pytest.PytestPluginManager) -> ModuleType:
    """A plugin with the short names that no plugin loaded so far uses for a fixture.

    The user's fixtures, in conftest files, the plugins that these name, and test modules, come later and win
    by themselves. Between installed plugins the order of loading would decide, so ours give way. Names that
    fixtures of other plugins ask for, as those of pytest-flask do for `app`, are left to the user as well.
    """
    plugin = ModuleType("pytest_xapi short names")
    taken = set(_taken(pluginmanager))
    if "app" in taken:
        taken.update(_BUILD_ON_APP)
    for name, fixture in {**FIXTURES, **SHORT}.items():
        if name not in taken:
            setattr(plugin, name, fixture)
    return plugin


def _taken(pluginmanager: pytest.PytestPluginManager) -> Iterator[str]:
    """The names of other plugins' fixtures, and of those that they ask for and have not."""
    kind = type(app)
    for other in pluginmanager.get_plugins():
        for name, value in list(getattr(other, "__dict__", {}).items()):
            if isinstance(value, kind):
                yield getattr(value, "name", None) or name
                if getattr(other, "__name__", "") != _OWN:
                    yield from inspect.signature(value).parameters


_OWN = "pytest_xapi.fixtures"
