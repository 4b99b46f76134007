"""faststream: a broker whose subscribers have FastAPI's dependencies."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from faststream.redis import TestRedisBroker
from faststream.redis.fastapi import RedisRouter
from pydantic import BaseModel


class Order(BaseModel):
    number: int


def factor() -> int:
    return 2


def make_router() -> RedisRouter:
    router = RedisRouter()

    @router.subscriber("orders")
    async def handle(order: Order, factor: Annotated[int, Depends(factor)]) -> int:
        return order.number * factor

    @router.get("/http")
    async def http() -> str:
        return "ok"

    return router


def test_a_message_is_handled_with_dependencies() -> None:
    async def run() -> None:
        router = make_router()
        async with TestRedisBroker(router.broker) as broker:
            answer = await broker.request({"number": 4}, "orders")
            assert await answer.decode() == 8

    asyncio.run(run())


def test_its_endpoints_are_served() -> None:
    app = FastAPI()
    app.include_router(make_router())
    assert TestClient(app).get("/http").json() == "ok"
