"""Loads for what a client does: with sync calls, and with coroutines."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

from benchmarks.worker.load import Answer, timed

Tool = TypeVar("Tool")


class HttpResponse(Protocol):
    """What the responses of all clients have in common."""

    @property
    def status_code(self) -> int:
        """The HTTP status code."""

    @property
    def text(self) -> str:
        """The decoded body."""

    @property
    def content(self) -> bytes:
        """The body."""

    def json(self) -> Any:
        """The body as what its JSON says."""


class SyncLoad(Generic[Tool]):
    """Something that is opened once and then used again and again in this thread.

    Args:
        opened: Opens it.
        act: The work, once, with a number that makes it different each time.
        answer: The same, giving what came back.
    """

    def __init__(
        self,
        opened: AbstractContextManager[Tool],
        act: Callable[[Tool, int], None],
        answer: Callable[[Tool, int], Answer],
    ) -> None:
        self._opened = opened
        self._tool = opened.__enter__()
        self._act = act
        self._answer = answer
        self._next = 0

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        """See `Load.answers`."""
        return [self._answer(self._tool, number) for number in numbers]

    def run(self, count: int) -> int:
        """See `Load.run`."""
        first, self._next = self._next, self._next + count
        tool, act = self._tool, self._act
        with timed() as watch:
            for number in range(first, first + count):
                act(tool, number)
        return watch.nanoseconds

    def close(self) -> None:
        """Closes the tool."""
        self._opened.__exit__(None, None, None)


class AsyncLoad(Generic[Tool]):
    """The same with coroutines, on an event loop of its own."""

    def __init__(
        self,
        opened: AbstractAsyncContextManager[Tool],
        act: Callable[[Tool, int], Awaitable[None]],
        answer: Callable[[Tool, int], Awaitable[Answer]],
    ) -> None:
        self._opened = opened
        self._loop = asyncio.new_event_loop()
        self._tool = self._loop.run_until_complete(opened.__aenter__())
        self._act = act
        self._answer = answer
        self._next = 0

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        """See `Load.answers`."""

        async def all_of_them() -> list[Answer]:
            return [await self._answer(self._tool, number) for number in numbers]

        return self._loop.run_until_complete(all_of_them())

    def run(self, count: int) -> int:
        """See `Load.run`."""
        first, self._next = self._next, self._next + count
        with timed() as watch:
            self._loop.run_until_complete(self._many(range(first, first + count)))
        return watch.nanoseconds

    def close(self) -> None:
        """Closes the tool and the loop."""
        self._loop.run_until_complete(self._opened.__aexit__(None, None, None))
        self._loop.close()

    async def _many(self, numbers: range) -> None:
        tool, act = self._tool, self._act
        for number in numbers:
            await act(tool, number)
