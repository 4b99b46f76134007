"""The fixtures, under the names that are always there: `xapi_app`, `xapi_client` and so on.

The short names (`client`, `override` ...) are in `pytest_xapi.short_names`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_xapi import discovery, settings, usage_errors
from pytest_xapi.bench import Bench
from pytest_xapi.override import Override

if TYPE_CHECKING:
    from xapi.testing import AsyncClient, TestClient, WebSocketSession

    WebSocketConnect = Callable[..., WebSocketSession]


@pytest.fixture(scope="session")
def xapi_app(pytestconfig: pytest.Config) -> Any:
    """The ASGI app under test; define a fixture of this name to give your own.

    Without one, the app that `--xapi-app` or the ini option `xapi_app` names.
    """
    if settings.read(pytestconfig).app is None:
        pytest.fail(discovery.NOT_SET, pytrace=False)
    try:
        return discovery.load(pytestconfig)
    except pytest.UsageError as error:
        usage_errors.end_run(pytestconfig, str(error))


@pytest.fixture
def _xapi_bench(request: pytest.FixtureRequest) -> Bench:
    """What the other fixtures of the test share."""
    return Bench(request.node)


@pytest.fixture
def xapi_client(xapi_app: Any, _xapi_bench: Bench) -> Iterator[TestClient]:
    """A synchronous client of the app under test, with the lifespan running."""
    with _xapi_bench.client(xapi_app) as client:
        yield client


@pytest.fixture
def xapi_async_client(xapi_app: Any, _xapi_bench: Bench) -> AsyncClient:
    """An asynchronous client of the app under test, on the loop of the test, with the lifespan running."""
    return _xapi_bench.async_client(xapi_app)


@pytest.fixture
def xapi_override(_xapi_bench: Bench) -> Iterator[Override]:
    """Replaces dependencies until the test ends: `override(dependency, replacement)`."""
    yield _xapi_bench.override
    _xapi_bench.override.remove_all()


@pytest.fixture
def xapi_websocket(xapi_app: Any, _xapi_bench: Bench) -> Iterator[WebSocketConnect]:
    """Opens WebSocket sessions with the app under test: `with websocket("/path") as session`."""
    with _xapi_bench.client(xapi_app) as client:
        yield client.websocket_connect
