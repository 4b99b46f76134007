"""From requests on the wire to the app and back, through the drivers of `xapi.testing`: no HTTP client between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from xapi.overrides import NO_LAYERS, Layer
from xapi.testing.drivers import Driver, make_driver

from pytest_xapi.fuzz.wire import Answer, Send, WireRequest

if TYPE_CHECKING:
    from xapi.testing import TestClient


@contextmanager
def sending(app: Any) -> Iterator[Send]:
    """Send requests to an app whose lifespan does not run."""
    driver = make_driver("auto", "asyncio", None)
    try:
        yield lambda request: _exchange(driver, app, request, NO_LAYERS)
    finally:
        driver.shut_down()


def through(client: TestClient) -> Send:
    """Send requests as `client` does: where its lifespan runs, with the dependencies that it replaces."""
    return lambda request: _exchange(client.driver, client.app, request, client.layers)


def _exchange(driver: Driver, app: Any, request: WireRequest, layers: tuple[Layer, ...]) -> Answer:
    started = perf_counter()
    answer = driver.send(app, request.scope(), request.body, layers)
    return Answer(
        status=500 if answer.status is None else answer.status,
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers),
        body=answer.body,
        exception=answer.exception,
        seconds=perf_counter() - started,
    )
