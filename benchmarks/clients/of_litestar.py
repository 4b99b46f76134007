"""Litestar's TestClient, in its context manager. Its WebSockets are not measured."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar.testing import TestClient

from benchmarks.clients.actions import get, get_answer, post, post_answer
from benchmarks.clients.loads import SyncLoad
from benchmarks.clients.service import service
from benchmarks.worker.load import Load


def client() -> TestClient[Any]:
    """A client, ready to be entered."""
    return TestClient(service)


LOADS: Mapping[str, Callable[[], Load]] = {
    "client.get": lambda: SyncLoad(client(), get, get_answer),
    "client.post": lambda: SyncLoad(client(), post, post_answer),
}
