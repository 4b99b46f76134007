"""Detecting that a client disconnects while it is being answered (ASGI HTTP, "Disconnect")."""

from __future__ import annotations

from anyio import ClosedResourceError, EndOfStream, WouldBlock, create_memory_object_stream
from anyio.lowlevel import checkpoint
from anyio.streams.memory import MemoryObjectReceiveStream
from starlette.types import Message, Receive

from xapi.pipeline.gone import DISCONNECT, heard


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has gone. The rest of the body is passed over: nobody else may want it."""
    while (await heard(receive))["type"] != DISCONNECT:
        await checkpoint()


class SharedReceive:
    """A `receive` for an endpoint that has a `Request`: it may read the body while somebody watches.

    Two calls of a server's `receive` at a time would take messages from each other. So as long as it is
    watched, the watcher alone calls it, and keeps what it is given for the endpoint; one piece of the body is
    kept, so that a body that nobody reads stays with the client.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: MemoryObjectReceiveStream[Message] | None = None

    async def __call__(self) -> Message:
        if self._kept is None:
            return await heard(self._receive)
        try:
            # `Request.is_disconnected` asks in a cancelled scope, where waiting would give nothing.
            return self._kept.receive_nowait()
        except WouldBlock:
            pass
        except (EndOfStream, ClosedResourceError):
            return {"type": DISCONNECT}
        try:
            return await self._kept.receive()
        except EndOfStream:
            return {"type": DISCONNECT}

    async def wait_for_disconnect(self) -> None:
        """Return when the client has gone."""
        keep, self._kept = create_memory_object_stream[Message](1)
        with self._kept, keep:
            while (message := await heard(self._receive))["type"] != DISCONNECT:
                await keep.send(message)
