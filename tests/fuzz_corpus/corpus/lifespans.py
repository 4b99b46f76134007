"""What the apps with state share: a new start forgets what was stored."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


class Store(Protocol):
    """A dictionary, a list or a set."""

    def clear(self) -> None:
        """Forget all that is in it."""


def emptying(*stores: Store) -> Lifespan:
    """A lifespan that begins with nothing in the stores."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        for store in stores:
            store.clear()
        yield

    return lifespan
