"""The lifespan of the asynchronous client, which asgi-lifespan's manager carries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import asgi_lifespan
import pytest

from xapi import XAPI, Depends
from xapi.testing import AsyncClient

pytestmark = pytest.mark.anyio


def logging_app(log: list[str]) -> XAPI:
    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[None]:
        log.append("startup")
        yield
        log.append("shutdown")

    return XAPI(lifespan=lifespan)


async def lives(app: XAPI) -> None:
    async with AsyncClient(app):
        pass


def test_the_asynchronous_client_has_the_manager_of_asgi_lifespan(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Any] = []
    carry = asgi_lifespan.LifespanManager.receive

    async def receive(self: Any) -> Any:
        events.append(await carry(self))
        return events[-1]

    monkeypatch.setattr(asgi_lifespan.LifespanManager, "receive", receive)
    asyncio.run(lives(logging_app([])))
    assert [event["type"] for event in events] == ["lifespan.startup", "lifespan.shutdown"]


async def test_an_exception_in_the_block_does_not_keep_the_app_from_its_shutdown() -> None:
    log: list[str] = []
    app = logging_app(log)
    with pytest.raises(KeyError):
        async with AsyncClient(app):
            raise KeyError
    assert log == ["startup", "shutdown"]


async def test_a_client_may_be_closed_in_another_task_than_it_was_opened_in() -> None:
    log: list[str] = []
    app = logging_app(log)
    client = AsyncClient(app)
    for step in (client.__aenter__, client.__aexit__):
        async with anyio.create_task_group() as group:
            group.start_soon(step)
    assert log == ["startup", "shutdown"]


async def test_the_lifespan_sees_the_overrides_of_the_client() -> None:
    seen = []

    def setting() -> str:
        return "real"

    app = XAPI(dependencies=[Depends(setting)])

    @app.get("/")
    async def read() -> None: ...

    @asynccontextmanager
    async def lifespan(app: XAPI) -> AsyncIterator[None]:
        seen.append(app.overridden(setting)())
        yield

    app.router.lifespan_context = lifespan
    async with AsyncClient(app, overrides={setting: lambda: "test"}):
        pass
    assert seen == ["test"]
