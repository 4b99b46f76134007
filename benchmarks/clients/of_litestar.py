"""Litestar's TestClient, in its context manager."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from litestar.testing import TestClient

from benchmarks.clients.loads import SyncLoad, answer_of, expect
from benchmarks.clients.service import service
from benchmarks.worker.load import Answer, Load

Client: TypeAlias = TestClient[Any]


def get(client: Client, number: int) -> None:
    """One GET."""
    expect(client.get(f"/plain?visit={number}"))


def get_answer(client: Client, number: int) -> Answer:
    """One GET, answered."""
    return answer_of(client.get(f"/plain?visit={number}"))


LOADS: Mapping[str, Callable[[], Load]] = {
    "client.get": lambda: SyncLoad(TestClient(service), get, get_answer)
}
