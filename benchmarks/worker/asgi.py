"""The ASGI call: scopes made beforehand, an app, and nothing between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from benchmarks.protocol import App, Message
from benchmarks.traffic import CHUNK, Request
from benchmarks.worker.load import Answer, WrongAnswer, timed


class Exchange:
    """One request and what is sent back, the ASGI server's side with as little work as possible."""

    __slots__ = ("body", "ended", "received", "scope", "size", "status")

    def __init__(self, request: Request) -> None:
        self.scope = request.scope()
        self.body = request.body
        self.received = False
        self.status = 0
        self.size = 0
        self.ended = False

    async def receive(self) -> Message:
        """The whole body at once; then nothing, for the client stays."""
        if self.received:
            await asyncio.get_running_loop().create_future()
        self.received = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Keeps the status and the size of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.size += len(message.get("body", b""))
            self.ended = not message.get("more_body", False)


class LongExchange(Exchange):
    """The same for a body that a server would hand over in pieces."""

    __slots__ = ("offset",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.offset = 0

    async def receive(self) -> Message:
        """The next piece."""
        if self.offset >= len(self.body):
            return await super().receive()
        piece = self.body[self.offset : self.offset + CHUNK]
        self.offset += CHUNK
        self.received = self.offset >= len(self.body)
        return {"type": "http.request", "body": piece, "more_body": not self.received}


def exchange_for(request: Request) -> Exchange:
    """An exchange as it has to be for a request as long as this one."""
    return (LongExchange if len(request.body) > CHUNK else Exchange)(request)


class RecordedExchange(LongExchange):
    """The same, with the answer kept."""

    __slots__ = ("content", "headers")

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = b""

    async def send(self, message: Message) -> None:
        """Keeps headers and body, too."""
        if message["type"] == "http.response.start":
            self.headers = list(message.get("headers", ()))
        self.content += message.get("body", b"")
        await super().send(message)

    def answer(self) -> Answer:
        """What peers have to agree on."""
        headers = [(name.decode().lower(), value.decode()) for name, value in self.headers]
        media_type = dict(headers).get("content-type", "").partition(";")[0]
        marks = sorted((name, value) for name, value in headers if name.startswith("x-"))
        return Answer(self.status, media_type, self.content.decode(), marks)


class AsgiLoad:
    """An app that is called on an event loop of its own, its lifespan entered.

    Args:
        app: The app.
        traffic: From a number to a request.
        concurrency: How many requests are under way at a time, each in a task of its own; 0 if they follow
            each other in one task.
    """

    def __init__(self, app: App, traffic: Callable[[int], Request], concurrency: int = 0) -> None:
        self._app = app
        self._traffic = traffic
        self._concurrency = concurrency
        self._next = 0
        self._status = 0
        self._loop = asyncio.new_event_loop()
        self._open = AsyncExitStack()
        self._loop.run_until_complete(self._open.enter_async_context(lifespan(app)))

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        """See `Load.answers`."""
        exchanges = [RecordedExchange(self._traffic(number)) for number in numbers]
        self._loop.run_until_complete(self._one_by_one(exchanges))
        self._status = exchanges[0].status
        return [exchange.answer() for exchange in exchanges]

    def run(self, count: int) -> int:
        """See `Load.run`."""
        first, self._next = self._next, self._next + count
        exchanges = [exchange_for(self._traffic(number)) for number in range(first, first + count)]
        how = self._one_by_one if self._concurrency == 0 else self._together
        with timed() as watch:
            self._loop.run_until_complete(how(exchanges))
        for exchange in exchanges:
            if exchange.status != self._status or not exchange.size or not exchange.ended:
                raise WrongAnswer(
                    f"a timed request was answered with {exchange.status}, {exchange.size} bytes"
                )
        return watch.nanoseconds

    def close(self) -> None:
        """Ends the lifespan and the loop."""
        self._loop.run_until_complete(self._open.aclose())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _one_by_one(self, exchanges: Sequence[Exchange]) -> None:
        app = self._app
        for exchange in exchanges:
            await app(exchange.scope, exchange.receive, exchange.send)

    async def _together(self, exchanges: Sequence[Exchange]) -> None:
        app = self._app
        size = self._concurrency
        for first in range(0, len(exchanges), size):
            batch = exchanges[first : first + size]
            await asyncio.gather(*(app(one.scope, one.receive, one.send) for one in batch))


@asynccontextmanager
async def lifespan(app: App) -> AsyncIterator[None]:
    """Runs the app's lifespan (ASGI 3.0, Lifespan protocol 2.0), for peers that set themselves up in it."""
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    from_app: asyncio.Queue[Message] = asyncio.Queue()
    scope: Message = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}

    async def exchange(message_type: str) -> None:
        to_app.put_nowait({"type": message_type})
        answer = await from_app.get()
        if answer["type"] != f"{message_type}.complete":
            raise WrongAnswer(f"lifespan: {answer}")

    task = asyncio.ensure_future(app(scope, to_app.get, from_app.put))
    task.add_done_callback(lambda done: from_app.put_nowait({"type": "ended", "error": repr(done)}))
    await exchange("lifespan.startup")
    yield
    await exchange("lifespan.shutdown")
    await task
