"""httpx's AsyncClient with its ASGITransport, which runs no lifespan and does not stream."""

from collections.abc import Callable, Mapping

from httpx import ASGITransport, AsyncClient

from benchmarks.clients.actions import answer_of, expect
from benchmarks.clients.loads import AsyncLoad
from benchmarks.clients.service import service
from benchmarks.worker.load import Answer, Load


async def get(client: AsyncClient, number: int) -> None:
    """One GET."""
    expect(await client.get(f"/plain?visit={number}"))


async def get_answer(client: AsyncClient, number: int) -> Answer:
    """The same, answered."""
    return answer_of(await client.get(f"/plain?visit={number}"))


def client() -> AsyncClient:
    """A client, ready to be entered."""
    return AsyncClient(transport=ASGITransport(app=service), base_url="http://testserver")


LOADS: Mapping[str, Callable[[], Load]] = {"async_client.get": lambda: AsyncLoad(client(), get, get_answer)}
