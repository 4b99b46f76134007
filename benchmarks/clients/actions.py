"""What is done with a client, said once: the sync clients have the same methods."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TypeVar

from benchmarks.clients.loads import HttpResponse, SyncLoad
from benchmarks.worker.load import Answer, Load, WrongAnswer


class Client(Protocol):
    """The part of a sync test client that is measured."""

    def get(self, url: str, /) -> HttpResponse:
        """Sends a GET request."""

    def post(self, url: str, /, *, json: object) -> HttpResponse:
        """Sends a POST request."""


class Socket(Protocol):
    """The part of a WebSocket session that is measured."""

    def send_text(self, data: str, /) -> None:
        """Sends a message to the app."""

    def receive_text(self) -> str:
        """The next message from the app."""


class SocketClient(Client, Protocol):
    """A sync test client that opens WebSockets, too."""

    def websocket_connect(self, url: str, /) -> AbstractContextManager[Socket]:
        """A session with the app."""


C = TypeVar("C", bound=SocketClient)
Open = Callable[[], AbstractContextManager[C]]


def answer_of(response: HttpResponse) -> Answer:
    """A response as peers have to agree on it."""
    return Answer(response.status_code, "text/plain", response.text, [])


def expect(response: HttpResponse) -> None:
    """Raises `WrongAnswer` if a timed request failed or has no body."""
    if response.status_code != 200 or not response.content:
        raise WrongAnswer(f"a timed request was answered with {response.status_code}")


def get(client: Client, number: int) -> None:
    """One GET."""
    expect(client.get(f"/plain?visit={number}"))


def get_answer(client: Client, number: int) -> Answer:
    """The same, answered."""
    return answer_of(client.get(f"/plain?visit={number}"))


def post(client: Client, number: int) -> None:
    """One POST of JSON; the answer's JSON is read."""
    if client.post("/items", json={"name": "item", "number": number}).json()["number"] != number:
        raise WrongAnswer("a timed request was answered with another number")


def post_answer(client: Client, number: int) -> Answer:
    """The same, answered."""
    return answer_of(client.post("/items", json={"name": "item", "number": number}))


def echo(socket: Socket, number: int) -> None:
    """One message, there and back."""
    socket.send_text(f"message {number}")
    if not socket.receive_text():
        raise WrongAnswer("a timed message came back empty")


def echo_answer(socket: Socket, number: int) -> Answer:
    """The same, answered."""
    socket.send_text(f"message {number}")
    return Answer(0, "text/plain", socket.receive_text(), [])


def session(client: SocketClient, number: int) -> None:
    """A WebSocket session of one message."""
    with client.websocket_connect("/echo") as socket:
        echo(socket, number)


def session_answer(client: SocketClient, number: int) -> Answer:
    """The same, answered."""
    with client.websocket_connect("/echo") as socket:
        return echo_answer(socket, number)


def open_and_close(opened: Open[C], number: int) -> None:
    """A client whose lifespan starts and ends."""
    with opened():
        pass


def open_answer(opened: Open[C], number: int) -> Answer:
    """The same, with one GET between."""
    with opened() as client:
        return get_answer(client, number)


@contextmanager
def open_socket(opened: Open[C]) -> Iterator[Socket]:
    """A client with an open WebSocket."""
    with opened() as client, client.websocket_connect("/echo") as socket:
        yield socket


def loads(opened: Open[C]) -> Mapping[str, Callable[[], Load]]:
    """All items of a sync client.

    Args:
        opened: Makes a client of the service, whose ``with`` block runs the lifespan.
    """
    return {
        "client.get": lambda: SyncLoad(opened(), get, get_answer),
        "client.post": lambda: SyncLoad(opened(), post, post_answer),
        "client.open": lambda: SyncLoad(nullcontext(opened), open_and_close, open_answer),
        "websocket.echo": lambda: SyncLoad(open_socket(opened), echo, echo_answer),
        "websocket.session": lambda: SyncLoad(opened(), session, session_answer),
    }
