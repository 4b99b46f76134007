"""A small load generator, for machines without wrk: each connection sends a request after each answer."""

import asyncio
from dataclasses import dataclass

from benchmarks.sockets.template import MARKER

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(slots=True)
class Counts:
    """What was answered, and what was not answered as it should be."""

    number: int
    requests: int = 0
    failed: int = 0


class Connection(asyncio.Protocol):
    """One connection; it sends until it is closed.

    Args:
        template: See `benchmarks.sockets.template`.
        counts: Shared with the other connections.
    """

    def __init__(self, template: bytes, counts: Counts) -> None:
        self._parts = template.split(b"%d" % MARKER)
        self._counts = counts
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first request."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Counts an answer that is complete."""
        self._received += data
        head, end, body = self._received.partition(END_OF_HEAD)
        if not end:
            return
        _, found, rest = head.lower().partition(LENGTH)
        if not found:
            self._counts.failed += 1
            self.close()
        elif len(body) >= int(rest.partition(b"\r\n")[0]):
            self._counts.requests += 1
            self._counts.failed += not head.startswith(b"HTTP/1.1 2")
            self._received = b""
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that breaks is an answer that is missing."""
        self._counts.failed += exc is not None

    def close(self) -> None:
        """Sends nothing more."""
        if self._transport:
            self._transport.abort()

    def _send(self) -> None:
        assert self._transport
        self._counts.number += 1
        self._transport.write((b"%d" % self._counts.number).join(self._parts))


async def load(port: int, template: bytes, first: int, connections: int, seconds: float) -> Counts:
    """Sends for so many seconds over so many connections."""
    counts = Counts(first)
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: Connection(template, counts), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    for _, connection in opened:
        connection.close()
    return counts
