"""The server's process: the shop as it is, with counts of what was set up, and a path that reports.

Its first line on the standard output is its port; its log has warnings and errors only.
"""

import gc
import json
import os
import resource
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from ctypes import CDLL
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from sqlalchemy import Engine, event
from sqlmodel import Session

from benchmarks.protocol import App, Message, Receive, Send
from xapi import Depends
from xapi.requests import HTTPConnection

SHOP = Path(__file__).parents[2] / "examples" / "shop"
REPORT = "/soak"
"""Where the figures are; nothing of the shop has this path."""
MANAGER = {"username": "manager@example.com", "password": "correct horse battery staple"}

sys.path.insert(0, str(SHOP))

from shop import database, feed  # noqa: E402
from shop.main import app as shop  # noqa: E402

counts = Counter[str]()


def counted_transaction(engine: Annotated[Engine, Depends(database.engine)]) -> Iterator[Session]:
    """The shop's transaction, counted. It ends when what it replaces would end."""
    counts["set up"] += 1
    try:
        yield from database.transaction(engine)
    finally:
        counts["torn down"] += 1


def counted_feed(connection: HTTPConnection) -> Iterator[feed.Feed]:
    """The shop's feed, counted: it is a dependency of WebSockets, too."""
    counts["set up"] += 1
    try:
        yield feed.feed_of(connection)
    finally:
        counts["torn down"] += 1


@event.listens_for(Engine, "connect")
def keep_few_pages(connection: Any, record: Any) -> None:
    """Keeps the cache of each connection small: it would grow with the database, as it should."""
    connection.execute("PRAGMA cache_size = 10")


def figures() -> dict[str, object]:
    """What the process holds now."""
    for _ in range(3):
        gc.collect()
    CDLL(None).malloc_trim(0)  # what is free, but kept by the allocator, is not held
    held = gc.get_objects()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "resident": pages * resource.getpagesize(),
        "objects": len(held),
        "kinds": Counter(type(one).__qualname__ for one in held),
        "files": len(os.listdir("/proc/self/fd")),
        "set_up": counts["set up"],
        "torn_down": counts["torn down"],
    }


def reporting(app: App) -> App:
    """An app that answers a path of its own with the figures."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != REPORT:
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(figures()).encode()})

    return answer


def main() -> None:
    """Serves until it is told to end."""
    shop.dependency_overrides |= {database.transaction: counted_transaction, feed.feed_of: counted_feed}
    config = uvicorn.Config(reporting(shop), log_level="warning", access_log=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)  # noqa: T201
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
