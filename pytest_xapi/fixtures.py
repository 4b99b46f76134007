"""The fixtures, under the names that are always there: `xapi_app`, `xapi_client` and so on.

The short names (`client`, `override` ...) are in `pytest_xapi.fixture_aliases`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_xapi.clients import ClientFactory
    from pytest_xapi.fixture_types import MakeAsyncClient, MakeClient, WebSocketConnect
    from pytest_xapi.override import Override
    from xapi.testing import AsyncClient, LiveServer, TestClient


@pytest.fixture(scope="session")
def xapi_app(pytestconfig: pytest.Config) -> Any:
    """The ASGI app under test; define a fixture of this name to give your own.

    Without one, the app that is set: by `--xapi-app`, XAPI_APP, the ini option `xapi_app` or `[tool.xapi]`.
    """
    from pytest_xapi.clients import configured_app

    return configured_app(pytestconfig)


@pytest.fixture
def _xapi_clients(request: pytest.FixtureRequest) -> Iterator[ClientFactory]:
    """What the other fixtures of the test share."""
    from pytest_xapi.clients import ClientFactory

    clients = ClientFactory(request)
    yield clients
    clients.finish()


@pytest.fixture
def xapi_client(xapi_app: Any, _xapi_clients: ClientFactory) -> Iterator[TestClient]:
    """A synchronous client of the app under test, with the lifespan running."""
    with _xapi_clients.client(_xapi_clients.app(xapi_app)) as client:
        yield client


@pytest.fixture
def xapi_async_client(xapi_app: Any, _xapi_clients: ClientFactory) -> AsyncClient:
    """An asynchronous client of the app under test, on the loop of the test, with the lifespan running."""
    return _xapi_clients.async_client(_xapi_clients.app(xapi_app))


@pytest.fixture
def xapi_make_client(xapi_app: Any, _xapi_clients: ClientFactory) -> Iterator[MakeClient]:
    """Makes more synchronous clients, which close with the test: `make_client(app, headers={...})`."""
    with ExitStack() as stack:

        def make(app: Any = None, /, **options: Any) -> TestClient:
            chosen = _xapi_clients.app(xapi_app) if app is None else app
            return stack.enter_context(_xapi_clients.new_client(chosen, **options))

        yield make


@pytest.fixture
def xapi_make_async_client(xapi_app: Any, _xapi_clients: ClientFactory) -> MakeAsyncClient:
    """Makes more asynchronous clients, which open when they are used, and close with the test."""
    shared = _xapi_clients.async_lifespans()
    _xapi_clients.lend_later()

    def make(app: Any = None, /, **options: Any) -> AsyncClient:
        chosen = _xapi_clients.app(xapi_app) if app is None else app
        return _xapi_clients.new_async_client(chosen, shared, **options)

    return make


@pytest.fixture
def xapi_override(_xapi_clients: ClientFactory) -> Iterator[Override]:
    """Replaces dependencies until the test ends: `override(dependency, replacement)`."""
    yield _xapi_clients.override
    _xapi_clients.override.remove_all()


@pytest.fixture
def xapi_websocket(xapi_app: Any, _xapi_clients: ClientFactory) -> Iterator[WebSocketConnect]:
    """Opens WebSocket sessions with the app under test: `with websocket("/path") as session`."""
    with _xapi_clients.client(_xapi_clients.app(xapi_app)) as client:
        yield client.websocket_connect


@pytest.fixture
def xapi_live_server(xapi_app: Any, _xapi_clients: ClientFactory) -> Iterator[LiveServer]:
    """A server on a free port of 127.0.0.1 that serves the app under test: `live_server.url`."""
    with _xapi_clients.live_server(_xapi_clients.app(xapi_app)) as server:
        yield server
