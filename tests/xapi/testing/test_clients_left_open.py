"""A client that is entered and never left is named, with the place where it was opened; no app is blamed."""

from __future__ import annotations

import asyncio
import gc
import logging
import weakref
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest

from xapi import XAPI
from xapi.testing import AsyncClient, ClientLeftOpen, TestClient

ended = []


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[None]:
    try:
        yield
    finally:
        ended.append(app)


def enter(client: TestClient) -> None:
    client.__enter__()


def collect(app: XAPI) -> None:
    gc.collect()
    TestClient(app)


def on_a_stack(client: TestClient) -> None:
    ExitStack().enter_context(client)


@pytest.mark.parametrize("opened", [enter, on_a_stack])
@pytest.mark.parametrize("options", [{}, {"driver": "portal"}, {"backend": "trio"}], ids=str)
def test_a_synchronous_client(opened: Any, options: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    app = XAPI(lifespan=lifespan)
    opened(TestClient(app, **options))
    line = opened.__code__.co_firstlineno + 1
    with pytest.warns(ClientLeftOpen, match=rf"was opened at .*test_clients_left_open.py:{line}, and nobody"):
        collect(app)
    assert ended[-1] is app
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_asynchronous_client(caplog: pytest.LogCaptureFixture) -> None:
    app = XAPI(lifespan=lifespan)

    async def main() -> None:
        await AsyncClient(app).__aenter__()
        gc.collect()

    asyncio.run(main())
    with pytest.warns(ClientLeftOpen, match=r"AsyncClient.*was opened at .*test_clients_left_open.py:\d+"):
        collect(app)
    assert ended[-1] is app
    assert not [record for record in caplog.records if "ASGIProtocolError" in record.getMessage()]


@pytest.mark.filterwarnings("error")
def test_one_that_was_left_is_not_named() -> None:
    app = XAPI(lifespan=lifespan)
    with TestClient(app):
        pass
    TestClient(app).close()
    gc.collect()
    TestClient(app)


@pytest.mark.parametrize("client_class", [TestClient, AsyncClient])
def test_a_client_that_its_app_leads_to_is_collected(client_class: type[Any]) -> None:
    app = XAPI()
    app.state.client = client = client_class(app)
    gone = weakref.ref(client)
    del app, client
    gc.collect()
    assert gone() is None
