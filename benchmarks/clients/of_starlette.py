"""Starlette's TestClient, in its context manager: without it, each request would start a thread."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from typing import cast

from starlette.testclient import TestClient, WebSocketTestSession
from starlette.types import ASGIApp

from benchmarks.clients.loads import SyncLoad, answer_of, expect, said
from benchmarks.clients.service import service
from benchmarks.worker.load import Answer, Load

APP = cast(ASGIApp, service)


def get(client: TestClient, number: int) -> None:
    """One GET."""
    expect(client.get(f"/plain?visit={number}"))


def get_answer(client: TestClient, number: int) -> Answer:
    """One GET, answered."""
    return answer_of(client.get(f"/plain?visit={number}"))


def open_and_close(app: ASGIApp, number: int) -> None:
    """A client whose lifespan starts and ends."""
    with TestClient(app):
        pass


def open_answer(app: ASGIApp, number: int) -> Answer:
    """The same, with one GET."""
    with TestClient(app) as client:
        return get_answer(client, number)


@contextmanager
def session() -> Iterator[WebSocketTestSession]:
    """An open WebSocket."""
    with ExitStack() as stack:
        client = stack.enter_context(TestClient(APP))
        yield stack.enter_context(client.websocket_connect("/echo"))


def echo(socket: WebSocketTestSession, number: int) -> None:
    """One message, there and back."""
    echo_answer(socket, number)


def echo_answer(socket: WebSocketTestSession, number: int) -> Answer:
    """What came back."""
    socket.send_text(f"message {number}")
    return said(socket.receive_text())


def whole_session(client: TestClient, number: int) -> None:
    """Open, echo, close."""
    whole_session_answer(client, number)


def whole_session_answer(client: TestClient, number: int) -> Answer:
    """What came back."""
    with client.websocket_connect("/echo") as socket:
        return echo_answer(socket, number)


LOADS: Mapping[str, Callable[[], Load]] = {
    "client.get": lambda: SyncLoad(TestClient(APP), get, get_answer),
    "client.open": lambda: SyncLoad(nullcontext(APP), open_and_close, open_answer),
    "websocket.echo": lambda: SyncLoad(session(), echo, echo_answer),
    "websocket.session": lambda: SyncLoad(TestClient(APP), whole_session, whole_session_answer),
}
