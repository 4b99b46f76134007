"""What happens to orders, told to those who listen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from anyio import WouldBlock, create_memory_object_stream
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from shop.models import OrderPublic
from xapi import Depends
from xapi.requests import HTTPConnection

MOST_WAITING = 100
"""As many orders may wait for a subscriber; one that is slower is dropped."""


class Feed:
    """Hands each order to the subscribers that may see it. It belongs to one process and its event loop."""

    def __init__(self) -> None:
        self._subscribers: dict[MemoryObjectSendStream[OrderPublic], int | None] = {}

    @contextmanager
    def subscribe(self, account_id: int | None) -> Iterator[MemoryObjectReceiveStream[OrderPublic]]:
        """The orders from now on: those of an account, or with `None` all of them."""
        send, receive = create_memory_object_stream[OrderPublic](MOST_WAITING)
        self._subscribers[send] = account_id
        try:
            with send, receive:
                yield receive
        finally:
            del self._subscribers[send]

    def publish(self, order: OrderPublic) -> None:
        """Tell of an order. To be called on the event loop."""
        for subscriber, account_id in list(self._subscribers.items()):
            if account_id in (None, order.account_id):
                try:
                    subscriber.send_nowait(order)
                except WouldBlock:
                    subscriber.close()


def feed_of(connection: HTTPConnection) -> Feed:
    """The feed of the running app."""
    feed: Feed = connection.state.feed
    return feed


OrderFeed = Annotated[Feed, Depends(feed_of)]
