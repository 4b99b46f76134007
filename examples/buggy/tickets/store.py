"""Where tickets are kept: in memory, as long as the app runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from threading import Lock
from typing import Annotated

from tickets.models import Draft, Ticket
from xapi import Depends, Request


class Store:
    """All tickets by id. That of a deleted ticket stays taken."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.tickets: dict[int, Ticket | None] = {}
        self._ids = count(1)
        self.add(Draft(title="Welcome"))

    def add(self, draft: Draft) -> Ticket:
        ticket = Ticket(id=next(self._ids), **draft.model_dump())
        self.tickets[ticket.id] = ticket
        return ticket

    def all(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets.values() if ticket is not None]


def locked_store(request: Request) -> Iterator[Store]:
    """The store, for one request at a time."""
    store: Store = request.app.state.store
    with store.lock:
        yield store


Tickets = Annotated[Store, Depends(locked_store)]
