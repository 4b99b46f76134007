"""xapi's clients, in their context managers."""

from collections.abc import Callable, Mapping

from benchmarks.clients.actions import loads
from benchmarks.clients.loads import AsyncLoad
from benchmarks.clients.of_httpx import get, get_answer
from benchmarks.clients.overriding import FirstLoad
from benchmarks.clients.service import service
from benchmarks.worker.load import Load
from xapi.testing import AsyncClient, TestClient

LOADS: Mapping[str, Callable[[], Load]] = {
    **loads(lambda: TestClient(service)),
    "override.plain": lambda: FirstLoad(overridden=False),
    "override.first": lambda: FirstLoad(overridden=True),
    "async_client.get": lambda: AsyncLoad(AsyncClient(service), get, get_answer),
}
